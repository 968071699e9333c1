/**
 * Remembers what a function said of the last strings it was asked about: at least `most`, at most twice as many. What is asked for again and again
 * stays; the rest goes a generation at a time, as keeping an order of each use costs more than what is remembered.
 */
export function remember<Value>(most: number, find: (key: string) => Value): (key: string) => Value {
  let young = new Map<string, Value>()
  let old = new Map<string, Value>()
  return key => {
    const known = young.get(key)
    if (known !== undefined) return known
    const value = old.get(key) ?? find(key)
    if (young.size >= most) {
      old = young
      young = new Map()
    }
    young.set(key, value)
    return value
  }
}
