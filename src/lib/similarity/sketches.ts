/** A text in 256 bytes, from which can be told how much of it may stand in another without reading either (bottom-k sketch, Broder 1997). */

/** A text of so few shingles is kept whole, and the share of a longer one is known to about a tenth. */
const size = 64

/** The least of the hashes, in ascending order. */
export type Sketch = Uint32Array

export const sketchOf = (shingles: ReadonlySet<number>): Sketch => Uint32Array.from(shingles).sort().slice(0, size)

/** As the database holds it: four bytes each, little-endian. */
export function encodeSketch(sketch: Sketch): Buffer {
  const bytes = Buffer.alloc(sketch.length * 4)
  sketch.forEach((hash, index) => void bytes.writeUInt32LE(hash, index * 4))
  return bytes
}

export function decodeSketch(bytes: Buffer): Sketch {
  const sketch = new Uint32Array(bytes.length / 4)
  for (let index = 0; index < sketch.length; index++) sketch[index] = bytes.readUInt32LE(index * 4)
  return sketch
}

/** About how much of the shorter text stands in the longer one, from 0 to 1. */
export function sketchedContainment(one: Sketch, other: Sketch): number {
  const reach = Math.min(reachOf(one), reachOf(other))
  let [mine, theirs, shared] = [0, 0, 0]
  while (one[mine]! <= reach || other[theirs]! <= reach) {
    const [hash, facing] = [one[mine] ?? Number.POSITIVE_INFINITY, other[theirs] ?? Number.POSITIVE_INFINITY]
    if (hash === facing) shared++
    if (hash <= facing) mine++
    if (facing <= hash) theirs++
  }
  return shared / Math.max(1, Math.min(mine, theirs))
}

/** Whether it is worth reading both: of copies, which have 0.4 in common, one in a thousand is told as having half of that. */
export const mayHoldCopy = (one: Sketch, other: Sketch): boolean => sketchedContainment(one, other) >= 0.2

/** Up to which hash a sketch knows everything. */
const reachOf = (sketch: Sketch) => (sketch.length < size ? 2 ** 32 : sketch.at(-1)!)
