// Compiles to dist/, and packs the command line into dist/bin/; only when something changed: a later start must answer within two seconds.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const root = new URL('..', import.meta.url).pathname
const stamp = join(root, 'dist', '.stamp')
const inputs = ['src', 'test', 'bench', 'demo'].flatMap(folder => sources(join(root, folder)))
inputs.push(
  ...['openapi/examples.json', 'scripts/build.js', 'tsconfig.json', 'package.json', 'package-lock.json'].map(name =>
    join(root, name)
  )
)

function sources(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => join(entry.parentPath, entry.name))
}

/** Libraries of hundreds of small files each: reading them one by one took 0.6 of the 1.55 s of CPU that a start cost. */
const packed = ['drizzle-orm', 'htmlparser2', 'jose', 'marked', 'transliteration', 'typebox']

/** What starts is a few files: our modules and the packed libraries in them. It stands as deep as dist/src. */
async function bundle() {
  // Loaded only here: a later start has nothing to build.
  const { build } = await import('esbuild')
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  await build({
    entryPoints: [join(root, 'dist/src/cli.js')],
    outdir: join(root, 'dist/bin'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    external: Object.keys(dependencies).filter(name => !packed.includes(name)),
    logLevel: 'warning'
  })
}

const hash = createHash('sha256')
for (const file of inputs.sort())
  hash
    .update(file)
    .update(String(statSync(file).mtimeMs))
    .update(String(statSync(file).size))
const fingerprint = hash.digest('hex')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint) {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const tsc = createRequire(import.meta.url)
    .resolve('typescript/package.json')
    .replace(/package\.json$/, 'bin/tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
  await bundle()
  writeFileSync(stamp, fingerprint)
}
