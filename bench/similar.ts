import { sql } from 'drizzle-orm'
import type { Db } from '../src/db/client.ts'
import { isBehind, rebuildOf } from '../src/features/changes/queries.ts'
import { readSome } from '../src/features/changes/readers.ts'
import { rememberSplitters } from '../src/features/similar/describe.ts'
import { filePutOff } from '../src/features/similar/index-queries.ts'
import { compareAnew, similarReader } from '../src/features/similar/reader.ts'
import { articlesDone } from '../src/features/similar/rebuild.ts'
import { quantile, timed } from './numbers.ts'

/** What it costs to know what is similar: to make it, to keep it and to hold it. */

export interface SimilarCost {
  articles: number
  /** Articles a second; null where an earlier run has done it. */
  rebuild: number | null
  p50: number
  p99: number
  /** Milliseconds for what is put off until nobody waits. */
  filing: number
  /** Bytes an article. */
  descriptions: number
  terms: number
  neighbours: number
}

export async function measureSimilar(db: Db, size: number, ids: readonly string[]): Promise<SimilarCost> {
  const rebuild = await rebuildRate(db, size)
  await db.rows(sql`vacuum analyze`)
  const { times, filings } = await updates(db, ids)
  const [row] = await db.rows<Record<'descriptions' | 'terms' | 'neighbours', string>>(sql`select
    pg_total_relation_size('descriptions') as descriptions, pg_total_relation_size('term_blocks') + pg_total_relation_size('word_counts') as terms,
    pg_total_relation_size('neighbours') + pg_total_relation_size('copies') + pg_total_relation_size('clusters') as neighbours`)
  const each = (bytes: string) => Math.round(Number(bytes) / size)
  return {
    articles: size,
    rebuild,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    filing: quantile(filings, 0.5),
    descriptions: each(row!.descriptions),
    terms: each(row!.terms),
    neighbours: each(row!.neighbours)
  }
}

/** Compares all that has not been compared yet, alone on the database. */
async function rebuildRate(db: Db, size: number): Promise<number | null> {
  const reader = similarReader()
  if (!(await isBehind(db, reader.name, true))) return null
  const before = articlesDone((await rebuildOf(db, reader.name))?.done ?? 0)
  const seconds =
    (await timed(async () => {
      while (await readSome(db, reader));
    })) / 1_000
  return (size - before) / seconds
}

/** An article that is published: it was not known before, and is taken back afterwards. */
async function updates(db: Db, ids: readonly string[]): Promise<{ times: number[]; filings: number[] }> {
  const splitterOf = rememberSplitters()
  const [times, filings] = [[], []] as [number[], number[]]
  for (const [index, id] of [...ids.slice(0, 10), ...ids].entries()) {
    await db.rehearse(async tx => {
      await tx.rows(sql`delete from descriptions where article_id = ${id}::uuid`)
      await tx.rows(sql`delete from neighbours where article_id = ${id}::uuid`)
      const time = await timed(() => compareAnew(tx, [id], splitterOf))
      const filing = await timed(() => filePutOff(tx))
      if (index < 10) return
      times.push(time)
      filings.push(filing)
    })
  }
  return { times, filings }
}
