import type { Splitter, Word } from './words.ts'

/** What an edition is described from. */
export interface Story {
  /** Primary subtag of the language. */
  language: string
  headline: string
  standfirst: string
  body: string
}

/** Terms by their number, with how much each is used: not yet how rare it is. */
export type Terms = Map<number, number>

/** Measured on the three labelled sets (docs/decisions/0019): a headline counts twice, two words side by side half as much as each alone. */
const headlineWeight = 2
const pairWeight = 0.5
const sharedWeight = 0.3

/** More than that of one text says nothing new; pairs that occur once in a long text go first. */
const mostTerms = 500

/**
 * The terms of a story: its words, pairs of neighbouring words, and beside them names and numbers once more in the form all languages share.
 * A term is a hash of 32 bits; that two words have the same one happens to one pair in four billion.
 */
export function termsOf(split: Splitter, { language, headline, standfirst, body }: Story): Terms {
  const uses = new Map<number, number>()
  const use = (term: string, weight: number) => {
    const number = hash(term)
    uses.set(number, (uses.get(number) ?? 0) + weight)
  }
  const read = (text: string, weight: number) => {
    let before: Word | null = null
    for (const word of split(text)) {
      if (word) {
        use(`${language} ${word.stem}`, weight)
        if (before) use(`${language} ${before.stem} ${word.stem}`, weight * pairWeight)
        if (word.shared) use(`* ${word.shared}`, weight * sharedWeight)
      }
      before = word
    }
  }
  read(headline, headlineWeight)
  read(standfirst, 1)
  read(body, 1)
  const terms = [...uses].map(([term, used]) => [term, 1 + Math.log(Math.max(used, 0.4))] as const)
  if (terms.length <= mostTerms) return new Map(terms)
  return new Map(terms.sort((a, b) => b[1] - a[1]).slice(0, mostTerms))
}

/** FNV-1a over UTF-16 code units, then mixed (the finalizer of MurmurHash3), as a signed 32-bit integer. */
export function hash(text: string): number {
  let sum = 0x811c9dc5
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193)
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b)
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35)
  return sum ^ (sum >>> 16)
}
