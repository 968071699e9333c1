import { sql } from 'drizzle-orm'
import {
  type Context,
  categoryLabel,
  categoryObject,
  instantText,
  leadImage,
  readerOf,
  servedLanguage,
  sourceObject
} from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { everything } from '../../db/postings.ts'
import { type HouseRail, houseRails, type PlacedPin, pinsInForce } from './rail-queries.ts'
import type { Candidate, SharedFacet } from './rules.ts'
import { commonAt } from './rules.ts'

/** What the lists beside an article are made from. */
export interface Subject {
  publishedAt: string
  section: { id: string; slug: string }
  facets: SharedFacet[]
  rails: HouseRail[]
  pins: PlacedPin[]
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
      ${sql.raw(houseRails)} as rails,
      ${pinsInForce(sql`(n.article_id = a.id or n.article_id is null) and n.target_id <> a.id`, language, asOf)} as pins
    from reader, articles a join categories s on s.id = a.section_id where a.id = ${id}::uuid`)
  return subject!
}

/** One posting list to take candidates from, for the list called `list`. */
export interface Pick extends SharedFacet {
  list: string
  /** Whether its rarity counts, and what was published around the article's own date is looked at too. */
  around: boolean
}

/**
 * How many are looked at of what is shared, for a list of so many: the newest, and those just before and after the article's own date. More than are
 * shown, as some stand elsewhere on the page. Beside 40 and 20 for every list of 6, one item in a hundred is another, and the database does a sixth less.
 */
const newestFor = (limit: number) => 12 + 2 * limit
const aroundFor = (limit: number) => 6 + limit
/** Of rails and fallbacks, of which only the newest count, so many times what is shown: what stands elsewhere on the page cannot starve them. */
const surplus = 3

/** What was found. */
interface Found {
  /** Of each pick what it is worth, and the articles in its ranges with when they were published. */
  picked: { n: number; weight: number; ids: string[]; times: string[] }[]
  /** What is like the article, and how much. */
  near: { id: string; publishedAt: string; likeness: number }[]
  /** Which of those are in the list of a topic or author, too. */
  shared: { n: number; id: string }[]
  /** The clusters of those that are copies of something. */
  stories: Record<string, string>
}

/** One short range of a posting list. */
const range = (
  condition: string,
  order: string,
  limit: number
) => `(select p.article_id, p.published_at from visible_postings p
    where p.kind = f.kind and p.facet = f.facet and p.language = f.language and p.show_in_related and p.article_id <> q.self
      and p.published_at <= q.until ${condition}
    order by p.published_at ${order}, p.article_id ${order} limit ${limit})`

/**
 * What is like the article, of what a reader of this language may see now: the list that is kept for it. Each is looked up by its key (`limit 1`); as a
 * join, the planner read the list of everything instead (9 ms of 12 at 10,000 articles). In a crowd everything is alike: likeness counts less by the root
 * of how much denser the neighbour's place is than the article's own, and for little more where that is empty (decision 0019).
 */
const near = `near as materialized (select n.other as id, p.published_at as "publishedAt",
      least(1, n.score * sqrt(least(1.5, greatest(l.density, 0.0001) / greatest(d.density, 0.0001)))) as likeness
    from q join neighbours l on l.article_id = q.self and l.language = q.language
    cross join unnest(l.others, l.scores) n (other, score)
    cross join lateral (select p.published_at from visible_postings p where p.article_id = n.other and p.kind = 'all' and p.facet = '${everything}'
      and p.language = q.language and p.show_in_related and p.published_at <= q.until limit 1) p
    left join lateral (select d.density from neighbours d where d.article_id = n.other and d.language = q.language limit 1) d on true)`

/** How many of a posting list are counted; a longer one is simply common. */
const counted = `greatest(1, (select count(*) from (select 1 from postings p where p.kind = f.kind and p.facet = f.facet
    and p.language = f.language limit ${commonAt}) n))`

/** Ranges as one row: as a row for each article, and with all they have in common said again, they took 1 ms of 2.7 more. */
const arrays = (ranges: string) => `(select coalesce(array_agg(p.article_id), '{}') as ids,
    coalesce(array_agg(p.published_at), '{}') as times from ${ranges} p)`

/**
 * The common table expressions that find candidates; limits stand in the text, where the planner sees them. What a near one shares is asked for one by
 * one (`limit 1`): as a join it read whole posting lists (40 ms instead of 5 at 10,000 articles).
 */
const candidatesFor = (limit: number) => `f as materialized (select f.language, f.n, f.list, f.kind, f.facet, f.around,
      case when f.around then f.weight * ln(1 + ${commonAt}::float8 / ${counted}) else f.weight end as weight from given f),
    ${near},
    picked as materialized (
      select f.n, f.weight, p.* from f, q, lateral ${arrays(range('', 'desc', limit * surplus))} p where not f.around
      union all select f.n, f.weight, p.* from f, q, lateral ${arrays(`(${range('', 'desc', newestFor(limit))}
        union ${range('and p.published_at <= q.own', 'desc', aroundFor(limit))}
        union ${range('and p.published_at > q.own', 'asc', aroundFor(limit))})`)} p where f.around),
    shared as (select f.n, near.id from near, f,
        lateral (select 1 from postings p where p.article_id = near.id and p.kind = f.kind and p.facet = f.facet
          and p.language = f.language limit 1) p where f.list = 'topic'),
    stories as (select c.article_id, c.cluster_id from clusters c
        where c.article_id = any(array(select unnest(ids) from picked union all select id from near)))`

const object = (key: string, value: string, from: string) =>
  `coalesce((select json_object_agg(${key}, ${value}) from ${from}), '{}')`

const all = (table: string) => `(select coalesce(json_agg(${table}), '[]') from ${table})`

const found = `${all('picked')} as picked, ${all('near')} as near, ${all('shared')} as shared,
    ${object('article_id', 'cluster_id', 'stories')} as stories`

/**
 * The candidates of all lists in one statement; each posting list costs at most three short ranges of one index, however long it is. They are
 * grouped here: the database took 2 of 4 ms to group and rank 700 of them.
 */
export async function findCandidates(
  db: Db,
  language: string,
  self: string,
  own: string,
  picks: Pick[],
  { asOf, limit }: { asOf: string | null; limit: number }
): Promise<Map<string, Candidate[]>> {
  const [row] = await db.rows<Found>(sql`with q as (select ${language}::text as language, ${self}::uuid as self,
      ${own}::timestamptz as own, least(${asOf}::timestamptz, now()) as until),
    given as (select q.language, f.* from q, jsonb_to_recordset(${JSON.stringify(picks.map((pick, n) => ({ n, ...pick })))}::jsonb)
      as f (n int, list text, kind text, facet uuid, weight float8, around boolean)),
    ${sql.raw(candidatesFor(limit))}
    select ${sql.raw(found)}`)
  return inLists(picks, row!)
}

/** Candidates by list, each with all it was found by, the heaviest first. */
function inLists(picks: readonly Pick[], { picked, near, shared, stories }: Found): Map<string, Candidate[]> {
  const alike = new Map(near.map(each => [each.id, each]))
  const lists = new Map<string, Map<string, Candidate>>()
  const candidate = (list: string, id: string, publishedAt: string) => {
    if (!lists.has(list)) lists.set(list, new Map())
    const candidates = lists.get(list)!
    const known = candidates.get(id)
    if (known) return known
    const likeness = alike.get(id)?.likeness ?? 0
    const added: Candidate = { id, story: stories[id] ?? id, publishedAt, shared: [], likeness }
    candidates.set(id, added)
    return added
  }
  const reasons = new Map(picked.map(({ n, weight }) => [n, { kind: picks[n]!.kind, slug: picks[n]!.slug, weight }]))
  for (const { n, ids, times } of picked)
    for (const [index, id] of ids.entries()) candidate(picks[n]!.list, id, times[index]!).shared.push(reasons.get(n)!)
  for (const { id, publishedAt } of near) candidate('similar', id, publishedAt)
  for (const { n, id } of shared) candidate('similar', id, alike.get(id)!.publishedAt).shared.push(reasons.get(n)!)
  return new Map([...lists].map(([list, candidates]) => [list, [...candidates.values()].map(inOrder)]))
}

const inOrder = (candidate: Candidate): Candidate => ({
  ...candidate,
  shared: candidate.shared.sort((a, b) => b.weight - a.weight || (a.slug < b.slug ? -1 : 1))
})

/** Cards as they are read: what many have in common is told once. */
interface Shown {
  cards: ({ id: string; section: string; source: string | null } & Record<string, unknown>)[]
  language: unknown
  sections: Record<string, unknown>
  sources: Record<string, unknown>
}

/** The cards of what was chosen, in the reader's first language, in one statement. All of the edition and article comes from the view: joined to their tables once more, 72 cards read 1,560 pages instead of 1,130. */
export async function readCards(db: Db, context: Context, ids: string[]): Promise<Map<string, object>> {
  const [shown] = await db.rows<Shown>(sql`with ${readerOf(context)},
    cards as materialized (select a.id, e.type, e.slug, e.headline, e.kicker, e.standfirst,
        ${sql.raw(instantText('e.published_at'))} as "publishedAt", ${sql.raw(instantText('e.updated_at'))} as "updatedAt",
        e.section_id as section, e.source_id as source, ${sql.raw(leadImage)} as image,
        e.method, cardinality(e.stale_blocks) > 0 as stale, e.reading_minutes as "readingMinutes"
      from reader, visible_editions e, lateral (select e.article_id as id) a
      where e.article_id = any(${sql.param(ids)}::uuid[]) and e.language = reader.chain[1])
    select (select coalesce(json_agg(cards), '[]') from cards) as cards,
      (select ${sql.raw(servedLanguage)} from (select reader.chain[1] as language) e) as language,
      ${sql.raw(object('c.id', categoryObject, `categories c ${categoryLabel} where c.id in (select section from cards)`))} as sections,
      ${sql.raw(object('s.id', sourceObject, 'sources s where s.id in (select source from cards)'))} as sources
    from reader`)
  const { cards, language, sections, sources } = shown!
  return new Map(
    cards.map(card => {
      const [section, source] = [sections[card.section], card.source && sources[card.source]]
      return [card.id, { ...card, language, section, source }]
    })
  )
}
