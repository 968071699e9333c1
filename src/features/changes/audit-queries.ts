import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { instant, toPage } from '../../db/keyset.ts'
import type { Place } from '../../lib/cursor.ts'
import type { AuditEntry } from './schema.ts'

const members = sql`a.position::text as position, ${instant(sql`a.at`)} as at, a.actor, a.noun, a.subject_id as subject, a.action,
  a.language, a.detail, a.previous_hash as "previousHash", a.hash`

/** The hash the next entry is sealed with; null before the first. */
export async function lastSeal(db: Db): Promise<string | null> {
  const [row] = await db.rows<{ hash: string }>(sql`select hash from audit_entries order by position desc limit 1`)
  return row?.hash ?? null
}

export const appendAudit = (db: Db, entries: AuditEntry[]) =>
  db.rows(sql`insert into audit_entries (position, at, actor, noun, subject_id, action, language, detail, previous_hash, hash)
    select e.position, e.at, e.actor, e.noun, e.subject, e.action, e.language, e.detail, e."previousHash", e.hash
    from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as e (position bigint, at timestamptz, actor text, noun text, subject text,
      action text, language text, detail jsonb, "previousHash" text, hash text)`)

/** Entries after a position, oldest first. */
export const auditAfter = (db: Db, position: string, most: number): Promise<AuditEntry[]> =>
  db.items<AuditEntry>(sql`select ${members} from audit_entries a where a.position > ${position}::bigint
    order by a.position limit ${sql.raw(String(Math.trunc(most)))}`)

/** How far a reader has come. */
export async function readUpTo(db: Db, reader: string): Promise<string> {
  const [row] = await db.rows<{ position: string }>(
    sql`select position::text as position from change_readers where name = ${reader}`
  )
  return row?.position ?? '0'
}

export interface AuditFilter {
  noun?: string
  subject?: string
  actor?: string
  after?: string
  before?: string
}

/** A page of the trail, newest first. */
export async function listAudit(db: Db, filter: AuditFilter, place: Place | null, limit: number) {
  const conditions: SQL[] = [sql`true`]
  if (filter.noun) conditions.push(sql`a.noun = ${filter.noun}`)
  if (filter.subject) conditions.push(sql`a.subject_id = ${filter.subject}`)
  if (filter.actor) conditions.push(sql`a.actor = ${filter.actor}`)
  if (filter.after) conditions.push(sql`a.at >= ${filter.after}::timestamptz`)
  if (filter.before) conditions.push(sql`a.at < ${filter.before}::timestamptz`)
  if (place) conditions.push(sql`a.position < ${place[1]}::bigint`)
  const rows = await db.items<AuditEntry & { place: Place }>(sql`select ${members},
    json_build_array(a.position::text, a.position::text) as place from audit_entries a where ${sql.join(conditions, sql` and `)}
    order by a.position desc limit ${sql.raw(String(limit + 1))}`)
  return toPage(rows, limit)
}
