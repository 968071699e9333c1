import { type SQL, sql } from 'drizzle-orm'
import type { Scope, Target } from '../lib/scope.ts'
import type { Db } from './client.ts'

/** What narrowed scopes reach: asked of one thing (a target), or as a condition on the rows of a list. */

/** The section with everything above it, and the source, as scopes name them: by slug or id. */
export async function targetOf(db: Db, section: string, source: string | null): Promise<Target> {
  const target = await targetOfWork(
    db,
    sql`select null::text as language, ${section}::uuid as section, ${source}::uuid as source`
  )
  return { section: target.section, source: target.source }
}

/** What belongs to an article is reached by whom the article is reached by: the language of its original, its source, its section. */
export const targetOfArticle = (db: Db, article: string): Promise<Target> =>
  targetOfWork(
    db,
    sql`select original_language as language, section_id as section, source_id as source from articles where id = ${article}::uuid`
  )

async function targetOfWork(db: Db, work: SQL): Promise<Required<Target>> {
  const [row] = await db.rows<Required<Target>>(sql`with recursive work as (${work}), up as (
      select c.id, c.slug, c.parent_id from categories c join work on c.id = work.section
      union select c.id, c.slug, c.parent_id from categories c join up on up.parent_id = c.id)
    select (select language from work) as language,
      coalesce((select array_agg(x) from up, unnest(array[up.slug, up.id::text]) x), '{}') as section,
      coalesce((select array[s.slug, s.id::text] from sources s join work on s.id = work.source), '{}') as source`)
  return row!
}

/** Where a list has what scopes are narrowed by. */
export interface Narrowed {
  /** The condition that it is in one of these languages. */
  language(tags: SQL): SQL
  /** Columns with the ids. */
  source: SQL
  section: SQL
}

/** The sections of these slugs or ids and everything below them; an array, so that it is made once and not for each row. */
export const sectionsBelow = (keys: readonly string[]): SQL =>
  sql`array(with recursive below as (select c.id from categories c where ${named(sql`c`, keys)}
    union select c.id from categories c join below on c.parent_id = below.id) select id from below)`

const named = (row: SQL, keys: readonly string[]) =>
  sql`(${row}.slug = any(${sql.param([...keys])}::text[]) or ${row}.id::text = any(${sql.param([...keys])}::text[]))`

/** The condition that leaves of a list what the scopes reach; null when one of them reaches everything. */
export function reachedBy(grants: readonly Scope[], { language, source, section }: Narrowed): SQL | null {
  if (grants.some(grant => !grant.language && !grant.source && !grant.section)) return null
  const either = grants.map(grant =>
    sql.join(
      [
        grant.language ? language(sql`${sql.param([...grant.language])}::text[]`) : sql`true`,
        grant.source
          ? sql`${source} = any(array(select s.id from sources s where ${named(sql`s`, grant.source)}))`
          : sql`true`,
        grant.section ? sql`${section} = any(${sectionsBelow(grant.section)})` : sql`true`
      ],
      sql` and `
    )
  )
  return sql`(${sql.join(either, sql` or `)})`
}
