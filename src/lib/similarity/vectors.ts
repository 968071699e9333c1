/** What a text is about, as numbers: its terms in ascending order, and how much each is used, in steps of a 32nd. */
export interface Vector {
  terms: Int32Array
  weights: Uint8Array
  /** The root of the sum of the squared weights, in the same steps. */
  length: number
}

/**
 * How rare a term is that so many of an archive's stories have: 1 when only two have it, 0 when all do. Relative to the size of the archive, so
 * that what was measured while it was small still compares.
 */
export const rarity = (stories: number, having: number): number =>
  stories <= 2 ? 1 : Math.max(0, Math.min(1, Math.log((stories + 1) / (having + 1)) / Math.log((stories + 1) / 3)))

/** Weights are kept in a byte: larger ones than 8 do not occur. */
const step = 32

/**
 * A vector of terms and weights. Rarity is no part of it: it would tie a description to the size the archive had when the story came, and measured on
 * the labelled sets nothing is lost (decision 0019).
 */
export function toVector(terms: Int32Array, weights: Float64Array): Vector {
  const order = Uint16Array.from(terms.keys()).sort((one, other) => terms[one]! - terms[other]!)
  const vector = {
    terms: Int32Array.from(order, place => terms[place]!),
    weights: Uint8Array.from(order, place => Math.max(1, Math.min(255, Math.round(weights[place]! * step))))
  }
  return { ...vector, length: lengthOf(vector.weights) }
}

/** What share of a vector's length a weight is, from 0 to 1. */
export const shareOf = ({ length }: Vector, weight: number): number => Math.min(1, (weight * step) / length)

function lengthOf(weights: Uint8Array): number {
  let sum = 0
  for (const weight of weights) sum += weight ** 2
  return Math.sqrt(sum)
}

/** As the database holds it: the terms in four bytes each, then the weights in one. */
export function encodeVector({ terms, weights }: Vector): Buffer {
  const bytes = Buffer.alloc(terms.length * 5)
  terms.forEach((term, index) => void bytes.writeInt32LE(term, index * 4))
  bytes.set(weights, terms.length * 4)
  return bytes
}

export function decodeVector(bytes: Buffer): Vector {
  const count = Math.floor(bytes.length / 5)
  const terms = new Int32Array(count)
  for (let index = 0; index < count; index++) terms[index] = bytes.readInt32LE(index * 4)
  const weights = Uint8Array.from(bytes.subarray(count * 4, count * 5))
  return { terms, weights, length: lengthOf(weights) }
}

/** How much more rare terms count: 2 would be the cosine of both weighted by it; a little less is better on reports of events (decision 0019). */
const sharpness = 1.75

/** What each term of a vector is worth when it is met in another: its share of the length, by its rarity. */
export function worthsOf({ terms, weights, length }: Vector, rarityOf: (term: number) => number): Float64Array {
  const worths = new Float64Array(terms.length)
  for (let index = 0; index < terms.length; index++)
    worths[index] = (weights[index]! / length) * rarityOf(terms[index]!) ** sharpness
  return worths
}

/** How alike two are: the cosine of their weights, each term by its rarity. From 0 to 1; `worths` are those of `one`. */
export function similarity(one: Vector, worths: Float64Array, other: Vector): number {
  if (one.length === 0 || other.length === 0) return 0
  const [mine, theirs] = [one.terms, other.terms]
  let sum = 0
  for (let here = 0, there = 0; here < mine.length && there < theirs.length; ) {
    const [term, facing] = [mine[here]!, theirs[there]!]
    if (term === facing) sum += worths[here++]! * other.weights[there++]!
    else if (term < facing) here++
    else there++
  }
  return Math.min(1, sum / other.length)
}
