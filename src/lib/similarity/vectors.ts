/**
 * How rare a term is that so many of an archive's stories have: 1 when only two have it, 0 when all do. Relative to the size of the archive, so
 * that what was measured while it was small still compares.
 */
export const rarity = (stories: number, having: number): number =>
  stories <= 2 ? 1 : Math.max(0, Math.min(1, Math.log((stories + 1) / (having + 1)) / Math.log((stories + 1) / 3)))

/** Weights are kept in a byte, in steps of a 32nd: larger ones than 8 do not occur. */
const step = 32

/** Terms with their weights, four bytes and one each, as the database holds them. */
export function encodeTerms(terms: Iterable<readonly [number, number]>): Buffer {
  const pairs = [...terms]
  const bytes = Buffer.alloc(pairs.length * 5)
  pairs.forEach(([term, weight], index) => {
    bytes.writeInt32LE(term, index * 5)
    bytes[index * 5 + 4] = Math.max(1, Math.min(255, Math.round(weight * step)))
  })
  return bytes
}

/** Calls back for each pair of an encoded list: no arrays of pairs are made, as tens of thousands are read for one story. */
export function eachPair(bytes: Buffer, call: (number: number, weight: number) => void): void {
  for (let offset = 0; offset + 5 <= bytes.length; offset += 5)
    call(bytes.readInt32LE(offset), bytes[offset + 4]! / step)
}

export function decodeTerms(bytes: Buffer): Map<number, number> {
  const terms = new Map<number, number>()
  eachPair(bytes, (term, weight) => terms.set(term, weight))
  return terms
}

/**
 * Length of a description: the root of the sum of its squared weights. Rarity is left out: it would tie the length to the size the archive had when
 * the story came, and measured on the labelled sets nothing is lost (decision 0019).
 */
export function lengthOf(terms: Iterable<readonly [number, number]>): number {
  let sum = 0
  for (const [, weight] of terms) sum += weight ** 2
  return Math.sqrt(sum)
}

/** A description taken apart. */
export interface Vector {
  weights: ReadonlyMap<number, number>
  length: number
}

/** How alike two descriptions are: the cosine of their weights, each term by its rarity squared. From 0 to 1. */
export function similarity(one: Vector, other: Vector, rarityOf: (term: number) => number): number {
  if (one.length === 0 || other.length === 0) return 0
  let sum = 0
  for (const [term, weight] of one.weights) {
    const facing = other.weights.get(term)
    if (facing !== undefined) sum += weight * facing * rarityOf(term) ** 2
  }
  return Math.min(1, sum / (one.length * other.length))
}
