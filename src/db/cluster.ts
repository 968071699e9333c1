import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { type Binaries, findBinaries, identity, nameOf, reachable, shelter } from './binaries.ts'

/** A running cluster, whoever started it. */
export interface Cluster {
  folder: string
  /** Folder of the socket: the only door, so nobody but this machine's user gets in. */
  run: string
  adopted: boolean
}

/** How long a start or a recovery after a crash may take, in milliseconds. */
const patience = 60_000

const defaults = {
  listen_addresses: '',
  max_connections: '60',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgres-%a.log',
  log_truncate_on_rotation: 'on'
}

/** A running cluster in `folder`: adopted when one still runs there, else started, after a first initdb when the folder is empty. */
export async function openCluster(folder: string, settings: Record<string, string>): Promise<Cluster> {
  const home = settle(folder)
  const run = runFolder(home)
  if (await adoptable(home, run)) return { folder: home, run, adopted: true }
  const binaries = findBinaries(run)
  initialise(home, binaries)
  const adopted = await start(home, run, binaries, { ...defaults, ...settings })
  return { folder: home, run, adopted }
}

/** Asks the postmaster for a fast shutdown and waits until it is gone. */
export async function stopCluster({ folder }: Cluster): Promise<void> {
  const pid = postmaster(folder)
  if (!pid || !alive(pid)) return
  process.kill(pid, 'SIGINT')
  for (const end = Date.now() + patience; alive(pid) && Date.now() < end; ) await wait(20)
}

/** Where the cluster lives: in `folder`, or behind a symlink there when the database user could not enter `folder` itself. */
function settle(folder: string): string {
  const parent = path.dirname(folder)
  fs.mkdirSync(parent, { recursive: true })
  if (fs.lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) return fs.readlinkSync(folder)
  if (reachable(parent)) return folder
  if (fs.existsSync(folder))
    throw new Error(
      `${folder} lies below a folder the database user cannot enter; move it, or set DATA_DIR or DATABASE_URL.`
    )
  const home = path.join(shelter, `data-${nameOf(folder)}`)
  fs.mkdirSync(shelter, { recursive: true, mode: 0o755 })
  fs.symlinkSync(home, folder)
  return home
}

/** The folder of socket and libraries, short enough for a socket address (107 bytes) and ours alone. */
function runFolder(home: string): string {
  const run = path.join(os.tmpdir(), `broadsheet-${nameOf(home)}`)
  const { uid = process.getuid?.() ?? -1, gid } = identity()
  fs.mkdirSync(run, { recursive: true, mode: 0o700 })
  const { uid: owner } = fs.lstatSync(run)
  if (owner === process.getuid?.() && gid !== undefined) fs.chownSync(run, uid, gid)
  else if (owner !== uid || !fs.lstatSync(run).isDirectory())
    throw new Error(`${run} belongs to somebody else; remove it.`)
  return run
}

/** Fills an empty folder beside it and by one rename: a start killed half-way leaves nothing that the next one could mistake for a cluster. */
function initialise(home: string, { initdb, environment }: Binaries): void {
  if (fs.existsSync(path.join(home, 'PG_VERSION'))) return
  if (fs.existsSync(home) && fs.readdirSync(home).length > 0)
    throw new Error(`${home} is not empty and holds no PostgreSQL cluster; set DATA_DIR to another folder.`)
  clearLeftovers(home)
  const half = `${home}.init-${process.pid}`
  const { uid, gid } = identity()
  fs.mkdirSync(half, { recursive: true, mode: 0o700 })
  if (uid !== undefined) fs.chownSync(half, uid, gid!)
  const options = ['-D', half, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-instructions']
  const { status, error, stderr } = spawnSync(initdb, options, { ...identity(), env: environment, cwd: '/' })
  if (status !== 0) throw new Error(`initdb failed in ${half}: ${error?.message ?? stderr}`)
  try {
    fs.renameSync(half, home)
  } catch {
    fs.rmSync(half, { recursive: true, force: true })
  }
}

/** What a killed initdb left: its folder carries the pid of the process that made it. */
function clearLeftovers(home: string): void {
  const prefix = `${path.basename(home)}.init-`
  for (const name of fs.readdirSync(path.dirname(home))) {
    const pid = Number(name.slice(prefix.length))
    if (name.startsWith(prefix) && !alive(pid))
      fs.rmSync(path.join(path.dirname(home), name), { recursive: true, force: true })
  }
}

/** Starts the postmaster in a process group of its own, so that Ctrl-C reaches only us; true when another process won the race. */
async function start(
  home: string,
  run: string,
  { postgres, environment }: Binaries,
  settings: Record<string, string>
): Promise<boolean> {
  const log = path.join(run, 'start.log')
  const out = fs.openSync(log, 'w')
  const options = [
    '-D',
    home,
    '-k',
    run,
    '-p',
    '5432',
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  ]
  const child = spawn(postgres, options, {
    ...identity(),
    env: environment,
    cwd: '/',
    detached: true,
    stdio: ['ignore', out, out]
  })
  let ended = false
  child.once('exit', () => {
    ended = true
  })
  child.once('error', () => {
    ended = true
  })
  child.unref()
  fs.closeSync(out)
  for (const end = Date.now() + patience; Date.now() < end; ) {
    if (await answers(run)) return ended
    if (ended && !(await adoptable(home, run)))
      throw new Error(`PostgreSQL did not start in ${home}: ${fs.readFileSync(log, 'utf8').slice(-2_000)}`)
    await wait(10)
  }
  throw new Error(
    `PostgreSQL in ${home} did not answer within ${patience / 1_000} s: ${fs.readFileSync(log, 'utf8').slice(-2_000)}`
  )
}

/** Whether a postmaster runs in `home`; one that is still starting or recovering is waited for. */
async function adoptable(home: string, run: string): Promise<boolean> {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    const pid = postmaster(home)
    if (!pid || !alive(pid) || !runsPostgres(pid)) return false
    if (await answers(run)) return true
    await wait(20)
  }
  return false
}

function postmaster(home: string): number | null {
  try {
    return Number(fs.readFileSync(path.join(home, 'postmaster.pid'), 'utf8').split('\n')[0]) || null
  } catch {
    return null
  }
}

/** A stale pid file may name a process that is somebody else's by now. */
function runsPostgres(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
  } catch {
    return process.platform !== 'linux'
  }
}

function alive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function answers(run: string): Promise<boolean> {
  const client = new pg.Client({ host: run, port: 5432, user: 'postgres', database: 'postgres' })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

const wait = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))
