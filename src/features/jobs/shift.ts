import { setTimeout as delay } from 'node:timers/promises'
import type { Runner, RunnerOptions, TaskList } from 'graphile-worker'
import type pg from 'pg'
import { type Db, openDatabase } from '../../db/client.ts'
import { beginJob, finishJob, JobsPool, jobsSchema, TakenOver } from '../../db/jobs.ts'
import { Attendance } from '../../db/workers.ts'
import { type Log, loggerFor } from './log.ts'

/**
 * What is done with a payload, in one transaction with the job's end: its effect is there once or not at all. A task that is interrupted
 * or fails is repeated, so whatever it does outside the database must bear being done twice.
 */
export type Task = (db: Db, payload: Record<string, unknown>) => Promise<void>

export interface ShiftOptions {
  connection: pg.PoolConfig
  tasks: Record<string, Task>
  log: Log
  /** Jobs that should always be planned, added when the work starts. */
  plan?: (db: Db) => Promise<void>
  concurrency: number
  pollMilliseconds: number
}

/** How long a running task may take to finish when the work ends. */
const graceMilliseconds = 5_000
const sweepMilliseconds = 2_000
const statementTimeout = 30_000

/** One stretch of work on a database that is there: it ends when it is told to, or when the database goes away. */
export class Shift {
  readonly #options: ShiftOptions
  readonly #attendance: Attendance
  readonly #db: Db
  readonly #pool: JobsPool
  /** The database session of each running job. */
  readonly #running = new Map<string, number>()
  readonly #over = new AbortController()
  #worker = ''
  #runner: Runner | undefined
  /** Settles with the reason when the work cannot go on. */
  readonly lost: Promise<string>
  #lose: (reason: string) => void = () => {}

  private constructor(options: ShiftOptions, attendance: Attendance) {
    const { connection, concurrency } = options
    this.#options = options
    this.#attendance = attendance
    this.#db = openDatabase({ connection, size: concurrency, statementTimeout })
    this.#pool = new JobsPool(connection, concurrency + 1)
    this.lost = new Promise(resolve => {
      this.#lose = resolve
    })
    attendance.lost.then(this.#lose)
  }

  static async open(options: ShiftOptions): Promise<Shift> {
    const attendance = await Attendance.open(options.connection)
    const shift = new Shift(options, attendance)
    try {
      await shift.#start()
      return shift
    } catch (error) {
      await shift.#close()
      throw error
    }
  }

  /** Takes no more jobs, waits for those that run, gives the others back and leaves. */
  async end(): Promise<void> {
    this.#over.abort()
    const stopped = this.#runner!.stop().catch(() => {})
    await within(graceMilliseconds, stopped)
    if (this.#running.size > 0) {
      this.#options.log.warn({ jobs: [...this.#running.keys()] }, 'jobs were not done in time and are given back')
      await this.#attendance.release(this.#worker, [...this.#running.values()]).catch(() => {})
      await within(500, stopped)
    }
    await this.#close()
  }

  /** Leaves a database that is gone: what still runs there cannot commit once another worker has the job. */
  async abandon(): Promise<void> {
    this.#over.abort()
    // Whoever asks for a job fails now and not while the runner stops: it would print that past the log.
    this.#pool.cut()
    await delay(50)
    this.#runner!.stop().catch(() => {})
    const until = Date.now() + graceMilliseconds
    while (this.#running.size > 0 && Date.now() < until) await delay(50)
    await this.#close()
  }

  async #start(): Promise<void> {
    const { plan } = this.#options
    if (plan) await this.#db.transaction(plan, 'worker')
    const { run, Logger } = await import('graphile-worker')
    this.#runner = await run({ ...this.#runnerOptions(), logger: new Logger(loggerFor(this.#options.log)) })
    this.#runner.promise.then(
      () => this.#lose('the runner ended'),
      (error: Error) => this.#lose(error.message)
    )
    this.#sweep()
  }

  #runnerOptions(): RunnerOptions {
    const { tasks, concurrency, pollMilliseconds } = this.#options
    return {
      pgPool: this.#pool,
      schema: jobsSchema,
      concurrency,
      pollInterval: pollMilliseconds,
      noHandleSignals: true,
      parsedCronItems: [],
      taskList: Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, this.#perform(name, task)])),
      preset: {
        // Batched, the library listens to the failure of these statements; alone, their rejection would end the process.
        worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 },
        plugins: [
          {
            name: 'BroadsheetAttendance',
            version: '1',
            worker: { hooks: { startWorker: (_, { worker }) => this.#enter(worker.workerPool.id) } }
          }
        ]
      }
    }
  }

  async #enter(worker: string): Promise<void> {
    this.#worker = worker
    await this.#attendance.enter(worker).catch((error: Error) => {
      this.#lose(error.message)
      throw error
    })
  }

  #perform(name: string, task: Task): TaskList[string] {
    const { log } = this.#options
    return async (payload, { job }) => {
      const words = { job: job.id, task: name, attempt: job.attempts }
      try {
        await this.#once(task, { id: job.id, worker: job.locked_by! }, payload as Record<string, unknown>)
        log.debug(words, 'job done')
      } catch (error) {
        const { message, stack } = error as Error
        const isLast = job.attempts >= job.max_attempts
        if (error instanceof TakenOver) log.info(words, message)
        else if (isLast) log.error({ ...words, reason: message, stack }, 'job failed for the last time')
        else log.warn({ ...words, reason: message }, 'job failed and will be tried again')
        throw error
      }
    }
  }

  async #once(task: Task, hold: { id: string; worker: string }, payload: Record<string, unknown>): Promise<void> {
    try {
      await this.#db.transaction(async db => {
        this.#running.set(hold.id, await beginJob(db, hold))
        await task(db, payload)
        await finishJob(db, hold)
      }, 'worker')
    } finally {
      this.#running.delete(hold.id)
    }
  }

  async #sweep(): Promise<void> {
    const { signal } = this.#over
    while (!signal.aborted) {
      try {
        const gone = await this.#attendance.sweep()
        if (gone.length > 0) this.#options.log.warn({ workers: gone }, 'took over the jobs of workers that are gone')
      } catch (error) {
        return this.#lose((error as Error).message)
      }
      await delay(sweepMilliseconds, undefined, { signal }).catch(() => {})
    }
  }

  /** Connections to a database that is silent may never say goodbye, and are not waited for. */
  async #close(): Promise<void> {
    const closing = [this.#db.close(), this.#pool.end(), this.#attendance.close()]
    await within(1_000, Promise.allSettled(closing))
  }
}

/** Waits for it, but not longer than that. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const patience = new AbortController()
  const limit = delay(milliseconds, undefined, { signal: patience.signal }).catch(() => {})
  await Promise.race([work, limit]).finally(() => patience.abort())
}
