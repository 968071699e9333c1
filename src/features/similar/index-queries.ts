import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'

/** The index of words: who has them, in blocks. */

/** Words are filed by 22 bits of their number: the index has at most four million lists, however many words the archive invents. */
export const bucketOf = (term: number) => term >> 10

/** How many stories have the words of a bucket. */
export interface Count {
  bucket: number
  stories: number
}

export const readCounts = (db: Db, buckets: readonly number[]): Promise<Count[]> =>
  db.rows<Count>(sql`select bucket, stories from word_counts where bucket = any(${sql.param([...buckets])}::int[])`)

/** Counts more stories; how many there are now. */
export function addCounts(db: Db, counts: readonly Count[]): Promise<Count[]> {
  const inOrder = [...counts].sort((one, other) => one.bucket - other.bucket)
  return db.rows<Count>(sql`insert into word_counts (bucket, stories)
    select * from unnest(${sql.param(inOrder.map(({ bucket }) => bucket))}::int[], ${sql.param(inOrder.map(({ stories }) => stories))}::int[])
    on conflict (bucket) do update set stories = word_counts.stories + excluded.stories returning bucket, stories`)
}

/** How many editions of each language are described. */
export async function countStories(db: Db): Promise<Map<string, number>> {
  const rows = await db.rows<{ language: string; stories: number }>(
    sql`select language, stories from description_counts order by language`
  )
  return new Map(rows.map(row => [row.language, row.stories]))
}

/** Where the list of a bucket ends: its last block and how many bytes that has. */
export interface Ending {
  bucket: number
  since: number
  block: number
  bytes: number
}

export async function readEndings(db: Db, buckets: readonly number[]): Promise<Map<number, Ending>> {
  const endings = await db.rows<Ending>(sql`select b.bucket, b.since, b.block, octet_length(b.postings) as bytes
    from unnest(${sql.param([...buckets])}::int[]) w (bucket) cross join lateral (select * from term_blocks t
      where t.bucket = w.bucket order by t.since desc, t.block desc limit 1) b`)
  return new Map(endings.map(ending => [ending.bucket, ending]))
}

export interface Addition {
  bucket: number
  since: number
  block: number
  postings: Buffer
}

/** Appends to the blocks that are open, and begins new ones. */
export async function appendPostings(db: Db, additions: readonly Addition[]): Promise<void> {
  const column = <K extends keyof Addition>(name: K) => sql.param(additions.map(each => each[name]))
  await db.rows(sql`insert into term_blocks (bucket, since, block, postings)
    select a.bucket, a.since, a.block, decode(a.postings, 'hex') from unnest(${column('bucket')}::int[], ${column('since')}::int[],
      ${column('block')}::int[], ${sql.param(additions.map(({ postings }) => postings.toString('hex')))}::text[]) a (bucket, since, block, postings)
    on conflict (bucket, since, block) do update set postings = term_blocks.postings || excluded.postings`)
}

/** How many blocks are read on either side of where one looks. */
const before = 3
const after = 2

/** What stands in lists around the numbers from `low` to `high`: what came at about that time. Of a short list that is all. */
export function readAround(
  db: Db,
  buckets: readonly number[],
  [low, high]: readonly [number, number]
): Promise<{ bucket: number; postings: Buffer }[]> {
  const between = Math.ceil((high - low + 1) / 128)
  return db.rows(sql`select b.bucket, b.postings from unnest(${sql.param([...buckets])}::int[]) w (bucket) cross join lateral (
      (select * from term_blocks t where t.bucket = w.bucket and t.since <= ${low} order by t.since desc, t.block desc limit ${sql.raw(String(before))})
      union all (select * from term_blocks t where t.bucket = w.bucket and t.since > ${low} order by t.since, t.block limit ${between + after})) b`)
}
