import { type SQL, sql } from 'drizzle-orm'
import type { Article, ArticleView } from '../../contract/article.ts'
import { type Context, readerOf } from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { afterPlace, inOrder, type Order, ordered, placeOf, toPage, type Window } from '../../db/keyset.ts'
import { everything, type Facet, facetOfType } from '../../db/postings.ts'
import { idOf, refuseUnknown } from '../../db/references.ts'
import type { Place } from '../../lib/cursor.ts'
import { columns } from './columns.ts'
import type { ArticleFilter } from './schema.ts'

/** The orders of a list, on the columns of the posting list. */
export const orders: Record<string, Order> = {
  '-publishedAt': { by: sql`p.published_at`, cast: 'timestamptz', descending: true },
  publishedAt: { by: sql`p.published_at`, cast: 'timestamptz', descending: false },
  '-updatedAt': { by: sql`p.updated_at`, cast: 'timestamptz', descending: true },
  updatedAt: { by: sql`p.updated_at`, cast: 'timestamptz', descending: false }
}

/** The nouns a filter can name, from the most to the least selective: the first one given drives the walk. */
const references = [
  { name: 'author', kind: 'author', table: sql`authors` },
  { name: 'topic', kind: 'topic', table: sql`topics` },
  { name: 'category', kind: 'category', table: sql`categories` },
  { name: 'source', kind: 'source', table: sql`sources` },
  { name: 'section', kind: 'section', table: sql`categories` }
] as const

function facetsOf(filter: ArticleFilter): Facet[] {
  const named = references.flatMap(({ name, kind, table }) => {
    const key = filter[name]
    return key === undefined ? [] : [{ kind, facet: idOf(table, key) }]
  })
  return filter.type ? [...named, { kind: 'type', facet: sql`${facetOfType(filter.type)}::uuid` }] : named
}

const anything: Facet = { kind: 'all', facet: sql`${everything}::uuid` }

/**
 * The posting list that is walked and the conditions on what it meets: scalar subqueries, as an `exists` becomes a hash join
 * that reads the whole list before its first row (66 ms instead of 3 at 200,000 articles). Lists by change walk the list of everything, which alone is ordered so. */
function conditions(filter: ArticleFilter, order: string): SQL {
  const facets = facetsOf(filter)
  // Lists by change name no facet: with one the planner sorts the whole list instead of walking `postings_updated_key` (186 ms against 1.4).
  const byChange = order.endsWith('updatedAt')
  const [driver = anything] = byChange ? [anything] : facets
  const { publishedAfter, publishedBefore, updatedSince, ids } = filter
  return sql.join([
    byChange ? sql`p.kind = 'all'` : sql`p.kind = ${sql.raw(`'${driver.kind}'`)} and p.facet = ${driver.facet}`,
    ...facets
      .filter(facet => facet !== driver)
      .map(
        ({ kind, facet }) => sql` and (select true from postings x where x.article_id = p.article_id
        and x.kind = ${sql.raw(`'${kind}'`)} and x.facet = ${facet} and x.language = p.language limit 1)`
      ),
    publishedAfter ? sql` and p.published_at > ${publishedAfter}::timestamptz` : sql``,
    publishedBefore ? sql` and p.published_at < ${publishedBefore}::timestamptz` : sql``,
    updatedSince ? sql` and p.updated_at >= ${updatedSince}::timestamptz` : sql``,
    ids ? sql` and p.article_id = any(${sql.param(ids.split(','))}::uuid[])` : sql``
  ])
}

/**
 * The postings a reader may be served. Without fallback that is one range of one index. With it, the ranges of all
 * languages, each in order, are merged by date, and an edition counts only where the article has no better one: resolved
 * first, then listed.
 */
function servedPostings({ reader }: Context, fallback: 'chain' | 'none', where: SQL, direction: SQL): SQL {
  const branch = (language: string, rank: number, original: boolean) => sql`
    select p.article_id, p.language, p.published_at, p.updated_at, ${sql.raw(String(rank))} as rank from visible_postings p
    where p.language = ${language} and ${where}${original ? sql` and p.original` : sql``}`
  if (fallback === 'none') return branch(reader.chain[0]!, 1, false)
  const sorted = (language: string, rank: number, original: boolean) =>
    sql`(${branch(language, rank, original)}${direction})`
  const chained = reader.chain.map((language, index) => sorted(language, index + 1, false))
  const others = reader.others.map(language => sorted(language, reader.chain.length + 1, true))
  return sql`select p.* from (${sql.join([...chained, ...others], sql` union all `)}) p
    where (select true from visible_editions b where b.article_id = p.article_id
      and array_position(${sql.param(reader.chain)}::text[], b.language) < p.rank limit 1) is null`
}

export interface List {
  view: ArticleView
  fallback: 'chain' | 'none'
  order: string
}

/** A page of articles in the reader's language, in one statement. */
export async function list(
  db: Db,
  context: Context,
  filter: ArticleFilter,
  window: Window,
  { view, fallback, order }: List
) {
  const id = sql`p.article_id`
  const where = sql`${conditions(filter, order)}${afterPlace(window, id)}`
  const rows = await db.rows<Article & { place: Place }>(sql`with ${readerOf(context)},
    page as materialized (select * from (${servedPostings(context, fallback, where, inOrder(window.order, id))}) p ${ordered(window, id)})
    select ${sql.raw(columns[view])}, ${placeOf(window.order, id)} as place
    from reader, page p join articles a on a.id = p.article_id
    join editions e on e.article_id = p.article_id and e.language = p.language
    ${ordered(window, id)}`)
  if (rows.length === 0 && !window.after)
    await refuseUnknown(
      db,
      references.map(({ name, table }) => ({ name, table, key: filter[name] }))
    )
  return toPage(rows, window.limit)
}

export async function count(
  db: Db,
  context: Context,
  filter: ArticleFilter,
  { fallback, order }: List
): Promise<number> {
  const postings = servedPostings(context, fallback, conditions(filter, order), sql``)
  const [row] = await db.rows<{ count: number }>(sql`select count(*)::int as count from (${postings}) p`)
  return row!.count
}

/** The planner's guess: no row is read. */
export async function estimate(
  db: Db,
  context: Context,
  filter: ArticleFilter,
  { fallback, order }: List
): Promise<number> {
  const postings = servedPostings(context, fallback, conditions(filter, order), sql``)
  return db.estimate(postings)
}
