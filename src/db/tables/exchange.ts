import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import { commentStates } from '../../contract/words.ts'
import { articles } from './articles.ts'
import { id, instant, oneOf, slugShape, stamps, word } from './columns.ts'
import { languages } from './languages.ts'

export const comments = pgTable(
  'comments',
  {
    id: id(),
    articleId: uuid('article_id')
      .notNull()
      .references(() => articles.id, { onDelete: 'cascade' }),
    language: text('language')
      .notNull()
      .references(() => languages.tag),
    authorName: text('author_name').notNull(),
    body: text('body').notNull(),
    state: word('state', [...commentStates])
      .notNull()
      .default('pending'),
    likes: integer('likes').notNull().default(0),
    parentId: uuid('parent_id'),
    editedAt: instant('edited_at'),
    ...stamps()
  },
  table => [
    unique('comments_article_key').on(table.id, table.articleId),
    foreignKey({
      name: 'comments_parent_fk',
      columns: [table.parentId, table.articleId],
      foreignColumns: [table.id, table.articleId]
    }),
    index('comments_parent_idx').on(table.parentId),
    index('comments_newest_idx').on(table.articleId, table.createdAt, table.id).where(sql`state = 'approved'`),
    index('comments_liked_idx').on(table.articleId, table.likes, table.id).where(sql`state = 'approved'`),
    index('comments_all_idx').on(table.createdAt, table.id).where(sql`state = 'approved'`),
    check('comments_state_check', oneOf('state', commentStates)),
    check('comments_likes_check', sql`likes >= 0`),
    check('comments_parent_check', sql`parent_id <> id`)
  ]
)

export const consumers = pgTable(
  'consumers',
  { id: id(), slug: text('slug').notNull(), name: text('name').notNull(), ...stamps() },
  table => [uniqueIndex('consumers_slug_key').on(table.slug), check('consumers_slug_check', slugShape)]
)

/** A key is stored as its SHA-256 only; `prefix` is what a list may show of it. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: id(),
    consumerId: uuid('consumer_id')
      .notNull()
      .references(() => consumers.id, { onDelete: 'cascade' }),
    name: text('name').notNull().default(''),
    prefix: text('prefix').notNull(),
    hash: text('hash').notNull(),
    scopes: text('scopes').array().notNull(),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
    lastUsedAt: instant('last_used_at'),
    ...stamps()
  },
  table => [
    uniqueIndex('api_keys_hash_key').on(table.hash),
    index('api_keys_consumer_idx').on(table.consumerId),
    check('api_keys_hash_check', sql.raw(`hash ~ '^[0-9a-f]{64}$'`))
  ]
)

export const partners = pgTable(
  'partners',
  {
    id: id(),
    slug: text('slug').notNull(),
    name: text('name').notNull(),
    consumerId: uuid('consumer_id').references(() => consumers.id),
    rights: jsonb('rights').notNull().default({}),
    ...stamps()
  },
  table => [uniqueIndex('partners_slug_key').on(table.slug), check('partners_slug_check', slugShape)]
)

export const webhookStates = ['enabled', 'paused', 'disabled'] as const
export const webhooks = pgTable(
  'webhooks',
  {
    id: id(),
    consumerId: uuid('consumer_id')
      .notNull()
      .references(() => consumers.id, { onDelete: 'cascade' }),
    url: text('url').notNull(),
    events: text('events').array().notNull(),
    languages: text('languages').array(),
    secret: text('secret').notNull(),
    state: word('state', [...webhookStates])
      .notNull()
      .default('enabled'),
    ...stamps()
  },
  table => [
    uniqueIndex('webhooks_url_key').on(table.consumerId, table.url),
    check('webhooks_state_check', oneOf('state', webhookStates)),
    check('webhooks_events_check', sql`cardinality(events) > 0`)
  ]
)

export const deliveryStates = ['pending', 'delivered', 'exhausted'] as const
export const deliveries = pgTable(
  'deliveries',
  {
    id: id(),
    webhookId: uuid('webhook_id')
      .notNull()
      .references((): AnyPgColumn => webhooks.id, { onDelete: 'cascade' }),
    changePosition: bigint('change_position', { mode: 'bigint' }).notNull(),
    payload: jsonb('payload').notNull(),
    state: word('state', [...deliveryStates])
      .notNull()
      .default('pending'),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: instant('next_attempt_at'),
    lastStatus: integer('last_status'),
    deliveredAt: instant('delivered_at'),
    ...stamps()
  },
  table => [
    uniqueIndex('deliveries_change_key').on(table.webhookId, table.changePosition),
    index('deliveries_due_idx').on(table.nextAttemptAt).where(sql`state = 'pending'`),
    check('deliveries_state_check', oneOf('state', deliveryStates)),
    check('deliveries_delivered_check', sql`(state = 'delivered') = (delivered_at is not null)`)
  ]
)

/** What an import calls a thing, so that repeating the import finds it instead of making it twice. */
export const externalKeys = pgTable(
  'external_keys',
  {
    noun: text('noun').notNull(),
    key: text('key').notNull(),
    id: uuid('id').notNull(),
    digest: text('digest'),
    seenAt: instant('seen_at').notNull().default(sql`now()`)
  },
  table => [primaryKey({ columns: [table.noun, table.key] }), index('external_keys_id_idx').on(table.id)]
)
