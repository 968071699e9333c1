import { hash, hashOfAll } from './hash.ts'

/** Words in a row that make a shingle: two texts share many only when one was made from the other. */
const width = 5

/** Scripts without spaces count letters. Of these a word takes about four, twice as many as of Han and kana: five in a row are shared by chance. */
const spelt = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const tokens =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{N}\p{M}]+/gu

/** The shingles of a text, letters and digits only, so that typesetting makes no difference. */
export function shinglesOf(text: string): Set<number> {
  const words = text.normalize('NFKC').toLowerCase().match(tokens) ?? []
  const lengths = words.map(word => (spelt.test(word) ? 0.5 : 1))
  const hashes = Int32Array.from(words, hash)
  const shingles = new Set<number>()
  let [end, length] = [0, 0]
  for (let start = 0; start < words.length; start++) {
    while (length < width && end < words.length) length += lengths[end++]!
    if (length < width) break
    shingles.add(hashOfAll(hashes.subarray(start, end)))
    length -= lengths[start]!
  }
  return shingles
}

/** How much of each of two texts stands in the other, from 0 to 1. */
export interface Overlap {
  ofShorter: number
  ofLonger: number
}

export function overlapOf(one: ReadonlySet<number>, other: ReadonlySet<number>): Overlap {
  const [small, large] = one.size <= other.size ? [one, other] : [other, one]
  if (small.size < fewest) return { ofShorter: 0, ofLonger: 0 }
  let shared = 0
  for (const shingle of small) if (large.has(shingle)) shared++
  return { ofShorter: shared / small.size, ofLonger: shared / large.size }
}

/** Shorter texts than that (some three lines) say too little to tell a copy from a formula. */
const fewest = 20

/**
 * From here on two texts are versions of one story. Reports of different events share up to 0.15 of the shorter, the issues of a series with a
 * standing introduction up to 0.39. What is less than three tenths of the longer is a part of it: a brief in a round-up, a quoted statement.
 */
const copyAt = { ofShorter: 0.4, ofLonger: 0.3 }

export const isCopy = ({ ofShorter, ofLonger }: Overlap) => ofShorter >= copyAt.ofShorter && ofLonger >= copyAt.ofLonger

/** Two versions of one story, each made anew from a third, have at least that in common; what only an agency's terms of use join has not. */
export const isKin = ({ ofShorter }: Overlap) => ofShorter >= 0.1
