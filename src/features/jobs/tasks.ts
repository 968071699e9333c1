import type { Db } from '../../db/client.ts'
import { forgetOldAnswers } from '../../db/idempotency.ts'
import { addJob } from '../../db/jobs.ts'
import type { Task } from './runner.ts'

/** Work that comes by itself. */
export interface Daily {
  task: Task
  /** Puts it on the list; what waits already keeps its time, and a chain that failed for good starts again. */
  plan(db: Db): Promise<void>
}

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString()

/** A task that comes again a day after each time it was done: in the same transaction, so the chain cannot break. */
export function daily(name: string, work: (db: Db) => Promise<unknown>): Daily {
  const at = (runAt: string | null) => ({ task: name, key: name, runAt, payload: {} })
  return {
    task: async db => {
      await work(db)
      await addJob(db, at(tomorrow()))
    },
    plan: db => addJob(db, at(null), 'preserve_run_at')
  }
}

/** Clears away what is no longer needed. */
export const housekeeping = daily('housekeeping', forgetOldAnswers)
