import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { importFiles } from '../src/features/import/run.ts'
import { administer, emptyDatabase, named } from './archive.ts'

/** How fast a newsroom moves in. */

export interface ImportRate {
  file: 'made' | 'corpus'
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
    const rates = [await measureImport('made', made, folder)]
    if (existsSync(corpus)) rates.push(await measureImport('corpus', corpus, folder))
    else say('\nskipped: the corpus of real articles is not here, only made ones are imported')
    return rates
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function measureImport(file: ImportRate['file'], path: string, folder: string): Promise<ImportRate> {
  const name = named('import')
  const db = await emptyDatabase(name)
  try {
    const { lines, rejected, seconds } = await importFiles(db, [path], { rejects: join(folder, 'rejects.ndjson') })
    return { file, lines, rejected, seconds, perSecond: (lines - rejected) / seconds }
  } finally {
    await db.close()
    await administer(`drop database ${name}`)
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
