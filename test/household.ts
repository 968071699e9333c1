import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Test } from 'tap'
import { type Db, openDatabase } from '../src/db/client.ts'
import { type Embedded, openEmbedded } from '../src/db/embedded.ts'
import { openTestDatabase } from './helpers.ts'

/** A newsroom as it runs for real: a server, a worker and a database, each of them processes that can be killed. */

const cli = join(import.meta.dirname, '..', 'src', 'cli.js')

export interface Told {
  /** What ended by itself although it had been ready. */
  falls: string[]
  /** Starts that did not come to their end, and why. */
  failedStarts: string[]
}

/** A program that is started again whenever it ends, as an operator's supervisor does it. */
export class Program {
  readonly #name: string
  readonly #env: NodeJS.ProcessEnv
  readonly #told: Told
  #child!: ChildProcess
  #isReady = false
  #isLeaving = false

  constructor(name: string, env: NodeJS.ProcessEnv, told: Told) {
    this.#name = name
    this.#env = env
    this.#told = told
    this.#start()
  }

  async ready(): Promise<void> {
    for (const end = Date.now() + 60_000; !this.#isReady; await delay(20))
      if (Date.now() > end) throw new Error(`${this.#name} is not ready: ${this.#told.failedStarts.at(-1)}`)
  }

  kill(): void {
    this.#isReady = false
    this.#child.kill('SIGKILL')
  }

  /** Ends it as an operator does; 0 when it closed in order. */
  async stop(): Promise<number | null> {
    this.#isLeaving = true
    const { exitCode, signalCode } = this.#child
    if (exitCode !== null || signalCode !== null) return exitCode
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    return (await ended)[0]
  }

  #start(): void {
    const child = spawn(process.execPath, [cli, this.#name], { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', data => {
        said = (said + data).slice(-4_000)
        if (said.includes(' is ready')) this.#isReady = true
      })
    child.once('exit', (code, signal) => void this.#again(code, signal, said))
  }

  async #again(code: number | null, signal: string | null, said: string): Promise<void> {
    if (this.#isLeaving) return
    const { falls, failedStarts } = this.#told
    if (signal !== 'SIGKILL') {
      const list = this.#isReady ? falls : failedStarts
      list.push(`${this.#name} ended with ${code ?? signal}: ${said}`)
      this.#isReady = false
      await delay(200)
    }
    if (!this.#isLeaving) this.#start()
  }
}

/** The database of the household: an embedded one of its own with everything durable, or one on TEST_DATABASE_URL's server. */
async function openHome(t: Test) {
  const folder = newFolder()
  const remove = async () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  if (process.env.TEST_DATABASE_URL) {
    const { connection, db } = await openTestDatabase(t)
    const env = { DATABASE_URL: connection.connectionString!, DATA_DIR: folder }
    return { env, open: async () => db, strike: () => cut(connection), process: () => undefined, close: remove }
  }
  const cluster = join(folder, 'postgres')
  let embedded: Embedded | undefined
  let db: Db | undefined
  return {
    env: { DATA_DIR: folder, DATABASE_URL: '' },
    open: async () => {
      embedded = await openEmbedded(cluster)
      db = openDatabase({ connection: { ...embedded.connection, ssl: false }, size: 2, statementTimeout: 60_000 })
      return db
    },
    strike: async () => killPostgres(cluster),
    process: () => lockOf(cluster)?.pid,
    close: async () => {
      await db?.close()
      await embedded?.close()
      await remove()
    }
  }
}

/** A folder below the one for temporary files that PostgreSQL can enter, also when root runs the tests. */
export function newFolder(): string {
  const folder = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'broadsheet-durable-'))
  fs.chmodSync(folder, 0o755)
  return folder
}

/** The running PostgreSQL of a cluster, as its lock file tells. */
export function lockOf(cluster: string): { pid: number; host: string } | undefined {
  const lock = join(cluster, 'postmaster.pid')
  if (!fs.existsSync(lock)) return undefined
  const [pid, , , , host = ''] = fs.readFileSync(lock, 'utf8').split('\n')
  return Number(pid) > 0 ? { pid: Number(pid), host } : undefined
}

/** SIGKILL to the postmaster and everything it has started, at once: nobody tidies up. */
export function killPostgres(cluster: string): void {
  const pid = lockOf(cluster)?.pid
  if (!pid) return
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' }).trim().split('\n')
  for (const line of processes) {
    const [, id, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    if ((Number(id) !== pid && Number(parent) !== pid) || !command.includes('postgres')) continue
    try {
      process.kill(Number(id), 'SIGKILL')
    } catch {
      // It has gone by itself.
    }
  }
}

/** On a server that is not ours to kill: every session in our database ends, wherever it is. */
async function cut(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
  )
  await client.end()
}

export type Victim = 'server' | 'worker' | 'database'

export async function openHousehold(t: Test) {
  const home = await openHome(t)
  const port = await freePort()
  const env = { ...process.env, ...home.env, PORT: String(port), WORKER: 'apart', LOG_LEVEL: 'error' }
  const told: Told = { falls: [], failedStarts: [] }
  const server = new Program('serve', env, told)
  const worker = new Program('worker', env, told)
  t.teardown(async () => {
    await Promise.all([server.stop(), worker.stop()])
    await home.close()
  })
  const run = (...words: string[]) => promisify(execFile)(process.execPath, [cli, ...words], { env })
  const strikes: Record<Victim, () => unknown> = {
    server: () => server.kill(),
    worker: () => worker.kill(),
    database: home.strike
  }
  return {
    address: `http://127.0.0.1:${port}`,
    told,
    run,
    /** The database of the household, beside those who use it. */
    open: home.open as () => Promise<Db>,
    /** The id of its PostgreSQL, where that is its own. */
    process: home.process,
    strike: async (victims: readonly Victim[]) => {
      await Promise.all(victims.map(victim => strikes[victim]()))
    },
    ready: () => Promise.all([server.ready(), worker.ready()])
  }
}

/** A port that stays the same when the server is started again. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}
