import { type SQL, sql } from 'drizzle-orm'
import { articleTypes, type FacetKind } from '../contract/words.ts'
import type { Db } from './client.ts'
import { addJob } from './jobs.ts'

/** Facets that are no row of a noun have fixed ids: everything, and the types of articles. */
export const everything = '00000000-0000-0000-0000-000000000000'
export const facetOfType = (type: string) =>
  `00000000-0000-0000-0000-${String(articleTypes.indexOf(type as 'article') + 1).padStart(12, '0')}`

/** One posting list: its kind and what it is about. */
export interface Facet {
  kind: FacetKind
  facet: SQL
}

const typeCase = sql.raw(articleTypes.map(type => `when '${type}' then '${facetOfType(type)}'::uuid`).join(' '))

/** What this transaction has touched gets its posting lists anew: articles, and everything below a section that was moved. No write has to remember it. */
export async function postTouched(db: Db): Promise<void> {
  const touched = await db.rows<{ id: string }>(sql`
    with recursive mine as (select noun, subject_id, detail, groups from changes where transaction = pg_current_xact_id_if_assigned()),
      works as (select subject_id::uuid as id from mine where noun = 'article' or noun = 'edition' and groups <> '{}'),
      moved as (select c.id from categories c join mine m on m.noun = 'category' and m.subject_id = c.id::text
          and m.detail -> 'changed' ? 'parent_id'
        union select c.id from categories c join moved on c.parent_id = moved.id)
    select a.id from articles a join works w on w.id = a.id
    union select a.id from articles a join moved on a.section_id = moved.id`)
  if (touched.length > 0)
    await post(
      db,
      touched.map(row => row.id)
    )
  await planReposts(db)
}

/** A posting list that is written anew bit by bit, as all its stories go into related lists or out of them. */
export interface Repost {
  kind: 'source' | 'topic'
  facet: string
  /** The last article done. */
  after: string | null
}

/** How many articles one job posts anew. */
const repostedAtOnce = 500

/** Who opts out of related lists, or in again, may have a hundred thousand stories: they are posted after the write, in jobs. */
export async function planReposts(db: Db): Promise<void> {
  const changed = await db.rows<Repost>(sql`select noun as kind, subject_id as facet, null as after from changes
    where transaction = pg_current_xact_id_if_assigned() and noun in ('source', 'topic') and detail -> 'changed' ? 'show_in_related'`)
  for (const repost of changed) await planRepost(db, repost)
}

export const planRepost = (db: Db, repost: Repost) =>
  addJob(db, { task: 'repost', key: `repost ${repost.kind} ${repost.facet}`, runAt: null, payload: { ...repost } })

/** Posts the next articles of a list anew; which they were. */
export async function repostSome(
  db: Db,
  { kind, facet, after }: Repost
): Promise<{ articles: string[]; more: boolean }> {
  const rows = await db.rows<{ id: string }>(sql`select distinct article_id as id from postings
    where kind = ${kind} and facet = ${facet}::uuid and (${after}::uuid is null or article_id > ${after}::uuid)
    order by 1 limit ${sql.raw(String(repostedAtOnce))}`)
  const articles = rows.map(({ id }) => id)
  if (articles.length > 0) await post(db, articles)
  return { articles, more: articles.length === repostedAtOnce }
}

/**
 * Writes the posting lists of these articles anew. Every write that touches what they are made of ends with it, in its transaction. In related
 * lists stands what neither opted out itself, nor has a source or a topic that did.
 */
export async function post(db: Db, articleIds: readonly string[]): Promise<void> {
  const ids = sql.param([...articleIds])
  await db.rows(sql`delete from postings where article_id = any(${ids}::uuid[])`)
  await db.rows(sql`
    with e as materialized (
      select a.id, a.type, a.section_id, coalesce(e.source_id, a.source_id) as source_id, a.embargo_until, e.language, e.published_at, e.updated_at,
        e.unpublish_at, e.method, a.show_in_related
          and not exists (select 1 from sources s where s.id = coalesce(e.source_id, a.source_id) and not s.show_in_related)
          and not exists (select 1 from article_topics at join topics t on t.id = at.topic_id
            where at.article_id = a.id and not t.show_in_related) as show_in_related
      from articles a join editions e on e.article_id = a.id and e.state = 'published' where a.id = any(${ids}::uuid[]))
    insert into postings (kind, facet, language, article_id, published_at, updated_at, embargo_until, unpublish_at, original, show_in_related)
    select f.kind, f.facet, e.language, e.id, e.published_at, e.updated_at, e.embargo_until, e.unpublish_at,
      e.method = 'original', e.show_in_related
    from e cross join lateral (
      select 'all', ${everything}::uuid
      union select 'type', case e.type ${typeCase} end
      union (
        with recursive up as (
          select c.id, c.parent_id from categories c where c.id = e.section_id
          union select c.id, c.parent_id from categories c join up on up.parent_id = c.id)
        select 'section', id from up)
      union select 'category', e.section_id
      union select 'category', ac.category_id from article_categories ac where ac.article_id = e.id
      union select 'topic', at.topic_id from article_topics at where at.article_id = e.id
      union select 'author', aa.author_id from article_authors aa where aa.article_id = e.id
      union select 'source', e.source_id where e.source_id is not null
    ) f (kind, facet)`)
}
