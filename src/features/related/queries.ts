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
import { everything } from '../../db/postings.ts'
import type { Candidate, SharedFacet } from './rules.ts'
import { commonAt, likenessWeight } from './rules.ts'

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
  pins: { group: string; target: string; story: string }[]
  /** The cluster of copies it belongs to, or itself. */
  story: string
}

/** The article's facets, the rails of the house and the pins in force, in one statement. */
export async function readSubject(db: Db, context: Context, id: string, asOf: string): Promise<Subject> {
  const language = context.reader.requested
  const [subject] = await db.rows<Subject>(sql`with ${readerOf(context)}
    select json_build_object('id', s.id, 'slug', s.slug) as section,
      coalesce((select c.cluster_id from clusters c where c.article_id = a.id), a.id) as story,
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
      (select coalesce(json_agg(json_build_object('group', n."group", 'target', n.target_id,
        'story', coalesce((select c.cluster_id from clusters c where c.article_id = n.target_id), n.target_id))
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
  /** Whether its rarity counts, and what was published around the article's own date is looked at too. */
  around: boolean
}

/** How many are looked at of what is shared: the newest, and those just before and after the article's own date. */
const newestLimit = 40
const aroundLimit = 20
/** Of rails and fallbacks, of which only the newest count, so many times what is shown: what stands elsewhere on the page cannot starve them. */
const surplus = 3

interface Row {
  list: string
  id: string
  story: string
  publishedAt: string
  likeness: number
  /** Which picks it was found by, and what each is worth. */
  facets: number[]
  weights: number[]
}

/** How much of what everything around a story has in common is taken off its likeness (decision 0019). */
const crowding = 0.4

/** One short range of a posting list. */
const range = (
  condition: string,
  order: string,
  limit: number
) => `(select p.article_id, p.published_at from visible_postings p
    where p.kind = f.kind and p.facet = f.facet and p.language = q.language and p.show_in_related and p.article_id <> q.self
      and (q.as_of is null or p.published_at <= q.as_of) ${condition}
    order by p.published_at ${order}, p.article_id ${order} limit ${limit})`

/** What is like the article, of what a reader of this language may see now: the list that is kept for it. */
const near = `near as materialized (select n.other as article_id, p.published_at,
      greatest(0, n.score - ${crowding} * coalesce(d.density, 0)) as likeness
    from q join neighbours l on l.article_id = q.self and l.language = q.language
    cross join unnest(l.others, l.scores) n (other, score)
    join visible_postings p on p.article_id = n.other and p.kind = 'all' and p.facet = '${everything}' and p.language = q.language
      and p.show_in_related and (q.as_of is null or p.published_at <= q.as_of)
    left join descriptions d on d.article_id = n.other and d.language = q.language)`

/** How many of a posting list are counted; a longer one is simply common. */
const counted = `greatest(1, (select count(*) from (select 1 from postings p, q where p.kind = f.kind and p.facet = f.facet
    and p.language = q.language limit ${commonAt}) n))`

/** The common table expressions that find candidates; limits stand in the text, where the planner sees them. */
const candidatesFor = (limit: number) => `f as materialized (select f.n, f.list, f.kind, f.facet, f.around,
      case when f.around then f.weight * ln(1 + ${commonAt}::float8 / ${counted}) else f.weight end as weight from given f),
    ${near},
    found as (
      select f.n, f.list, f.weight, p.article_id, p.published_at from f, q, lateral ${range('', 'desc', limit * surplus)} p where not f.around
      union all select f.n, f.list, f.weight, p.article_id, p.published_at from f, q, lateral (${range('', 'desc', newestLimit)}
        union ${range('and p.published_at <= q.own', 'desc', aroundLimit)}
        union ${range('and p.published_at > q.own', 'asc', aroundLimit)}) p where f.around),
    scored as (select list, article_id, max(published_at) as published_at, sum(weight) as weight,
        array_agg(n) as facets, array_agg(weight) as weights
      from found group by list, article_id),
    ranked as (select s.*, coalesce(near.likeness, 0) as likeness, row_number() over (partition by s.list
        order by s.weight + ${likenessWeight} * coalesce(near.likeness, 0) + 1 / (1 + greatest(0,
          extract(epoch from coalesce((select as_of from q), now()) - s.published_at)::float8) / 2592000) desc, s.article_id desc) as rank
      from scored s left join near using (article_id)),
    alike as (select 'similar' as list, near.article_id, near.published_at, shared.facets, shared.weights, near.likeness
      from near, q, lateral (select coalesce(array_agg(f.n), '{}') as facets, coalesce(array_agg(f.weight), '{}') as weights
        from f join postings p on p.article_id = near.article_id and p.kind = f.kind and p.facet = f.facet and p.language = q.language
        where f.list in ('topic', 'author')) shared),
    best as (select list, article_id, published_at, facets, weights, likeness from ranked where rank <= ${limit * surplus}
      union all select * from alike)`

/**
 * The candidates of all lists in one statement; each posting list costs at most three short ranges of one index, however long it is.
 * Weights are float8: logarithms of numeric, once for each candidate, cost 30 of 40 ms.
 */
export async function findCandidates(
  db: Db,
  language: string,
  self: string,
  own: string,
  picks: Pick[],
  { asOf, limit }: { asOf: string | null; limit: number }
) {
  const rows = await db.rows<Row>(sql`with q as (
      select ${language}::text as language, ${self}::uuid as self, ${own}::timestamptz as own, ${asOf}::timestamptz as as_of),
    given as (select * from jsonb_to_recordset(${JSON.stringify(picks.map((pick, n) => ({ n, ...pick })))}::jsonb)
      as f (n int, list text, kind text, facet uuid, weight float8, around boolean)),
    ${sql.raw(candidatesFor(limit))}
    select b.list, b.article_id as id, coalesce(c.cluster_id, b.article_id) as story, ${sql.raw(instantText('b.published_at'))} as "publishedAt",
      b.likeness, b.facets, b.weights from best b left join clusters c on c.article_id = b.article_id`)
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
