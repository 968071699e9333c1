import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'

/** What the file of an image says of itself; nothing where the picture stands at a remote address. */
export async function factsOfFile(db: Db, id: string) {
  const [facts] = await db.rows<Record<'mime' | 'width' | 'height', unknown>>(
    sql`select mime, width, height from images where id = ${id}::uuid and file is not null`
  )
  return facts
}

/** Smaller versions of a picture that is no longer there. */
export async function dropRenditions(db: Db, id: string) {
  await db.rows(sql`delete from renditions where image_id = ${id}::uuid`)
}
