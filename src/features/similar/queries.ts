import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { cacheGroup } from '../../lib/cache-group.ts'
import type { BodyNode } from '../../lib/portable-text/model.ts'
import { decodeSketch, encodeSketch, type Sketch } from '../../lib/similarity/sketches.ts'
import { decodeVector, encodeVector, type Vector } from '../../lib/similarity/vectors.ts'

/** An edition as it is described. */
export interface Text {
  article: string
  language: string
  revision: number
  headline: string
  standfirst: string | null
  body: BodyNode[]
}

/**
 * For the rest of the transaction tables are read through their indexes. Plans are kept for the session, and one made while the index of terms was
 * young reads all of it for each term, when it is not young any more (80 ms a story instead of 8). For the same reason a table that is empty at first is
 * not joined but looked into row by row (`lateral` with a limit, which no plan can turn round): the lists of 500 articles took more than 25 s to write.
 */
export async function readByIndex(db: Db): Promise<void> {
  await db.rows(sql`select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`)
}

/** Which editions are public, as a condition no index answers: they are found by their article, never among all that are published. */
export const isPublished = sql.raw(`(state = 'published') is true`)

/** The published editions of these articles, in an order that is always the same. */
export const readTexts = (db: Db, articles: readonly string[]): Promise<Text[]> =>
  db.rows<Text>(sql`select article_id as article, language, revision, headline, standfirst, body from editions
    where article_id = any(${sql.param([...articles])}::uuid[]) and ${isPublished} order by first_published_at, article_id, language`)

/** The next articles that have a published edition, by id. */
export async function publishedAfter(db: Db, article: string, most: number): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(sql`select id from articles a where id > ${article}::uuid
    and (select true from editions where article_id = a.id and ${isPublished} limit 1)
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
    where article_id = any(${sql.param([...articles])}::uuid[]) and ${isPublished}`)
  return rows.map(({ id }) => id)
}

/** Empties the index of terms and all descriptions, whose numbers begin anew; lists and clusters name articles and stay. */
export const clearDescriptions = (db: Db) =>
  db.rows(sql`truncate descriptions, description_counts, term_blocks, word_counts, unfiled restart identity`)

/** An edition by its article and language, where editions are looked up. */
export const keyOf = ({ article, language }: { article: string; language: string }) => `${article} ${language}`

/** What an edition is about, and its number in the index. */
export interface Description {
  number: number
  article: string
  language: string
  revision: number
  vector: Vector
}

type Row = Omit<Description, 'vector'> & { terms: Buffer; length: number }
const description = sql.raw('number, article_id as article, language, revision, terms, length')
const toDescription = ({ terms, length, ...row }: Row): Description => ({ ...row, vector: decodeVector(terms, length) })

export async function descriptionsOf(db: Db, articles: readonly string[]): Promise<Description[]> {
  const rows = await db.rows<Row>(
    sql`select ${description} from descriptions where article_id = any(${sql.param([...articles])}::uuid[]) order by number`
  )
  return rows.map(toDescription)
}

export async function descriptionsByNumber(db: Db, numbers: readonly number[]): Promise<Description[]> {
  const rows = await db.rows<Row>(
    sql`select ${description} from descriptions where number = any(${sql.param([...numbers])}::int[])`
  )
  return rows.map(toDescription)
}

/** The sketches of what texts consist of, by number. */
export async function readSketches(db: Db, numbers: readonly number[]): Promise<Map<number, Sketch>> {
  const rows = await db.rows<{ number: number; sketch: Buffer }>(
    sql`select number, sketch from descriptions where number = any(${sql.param([...numbers])}::int[])`
  )
  return new Map(rows.map(({ number, sketch }) => [number, decodeSketch(sketch)]))
}

/** The languages articles are described in. */
export async function languagesOf(db: Db, articles: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db.rows<{
    article: string
    languages: string[]
  }>(sql`select article_id as article, array_agg(language order by language) as languages
    from descriptions where article_id = any(${sql.param([...articles])}::uuid[]) group by 1`)
  return new Map(rows.map(({ article, languages }) => [article, languages]))
}

/** Removes the descriptions of editions that are public no more; what the index still says of their numbers leads nowhere. */
export async function forgetDescriptions(db: Db, numbers: readonly number[]): Promise<void> {
  if (numbers.length === 0) return
  await db.rows(sql`with gone as (delete from descriptions where number = any(${sql.param([...numbers])}::int[]) returning language)
    update description_counts c set stories = greatest(0, stories - g.n) from (select language, count(*)::int as n from gone group by 1) g
    where c.language = g.language`)
}

const hex = (bytes: Buffer) => bytes.toString('hex')

/** Writes descriptions, new ones with a new number; the number of each, by article and language. */
export async function writeDescriptions(
  db: Db,
  all: readonly (Omit<Description, 'number'> & { sketch: Sketch })[]
): Promise<Map<string, number>> {
  if (all.length === 0) return new Map()
  const terms = sql.param(all.map(({ vector }) => hex(encodeVector(vector))))
  const sketches = sql.param(all.map(({ sketch }) => hex(encodeSketch(sketch))))
  const written = await db.rows<{ article: string; language: string; number: number }>(sql`with written as (
      insert into descriptions (article_id, language, revision, terms, length, sketch)
      select article, language, revision, decode(terms, 'hex'), length, decode(sketch, 'hex') from unnest(${sql.param(all.map(one => one.article))}::uuid[],
        ${sql.param(all.map(one => one.language))}::text[], ${sql.param(all.map(one => one.revision))}::int[], ${terms}::text[],
        ${sql.param(all.map(({ vector }) => vector.length))}::real[], ${sketches}::text[])
        with ordinality r (article, language, revision, terms, length, sketch, n) order by n
      on conflict (article_id, language) do update
        set revision = excluded.revision, terms = excluded.terms, length = excluded.length, sketch = excluded.sketch
      returning article_id as article, language, number, xmax = 0 as fresh),
    counted as (insert into description_counts (language, stories) select language, count(*) from written where fresh group by 1
      on conflict (language) do update set stories = description_counts.stories + excluded.stories)
    select article, language, number from written`)
  return new Map(written.map(row => [keyOf(row), row.number]))
}

/** Tells the log, and so every cache, whose lists or clusters are others now. */
export async function tellChanged(db: Db, articles: readonly string[]): Promise<void> {
  if (articles.length === 0) return
  const changed = [...new Set(articles)].sort()
  const groups = changed.map(article => cacheGroup('article', article))
  await db.rows(sql`insert into changes (noun, subject_id, action, groups)
    values ('related', ${changed[0]!}, 'updated', ${sql.param(groups)}::text[])
    on conflict (transaction, noun, subject_id, action, language) do nothing`)
}
