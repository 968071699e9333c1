/** Lists of who has a term: the number of a description, and what share of its length the term is, in five bytes. */

export const pairBytes = 5

export interface Posting {
  number: number
  /** From 0 to 1. */
  share: number
}

/** Shares are kept as their root, in 255 steps: small ones, of long texts, must still differ. */
export function encodePostings(postings: readonly Posting[]): Buffer {
  const bytes = Buffer.alloc(postings.length * pairBytes)
  postings.forEach(({ number, share }, index) => {
    bytes.writeInt32LE(number, index * pairBytes)
    bytes[index * pairBytes + 4] = Math.max(1, Math.round(Math.sqrt(share) * 255))
  })
  return bytes
}

const shares = Float64Array.from({ length: 256 }, (_, byte) => (byte / 255) ** 2)

/** Adds up what lists say of each number: some twenty thousand postings for one story, so there are arrays and no objects. */
export class Tally {
  #sums = new Float64Array(1024)
  #met: number[] = []

  /** Adds a list; what it says counts `worth` times. */
  add(postings: Buffer, worth: number): void {
    for (let offset = 0; offset + pairBytes <= postings.length; offset += pairBytes) {
      const number = postings.readInt32LE(offset)
      if (number >= this.#sums.length) this.#grow(number)
      if (this.#sums[number] === 0) this.#met.push(number)
      this.#sums[number]! += worth * shares[postings[offset + 4]!]!
    }
  }

  /** The numbers with the greatest sums, of equal ones the lower; the tally is empty afterwards. */
  take(most: number): number[] {
    const sums = this.#sums
    const isBefore = (one: number, other: number) =>
      sums[one]! > sums[other]! || (sums[one] === sums[other] && one < other)
    const best: number[] = []
    for (const number of this.#met) {
      if (best.length === most && !isBefore(number, best[most - 1]!)) continue
      let place = best.length === most ? most - 1 : best.length
      for (; place > 0 && isBefore(number, best[place - 1]!); place--) best[place] = best[place - 1]!
      best[place] = number
    }
    for (const number of this.#met) sums[number] = 0
    this.#met = []
    return best
  }

  #grow(number: number): void {
    const sums = new Float64Array(Math.max(number + 1, this.#sums.length * 2))
    sums.set(this.#sums)
    this.#sums = sums
  }
}
