import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'

/** What an import calls a thing and what it is here; `digest` tells whether it changed since. */
export interface ExternalKey {
  noun: string
  key: string
  id: string
  digest: string | null
}

/** Only one batch writes at a time, in whatever process: two imports of the same file take turns instead of doubling it. */
const importLock = 8_215_204

/**
 * Plans are made anew for each batch, as the tables grow under an import; within a batch they are kept. Forcing a plan for every
 * execution would also force one for every check of a foreign key, which took a third of the time of an import.
 */
export async function takeTurn(db: Db): Promise<void> {
  await db.rows(sql`select set_config('lock_timeout', '120s', true), set_config('plan_cache_mode', 'auto', true)`)
  await db.rows(sql`select pg_advisory_xact_lock(${sql.raw(String(importLock))})`)
  await db.rows(sql`discard plans`)
}

/**
 * The planner counts the tables as they are now. Until it has, it takes them for empty and may read all editions of a language for each
 * card of a list (twice the time of the list after an archive of 4,410 documents); where autovacuum is off it would never learn.
 */
export async function countAnew(db: Db): Promise<void> {
  await db.rows(sql`analyze (skip_locked)`)
}

export async function readKeys(db: Db, noun: string, keys: readonly string[]): Promise<ExternalKey[]> {
  return db.rows<ExternalKey>(sql`select noun, key, id, digest from external_keys
    where noun = ${noun} and key = any(${sql.param([...keys])}::text[])`)
}

export async function writeKeys(db: Db, keys: readonly ExternalKey[]): Promise<void> {
  if (keys.length === 0) return
  await db.rows(sql`insert into external_keys (noun, key, id, digest)
    select noun, key, id, digest from json_to_recordset(${JSON.stringify(keys)}::json) as k (noun text, key text, id uuid, digest text)
    on conflict (noun, key) do update set digest = excluded.digest, seen_at = now()`)
}
