import { sql } from 'drizzle-orm'
import type { Db } from './client.ts'

/** An API key as the door sees it. */
export interface StoredKey {
  id: string
  name: string
  consumerId: string
  consumer: string
  scopes: string[]
  state: 'active' | 'expired' | 'revoked'
}

/** The key with this hash, whatever its state. */
export async function findKey(db: Db, hash: string): Promise<StoredKey | undefined> {
  const [key] =
    await db.rows<StoredKey>(sql`select k.id, k.name, k.consumer_id as "consumerId", c.slug as consumer, k.scopes,
      case when k.revoked_at <= now() then 'revoked' when k.expires_at <= now() then 'expired' else 'active' end as state
    from api_keys k join consumers c on c.id = k.consumer_id where k.hash = ${hash}`)
  return key
}

/** Notes that a key is in use, at most once a minute: who looks for dead keys needs no more. */
export async function noteUse(db: Db, id: string): Promise<void> {
  await db.rows(sql`update api_keys set last_used_at = now()
    where id = ${id}::uuid and (last_used_at is null or last_used_at < now() - interval '1 minute')`)
}
