import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'

/** Whether a category with this slug is a rail of the reader's page; until the transaction ends it keeps that slug. */
export async function isRail(db: Db, slug: string): Promise<boolean> {
  const rows = await db.rows(
    sql`select 1 from categories where slug = ${slug} and rail_position is not null for key share`
  )
  return rows.length > 0
}
