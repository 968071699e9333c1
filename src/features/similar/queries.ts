import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import type { BodyNode } from '../../lib/portable-text/model.ts'

/** An edition as it is described. */
export interface Text {
  article: string
  language: string
  headline: string
  standfirst: string | null
  body: BodyNode[]
}

/**
 * For the rest of the transaction tables are read through their indexes. Plans are kept for the session, and one made while the index of terms was
 * young reads all of it for each term, when it is not young any more (80 ms a story instead of 8).
 */
export async function readByIndex(db: Db): Promise<void> {
  await db.rows(sql`select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`)
}

/** The published editions of these articles, in an order that is always the same. */
export const readTexts = (db: Db, articles: readonly string[]): Promise<Text[]> =>
  db.rows<Text>(sql`select article_id as article, language, headline, standfirst, body from editions
    where article_id = any(${sql.param([...articles])}::uuid[]) and state = 'published' order by first_published_at, article_id, language`)

/** The next articles that have a published edition, by id. */
export async function publishedAfter(db: Db, article: string, most: number): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(sql`select id from articles a where id > ${article}::uuid
    and exists (select 1 from editions e where e.article_id = a.id and e.state = 'published')
    order by id limit ${sql.raw(String(most))}`)
  return rows.map(({ id }) => id)
}

/** How many articles have a published edition. */
export async function countPublished(db: Db): Promise<number> {
  const [row] = await db.rows<{ count: number }>(
    sql`select count(distinct article_id)::int as count from editions where state = 'published'`
  )
  return row!.count
}

/** Those of these articles that are published. */
export async function publishedOf(db: Db, articles: readonly string[]): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(sql`select distinct article_id as id from editions
    where article_id = any(${sql.param([...articles])}::uuid[]) and state = 'published'`)
  return rows.map(({ id }) => id)
}

/** Empties the index of terms and all descriptions, whose numbers begin anew; lists and clusters name articles and stay. */
export const clearDescriptions = (db: Db) =>
  db.rows(sql`truncate descriptions, description_counts, term_blocks restart identity`)

/** A description as it is stored. */
export interface Description {
  number: number
  article: string
  language: string
  terms: Buffer
  length: number
}

const description = sql.raw('number, article_id as article, language, terms, length')

export const descriptionsOf = (db: Db, articles: readonly string[]): Promise<Description[]> =>
  db.rows<Description>(
    sql`select ${description} from descriptions where article_id = any(${sql.param([...articles])}::uuid[])`
  )

export const descriptionsByNumber = (db: Db, numbers: readonly number[]): Promise<Description[]> =>
  db.rows<Description>(
    sql`select ${description} from descriptions where number = any(${sql.param([...numbers])}::int[])`
  )

/** Removes the descriptions of editions that are public no more; what the index still says of their numbers leads nowhere. */
export async function forgetDescriptions(db: Db, numbers: readonly number[]): Promise<void> {
  if (numbers.length === 0) return
  await db.rows(sql`with gone as (delete from descriptions where number = any(${sql.param([...numbers])}::int[]) returning language)
    update description_counts c set stories = greatest(0, stories - g.n) from (select language, count(*)::int as n from gone group by 1) g
    where c.language = g.language`)
}

/** How many editions of each language are described. */
export async function countStories(db: Db): Promise<Map<string, number>> {
  const rows = await db.rows<{ language: string; stories: number }>(
    sql`select language, stories from description_counts order by language`
  )
  return new Map(rows.map(row => [row.language, row.stories]))
}

export interface NewDescription {
  article: string
  language: string
  terms: Buffer
  length: number
}

const hex = (bytes: Buffer) => bytes.toString('hex')

/** Writes descriptions, new ones with a new number; the number of each, by article and language. */
export async function writeDescriptions(db: Db, all: readonly NewDescription[]): Promise<Map<string, number>> {
  const rows = all.map(one => ({ ...one, terms: hex(one.terms) }))
  const written = await db.rows<{ article: string; language: string; number: number; fresh: boolean }>(sql`
    insert into descriptions (article_id, language, terms, length)
    select article, language, decode(terms, 'hex'), length
    from json_to_recordset(${JSON.stringify(rows)}::json) as r (article uuid, language text, terms text, length real)
    on conflict (article_id, language) do update set terms = excluded.terms, length = excluded.length
    returning article_id as article, language, number, xmax = 0 as fresh`)
  const fresh = written.filter(row => row.fresh).map(row => row.language)
  await db.rows(sql`insert into description_counts (language, stories)
    select language, count(*) from unnest(${sql.param(fresh)}::text[]) language group by 1
    on conflict (language) do update set stories = description_counts.stories + excluded.stories`)
  return new Map(written.map(row => [`${row.article} ${row.language}`, row.number]))
}

/** Where the list of a bucket ends: its last block and how many bytes that has. */
export interface Ending {
  bucket: number
  block: number
  bytes: number
}

export const readEndings = (db: Db, buckets: readonly number[]): Promise<Ending[]> =>
  db.rows<Ending>(sql`select b.bucket, b.block, octet_length(b.pairs) as bytes from unnest(${sql.param([...buckets])}::int[]) w (bucket)
    cross join lateral (select * from term_blocks t where t.bucket = w.bucket order by t.block desc limit 1) b`)

export interface Addition {
  bucket: number
  block: number
  pairs: Buffer
}

/** Appends to the blocks that are open, and begins new ones. */
export async function appendPairs(db: Db, additions: readonly Addition[]): Promise<void> {
  const column = <K extends keyof Addition>(name: K) => sql.param(additions.map(each => each[name]))
  await db.rows(sql`insert into term_blocks (bucket, block, pairs)
    select a.bucket, a.block, decode(a.pairs, 'hex') from unnest(${column('bucket')}::int[], ${column('block')}::int[],
      ${sql.param(additions.map(each => hex(each.pairs)))}::text[]) a (bucket, block, pairs)
    on conflict (bucket, block) do update set pairs = term_blocks.pairs || excluded.pairs`)
}

/** The newest blocks of each bucket. */
export const readBlocks = (
  db: Db,
  buckets: readonly number[],
  most: number
): Promise<{ bucket: number; pairs: Buffer }[]> =>
  db.rows(sql`select b.bucket, b.pairs from unnest(${sql.param([...buckets])}::int[]) w (bucket)
    cross join lateral (select * from term_blocks t where t.bucket = w.bucket order by t.block desc limit ${sql.raw(String(most))}) b`)

/** The list of one article in one language. */
export interface Neighbours {
  article: string
  language: string
  others: string[]
  scores: number[]
}

export const readNeighbours = (db: Db, articles: readonly string[]): Promise<Neighbours[]> =>
  db.rows<Neighbours>(sql`select article_id as article, language, others, scores from neighbours
    where article_id = any(${sql.param([...articles])}::uuid[]) order by article_id, language`)

/** Writes lists and what follows from them: the density of the edition they stand beside. Empty ones are removed. */
export async function writeNeighbours(db: Db, lists: readonly (Neighbours & { density: number })[]): Promise<void> {
  const given = sql`json_to_recordset(${JSON.stringify(lists)}::json) as l (article uuid, language text, others uuid[], scores real[], density real)`
  await db.rows(sql`with l as (select * from ${given}),
      gone as (delete from neighbours n using l where n.article_id = l.article and n.language = l.language and cardinality(l.others) = 0),
      dense as (update descriptions d set density = l.density from l where d.article_id = l.article and d.language = l.language and d.density <> l.density)
    insert into neighbours (article_id, language, others, scores)
    select l.article, l.language, l.others, l.scores from l join articles a on a.id = l.article where cardinality(l.others) > 0
    on conflict (article_id, language) do update set others = excluded.others, scores = excluded.scores`)
}

/** Tells the log, and so every cache, whose lists are others now. */
export async function tellRelated(db: Db, articles: readonly string[], groups: readonly string[]): Promise<void> {
  if (articles.length === 0) return
  await db.rows(sql`insert into changes (noun, subject_id, action, groups)
    values ('related', ${articles[0]!}, 'updated', ${sql.param([...groups])}::text[])
    on conflict (transaction, noun, subject_id, action, language) do nothing`)
}
