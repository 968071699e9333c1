import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'

/** Whether a category with this slug is a rail of the reader's page. */
export async function isRail(db: Db, slug: string): Promise<boolean> {
  const [row] = await db.rows<{ rail: boolean }>(
    sql`select exists (select 1 from categories where slug = ${slug} and rail_position is not null) as rail`
  )
  return row!.rail
}
