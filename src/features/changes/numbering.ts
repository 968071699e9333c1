import type { Db } from '../../db/client.ts'
import { Arrivals } from './arrivals.ts'
import { type Log, tell } from './log.ts'
import { numberChanges } from './queries.ts'

export interface Numbering {
  /** Who waits for what is numbered here, or elsewhere. */
  arrivals: Arrivals
  /** Numbers all that was committed before the call. */
  number(): Promise<bigint>
  /** The same for those who do not wait; a failure is left to the polling. */
  committed(): void
}

/** Numbers what is committed: one call under way in this process, and one after it however many ask meanwhile. */
export function openNumbering(db: Db, log: Log, arrivals = new Arrivals()): Numbering {
  let running: Promise<bigint> | undefined
  let next: Promise<bigint> | undefined
  let last: bigint | undefined

  const start = (): Promise<bigint> => {
    next = undefined
    running = numberChanges(db.forRequest(), last)
      .then(head => {
        if (head !== last) arrivals.announce()
        last = head
        return head
      })
      .finally(() => {
        running = undefined
      })
    return running
  }
  // The call under way may have begun before the commit of who asks now, so it waits for another.
  const number = () => {
    if (!running) return start()
    next ??= running.then(start, start)
    return next
  }
  return {
    arrivals,
    number,
    committed: () => void number().catch(error => tell(log, error, 'changes were not numbered; the next look does it'))
  }
}
