/**
 * Items in levels, each made only from items of levels before it or from things outside; null when some are made from each other in a circle.
 */
export function levels<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  madeFrom: (item: Item) => string | null
): Item[][] | null {
  const out: Item[][] = []
  for (let waiting = [...items]; waiting.length > 0; ) {
    const keys = new Set(waiting.map(keyOf))
    const ready = waiting.filter(item => !keys.has(madeFrom(item) ?? ''))
    if (ready.length === 0) return null
    out.push(ready)
    waiting = waiting.filter(item => !ready.includes(item))
  }
  return out
}
