import { sql } from 'drizzle-orm'
import type { Db } from './client.ts'

/**
 * Tells the translations of these articles what has changed in their originals since they were made: whoever saves or publishes an edition ends
 * with it, in the same transaction. One statement, whatever the number of translations.
 */
export async function markStale(db: Db, articles: readonly string[]): Promise<void> {
  if (articles.length > 0) await db.rows(sql`select mark_stale(${sql.param([...articles])}::uuid[])`)
}
