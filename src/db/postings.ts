import { type SQL, sql } from 'drizzle-orm'
import { articleTypes, type FacetKind } from '../contract/words.ts'
import type { Db } from './client.ts'

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
}

/** Writes the posting lists of these articles anew. Every write that touches what they are made of ends with it, in its transaction. */
export async function post(db: Db, articleIds: readonly string[]): Promise<void> {
  const ids = sql.param([...articleIds])
  await db.rows(sql`delete from postings where article_id = any(${ids}::uuid[])`)
  await db.rows(sql`
    insert into postings (kind, facet, language, article_id, published_at, updated_at, embargo_until, unpublish_at, original, show_in_related)
    select f.kind, f.facet, e.language, a.id, e.published_at, e.updated_at, a.embargo_until, e.unpublish_at,
      e.method = 'original', a.show_in_related
    from articles a join editions e on e.article_id = a.id and e.state = 'published'
    cross join lateral (
      select 'all', ${everything}::uuid
      union select 'type', case a.type ${typeCase} end
      union (
        with recursive up as (
          select c.id, c.parent_id from categories c where c.id = a.section_id
          union select c.id, c.parent_id from categories c join up on up.parent_id = c.id)
        select 'section', id from up)
      union select 'category', a.section_id
      union select 'category', ac.category_id from article_categories ac where ac.article_id = a.id
      union select 'topic', at.topic_id from article_topics at where at.article_id = a.id
      union select 'author', aa.author_id from article_authors aa where aa.article_id = a.id
      union select 'source', coalesce(e.source_id, a.source_id) where coalesce(e.source_id, a.source_id) is not null
    ) f (kind, facet)
    where a.id = any(${ids}::uuid[])`)
}
