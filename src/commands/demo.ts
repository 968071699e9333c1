import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Config } from '../config.ts'
import type { Db } from '../db/client.ts'
import { importFiles } from '../features/import/run.ts'
import { shipped } from '../server.ts'

const folder = shipped('demo')

/** The instant the demo newsroom was made: fixed, so that every copy of it is the same. */
const madeAt = '2026-10-01T00:00:00.000Z'

/** Imports the demo newsroom through the importer everybody uses; nouns first, then articles, then what hangs on them. */
export async function seedDemo({ DATA_DIR }: Pick<Config, 'DATA_DIR'>, db: Db) {
  const files = (await readdir(folder)).filter(name => name.endsWith('.ndjson')).sort(byStage)
  const summary = await importFiles(
    db,
    files.map(name => join(folder, name)),
    {
      rejects: join(tmpdir(), `broadsheet-demo-${process.pid}.rejects.ndjson`),
      at: madeAt,
      media: resolve(DATA_DIR, 'media')
    }
  )
  if (summary.rejected > 0) throw new Error(`the demo newsroom has ${summary.rejected} broken lines`)
  return summary
}

const stages = ['nouns', 'founding', 'articles', 'comments']
const stageOf = (name: string) => stages.findIndex(stage => name.startsWith(stage))
const byStage = (a: string, b: string) => stageOf(a) - stageOf(b) || a.localeCompare(b)
