import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type pg from 'pg'
import { type Log, startJobs } from '../src/features/jobs/runner.ts'
import { releaseTasks } from '../src/features/releases/publish.ts'
import { planLost, scheduleTasks } from '../src/features/schedules/tasks.ts'
import { optOutTasks } from '../src/features/similar/opt-outs.ts'
import type { Db } from './helpers.ts'

/** A log that remembers. */
export function notebook() {
  const lines: { level: keyof Log; words: object; message: string }[] = []
  const write = (level: keyof Log) => (words: object, message: string) => void lines.push({ level, words, message })
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  return { log, lines }
}

/** An instant by the database's clock. */
export const inSeconds = async (db: Db, seconds: number) => {
  const [row] = await db.rows<{ at: string }>(
    sql`select to_char((clock_timestamp() + make_interval(secs => ${seconds})) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`
  )
  return row!.at
}

export async function until(holds: () => Promise<boolean> | boolean, seconds = 30): Promise<number> {
  const start = Date.now()
  while (!(await holds())) {
    if (Date.now() - start > seconds * 1_000) throw new Error(`not within ${seconds} s`)
    await delay(20)
  }
  return (Date.now() - start) / 1_000
}

/** A worker in this process that does what the newsroom has planned. */
export function startWorker(t: { teardown(work: () => Promise<void>): void }, connection: pg.PoolConfig) {
  const { log, lines } = notebook()
  const jobs = startJobs({
    connection,
    tasks: { ...scheduleTasks, ...releaseTasks, ...optOutTasks },
    plan: planLost,
    log
  })
  t.teardown(() => jobs.stop())
  return { ...jobs, lines }
}

/** The jobs that wait or run, by key. */
export const jobKeys = async (db: Db): Promise<(string | null)[]> =>
  (await db.rows<{ key: string | null }>(sql`select key from graphile_worker.jobs`)).map(row => row.key)

/** Whether the instant has come, by the database's clock. */
export const hasCome = (db: Db, at: string) => async () => {
  const [row] = await db.rows<{ come: boolean }>(sql`select clock_timestamp() > ${at}::timestamptz as come`)
  return row!.come
}
