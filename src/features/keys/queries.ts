import { sql } from 'drizzle-orm'
import { instantText } from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { newId } from '../../lib/id.ts'
import type { KeyRecord } from './schema.ts'

/** A key as it is stored, and whose it is. */
export interface StoredKey {
  prefix: string
  hash: string
  name: string
  scopes: string[]
  expiresAt: string | null
}

export interface NewKey extends StoredKey {
  /** Slug of the consumer; made when it does not exist. */
  consumer: string
}

const columns = sql.raw(`k.id, c.slug as consumer, k.name, k.prefix, k.scopes,
  case when k.revoked_at <= now() then 'revoked' when k.expires_at <= now() then 'expired' else 'active' end as state,
  ${instantText('k.expires_at')} as "expiresAt", ${instantText('k.revoked_at')} as "revokedAt",
  ${instantText('k.last_used_at')} as "lastUsedAt", ${instantText('k.created_at')} as "createdAt"`)

/** Stores the hash of a new key of a consumer, who is made when there is none of that slug; the key's id is returned. */
export async function createKey(db: Db, { consumer, ...key }: NewKey): Promise<string> {
  await db.rows(
    sql`insert into consumers (id, slug, name) values (${newId()}::uuid, ${consumer}, ${consumer}) on conflict do nothing`
  )
  const [owner] = await db.rows<{ id: string }>(sql`select id from consumers where slug = ${consumer}`)
  return storeKey(db, owner!.id, key)
}

/** Stores the hash of a new key of a consumer who is there; the key's id is returned. */
export async function storeKey(
  db: Db,
  consumerId: string,
  { prefix, hash, name, scopes, expiresAt }: StoredKey
): Promise<string> {
  const id = newId()
  await db.rows(sql`insert into api_keys (id, consumer_id, name, prefix, hash, scopes, expires_at)
    values (${id}::uuid, ${consumerId}::uuid, ${name}, ${prefix}, ${hash}, ${sql.param(scopes)}::text[], ${expiresAt}::timestamptz)`)
  return id
}

/** Every key, or those of one consumer. */
export async function listKeys(db: Db, consumer?: string): Promise<KeyRecord[]> {
  return db.items<KeyRecord>(sql`select ${columns} from api_keys k join consumers c on c.id = k.consumer_id
    where ${consumer ? sql`c.id = ${consumer}::uuid` : sql`true`} order by k.created_at, k.id limit 1000`)
}

export async function findKeyRecord(db: Db, id: string): Promise<KeyRecord | undefined> {
  const [key] = await db.items<KeyRecord>(
    sql`select ${columns} from api_keys k join consumers c on c.id = k.consumer_id where k.id = ${id}::uuid`
  )
  return key
}

/** Revokes the active keys that begin so, or the one of this id; how many there were. */
export async function revokeKey(db: Db, key: string): Promise<number> {
  const rows = await db.rows(sql`update api_keys set revoked_at = now(), version = version + 1, updated_at = now()
    where (prefix = ${key.slice(0, 12)} or id::text = lower(${key})) and revoked_at is null returning 1`)
  return rows.length
}
