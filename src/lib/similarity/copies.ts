import { hash } from './hash.ts'

/** Words in a row that make a shingle: two texts share many only when one was made from the other. */
const width = 5

/** The shingles of a text, letters and digits only, so that typesetting makes no difference. Scripts without spaces count letters. */
export function shinglesOf(text: string): Set<number> {
  const folded = text.normalize('NFKC').toLowerCase()
  const words =
    folded.match(
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]|[\p{L}\p{N}\p{M}]+/gu
    ) ?? []
  const shingles = new Set<number>()
  for (let index = 0; index + width <= words.length; index++)
    shingles.add(hash(words.slice(index, index + width).join(' ')))
  return shingles
}

/** How much of the shorter text stands in the longer one, from 0 to 1. */
export function containment(one: ReadonlySet<number>, other: ReadonlySet<number>): number {
  const [small, large] = one.size <= other.size ? [one, other] : [other, one]
  if (small.size < fewest) return 0
  let shared = 0
  for (const shingle of small) if (large.has(shingle)) shared++
  return shared / small.size
}

/** Shorter texts than that (some three lines) say too little to tell a copy from a formula. */
const fewest = 20

/** From here on two texts are versions of one story. */
export const copyAt = 0.4
