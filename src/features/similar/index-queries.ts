import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { pairBytes } from '../../lib/similarity/postings.ts'
import { readByIndex } from './queries.ts'

/** The index of words: who has them, in blocks. */

/** Words are filed by 22 bits of their number: the index has at most four million lists, however many words the archive invents. */
export const bucketOf = (term: number) => term >> 10

/** How many descriptions a block has before another is begun. */
export const blockPostings = 128

/** How many stories have the words of a bucket. */
export interface Count {
  bucket: number
  stories: number
}

export async function readCounts(db: Db, buckets: readonly number[]): Promise<Count[]> {
  if (buckets.length === 0) return []
  return db.rows<Count>(
    sql`select bucket, stories from word_counts where bucket = any(${sql.param([...buckets])}::int[])`
  )
}

/** How many editions of each language are described. */
export async function countStories(db: Db): Promise<Map<string, number>> {
  const rows = await db.rows<{ language: string; stories: number }>(
    sql`select language, stories from description_counts order by language`
  )
  return new Map(rows.map(row => [row.language, row.stories]))
}

/** What follows on the list of a bucket: at most 128 descriptions, of which `since` is the first. */
export interface Piece {
  bucket: number
  since: number
  /** From 0, of those of this bucket that are appended together. */
  place: number
  postings: Buffer
}

/** What descriptions add to the index: how many more stories have words, and who stands on their lists. */
export interface Additions {
  counts: readonly Count[]
  pieces: readonly Piece[]
}

const isEmpty = ({ counts, pieces }: Additions) => counts.length + pieces.length === 0

/** Writes additions to the index. */
export async function file(db: Db, additions: Additions): Promise<void> {
  if (!isEmpty(additions)) await db.rows(filing(toRow(additions)))
}

/** Keeps additions until somebody has time for them. What was put off before must have been filed. */
export async function putOff(db: Db, additions: Additions): Promise<void> {
  if (isEmpty(additions)) return
  await db.rows(sql`insert into unfiled (words, stories, buckets, sinces, places, postings) ${toRow(additions)}`)
}

/** Files what was put off. */
export const filePutOff = (db: Db) => db.rows(filing(sql`delete from unfiled returning *`))

/** What every work on the index begins with: for the rest of the transaction it is read by its keys, and nothing waits to be filed. */
export async function openIndex(db: Db): Promise<void> {
  await readByIndex(db)
  await filePutOff(db)
}

function toRow({ counts, pieces }: Additions): SQL {
  const words = [...counts].sort((one, other) => one.bucket - other.bucket)
  const lists = [...pieces].sort((one, other) => one.bucket - other.bucket || one.place - other.place)
  // Arrays as text: made element by element, as the driver does, they take 2.7 ms with the statement, so 1.5.
  const ints = (all: readonly number[]) => sql`${`{${all.join()}}`}::int[]`
  const postings = `{${lists.map(one => `"\\\\x${one.postings.toString('hex')}"`).join()}}`
  return sql`select ${ints(words.map(({ bucket }) => bucket))} as words, ${ints(words.map(({ stories }) => stories))} as stories,
    ${ints(lists.map(({ bucket }) => bucket))} as buckets, ${ints(lists.map(({ since }) => since))} as sinces,
    ${ints(lists.map(({ place }) => place))} as places, ${postings}::bytea[] as postings`
}

/**
 * Appends to lists, all pieces of a list at once: the first to its last block where that has less than 128, others begin new ones. So a block has at most
 * 255. In the order of buckets, which is that of pages.
 */
const filing = (row: SQL) => sql`with added as (${row}),
    counted as (insert into word_counts (bucket, stories) select w.bucket, w.stories from added a, unnest(a.words, a.stories) w (bucket, stories)
      on conflict (bucket) do update set stories = word_counts.stories + excluded.stories)
  insert into term_blocks (bucket, since, block, postings)
  select p.bucket, case when p.place = 0 and last.is_open then last.since else greatest(p.since, last.since) end,
    coalesce(last.block + 1 - last.is_open::int, 0) + p.place, p.postings
  from added a cross join unnest(a.buckets, a.sinces, a.places, a.postings) p (bucket, since, place, postings)
  left join lateral (select t.since, t.block, octet_length(t.postings) < ${sql.raw(String(blockPostings * pairBytes))} as is_open from term_blocks t
    where t.bucket = p.bucket order by t.since desc, t.block desc limit 1) last on true
  on conflict (bucket, since, block) do update set postings = term_blocks.postings || excluded.postings`

/** How many blocks are read on either side of where one looks. */
const before = 3
const after = 2

/** What stands in lists around the numbers from `low` to `high`: what came at about that time. Of a short list that is all. */
export function readAround(
  db: Db,
  buckets: readonly number[],
  [low, high]: readonly [number, number]
): Promise<{ bucket: number; postings: Buffer }[]> {
  const between = Math.ceil((high - low + 1) / blockPostings)
  return db.rows(sql`select b.bucket, b.postings from unnest(${sql.param([...buckets])}::int[]) w (bucket) cross join lateral (
      (select * from term_blocks t where t.bucket = w.bucket and t.since <= ${low} order by t.since desc, t.block desc limit ${sql.raw(String(before))})
      union all (select * from term_blocks t where t.bucket = w.bucket and t.since > ${low} order by t.since, t.block limit ${between + after})) b`)
}
