import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import type { Db } from '../src/db/client.ts'
import { type Answers, baselines } from './eval-baselines.ts'
import { fillHouse, inScratchHouse } from './eval-house.ts'
import { measure, type Quality } from './eval-measures.ts'
import { type LabelledSet, readSet } from './eval-set.ts'

/** `npm run eval:related -- DOCUMENTS QRELS [--json FILE]`: how good the related lists are, beside what simple ways give. */

interface Row extends Quality {
  way: string
  milliseconds: number
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } })
const [documentsFile, qrelsFile] = positionals
if (!documentsFile || !qrelsFile) {
  process.stderr.write('usage: npm run eval:related -- DOCUMENTS QRELS [--json FILE]\n')
  process.exit(2)
}

const result = await inScratchHouse(async (db, folder) => {
  const flat = join(folder, 'documents.ndjson')
  const set = readSet(documentsFile, qrelsFile, flat)
  const { articles, ...filled } = await fillHouse(db, flat, folder)
  const rows = [toRow('Broadsheet', set, await askHouse(db, set, articles))]
  const others = await baselines(set.documents, [...set.questions.keys()])
  for (const [way, asked] of Object.entries(others)) rows.push(toRow(way, set, asked))
  return { ...filled, documents: set.documents.length, questions: set.questions.size, leftOut: set.leftOut, rows }
})

const say = (line: string) => process.stdout.write(`${line}\n`)
say(`${result.documents} documents, ${result.questions} questions, ${result.rejected} documents rejected`)
say(`left out of the documents: ${result.leftOut.join(', ') || 'nothing'}`)
say(`imported in ${result.importing.toFixed(1)} s, compared in ${result.comparing.toFixed(1)} s\n`)
say(`${'way'.padEnd(20)}  nDCG@10  recall@10    MRR  ms per question`)
for (const { way, ndcg10, recall10, mrr, milliseconds } of result.rows) {
  const figures = [ndcg10.toFixed(3).padStart(7), recall10.toFixed(3).padStart(9), mrr.toFixed(3).padStart(5)]
  say(`${way.padEnd(20)}  ${figures.join('  ')}  ${milliseconds.toFixed(1).padStart(15)}`)
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)

function toRow(way: string, set: LabelledSet, asked: { answers: Answers; milliseconds: number }): Row {
  return { way, ...measure(set.questions, asked.answers), milliseconds: asked.milliseconds }
}

/** What a client of the API would see, without the network. */
async function askHouse(db: Db, { documents, questions }: LabelledSet, articles: ReadonlyMap<string, string>) {
  const keys = new Map([...articles].map(([key, id]) => [id, key]))
  const languages = new Map(documents.map(({ id, language }) => [id, language]))
  const app = await buildApp(readConfig({ LOG_LEVEL: 'silent' }), db)
  await app.ready()
  const began = performance.now()
  const answers: Answers = new Map()
  for (const question of questions.keys()) {
    const article = articles.get(question)
    if (!article) continue
    const query = `language=${languages.get(question)}&groups=similar&limit=20&variety=0`
    const answer = await app.inject(`/v1/articles/${article}/related?${query}`)
    if (answer.statusCode !== 200) throw new Error(`${question}: ${answer.statusCode} ${answer.body}`)
    const { groups } = answer.json<{ groups: { items: { id: string }[] }[] }>()
    answers.set(
      question,
      groups.flatMap(({ items }) => items.flatMap(({ id }) => keys.get(id) ?? []))
    )
  }
  const milliseconds = (performance.now() - began) / Math.max(1, questions.size)
  await app.close()
  return { answers, milliseconds }
}
