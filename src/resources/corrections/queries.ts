import { sql } from 'drizzle-orm'
import { reachedBy } from '../../db/reach.ts'
import type { Scope } from '../../lib/scope.ts'

/** The condition that leaves of a list the corrections of articles that narrowed scopes reach. */
export function ofReachable(grants: readonly Scope[]) {
  const reached = reachedBy(grants, {
    language: tags => sql`a.original_language = any(${tags})`,
    source: sql`a.source_id`,
    section: sql`a.section_id`
  })
  return reached ? sql`(select true from articles a where a.id = r.article_id and ${reached})` : sql`true`
}
