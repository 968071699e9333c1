import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { reachedBy } from '../../db/reach.ts'
import type { Scope } from '../../lib/scope.ts'

/** The tables that tie an article to other nouns: which column names the other, and what the tie carries beside its position. */
const ties = {
  categories: { table: 'article_categories', columns: ['category_id'] },
  topics: { table: 'article_topics', columns: ['topic_id', 'weight'] },
  authors: { table: 'article_authors', columns: ['author_id', 'role'] },
  images: { table: 'article_images', columns: ['image_id', 'role'] }
} as const
export type Ties = keyof typeof ties

/** Writes the ties of one kind anew, in their order; rows that stay as they were are left alone, so the log tells only what changed. */
export async function writeTies(db: Db, article: string, kind: Ties, rows: readonly object[]): Promise<void> {
  const { table, columns } = ties[kind]
  const all = ['article_id', ...columns, 'position']
  const given = rows.map((row, position) => ({ article_id: article, ...row, position }))
  const names = sql.raw(all.join(', '))
  const wanted = sql`select ${names} from json_populate_recordset(null::${sql.raw(table)}, ${JSON.stringify(given)}::json)`
  await db.rows(sql`delete from ${sql.raw(table)} t where t.article_id = ${article}::uuid
    and (${sql.raw(all.map(name => `t.${name}`).join(', '))}) not in (${wanted})`)
  await db.rows(sql`insert into ${sql.raw(table)} (${names}) ${wanted} on conflict do nothing`)
}

/** The condition that leaves of a list of articles what narrowed scopes reach: by language those with an edition in it. */
export const reachable = (grants: readonly Scope[]) =>
  reachedBy(grants, {
    language: tags => sql`exists (select 1 from editions e where e.article_id = r.id and e.language = any(${tags}))`,
    source: sql`r.source_id`,
    section: sql`r.section_id`
  }) ?? sql`true`

/** The languages in which an article is public now, or was withdrawn from: such an article is not simply removed. */
export async function publicLanguages(db: Db, article: string): Promise<string[]> {
  const rows = await db.rows<{ language: string }>(sql`select language from editions
    where article_id = ${article}::uuid and state in ('published', 'scheduled') order by language`)
  return rows.map(row => row.language)
}
