import { setImmediate } from 'node:timers/promises'

/** How long others may wait, in milliseconds. */
const longest = 10

/**
 * Work that takes seconds shares its process with requests: asked between two pieces of it, this lets them have their turn. Without, the lists of
 * hundreds of stories kept a request waiting for a second.
 */
export function takeTurns(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < longest) return
    await setImmediate()
    since = performance.now()
  }
}
