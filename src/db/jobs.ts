import { sql } from 'drizzle-orm'
import pg from 'pg'
import type { Db } from './client.ts'

/** Work for later. The key names it: adding under a key that waits already moves that job. */
export interface Job {
  task: string
  key: string
  /** When, by the database's clock; null is at once. */
  runAt: string | null
  payload: Record<string, unknown>
}

/** Who holds a job that runs. */
export interface Hold {
  id: string
  worker: string
}

/** Some seven hours of trying: the pauses grow from 3 seconds to 6 hours. */
const maxAttempts = 25

/** The newest migration of the installed graphile-worker; a test holds it to the library, so that a start need not load that to know. */
export const newestMigration = 19

/** graphile-worker's own schema; the environment cannot move it, because our statements name it. */
export const jobsSchema = 'graphile_worker'

/**
 * Adds or moves a job in the caller's transaction, so that it is there exactly when the rest of the write is. With `preserve_run_at` a job
 * that waits already keeps its time. A running job of the same key runs to its end, and the new one after it.
 */
export async function addJob(
  db: Db,
  { task, key, runAt, payload }: Job,
  mode: 'replace' | 'preserve_run_at' = 'replace'
): Promise<void> {
  await db.rows(sql`select 1 from graphile_worker.add_job(${task}, payload => ${JSON.stringify(payload)}::json,
    run_at => ${runAt}::timestamptz, max_attempts => ${maxAttempts}, job_key => ${key}, job_key_mode => ${mode})`)
}

/** Removes a waiting job by key in the caller's transaction; one that runs is not stopped, but not repeated either. */
export async function removeJob(db: Db, key: string): Promise<void> {
  await db.rows(sql`select 1 from graphile_worker.remove_job(${key})`)
}

/** The session that works on a job, for the worker to end if it must; fails when the job is no longer this worker's. */
export async function beginJob(db: Db, { id, worker }: Hold): Promise<number> {
  const [row] = await db.rows<{ pid: number }>(sql`select pg_backend_pid() as pid from graphile_worker._private_jobs
    where id = ${id}::bigint and locked_by = ${worker}`)
  if (!row) throw new TakenOver()
  return row.pid
}

/** Takes the job off the list in the transaction of its effect: of two workers that both ran it, only one can commit. */
export async function finishJob(db: Db, { id, worker }: Hold): Promise<void> {
  const rows = await db.rows(sql`delete from graphile_worker._private_jobs
    where id = ${id}::bigint and locked_by = ${worker} returning id`)
  if (rows.length === 0) throw new TakenOver()
}

/** The worker was held for dead, and another one has its job. */
export class TakenOver extends Error {
  constructor() {
    super('Another worker has taken this job over')
  }
}

/** Whether the tables of the jobs are of this version. */
export async function jobsArePrepared(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(`select to_regclass('${jobsSchema}.migrations') as known`)
  if (rows[0].known === null) return false
  const newest = await client.query(`select coalesce(max(id), 0) as id from ${jobsSchema}.migrations`)
  return newest.rows[0].id >= newestMigration
}

/** Brings graphile-worker's tables to its version; the library is loaded only here, as most starts have nothing to do. */
export async function prepareJobs(connection: pg.PoolConfig): Promise<void> {
  const { runMigrations, Logger } = await import('graphile-worker')
  const pool = new JobsPool(connection, 1)
  try {
    await runMigrations({ pgPool: pool, schema: jobsSchema, logger: new Logger(() => () => {}) })
  } finally {
    await pool.end()
  }
}

/** The connections graphile-worker asks for jobs with; errors of idle ones are its matter at the next statement. */
export class JobsPool extends pg.Pool {
  readonly #clients = new Set<pg.PoolClient>()

  constructor(connection: pg.PoolConfig, size: number) {
    super({
      ...connection,
      max: size,
      connectionTimeoutMillis: 3_000,
      keepAlive: true,
      application_name: `broadsheet:${process.pid}`,
      statement_timeout: 10_000,
      query_timeout: 10_500
    })
    this.on('error', ignore)
    this.on('connect', client => {
      client.on('error', ignore)
      this.#clients.add(client)
    })
    this.on('remove', client => void this.#clients.delete(client))
  }

  /** Ends all connections, also those that wait for an answer that may never come. */
  cut(): void {
    for (const client of this.#clients) (client as unknown as pg.Client).end().catch(ignore)
  }
}

const ignore = () => {}
