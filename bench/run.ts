import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { groupBy } from '../src/lib/group.ts'
import { endSessions, openArchive, sampleArticles } from './archive.ts'
import { measureImports } from './imports.ts'
import { measurePages, measureRelated, type ReadCost } from './latency.ts'
import { measureSimilar, type SimilarCost } from './similar.ts'
import { measureThroughput } from './throughput.ts'
import { measureWrites } from './writes.ts'

/** `npm run bench`: the costs of the house, side by side with what could be reached, as ratios. See bench/README.md. */

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    sizes: { type: 'string', default: '10000,200000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'article,list,pages,related,writes,import' },
    fresh: { type: 'boolean', default: false }
  }
})
const say = (line: string) => void process.stdout.write(`${line}\n`)
const rounded = (number: number, digits = 2) => Number(number.toFixed(digits))
type Archive = { size: number } & Awaited<ReturnType<typeof openArchive>>

/** What can be measured, by the names `--only` knows. */
const measurements = {
  article: (archives: Archive[]) => throughput(archives.at(-1)!, 'article'),
  list: (archives: Archive[]) => throughput(archives.at(-1)!, 'list'),
  pages: (archives: Archive[]) => pages(archives.at(-1)!),
  related,
  writes,
  import: imports
}
type Name = keyof typeof measurements

async function throughput({ db, size, name }: Archive, page: 'article' | 'list') {
  const sections = Array.from({ length: 20 }, (_, n) => `section-${(n + 3) % 20}`)
  const measured = await measureThroughput({
    database: name,
    page,
    keys: page === 'article' ? await sampleArticles(db, size, 20) : sections,
    path: key => `/v1/articles${page === 'article' ? `/${key}?` : `?category=${key}&`}language=en`,
    rounds: numberOf('rounds'),
    seconds: numberOf('seconds')
  })
  say(`\n${page}: requests a second, 16 connections (L2: the same bytes from memory; L3: one hand-written statement)`)
  console.table({
    [page]: {
      bytes: measured.bytes,
      broadsheet: Math.round(measured.house),
      L2: Math.round(measured.memory),
      L3: Math.round(measured.statement),
      'of L2': rounded(measured.ofMemory),
      'of L3': rounded(measured.ofStatement),
      'p99 ms': measured.p99,
      'cpu ms': rounded(measured.cpu, 3)
    }
  })
  return measured
}

const lists = [
  'language=vi',
  'language=vi&section=section-0',
  'language=fr&fallback=chain',
  'language=vi&section=section-0&type=article',
  'language=vi&order=-updatedAt',
  'language=fr&fallback=chain&order=updatedAt'
]

async function pages({ db, size }: Archive) {
  const measured = []
  for (const list of lists) measured.push(await measurePages(db, list, 300))
  say(`\npage 1 against page 1,000, ms, at ${size.toLocaleString('en')} articles`)
  console.table(
    measured.map(({ list, first, page, thousandth, ratio }) => ({
      list,
      page,
      '1 p50': rounded(first.p50),
      '1 p95': rounded(first.p95),
      'page p50': rounded(thousandth.p50),
      'page p95': rounded(thousandth.p95),
      ratio: rounded(ratio)
    }))
  )
  return measured
}

async function related(archives: Archive[]) {
  const [similar, costs] = [[], []] as [SimilarCost[], ReadCost[]]
  for (const { db, size } of archives) {
    similar.push(await measureSimilar(db, size, await sampleArticles(db, size, 200)))
    costs.push(...(await measureRelated(db, size, 200)))
  }
  say(
    '\nwhat is similar: articles a second made anew, ms until a published one is compared and then until it is filed, bytes an article'
  )
  console.table(
    similar.map(cost => ({
      ...cost,
      rebuild: cost.rebuild && Math.round(cost.rebuild),
      p50: rounded(cost.p50),
      p99: rounded(cost.p99),
      filing: rounded(cost.filing)
    }))
  )
  say('\nall related lists of one article, and the front page, ms')
  console.table(
    costs.map(({ first50, p50, p99, database50, database99, ...cost }) => ({
      ...cost,
      'first time p50': rounded(first50),
      p50: rounded(p50),
      p99: rounded(p99),
      'database p50': rounded(database50),
      'database p99': rounded(database99)
    }))
  )
  const ratios = Object.fromEntries(
    [...groupBy(costs, cost => cost.read)].map(([read, sizes]) => [
      read,
      { read: sizes.at(-1)!.p50 / sizes[0]!.p50, database: sizes.at(-1)!.database50 / sizes[0]!.database50 }
    ])
  )
  for (const [name, { read, database }] of Object.entries(ratios))
    say(`${name}, p50 of the largest against the smallest: ${rounded(read)}, in the database ${rounded(database)}`)
  return { similar, costs, ratios }
}

async function writes() {
  const { rates, visible } = await measureWrites(numberOf('rounds'), numberOf('seconds'), say)
  say('\nwrites a second (bare: the same rows by hand, one transaction each; silent: those without the log)')
  console.table(
    rates.map(({ write, writers, house, bare, silent, ofBare, triggers }) => ({
      write,
      writers,
      broadsheet: Math.round(house),
      bare: Math.round(bare),
      silent: Math.round(silent),
      'of bare': rounded(ofBare),
      'bare of silent': rounded(triggers)
    }))
  )
  say('\nfrom the order to publish until it is seen, ms')
  console.table(visible.map(one => ({ ...one, p50: rounded(one.p50, 1), p95: rounded(one.p95, 1) })))
  return { rates, visible }
}

async function imports() {
  const rates = await measureImports(say)
  say('\nimport into an empty database, without and with a worker that keeps what is similar')
  console.table(
    rates.map(({ perSecond, seconds, ...rate }) => ({
      ...rate,
      seconds: rounded(seconds),
      'a second': Math.round(perSecond)
    }))
  )
  return rates
}

function numberOf(option: 'rounds' | 'seconds'): number {
  const number = Number(options[option])
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${option} must be a whole number from 1`)
  return number
}

/** What was asked for, refused before hours are spent on half of it. */
function readPlan() {
  const names = options.only.split(',')
  const unknown = names.filter(name => !Object.hasOwn(measurements, name))
  if (unknown.length > 0)
    throw new Error(`--only knows ${Object.keys(measurements).join(', ')}, not ${unknown.join(', ')}`)
  const sizes = options.sizes.split(',').map(Number)
  if (sizes.some(size => !Number.isInteger(size) || size < 1000))
    throw new Error('--sizes must be whole numbers from 1000')
  numberOf('rounds')
  numberOf('seconds')
  return { names: names as Name[], sizes: sizes.sort((a, b) => a - b) }
}

async function main() {
  const { names, sizes } = readPlan()
  const archives: Archive[] = []
  const needed = names.some(name => name !== 'import' && name !== 'writes') ? sizes : []
  for (const size of needed) archives.push({ size, ...(await openArchive(size, options.fresh, say)) })
  const results: Record<string, unknown> = { node: process.version, cores: cpus().length, sizes }
  for (const name of names) results[name] = await measurements[name](archives)
  for (const { db } of archives) await db.close()
  if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`)
}

let stopped = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    stopped = true
    await endSessions().catch(() => {})
    process.exit(130)
  })
}
await main().catch((error: Error) => {
  if (stopped) return
  process.exitCode = 1
  process.stderr.write(`${error.message}\n`)
  process.exit()
})
