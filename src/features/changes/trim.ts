import type { Db } from '../../db/client.ts'
import { dropExpiredSnapshots, trimSome } from './queries.ts'

/**
 * Removes entries older than so many days, from the oldest on, but none a reader has not read nor any after a snapshot that has not expired.
 * In short steps, each of which first says what is gone; how many were removed.
 */
export async function trimChanges(db: Db, olderThanDays: number): Promise<number> {
  await dropExpiredSnapshots(db)
  for (let total = 0; ; ) {
    const { removed, more } = await trimSome(db, olderThanDays)
    total += removed
    if (!more) return total
  }
}
