import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { isAlive, openBinaries } from './binaries.ts'
import { type Cluster, openRun, startFailure } from './cluster.ts'

/** Where a running cluster is reached. */
export interface Address {
  host: string
  port: number
  user: string
  database: string
}

/** What `postmaster.pid` says. */
interface Lock {
  pid: number
  address: Address
}

/** Milliseconds a start, a recovery or a stop may take. */
const patience = 60_000

/**
 * A connection to the cluster that `greet` has accepted, with the server adopted if one runs and started if none does.
 * Once `signal` is aborted nothing is started any more.
 */
export async function reach(
  cluster: Cluster,
  settings: Record<string, string>,
  greet: (client: pg.Client) => Promise<unknown>,
  signal?: AbortSignal
): Promise<{ client: pg.Client; address: Address; adopted: boolean }> {
  const deadline = Date.now() + patience
  let started: Started | undefined
  while (Date.now() < deadline) {
    const lock = readLock(cluster)
    if (lock && isServerOf(cluster, lock.pid)) {
      const client = await knock(lock.address, greet)
      if (client) return finish(started, { client, address: lock.address, adopted: lock.pid !== started?.child.pid })
    } else if (!started) {
      signal?.throwIfAborted()
      started = await startServer(cluster, settings, lock?.pid)
    }
    if (started?.failure !== undefined) {
      const said = finish(started, tail(cluster, started))
      if (!isPassing.test(said)) throw new Error(`PostgreSQL does not start on ${cluster.seat}: ${said}`)
      started = undefined
    }
    await delay(started ? 10 : 40)
  }
  const pid = readLock(cluster)?.pid
  const who = pid ? ` (process ${pid}; it may still be recovering)` : ''
  throw new Error(`PostgreSQL on ${cluster.seat} does not answer${who}: ${started ? tail(cluster, started) : ''}`)
}

/** A connection to the running server, if one answers now. */
export async function visit(cluster: Cluster): Promise<pg.Client | undefined> {
  const lock = readLock(cluster)
  return lock && isServerOf(cluster, lock.pid) ? knock(lock.address, async () => {}) : undefined
}

/** Shuts the server down as SIGINT asks it to, sessions cut and data safe, and waits until it has gone. */
export async function stopServer(cluster: Cluster): Promise<void> {
  const lock = readLock(cluster)
  if (!lock || !isServerOf(cluster, lock.pid)) return
  process.kill(lock.pid, 'SIGINT')
  const deadline = Date.now() + patience
  let unlocked = 0
  while (isAlive(lock.pid)) {
    if (Date.now() > deadline) throw new Error(`PostgreSQL (process ${lock.pid}) does not stop`)
    // Where nobody reaps orphans, a server that was adopted stays as a zombie: its lock file tells that it has gone.
    if (readLock(cluster)?.pid !== lock.pid && unlocked++ > 50) break
    await delay(10)
  }
  clear(cluster.run)
}

/** Removes what killed starts left in the socket's folder, and the folder unless it holds library links. */
function clear(run: string): void {
  try {
    for (const name of fs.readdirSync(run)) if (isLeftOver(name)) fs.rmSync(join(run, name), { force: true })
    fs.rmdirSync(run)
  } catch {}
}

/** The log of a start whose process has gone; what a living one's server says tells it whether to try again. */
const isLeftOver = (name: string) => name.startsWith('start-') && !isAlive(Number(name.split('-')[1]))

interface Started {
  child: ChildProcess
  log: string
  /** Why it ended before it was reached. */
  failure?: string
}

/** Starts it in a session of its own, so that Ctrl-C reaches only Node, and without a pipe that could break. */
async function startServer(cluster: Cluster, settings: Record<string, string>, stalePid: number | undefined) {
  const run = openRun(cluster.seat, cluster.owner)
  const { postgres, environment } = await openBinaries(run, cluster.owner)
  for (const lock of [join(cluster.folder, 'postmaster.pid'), join(run, '.s.PGSQL.5432.lock')]) dropEmpty(lock)
  const options = ['-D', cluster.folder, '-k', run, '-p', '5432', '-c', 'listen_addresses=']
  for (const [name, value] of Object.entries(settings)) options.push('-c', `${name}=${value}`)
  const log = join(run, `start-${process.pid}-${randomBytes(4).toString('hex')}.log`)
  const output = fs.openSync(log, 'w', 0o600)
  const child = spawn(postgres, options, {
    ...cluster.owner,
    // A process that was given the id of a dead server would pass for it; PostgreSQL ignores an id named like this.
    env: { ...environment, ...(stalePid ? { PG_GRANDPARENT_PID: String(stalePid) } : {}) },
    cwd: '/',
    detached: true,
    stdio: ['ignore', output, output]
  })
  fs.closeSync(output)
  const started: Started = { child, log }
  child.once('error', error => {
    started.failure = startFailure(error)
  })
  child.once('exit', (code, signal) => {
    started.failure ??= `it ended with ${signal ?? code}`
  })
  child.unref()
  return started
}

/** A lock file is empty for an instant; one that stays so was left by a power cut, and would hinder every start. */
function dropEmpty(lock: string): void {
  const stat = fs.statSync(lock, { throwIfNoEntry: false })
  if (stat?.size === 0 && Date.now() - stat.mtimeMs > 5_000) fs.rmSync(lock, { force: true })
}

/** What PostgreSQL says when another start was faster or the last server is only just going. */
const isPassing =
  /lock file "[^"]*" (?:already exists|is empty)|pre-existing shared memory block|could not create lock file "[^"]*": No such file/

function finish<Result>(started: Started | undefined, result: Result): Result {
  if (started) fs.rmSync(started.log, { force: true })
  return result
}

/** The end of what the server said, before its log collector ran and since. */
function tail(cluster: Cluster, started: Started): string {
  const folder = join(cluster.folder, 'log')
  const logs = fs.existsSync(folder) ? fs.readdirSync(folder).map(name => join(folder, name)) : []
  const born = fs.statSync(started.log, { throwIfNoEntry: false })?.birthtimeMs ?? 0
  const said = [started.log, ...logs.filter(path => fs.statSync(path).mtimeMs >= born)]
    .map(path => (fs.existsSync(path) ? fs.readFileSync(path, 'utf8').slice(-2_000).trim() : ''))
    .filter(text => text !== '')
  return [started.failure ?? 'it does not answer', ...said].join('\n')
}

function readLock({ folder, run }: Cluster): Lock | undefined {
  const path = join(folder, 'postmaster.pid')
  if (!fs.existsSync(path)) return
  let text = ''
  try {
    text = fs.readFileSync(path, 'utf8')
  } catch {}
  const [pid, , , port, host] = text.split('\n')
  if (!Number(pid)) return
  return {
    pid: Number(pid),
    address: { host: host || run, port: Number(port) || 5432, user: 'postgres', database: 'broadsheet' }
  }
}

/** Ids are given anew, in containers soon: only a process that names this folder is its server. */
function isServerOf({ folder }: Cluster, pid: number): boolean {
  if (!isAlive(pid)) return false
  try {
    const command =
      process.platform === 'linux'
        ? fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        : spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout
    return command.includes('postgres') && command.includes(folder)
  } catch {
    return false
  }
}

/** Codes of a server that starts, recovers or stops, and of a socket that is not there yet or no more. */
const passing = new Set(['57P01', '57P02', '57P03', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'])

/** Whether an error means only that the server is not there at this moment; pg gives a cut connection no code. */
export function isAway(error: unknown): boolean {
  const { code, message } = error as { code?: string; message: string }
  return code === undefined ? /terminated|timeout|not queryable/.test(message) : passing.has(code)
}

async function knock(address: Address, greet: (client: pg.Client) => Promise<unknown>): Promise<pg.Client | undefined> {
  const client = connectTo(address)
  try {
    await client.connect()
    await greet(client)
    return client
  } catch (error) {
    await client.end().catch(() => {})
    if ((error as { code?: string }).code === '3D000') return void (await createDatabase(address))
    if (!isAway(error)) throw error
    return
  }
}

/** The cluster's first use, or the first after one that was killed before this. */
async function createDatabase(address: Address): Promise<void> {
  const client = connectTo({ ...address, database: 'postgres' })
  try {
    await client.connect()
    await client.query(`create database ${address.database} template template0 encoding 'UTF8'`)
  } catch (error) {
    const { code = '' } = error as { code?: string }
    // Somebody else creates it at this moment.
    if (!['42P04', '23505'].includes(code) && !isAway(error)) throw error
  } finally {
    await client.end().catch(() => {})
  }
}

function connectTo(address: Address): pg.Client {
  const client = new pg.Client({
    ...address,
    ssl: false,
    application_name: `broadsheet:${process.pid}`,
    connectionTimeoutMillis: 5_000
  })
  client.on('error', () => {})
  return client
}
