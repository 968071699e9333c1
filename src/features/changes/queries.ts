import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { instant } from '../../db/keyset.ts'
import { newId } from '../../lib/id.ts'
import type { Change, ChangePage, Snapshot } from './schema.ts'

/** As many as one call numbers (`number_changes`), so that a million waiting entries are many short statements. */
const numberedAtOnce = 5_000

/** Gives committed entries their positions, all that wait; the newest position. `last` is the one known before. */
export async function numberChanges(db: Db, last?: bigint): Promise<bigint> {
  for (;;) {
    const [row] = await db.rows<{ head: string }>(sql`select number_changes()::text as head`)
    const head = BigInt(row!.head)
    if (last !== undefined && head - last < numberedAtOnce) return head
    last = head
  }
}

const members = sql`position::text as position, ${instant(sql`at`)} as at, actor, noun, subject_id as subject, action, language, groups, detail`

/** What happened after a position, in order. */
export const changesAfter = (db: Db, position: string, most: number): Promise<Change[]> =>
  db.items<Change>(sql`select ${members} from changes where position > ${position}::bigint
    order by changes.position limit ${sql.raw(String(Math.trunc(most)))}`)

export interface Asked {
  after: string | undefined
  limit: number
  noun: string | undefined
  language: string | undefined
}

/** How many entries a page looks at: all it may show, or more when most are filtered out. */
const looked = { plain: sql.raw('500'), filtered: sql.raw('5000') }

export interface LogPage extends ChangePage {
  /** What is no longer there. */
  trimmed: string
  head: string
}

/** A page of the log and the clock, in one statement and so of one moment. */
export async function readLog(db: Db, { after, limit, noun, language }: Asked): Promise<LogPage> {
  const isFiltered = noun !== undefined || language !== undefined
  const [row] = await db.rows<LogPage & { from: string; seen: string | null }>(sql`
    with clock as (select position as head, trimmed, coalesce(${after ?? null}::bigint, trimmed) as start from change_clock),
      seen as materialized (select * from changes where position > (select start from clock)
        order by position limit ${isFiltered ? looked.filtered : looked.plain}),
      shown as (select * from seen where (${noun ?? null}::text is null or noun = ${noun ?? null}::text)
        and (${language ?? null}::text is null or language = ${language ?? null}::text) order by position limit ${limit})
    select clock.head::text as head, clock.trimmed::text as trimmed, clock.start::text as "from",
      (select max(position)::text from seen) as seen,
      (select coalesce(json_agg(item), '[]') from (select ${members} from shown order by shown.position) item) as items
    from clock`)
  const { items, trimmed, head, from, seen } = row!
  const next = (items.length === limit ? items.at(-1)!.position : seen) ?? from
  return { items, next, more: BigInt(next) < BigInt(head), trimmed, head }
}

/** Registers a place to copy the newsroom from. */
export async function addSnapshot(db: Db, hours: number): Promise<Snapshot> {
  const [row] = await db.rows<Snapshot>(sql`insert into change_snapshots (id, position, expires_at)
    select ${newId()}::uuid, position, now() + make_interval(hours => ${hours}::int) from change_clock
    returning id, position::text as position, ${instant(sql`expires_at`)} as "expiresAt"`)
  return row!
}

/** Gives a snapshot up; whether there was one. */
export async function dropSnapshot(db: Db, id: string): Promise<boolean> {
  const rows = await db.rows(sql`delete from change_snapshots where id = ${id}::uuid returning 1`)
  return rows.length > 0
}

/** How far a reader has come in making all anew that it keeps. */
export interface Rebuild {
  /** The last that was done, as the reader names it; null before the first step. */
  after: string | null
  done: number
}

const anew = JSON.stringify({ after: null, done: 0 } satisfies Rebuild)

/**
 * Whether a reader has something to do: it has not read all that has a position, or makes all anew. One that is not known yet has read nothing;
 * when it can make all anew, it begins with that and not with a log whose beginning may have been trimmed.
 */
export async function isBehind(db: Db, name: string, canRebuild: boolean): Promise<boolean> {
  const [row] = await db.rows<{ known: boolean; behind: boolean }>(sql`select r.name is not null as known,
    coalesce(r.position, 0) < c.position or r.rebuild is not null as behind from change_clock c left join change_readers r on r.name = ${name}`)
  if (row!.known) return row!.behind
  await db.rows(sql`insert into change_readers (name, position, rebuild)
    select ${name}, case when ${canRebuild} then position else 0 end, case when ${canRebuild} then ${anew}::jsonb end from change_clock
    on conflict do nothing`)
  return row!.behind || canRebuild
}

/** Has a reader make all anew, from the beginning; it goes on reading the log meanwhile. Waits for the batch that is under way. */
export const planRebuild = (db: Db, name: string): Promise<unknown> =>
  db.transaction(async tx => {
    await tx.rows(sql`select set_config('lock_timeout', '60s', true)`)
    await tx.rows(sql`insert into change_readers (name, rebuild) values (${name}, ${anew}::jsonb)
      on conflict (name) do update set rebuild = excluded.rebuild`)
  })

/** How far it is; null when nothing is made anew. */
export async function rebuildOf(db: Db, name: string): Promise<Rebuild | null> {
  const [row] = await db.rows<{ rebuild: Rebuild | null }>(sql`select rebuild from change_readers where name = ${name}`)
  return row?.rebuild ?? null
}

export const moveRebuild = (tx: Db, name: string, rebuild: Rebuild | null) =>
  tx.rows(
    sql`update change_readers set rebuild = ${rebuild && JSON.stringify(rebuild)}::jsonb, read_at = now() where name = ${name}`
  )

/** Where a reader stands. */
export interface Lease {
  position: string
  rebuild: Rebuild | null
}

/**
 * The reader's position and its lease, which ends with the transaction; null while somebody else has it. What it does outside the database may
 * take a minute.
 */
export async function lease(tx: Db, name: string): Promise<Lease | null> {
  const [row] = await tx.rows<Lease>(
    sql`select position::text as position, rebuild, set_config('idle_in_transaction_session_timeout', '60s', true)
      from change_readers where name = ${name} for update skip locked`
  )
  return row ?? null
}

export const moveReader = (tx: Db, name: string, position: string) =>
  tx.rows(sql`update change_readers set position = ${position}::bigint, read_at = now() where name = ${name}`)

/** What trimming may not pass: the slowest reader, every snapshot that has not expired, the newest position. */
const held: SQL = sql`least((select min(position) from change_readers),
  (select min(position) from change_snapshots where expires_at > now()), (select position from change_clock))`

/** Says of the next old entries that they are gone, and removes them; whether there may be more. */
export async function trimSome(db: Db, days: number): Promise<{ removed: number; more: boolean }> {
  const batch = 2_000
  const [clock] = await db.rows<{ trimmed: string }>(sql`
    with old as materialized (select position, at < now() - make_interval(days => ${days}::int) as is_old from changes
        where position > (select trimmed from change_clock) and position <= ${held} order by position limit ${sql.raw(String(batch))}),
      bound as (select coalesce((select min(position) - 1 from old where not is_old), (select max(position) from old)) as position)
    update change_clock c set trimmed = greatest(c.trimmed, bound.position) from bound where bound.position is not null
    returning c.trimmed::text as trimmed`)
  if (!clock) return { removed: 0, more: false }
  const [row] = await db.rows<{ removed: number }>(sql`with gone as (delete from changes
    where position <= ${clock.trimmed}::bigint returning 1) select count(*)::int as removed from gone`)
  return { removed: row!.removed, more: row!.removed >= batch }
}

export const dropExpiredSnapshots = (db: Db) => db.rows(sql`delete from change_snapshots where expires_at <= now()`)
