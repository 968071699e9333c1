import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { importFiles } from '../src/features/import/run.ts'
import { emptyDatabase, openArchive, sampleArticles } from './archive.ts'
import { measurePages, measureRelated } from './latency.ts'
import { measureThroughput } from './throughput.ts'

/** `npm run bench`: the costs of the house, side by side with what could be reached, as ratios. See bench/README.md. */

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    sizes: { type: 'string', default: '10000,200000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'throughput,pages,related,import' },
    fresh: { type: 'boolean', default: false }
  }
})
const only = new Set(options.only.split(','))
const sizes = options.sizes.split(',').map(Number)
const say = (line: string) => void process.stdout.write(`${line}\n`)
const rounded = (number: number, digits = 2) => Number(number.toFixed(digits))

const archives = []
for (const size of sizes) archives.push({ size, ...(await openArchive(size, options.fresh, say)) })
const largest = archives.at(-1)!
const results: Record<string, unknown> = { node: process.version, cores: cpus().length, sizes }

if (only.has('throughput')) {
  const [key] = await sampleArticles(largest.db, largest.size, 3)
  const shared = { database: largest.name, rounds: Number(options.rounds), seconds: Number(options.seconds) }
  const pages = [
    await measureThroughput({ ...shared, page: 'article', path: `/v1/articles/${key}?language=en`, key: key! }),
    await measureThroughput({
      ...shared,
      page: 'list',
      path: '/v1/articles?language=en&category=section-3&limit=20',
      key: 'section-3'
    })
  ]
  results.throughput = pages
  say('\nrequests a second, 16 connections (L2: the same bytes from memory; L3: one hand-written statement)')
  console.table(
    Object.fromEntries(
      pages.map(page => [
        page.page,
        {
          bytes: page.bytes,
          broadsheet: Math.round(page.house),
          L2: Math.round(page.memory),
          L3: Math.round(page.statement),
          'of L2': rounded(page.ofMemory),
          'of L3': rounded(page.ofStatement),
          'p99 ms': page.p99,
          'cpu ms': rounded(page.cpu, 3)
        }
      ])
    )
  )
}

if (only.has('pages')) {
  const lists = [
    'language=vi',
    'language=vi&section=section-3',
    'language=fr&fallback=chain',
    'language=vi&type=article&section=section-3'
  ]
  const pages = []
  for (const list of lists) pages.push(await measurePages(largest.db, list, 200))
  results.pages = pages
  say(`\npage 1 against page 1,000, ms, at ${largest.size.toLocaleString('en')} articles`)
  console.table(
    pages.map(page => ({
      list: page.list,
      first: rounded(page.first),
      thousandth: rounded(page.thousandth),
      ratio: rounded(page.ratio)
    }))
  )
}

if (only.has('related')) {
  const costs = []
  for (const { db, size } of archives) costs.push(await measureRelated(db, size, 300))
  const ratio = costs.at(-1)!.p50 / costs[0]!.p50
  results.related = { costs, ratio }
  say('\nall related lists of one article, ms')
  console.table(costs.map(cost => ({ ...cost, p50: rounded(cost.p50), p99: rounded(cost.p99) })))
  say(`largest against smallest: ${rounded(ratio)}`)
}

if (only.has('import')) {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-bench-'))
  const made = join(folder, 'made.ndjson')
  writeFileSync(made, madeDocuments(2000))
  const corpus = resolve('..', 'shared', 'corpora', 'articles', 'articles-demo.jsonl.gz')
  const files = [made, ...(existsSync(corpus) ? [corpus] : [])]
  if (files.length === 1) say('\nthe corpus of real articles is not here: only made ones are imported')
  const rates = []
  for (const file of files) {
    const db = await emptyDatabase('broadsheet_bench_import')
    const { lines, rejected, seconds } = await importFiles(db, [file], { rejects: join(folder, 'rejects.ndjson') })
    await db.close()
    rates.push({
      file: file === made ? 'made' : 'corpus',
      lines,
      rejected,
      seconds: rounded(seconds),
      'a second': Math.round(lines / seconds)
    })
  }
  results.import = rates
  say('\nimport into an empty database')
  console.table(rates)
}

for (const { db } of archives) await db.close()
if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`)

/** Flat documents, the same in every run. */
function madeDocuments(count: number): string {
  const sentence = 'The water rose slowly over the lower fields and the pumps ran through the night. '
  return Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      id: `made:${n}`,
      language: n % 3 === 0 ? 'fr' : 'en',
      title: `Made story number ${n}`,
      summary: sentence,
      body_html: Array.from({ length: 8 }, (_, p) => `<p>${sentence.repeat(5)} ${n} ${p}</p>`).join(''),
      published_at: new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString(),
      authors: [`Author ${n % 50}`],
      source: `Source ${n % 10}`,
      categories: [`Section ${n % 12}`],
      tags: [`Topic ${n % 97}`, `Topic ${(n * 7) % 97}`]
    })
  ).join('\n')
}
