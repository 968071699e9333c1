import { sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
  boolean,
  check,
  customType,
  index,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uuid
} from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'

const transactionId = customType<{ data: string }>({ dataType: () => 'xid8' })

/**
 * The one ordered log of what changed, written by triggers in the transaction of the write. `id` says in which order entries were written;
 * `position`, given after the commit by `number_changes()`, is the order they are read in: dense, and never seen out of turn.
 */
export const changes = pgTable(
  'changes',
  {
    id: bigserial('id', { mode: 'bigint' }).primaryKey(),
    position: bigint('position', { mode: 'bigint' }),
    transaction: transactionId('transaction').notNull().default(sql`pg_current_xact_id()`),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
    actor: text('actor')
      .notNull()
      .default(sql`coalesce(nullif(current_setting('broadsheet.actor', true), ''), 'database:' || session_user)`),
    noun: text('noun').notNull(),
    subjectId: text('subject_id').notNull(),
    action: text('action').notNull(),
    language: text('language'),
    groups: text('groups').array().notNull().default(sql`'{}'`),
    detail: jsonb('detail').notNull().default({})
  },
  table => [
    unique('changes_position_key').on(table.position),
    unique('changes_once_key')
      .on(table.transaction, table.noun, table.subjectId, table.action, table.language)
      .nullsNotDistinct(),
    index('changes_waiting_idx').on(table.id).where(sql`position is null`),
    index('changes_subject_idx').on(table.noun, table.subjectId, table.position)
  ]
)

/** One row: the newest position given, and the one up to which the log has been trimmed. Who holds its lock gives positions. */
export const changeClock = pgTable(
  'change_clock',
  {
    singleton: boolean('singleton').primaryKey().default(true),
    position: bigint('position', { mode: 'bigint' }).notNull(),
    trimmed: bigint('trimmed', { mode: 'bigint' }).notNull().default(sql`0`)
  },
  () => [check('change_clock_singleton_check', sql`singleton`)]
)

/** How far each reader of the log has come; the row's lock is the lease of whoever reads for it. */
export const changeReaders = pgTable('change_readers', {
  name: text('name').primaryKey(),
  position: bigint('position', { mode: 'bigint' }).notNull().default(sql`0`),
  readAt: instant('read_at').notNull().default(sql`now()`),
  /** How far it has come in making all anew that it keeps; null when it does not. */
  rebuild: jsonb('rebuild')
})

/** A place somebody is copying the newsroom from: until it expires nothing after it is trimmed. */
export const changeSnapshots = pgTable('change_snapshots', {
  id: uuid('id').primaryKey(),
  position: bigint('position', { mode: 'bigint' }).notNull(),
  createdAt: instant('created_at').notNull().default(sql`now()`),
  expiresAt: instant('expires_at').notNull()
})

/** Who changed what, each entry sealed with the hash of the one before; a trigger refuses every later change. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    position: bigint('position', { mode: 'bigint' }).primaryKey(),
    at: instant('at').notNull(),
    actor: text('actor').notNull(),
    noun: text('noun').notNull(),
    subjectId: text('subject_id').notNull(),
    action: text('action').notNull(),
    language: text('language'),
    detail: jsonb('detail').notNull(),
    previousHash: text('previous_hash').notNull(),
    hash: text('hash').notNull()
  },
  table => [
    index('audit_subject_idx').on(table.noun, table.subjectId, table.position),
    index('audit_actor_idx').on(table.actor, table.position)
  ]
)

/** The first answer to a POST with an Idempotency-Key, written in the transaction of its effect. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    caller: text('caller').notNull(),
    key: text('key').notNull(),
    digest: text('digest').notNull(),
    status: smallint('status'),
    headers: jsonb('headers'),
    answer: text('answer'),
    createdAt: instant('created_at').notNull().default(sql`now()`)
  },
  table => [primaryKey({ columns: [table.caller, table.key] }), index('idempotency_created_idx').on(table.createdAt)]
)
