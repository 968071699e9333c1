import { phraseOf } from './hash.ts'
import type { Splitter, Word } from './words.ts'

/** What an edition is described from. */
export interface Story {
  headline: string
  standfirst: string
  body: string
}

/** Two words side by side. */
export interface Phrase {
  term: number
  weight: number
  words: [number, number]
}

/** Terms with how much each is used: not yet how rare it is. */
export interface Terms {
  words: Map<number, number>
  phrases: Phrase[]
}

/** Measured on the three labelled sets (docs/decisions/0019): a headline counts twice, two words side by side half as much as each alone. */
const headlineWeight = 2
const phraseWeight = 0.5
const sharedWeight = 0.3

/** More than that of one text says nothing new. */
const mostWords = 400

/**
 * The terms of a story: its words, pairs of neighbouring words, and beside them names and numbers once more in the form all languages share.
 */
export function termsOf(split: Splitter, { headline, standfirst, body }: Story): Terms {
  const words = new Map<number, number>()
  const phrases = new Map<number, { used: number; words: [number, number] }>()
  const use = (term: number, times: number) => words.set(term, (words.get(term) ?? 0) + times)
  const usePhrase = (one: number, other: number, times: number) => {
    const term = phraseOf(one, other)
    const known = phrases.get(term)
    if (known) known.used += times
    else phrases.set(term, { used: times, words: [one, other] })
  }
  const read = (text: string, times: number) => {
    let before: Word | null = null
    for (const word of split(text)) {
      if (word) {
        use(word.term, times)
        if (before) usePhrase(before.term, word.term, times * phraseWeight)
        if (word.shared) use(word.sharedTerm, times * sharedWeight)
      }
      before = word
    }
  }
  read(headline, headlineWeight)
  read(standfirst, 1)
  read(body, 1)
  const most = [...words].sort((a, b) => b[1] - a[1]).slice(0, mostWords)
  return {
    words: new Map(most.map(([term, used]) => [term, weightOf(used)])),
    phrases: [...phrases].map(([term, { used, words }]) => ({ term, weight: weightOf(used), words }))
  }
}

const weightOf = (used: number) => 1 + Math.log(Math.max(used, 0.4))
