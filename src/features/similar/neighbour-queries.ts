import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'

/** The list of one article in one language. */
export interface Neighbours {
  article: string
  language: string
  others: string[]
  scores: number[]
}

/** How many are kept: four pages of a list, so that what a reader may not see does not empty it. */
export const kept = 24

const columns = sql.raw('n.article_id as article, n.language, n.others, n.scores')

/** The lists of these articles. */
export const listsOf = (db: Db, articles: readonly string[]): Promise<Neighbours[]> =>
  db.rows<Neighbours>(
    sql`select ${columns} from neighbours n where n.article_id = any(${uuids(articles)}) order by 1, 2`
  )

/** Lists beside `articles` in which one of `others` stands. */
export const listsHaving = (db: Db, articles: readonly string[], others: readonly string[]): Promise<Neighbours[]> =>
  db.rows<Neighbours>(sql`select ${columns} from neighbours n
    where n.article_id = any(${uuids(articles)}) and n.others && ${uuids(others)} order by 1, 2`)

/** A place on a list that an article might take. */
export interface Offer {
  article: string
  language: string
  other: string
  score: number
}

/**
 * Those of the offers that would be taken, and the lists as they are: most have 24 that are nearer, or the other already, and are not even
 * read.
 */
export async function listsTaking(db: Db, offers: readonly Offer[]): Promise<{ taken: Offer[]; lists: Neighbours[] }> {
  const column = <K extends keyof Offer>(name: K) => sql.param(offers.map(offer => offer[name]))
  const rows = await db.rows<Neighbours & { place: number; known: boolean }>(sql`
    select o.place::int, n.article_id is not null as known, o.article, o.language, n.others, n.scores
    from unnest(${column('article')}::uuid[], ${column('language')}::text[], ${column('other')}::uuid[], ${column('score')}::real[])
      with ordinality o (article, language, other, score, place)
    left join lateral (select * from neighbours n where n.article_id = o.article and n.language = o.language limit 1) n on true
    where n.article_id is null or cardinality(n.scores) < ${sql.raw(String(kept))} or (n.scores[${sql.raw(String(kept))}] < o.score and o.other <> all(n.others))`)
  return {
    taken: rows.map(({ place }) => offers[place - 1]!),
    lists: rows.filter(({ known }) => known)
  }
}

/** Writes lists with how dense they are; empty ones are removed. */
export async function writeNeighbours(db: Db, lists: readonly (Neighbours & { density: number })[]): Promise<void> {
  const given = sql`unnest(${sql.param(lists.map(list => list.article))}::uuid[], ${sql.param(lists.map(list => list.language))}::text[],
    ${sql.param(lists.map(list => `{${list.others.join()}}`))}::text[], ${sql.param(lists.map(list => `{${list.scores.join()}}`))}::text[],
    ${sql.param(lists.map(list => list.density))}::real[]) l (article, language, others, scores, density)`
  await db.rows(sql`with l as materialized (select l.* from ${given} cross join lateral (select 1 from articles a where a.id = l.article limit 1) a),
      gone as (delete from neighbours where ctid = any(array(select n.ctid from l
        cross join lateral (select n.ctid from neighbours n where n.article_id = l.article and n.language = l.language limit 1) n where l.others = '{}')))
    insert into neighbours (article_id, language, others, scores, density)
    select l.article, l.language, l.others::uuid[], l.scores::real[], l.density from l where l.others <> '{}'
    on conflict (article_id, language) do update set others = excluded.others, scores = excluded.scores, density = excluded.density`)
}

/** Removes the lists of articles that are not described any more. */
export const dropForgotten = (db: Db) =>
  db.rows(
    sql`delete from neighbours n where not exists (select 1 from descriptions d where d.article_id = n.article_id)`
  )

const uuids = (ids: readonly string[]): SQL => sql`${sql.param([...ids])}::uuid[]`
