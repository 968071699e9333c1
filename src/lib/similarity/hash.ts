/** FNV-1a over UTF-16 code units, as a signed 32-bit integer; that two words have the same one happens to one pair in four billion. */
export function hash(text: string): number {
  let sum = 0x811c9dc5
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193)
  return mix(sum)
}

/** The hash of some in this order. */
export function hashOfAll(hashes: Int32Array): number {
  let sum = hashes.length
  for (const each of hashes) sum = Math.imul(sum, 0x9e3779b1) ^ each
  return mix(sum)
}

/** The number of a word among all terms; words have even numbers and phrases odd ones. */
export const termOf = (word: string): number => hash(word) & ~1

/** The number of two words in this order. */
export const phraseOf = (one: number, other: number): number => mix(Math.imul(one, 0x9e3779b1) ^ other) | 1
export const isWord = (term: number): boolean => (term & 1) === 0

/** The finalizer of MurmurHash3: every bit depends on all. */
function mix(sum: number): number {
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b)
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35)
  return sum ^ (sum >>> 16)
}
