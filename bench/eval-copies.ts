import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'drizzle-orm'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import type { Db } from '../src/db/client.ts'
import { type Count, judge, pairOf, type Verdict } from './eval-copies-judge.ts'
import { type CopySet, makeSet } from './eval-copies-set.ts'
import { fillHouse, inScratchHouse } from './eval-house.ts'

/** `npm run eval:copies -- [--corpora FOLDER] [--families N] [--half 1|2] [--show] [--json FILE]`: are copies of a story found, and only copies? */

const { values } = parseArgs({
  options: {
    corpora: { type: 'string', default: '../shared/corpora' },
    families: { type: 'string', default: '20' },
    half: { type: 'string' },
    show: { type: 'boolean', default: false },
    json: { type: 'string' }
  }
})
/** The most versions that the API lists. */
const most = 50
const say = (line: string) => process.stdout.write(`${line}\n`)
const files = ['articles/articles-demo.jsonl.gz', 'related/ecbplus.documents.jsonl', 'related/ecbplus.qrels.jsonl'].map(
  name => resolve(values.corpora, name)
) as [string, string, string]
const missing = files.filter(file => !existsSync(file))
if (missing.length > 0) {
  say(`nothing to measure: ${missing.join(', ')} not here (--corpora names the folder)`)
  process.exit(0)
}

const result = await inScratchHouse(async (db, folder) => {
  const flat = join(folder, 'documents.ndjson')
  const sizes = { families: Number(values.families), half: values.half ? Number(values.half) : null }
  const set = makeSet(...files, flat, sizes)
  const { rejected, importing, comparing } = await fillHouse(db, flat, folder)
  const { found, cut } = await askHouse(db, set)
  return { documents: set.documents.length, rejected, importing, comparing, cut, ...judge(set, found) }
})
report(result)
if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)

/** Every pair of documents that a client of the API is told are versions, without the network. */
async function askHouse(db: Db, { documents }: CopySet) {
  const rows = await db.rows<{ key: string; id: string }>(sql`select key, id from external_keys where noun = 'edition'`)
  const articles = new Map(rows.map(({ key, id }) => [key, id]))
  const shown = documents.filter(({ id }) => articles.has(id))
  const keys = new Map(shown.map(({ id, language }) => [`${articles.get(id)} ${language}`, id]))
  const app = await buildApp(readConfig({ LOG_LEVEL: 'silent' }), db)
  await app.ready()
  const found = new Set<string>()
  let cut = 0
  for (const { id, language } of shown) {
    const answer = await app.inject(`/v1/articles/${articles.get(id)}/versions?language=${language}&limit=${most}`)
    if (answer.statusCode !== 200) throw new Error(`${id}: ${answer.statusCode} ${answer.body}`)
    const { items, total } = answer.json<{ items: { id: string }[]; total: number }>()
    for (const item of items) found.add(pairOf(id, keys.get(`${item.id} ${language}`)!))
    if (total > items.length) cut++
  }
  await app.close()
  return { found, cut }
}

function report(result: Verdict & { documents: number; rejected: number; comparing: number; cut: number }): void {
  const { wrong, missed, neither } = result
  say(`${result.documents} documents, ${result.rejected} rejected, compared in ${result.comparing.toFixed(0)} s`)
  if (result.cut > 0) say(`${result.cut} stories have more than ${most} versions, of which the others were not seen`)
  say(
    `counted as neither: ${neither.real} real copies, ${neither.events} of one event, ${neither.translations} translations`
  )
  const precision = ({ found }: Count) => (found / Math.max(1, found + wrong.length)).toFixed(4)
  say(`\n${'pairs'.padEnd(28)}   pairs   found  recall  precision`)
  say(`${line('ordinary kinds', result.ordinary)}  ${precision(result.ordinary)}`)
  say(`${line('all kinds', result.all)}  ${precision(result.all)}`)
  say(`\n${'how the copy was made'.padEnd(28)}   pairs   found  recall`)
  for (const [kind, count] of Object.entries(result.byKind)) say(line(kind, count))
  say(`\n${'language'.padEnd(28)}   pairs   found  recall  wrong`)
  for (const [language, count] of Object.entries(result.byLanguage)) say(`${line(language, count)}  ${count.wrong}`)
  if (!values.show) return
  for (const pair of wrong) say(`wrong: ${pair.join(' = ')}`)
  for (const pair of missed) say(`missed: ${pair.join(' = ')}`)
}

function line(name: string, { pairs, found }: Count): string {
  const recall = (found / Math.max(1, pairs)).toFixed(4)
  return `${name.padEnd(28)} ${String(pairs).padStart(7)} ${String(found).padStart(7)}  ${recall}`
}
