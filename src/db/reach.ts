import { type SQL, sql } from 'drizzle-orm'
import type { Scope, Target } from '../lib/scope.ts'
import type { Db } from './client.ts'

/** What narrowed scopes reach: asked of one thing (a target), or as a condition on the rows of a list. */

/** The section with everything above it, and the source, as scopes name them: by slug or id. */
export async function targetOf(db: Db, section: string, source: string | null): Promise<Target> {
  const [row] = await db.rows<{ section: string[]; source: string[] }>(sql`with recursive up as (
      select c.id, c.slug, c.parent_id from categories c where c.id = ${section}::uuid
      union select c.id, c.slug, c.parent_id from categories c join up on up.parent_id = c.id)
    select (select array_agg(x) from up, unnest(array[up.slug, up.id::text]) x) as section,
      coalesce((select array[s.slug, s.id::text] from sources s where s.id = ${source}::uuid), '{}') as source`)
  return row!
}

/** What belongs to an article is reached by whom the article is reached by: the language of its original, its source, its section. */
export async function targetOfArticle(db: Db, article: string): Promise<Target> {
  const [work] = await db.rows<{ language: string; section: string; source: string | null }>(
    sql`select original_language as language, section_id as section, source_id as source from articles where id = ${article}::uuid`
  )
  return work ? { language: work.language, ...(await targetOf(db, work.section, work.source)) } : { language: null }
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
