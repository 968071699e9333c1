import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { draftOf, elsewhere, isReachable, isRoot, type Owner, openBinaries, openHome, sweepDrafts } from './binaries.ts'

/** A PostgreSQL data folder that exists, whether or not a server runs on it. */
export interface Cluster {
  /** Where its user asked for it; as root this may be a link to where it can be. */
  seat: string
  /** Where the data really is. */
  folder: string
  /** The short private folder of the socket: a socket's path may have at most 107 bytes. */
  run: string
  owner: Owner | undefined
}

/** Root may not run PostgreSQL; nobody exists everywhere and owns nothing else of worth. */
const nobody: Owner = { uid: 65534, gid: 65534 }

/** Written into postgresql.conf, where whoever runs the house may change them. */
const defaults = {
  shared_buffers: '128MB',
  max_connections: '60',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgres-%a.log',
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  log_rotation_size: '0'
}

/**
 * The cluster in `asked`, made first if the folder is absent or empty. A start that is killed half-way leaves nothing
 * that hinders the next, and of two that make it at once one wins and both get the same.
 */
export async function openCluster(asked: string, isSynced: boolean): Promise<Cluster> {
  const path = resolve(asked)
  const seat = join(realPath(dirname(path)), basename(path))
  let owner = findOwner(seat)
  if (!owner) {
    await createCluster(seat, isSynced)
    owner = findOwner(seat)
  }
  if (!owner) throw new Error(`${seat} was removed while it was being made`)
  const folder = fs.realpathSync(seat)
  sweepDrafts(dirname(seat), basename(seat))
  if (isRoot && !isReachable(folder, owner)) {
    throw new Error(`PostgreSQL may not run as root and user ${owner.uid} cannot enter ${folder}. ${elsewhere}`)
  }
  const lent = isRoot ? owner : undefined
  return { seat, folder, run: openRun(seat, lent), owner: lent }
}

/** Who owns the cluster in `seat`, nobody if there is none yet; anything else that is there stays untouched. */
function findOwner(seat: string): Owner | undefined {
  const entry = fs.lstatSync(seat, { throwIfNoEntry: false })
  if (!entry) return
  if (!fs.existsSync(seat)) {
    throw new Error(`${seat} points to ${fs.readlinkSync(seat)}, which is gone; remove the link to begin anew.`)
  }
  const { uid, gid } = fs.statSync(seat)
  const names = listNames(seat)
  if (names.length === 0) return
  if (!names.includes('PG_VERSION')) {
    throw new Error(
      `${seat} holds something that is no PostgreSQL cluster; it was not touched. Choose another DATA_DIR.`
    )
  }
  if (isRoot ? uid === 0 : uid !== process.getuid?.()) {
    throw new Error(`The cluster in ${seat} belongs to user ${uid}, who cannot run PostgreSQL here; chown it first.`)
  }
  return { uid, gid }
}

function listNames(seat: string): string[] {
  try {
    return fs.readdirSync(seat)
  } catch (error) {
    throw new Error(`${seat} cannot be read as a folder; it was not touched. Choose another DATA_DIR.`, {
      cause: error
    })
  }
}

async function createCluster(seat: string, isSynced: boolean): Promise<void> {
  const place = realPath(seat)
  const owner = isRoot ? nobody : undefined
  fs.mkdirSync(dirname(place), { recursive: true })
  const isInPlace = !owner || isReachable(place, owner)
  const target = isInPlace ? place : join(openHome(), `${hashOf(seat)}-${randomBytes(4).toString('hex')}`)
  sweepDrafts(dirname(target), isInPlace ? basename(target) : hashOf(seat))
  const draft = draftOf(target)
  fs.mkdirSync(draft, { mode: 0o700 })
  try {
    if (owner) fs.chownSync(draft, owner.uid, owner.gid)
    await initialize(draft, openRun(seat, owner), owner, isSynced)
    if (!moveIntoPlace(draft, target)) return
    if (!isInPlace && !linkTo(target, place)) fs.rmSync(target, { recursive: true })
    syncFolder(dirname(target))
    syncFolder(dirname(place))
  } finally {
    fs.rmSync(draft, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** False if another start was faster; a rename replaces an empty folder and nothing else. */
function moveIntoPlace(draft: string, target: string): boolean {
  try {
    fs.renameSync(draft, target)
    return true
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false
    throw new Error(`The new cluster cannot be moved to ${target}; is it a mount point? Choose the folder above it.`, {
      cause: error
    })
  }
}

/** Lets the place the user chose show where the data is; false if another start was faster. */
function linkTo(target: string, place: string): boolean {
  try {
    if (fs.lstatSync(place, { throwIfNoEntry: false })?.isDirectory()) fs.rmdirSync(place)
    fs.symlinkSync(target, place)
    return true
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (['EEXIST', 'ENOENT', 'ENOTDIR', 'ENOTEMPTY'].includes(code)) return false
    throw error
  }
}

/** A rename is durable only once its folder is. */
function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, 'r')
  try {
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}

async function initialize(draft: string, run: string, owner: Owner | undefined, isSynced: boolean): Promise<void> {
  const { initdb, environment } = await openBinaries(run, owner)
  const options = ['-D', draft, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-instructions', '--lc-messages=C']
  options.push(...localeOptions, ...Object.entries(defaults).flatMap(([name, value]) => ['-c', `${name}=${value}`]))
  if (!isSynced) options.push('--no-sync')
  const child = spawn(initdb, options, { ...owner, env: environment, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const listen = (text: Buffer) => {
    said = (said + text).slice(-2_000)
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  const failure = await new Promise<string | undefined>(done => {
    child.once('error', error => done(startFailure(error)))
    child.once('close', code => done(code === 0 ? undefined : said.trim()))
  })
  if (failure === undefined) return
  throw new Error(`PostgreSQL cannot make its folder ${draft}: ${failure}\n${elsewhere}`)
}

/** macOS has no C.UTF-8; PostgreSQL's own one sorts the same there. */
const localeOptions =
  process.platform === 'darwin'
    ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--lc-ctype=en_US.UTF-8']
    : ['--locale=C.UTF-8']

/** A program that is there and yet "not found" lacks its loader, as on Alpine. */
export const startFailure = (error: NodeJS.ErrnoException): string =>
  error.code === 'ENOENT' ? `${error.message} (these programs need glibc, which Alpine has not)` : error.message

/** The folder of the socket: private, so that who may enter may connect, and refused if somebody else planted it. */
export function openRun(seat: string, owner: Owner | undefined): string {
  const name = `broadsheet-${hashOf(seat)}`
  const fits = (folder: string) =>
    Buffer.byteLength(join(folder, name, '.s.PGSQL.5432')) < 100 &&
    fs.existsSync(folder) &&
    (!owner || isReachable(join(folder, name), owner))
  const run = join([tmpdir(), '/tmp'].find(fits) ?? '/tmp', name)
  fs.mkdirSync(run, { recursive: true, mode: 0o700 })
  const stat = fs.lstatSync(run)
  const isOurs = stat.uid === process.getuid?.() || stat.uid === owner?.uid
  if (!stat.isDirectory() || !isOurs || stat.mode & 0o077) {
    throw new Error(`${run} should be a private folder of PostgreSQL and is somebody else's; remove it.`)
  }
  if (owner && stat.uid !== owner.uid) fs.lchownSync(run, owner.uid, owner.gid)
  return run
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12)

const realPath = (path: string): string =>
  fs.existsSync(path) ? fs.realpathSync(path) : join(realPath(dirname(path)), basename(path))
