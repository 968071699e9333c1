import type pg from 'pg'
import type { Config } from './config.ts'
import type { Db } from './db/client.ts'
import { auditReader } from './features/changes/audit.ts'
import type { Numbering } from './features/changes/numbering.ts'
import { startReaders } from './features/changes/readers.ts'
import { trimChanges } from './features/changes/trim.ts'
import { type Log, startJobs } from './features/jobs/runner.ts'
import { daily, housekeeping } from './features/jobs/tasks.ts'
import { releaseTasks } from './features/releases/publish.ts'
import { planLost, scheduleTasks } from './features/schedules/tasks.ts'
import { optOutTasks } from './features/similar/opt-outs.ts'
import { similarReader } from './features/similar/reader.ts'
import { forgetOldViews } from './features/views/queries.ts'

interface Options {
  config: Config
  store: { db: Db; connection: pg.PoolConfig }
  log: Log
  startAfterMilliseconds?: number
  /** The server's own, so that its long polls are woken by the same connection. */
  numbering?: Numbering
}

export interface Background {
  /** Resolves when the jobs are at work for the first time. */
  ready: Promise<void>
  stop(): Promise<void>
}

/** All that happens without a request: in the server by default, or in a worker apart. Never fails. */
export function startBackground({ config, store, log, startAfterMilliseconds = 0, numbering }: Options): Background {
  const { db, connection } = store
  const trimming = daily('trimming', tx => trimChanges(tx, config.CHANGES_KEPT_DAYS))
  const forgetting = daily('forgetting', forgetOldViews)
  const jobs = startJobs({
    connection,
    tasks: {
      housekeeping: housekeeping.task,
      trimming: trimming.task,
      forgetting: forgetting.task,
      ...scheduleTasks,
      ...releaseTasks,
      ...optOutTasks
    },
    plan: async tx => {
      await housekeeping.plan(tx)
      await trimming.plan(tx)
      await forgetting.plan(tx)
      await planLost(tx)
    },
    log,
    startAfterMilliseconds
  })
  const readers = startReaders({
    db,
    connection,
    readers: [auditReader, similarReader()],
    log,
    ...(numbering ? { numbering } : {})
  })
  return {
    ready: jobs.ready,
    stop: async () => {
      await Promise.all([jobs.stop(), readers.stop()])
    }
  }
}
