/** A text in 256 bytes, from which can be told how much of it may stand in another without reading either (bottom-k sketch, Broder 1997). */

/** A text of so few shingles is kept whole, and the share of a longer one is known to about a tenth. */
const size = 64

/** The least of the hashes, in ascending order, in four bytes each. */
export function sketchOf(shingles: ReadonlySet<number>): Buffer {
  const least = Uint32Array.from(shingles).sort().subarray(0, size)
  const bytes = Buffer.alloc(least.length * 4)
  least.forEach((hash, index) => void bytes.writeUInt32LE(hash, index * 4))
  return bytes
}

/** About how much of the shorter text stands in the longer one, from 0 to 1. */
export function sketchedContainment(one: Buffer, other: Buffer): number {
  const reach = Math.min(reachOf(one), reachOf(other))
  const [mine, theirs] = [one, other].map(bytes => hashesOf(bytes).filter(hash => hash <= reach)) as [
    number[],
    number[]
  ]
  const [small, large] = mine.length <= theirs.length ? [mine, theirs] : [theirs, mine]
  if (small.length === 0) return 0
  const known = new Set(large)
  return small.filter(hash => known.has(hash)).length / small.length
}

/** Whether it is worth reading both: of copies, which have 0.4 in common, one in a thousand is told as having half of that. */
export const mayHoldCopy = (one: Buffer, other: Buffer): boolean => sketchedContainment(one, other) >= 0.2

/** Up to which hash a sketch knows everything. */
const reachOf = (bytes: Buffer) => (bytes.length < size * 4 ? 2 ** 32 : bytes.readUInt32LE(bytes.length - 4))

const hashesOf = (bytes: Buffer) =>
  Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4))
