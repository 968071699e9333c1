import { setImmediate } from 'node:timers/promises'

/** How long others may wait, in milliseconds. */
const longest = 10

/**
 * Work that takes seconds shares its process with requests: asked between two pieces of it, this lets them have their turn. Hundreds of
 * stories are described at a time, in some 2 ms each.
 */
export function takeTurns(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < longest) return
    await setImmediate()
    since = performance.now()
  }
}
