import pg from 'pg'

/** The first half of the advisory locks that say which workers are alive; the second is made of the worker's name. */
const aliveLock = 8_215_205

/** Workers whose session is gone, and with it their lock; read from the jobs that they still hold. */
const goneWorkers = `select distinct locked_by as worker from graphile_worker._private_jobs
  where locked_by is not null and not exists (
    select from pg_locks
    where locktype = 'advisory' and granted and objsubid = 2 and classid = ${aliveLock}
      and database = (select oid from pg_database where datname = current_database())
      and objid = (hashtext(locked_by)::bigint & 4294967295)::oid)`

/**
 * A worker's sign of life: a session whose lock ends with the process, however that ends. The server also ends a session that says
 * nothing for 15 seconds, so a machine that vanished or a process that is frozen does not keep its jobs either.
 */
export class Attendance {
  readonly #client: pg.Client
  #last: Promise<unknown> = Promise.resolve()
  /** Settles when the session is gone. */
  readonly lost: Promise<string>

  private constructor(client: pg.Client) {
    this.#client = client
    this.lost = new Promise(resolve => {
      client.on('error', error => resolve(error.message))
      client.on('end', () => resolve('the session ended'))
    })
  }

  static async open(connection: pg.ClientConfig): Promise<Attendance> {
    const client = new pg.Client({
      ...connection,
      application_name: `broadsheet:${process.pid}`,
      connectionTimeoutMillis: 3_000,
      keepAlive: true,
      query_timeout: 3_000,
      options: '-c statement_timeout=2500 -c idle_session_timeout=15000'
    })
    const attendance = new Attendance(client)
    await client.connect()
    return attendance
  }

  /** From here on the worker is alive; it must not take a job before. */
  async enter(worker: string): Promise<void> {
    await this.#ask('select pg_advisory_lock_shared($1, hashtext($2))', [aliveLock, worker])
  }

  /** Gives back what workers that are gone still hold, and names them. */
  async sweep(): Promise<string[]> {
    const rows = await this.#ask<{ worker: string }>(goneWorkers)
    const gone = rows.map(row => row.worker)
    if (gone.length > 0) await this.#giveBack(gone)
    return gone
  }

  /** Ends the sessions of tasks that were not done in time, which undoes them, and gives their jobs to other workers. */
  async release(worker: string, sessions: number[]): Promise<void> {
    await this.#ask('select pg_terminate_backend(pid) from unnest($1::int[]) pid', [sessions])
    await this.#giveBack([worker])
  }

  async close(): Promise<void> {
    await this.#client.end()
  }

  async #giveBack(workers: string[]): Promise<void> {
    await this.#ask('select graphile_worker.force_unlock_workers($1)', [workers])
    await this.#ask(`select pg_notify('jobs:insert', '{"count":2}')`)
  }

  /** One statement after the other: a session has one at a time. */
  #ask<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    const answer = this.#last.then(async () => (await this.#client.query(text, values)).rows as Row[])
    this.#last = answer.catch(() => {})
    return answer
  }
}
