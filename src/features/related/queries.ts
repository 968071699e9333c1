import { sql } from 'drizzle-orm'
import {
  type Context,
  categoryCard,
  instantText,
  leadImage,
  readerOf,
  servedLanguage,
  sourceCard
} from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import type { Candidate, SharedFacet } from './rules.ts'
import { commonAt } from './rules.ts'

/** What the lists beside an article are made from. */
export interface Subject {
  publishedAt: string
  section: { id: string; slug: string }
  facets: SharedFacet[]
  rails: {
    id: string
    slug: string
    position: number
    minimum: number
    fallback: 'latest' | 'parent' | 'none'
    parent: { id: string; slug: string } | null
    category: unknown
  }[]
  pins: { group: string; target: string }[]
}

/** The article's facets, the rails of the house and the pins in force, in one statement. */
export async function readSubject(db: Db, context: Context, id: string, asOf: string): Promise<Subject> {
  const language = context.reader.requested
  const [subject] = await db.rows<Subject>(sql`with ${readerOf(context)}
    select json_build_object('id', s.id, 'slug', s.slug) as section,
      ${sql.raw(instantText('coalesce((select max(e.published_at) from editions e where e.article_id = a.id), now())'))} as "publishedAt",
      (select coalesce(json_agg(f), '[]') from (
        select 'topic' as kind, t.id as facet, t.slug, at.weight from article_topics at join topics t on t.id = at.topic_id where at.article_id = a.id
        union all select 'category', c.id, c.slug, 1 from categories c where c.id = a.section_id
        union all select 'category', c.id, c.slug, 1 from article_categories ac join categories c on c.id = ac.category_id
          where ac.article_id = a.id and ac.category_id <> a.section_id
        union all select distinct 'author', w.id, w.slug, 1 from article_authors aw join authors w on w.id = aw.author_id where aw.article_id = a.id
        union all select 'source', o.id, o.slug, 1 from sources o where o.id = coalesce(
          (select e.source_id from editions e where e.article_id = a.id and e.language = ${language}), a.source_id)) f) as facets,
      (select coalesce(json_agg(json_build_object('id', r.id, 'slug', r.slug, 'position', r.rail_position, 'minimum', r.rail_minimum,
        'fallback', r.rail_fallback, 'parent', (select json_build_object('id', u.id, 'slug', u.slug) from categories u where u.id = r.parent_id), 'category', ${sql.raw(categoryCard('r.id'))})
        order by r.rail_position), '[]') from categories r where r.rail_position is not null) as rails,
      (select coalesce(json_agg(json_build_object('group', n."group", 'target', n.target_id)
        order by n.article_id is null, n.position, n.id), '[]') from pins n
        where (n.article_id = a.id or n.article_id is null) and n.target_id <> a.id
          and (n.starts_at is null or n.starts_at <= ${asOf}::timestamptz) and (n.ends_at is null or n.ends_at > ${asOf}::timestamptz)
          and exists (select 1 from visible_postings p where p.article_id = n.target_id and p.kind = 'all' and p.language = ${language})) as pins
    from reader, articles a join categories s on s.id = a.section_id where a.id = ${id}::uuid`)
  return subject!
}

/** One posting list to take candidates from, for the list called `list`. */
export interface Pick extends SharedFacet {
  list: string
}

/** How many are looked at: the newest, and those just before and after the article's own date. */
const newestLimit = 40
const aroundLimit = 20
/** How many candidates of one list are handed on: more than one page can hold, so that no duplicate can starve a list. */
const kept = 60

interface Row {
  list: string
  id: string
  publishedAt: string
  /** Which picks it was found by, and what each is worth. */
  facets: number[]
  weights: number[]
}

/**
 * The candidates of all lists in one statement; each posting list costs three short ranges of one index, however long it is.
 * Weights are float8: logarithms of numeric, once for each candidate, cost 30 of 40 ms.
 */
export async function findCandidates(
  db: Db,
  language: string,
  self: string,
  own: string,
  picks: Pick[],
  asOf: string | null
) {
  const range = (condition: string, order: string, limit: number) =>
    sql.raw(`
    (select p.article_id, p.published_at from visible_postings p where p.kind = f.kind and p.facet = f.facet
      and p.language = q.language and p.show_in_related and p.article_id <> q.self
      and (q.as_of is null or p.published_at <= q.as_of) ${condition}
    order by p.published_at ${order}, p.article_id ${order} limit ${limit})`)
  const rows = await db.rows<Row>(sql`with q as (
      select ${language}::text as language, ${self}::uuid as self, ${own}::timestamptz as own, ${asOf}::timestamptz as as_of),
    f as materialized (select f.n, f.list, f.kind, f.facet, f.weight * ln(1 + ${sql.raw(String(commonAt))}::float8 / greatest(1,
        (select count(*) from (select 1 from postings p, q where p.kind = f.kind and p.facet = f.facet
          and p.language = q.language limit ${sql.raw(String(commonAt))}) n))) as weight
      from jsonb_to_recordset(${JSON.stringify(picks.map((pick, n) => ({ n, ...pick })))}::jsonb) as f (n int, list text, kind text, facet uuid, weight float8)),
    found as (select f.n, f.list, f.weight, p.article_id, p.published_at
      from f, q, lateral (${range('', 'desc', newestLimit)} union ${range('and p.published_at <= q.own', 'desc', aroundLimit)}
        union ${range('and p.published_at > q.own', 'asc', aroundLimit)}) p),
    scored as (select list, article_id, max(published_at) as published_at, sum(weight) as weight,
        array_agg(n) as facets, array_agg(weight) as weights
      from found group by list, article_id),
    ranked as (select *, row_number() over (partition by list order by weight + 1 / (1 + greatest(0,
        extract(epoch from coalesce((select as_of from q), now()) - published_at)::float8) / 2592000) desc, article_id desc) as rank from scored)
    select list, article_id as id, ${sql.raw(instantText('published_at'))} as "publishedAt", facets, weights from ranked where rank <= ${sql.raw(String(kept))}`)
  return rows.map(({ facets, weights, ...row }) => ({ ...row, shared: sharedOf(picks, facets, weights) }))
}

/** What a candidate shares, the heaviest first: named and sorted here, as doing it for each of 2,500 candidates costs the database 50 of 65 ms. */
const sharedOf = (picks: Pick[], facets: number[], weights: number[]): Candidate['shared'] =>
  facets
    .map((n, index) => ({ kind: picks[n]!.kind, slug: picks[n]!.slug, weight: weights[index]! }))
    .sort((a, b) => b.weight - a.weight || (a.slug < b.slug ? -1 : 1))

/** The cards of what was chosen, in one statement. */
export async function readCards(db: Db, context: Context, ids: string[]) {
  const rows = await db.items<{ id: string } & Record<string, unknown>>(sql`with ${readerOf(context)}
    select a.id, a.type, ${sql.raw(servedLanguage)} as language, e.slug, e.headline, e.kicker, e.standfirst,
      ${sql.raw(instantText('e.published_at'))} as "publishedAt", ${sql.raw(instantText('e.updated_at'))} as "updatedAt",
      ${sql.raw(categoryCard('a.section_id'))} as section, ${sql.raw(sourceCard('coalesce(e.source_id, a.source_id)'))} as source,
      ${sql.raw(leadImage)} as image, e.method, cardinality(e.stale_blocks) > 0 as stale, e.reading_minutes as "readingMinutes"
    from reader, visible_editions v join articles a on a.id = v.article_id
    join editions e on e.article_id = v.article_id and e.language = v.language
    where v.article_id = any(${sql.param(ids)}::uuid[]) and v.language = reader.chain[1]`)
  return new Map(rows.map(row => [row.id, row]))
}
