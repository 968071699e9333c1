/** Places in two lists that belong together. */
export type Pair = [left: number, right: number]

const MOST_COMPARED = 1_000_000
/** How much the quick way may pass over for one pair. */
const FARTHEST = 100

/** The longest common subsequence of two lists as pairs of places; of very long lists a good one, in linear time. */
export function pairs(left: string[], right: string[]): Pair[] {
  let start = 0
  while (start < left.length && start < right.length && left[start] === right[start]) start++
  let end = 0
  const shorter = Math.min(left.length, right.length) - start
  while (end < shorter && left[left.length - 1 - end] === right[right.length - 1 - end]) end++
  const a = left.slice(start, left.length - end)
  const b = right.slice(start, right.length - end)
  const middle = a.length * b.length > MOST_COMPARED ? greedy(a, b) : longest(a, b)
  return [
    ...left.slice(0, start).map((_, index): Pair => [index, index]),
    ...middle.map(([x, y]): Pair => [start + x, start + y]),
    ...left.slice(left.length - end).map((_, index): Pair => [left.length - end + index, right.length - end + index])
  ]
}

function longest(a: string[], b: string[]): Pair[] {
  const width = b.length + 1
  const length = new Uint32Array((a.length + 1) * width)
  for (let x = a.length - 1; x >= 0; x--) {
    for (let y = b.length - 1; y >= 0; y--) {
      const down = length[(x + 1) * width + y]!
      const along = length[x * width + y + 1]!
      length[x * width + y] = a[x] === b[y] ? length[(x + 1) * width + y + 1]! + 1 : Math.max(down, along)
    }
  }
  const found: Pair[] = []
  for (let x = 0, y = 0; x < a.length && y < b.length; ) {
    if (a[x] === b[y]) found.push([x++, y++])
    else if (length[(x + 1) * width + y]! >= length[x * width + y + 1]!) x++
    else y++
  }
  return found
}

function greedy(a: string[], b: string[]): Pair[] {
  const places = new Map<string, number[]>()
  for (const [y, value] of b.entries()) {
    const known = places.get(value)
    if (known) known.push(y)
    else places.set(value, [y])
  }
  const passed = new Map<string, number>()
  const found: Pair[] = []
  let next = 0
  for (const [x, value] of a.entries()) {
    const known = places.get(value) ?? []
    let place = passed.get(value) ?? 0
    while (place < known.length && known[place]! < next) place++
    passed.set(value, place)
    const y = known[place]
    if (y === undefined || y - next > FARTHEST) continue
    found.push([x, y])
    next = y + 1
  }
  return found
}
