import { phraseOf } from './hash.ts'
import type { Splitter } from './words.ts'

/** What an edition is described from. */
export interface Story {
  headline: string
  standfirst: string
  body: string
}

/** Terms with how much each is used: not yet how rare it is. In arrays of numbers, as a batch of some hundred stories is held at once. */
export interface Terms {
  words: Int32Array
  wordWeights: Float64Array
  /** Two words side by side, and which of `words` they are: first and second of each in turn. */
  phrases: Int32Array
  phraseWeights: Float64Array
  phraseWords: Uint16Array
}

/** Measured on labelled sets (docs/decisions/0019): headline and standfirst count twice, two words side by side half as much as each alone. */
const headlineWeight = 2
const standfirstWeight = 2
const phraseWeight = 0.5
const sharedWeight = 0.4

/** More than that of one text says nothing new. */
const mostWords = 1_000

/**
 * The terms of a story: its words, pairs of neighbouring words, and beside them names and numbers once more in the form all languages share.
 */
export function termsOf(split: Splitter, { headline, standfirst, body }: Story): Terms {
  const words = new Uses()
  const phrases = new Uses()
  const pairs: number[] = []
  const read = (text: string, times: number) => {
    let before = -1
    for (const word of split(text)) {
      const place = word ? words.add(word.term, times, mostWords) : -1
      if (word?.shared) words.add(word.sharedTerm, times * sharedWeight, mostWords)
      if (word && before >= 0 && place >= 0) {
        const phrase = phrases.add(phraseOf(words.terms[before]!, word.term), times * phraseWeight, mostWords)
        if (phrase * 2 === pairs.length) pairs.push(before, place)
      }
      before = place
    }
  }
  read(headline, headlineWeight)
  read(standfirst, standfirstWeight)
  read(body, 1)
  return {
    words: Int32Array.from(words.terms),
    wordWeights: words.weights(),
    phrases: Int32Array.from(phrases.terms),
    phraseWeights: phrases.weights(),
    phraseWords: Uint16Array.from(pairs)
  }
}

/** How often each term is used, in the order in which they first are. */
class Uses {
  readonly terms: number[] = []
  readonly #times: number[] = []
  readonly #places = new Map<number, number>()

  /** The place of the term; -1 when there are too many already. */
  add(term: number, times: number, most: number): number {
    const known = this.#places.get(term)
    if (known !== undefined) {
      this.#times[known]! += times
      return known
    }
    if (this.terms.length >= most) return -1
    this.#places.set(term, this.terms.length)
    this.#times.push(times)
    return this.terms.push(term) - 1
  }

  weights = () => Float64Array.from(this.#times, Math.log1p)
}
