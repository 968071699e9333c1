import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type { Db } from '../src/db/client.ts'
import { isBehind, numberChanges } from '../src/features/changes/queries.ts'
import { importFiles } from '../src/features/import/run.ts'
import { similarReader } from '../src/features/similar/reader.ts'
import { addressOf, administer, emptyDatabase, named } from './archive.ts'

/** How fast a newsroom moves in. */

export interface ImportRate {
  file: 'made' | 'corpus'
  /** Whether a worker keeps what is similar meanwhile; then it ends when that is done, too. */
  related: boolean
  lines: number
  rejected: number
  seconds: number
  perSecond: number
}

/** A collection of real articles beside the checkout; not everybody has it. */
const corpus = resolve('..', 'shared', 'corpora', 'articles', 'articles-demo.jsonl.gz')

/** Made documents and, when they are here, real ones, each into an empty database that is dropped afterwards. */
export async function measureImports(say: (line: string) => void): Promise<ImportRate[]> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-bench-'))
  const made = join(folder, 'made.ndjson')
  writeFileSync(made, madeDocuments(2000))
  try {
    const files: [ImportRate['file'], string][] = [['made', made]]
    if (existsSync(corpus)) files.push(['corpus', corpus])
    else say('\nskipped: the corpus of real articles is not here, only made ones are imported')
    const rates: ImportRate[] = []
    for (const [file, path] of files)
      for (const related of [false, true]) rates.push(await measureImport(file, path, folder, related))
    return rates
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function measureImport(
  file: ImportRate['file'],
  path: string,
  folder: string,
  related: boolean
): Promise<ImportRate> {
  const name = named('import')
  const db = await emptyDatabase(name)
  const worker = related ? await startWorker(db, name) : null
  try {
    const started = performance.now()
    const { lines, rejected } = await importFiles(db, [path], { rejects: join(folder, 'rejects.ndjson') })
    if (worker) await numberChanges(db)
    while (worker && (await isBehind(db, similar, true))) await delay(20)
    const seconds = (performance.now() - started) / 1_000
    return { file, related, lines, rejected, seconds, perSecond: (lines - rejected) / seconds }
  } finally {
    await worker?.stop()
    await db.close()
    await administer(`drop database ${name}`)
  }
}

const similar = similarReader().name

/** A worker as it runs in a house, once its reader waits for something to do. */
async function startWorker(db: Db, database: string) {
  const env = { ...process.env, DATABASE_URL: addressOf(database), LOG_LEVEL: 'silent' }
  const child = spawn(process.execPath, ['--max-semi-space-size=64', 'dist/bin/cli.js', 'worker'], {
    env,
    stdio: 'ignore'
  })
  const ended = once(child, 'exit')
  while ((await db.rows(sql`select 1 from change_readers where name = ${similar} and rebuild is null`)).length === 0)
    await delay(50)
  return {
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    }
  }
}

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
