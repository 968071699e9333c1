import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import { authorTypes, railFallbacks, topicTypes } from '../../contract/words.ts'
import { id, oneOf, slugShape, stamps, word } from './columns.ts'
import { languages } from './languages.ts'
import { images, sources } from './media.ts'

const language = () =>
  text('language')
    .notNull()
    .references(() => languages.tag)

export const authors = pgTable(
  'authors',
  {
    id: id(),
    slug: text('slug').notNull(),
    type: word('type', [...authorTypes]).notNull(),
    sourceId: uuid('source_id').references(() => sources.id),
    portraitId: uuid('portrait_id').references((): AnyPgColumn => images.id),
    links: jsonb('links').notNull().default([]),
    ...stamps()
  },
  table => [
    uniqueIndex('authors_slug_key').on(table.slug),
    uniqueIndex('authors_updated_key').on(table.updatedAt, table.id),
    uniqueIndex('authors_source_key').on(table.sourceId, table.slug),
    index('authors_portrait_idx').on(table.portraitId),
    check('authors_slug_check', slugShape),
    check('authors_type_check', oneOf('type', authorTypes))
  ]
)

export const authorTexts = pgTable(
  'author_texts',
  {
    authorId: uuid('author_id')
      .notNull()
      .references(() => authors.id, { onDelete: 'cascade' }),
    language: language(),
    name: text('name').notNull(),
    biography: text('biography')
  },
  table => [primaryKey({ columns: [table.authorId, table.language] })]
)

/** The section tree; a category with a rail position is also a rail of the reader's page. */
export const categories = pgTable(
  'categories',
  {
    id: id(),
    slug: text('slug').notNull(),
    parentId: uuid('parent_id').references((): AnyPgColumn => categories.id),
    position: integer('position').notNull().default(0),
    railPosition: integer('rail_position'),
    railMinimum: integer('rail_minimum'),
    railFallback: word('rail_fallback', [...railFallbacks]),
    ...stamps()
  },
  table => [
    uniqueIndex('categories_slug_key').on(table.slug),
    uniqueIndex('categories_rail_key').on(table.railPosition),
    uniqueIndex('categories_order_key').on(table.position, table.id),
    uniqueIndex('categories_updated_key').on(table.updatedAt, table.id),
    index('categories_parent_idx').on(table.parentId),
    check('categories_slug_check', slugShape),
    check('categories_parent_check', sql`parent_id <> id`),
    check('categories_rail_fallback_check', oneOf('rail_fallback', railFallbacks)),
    check(
      'categories_rail_check',
      sql`(rail_position is null) = (rail_minimum is null) and (rail_position is null) = (rail_fallback is null)`
    )
  ]
)

export const categoryLabels = pgTable(
  'category_labels',
  {
    categoryId: uuid('category_id')
      .notNull()
      .references(() => categories.id, { onDelete: 'cascade' }),
    language: language(),
    label: text('label').notNull(),
    reviewed: boolean('reviewed').notNull().default(false)
  },
  table => [primaryKey({ columns: [table.categoryId, table.language] })]
)

export const topics = pgTable(
  'topics',
  {
    id: id(),
    slug: text('slug').notNull(),
    type: word('type', [...topicTypes]).notNull(),
    externalIds: jsonb('external_ids').notNull().default({}),
    showInRelated: boolean('show_in_related').notNull().default(true),
    ...stamps()
  },
  table => [
    uniqueIndex('topics_slug_key').on(table.slug),
    uniqueIndex('topics_type_key').on(table.type, table.slug),
    uniqueIndex('topics_updated_key').on(table.updatedAt, table.id),
    check('topics_slug_check', slugShape),
    check('topics_type_check', oneOf('type', topicTypes))
  ]
)

export const topicLabels = pgTable(
  'topic_labels',
  {
    topicId: uuid('topic_id')
      .notNull()
      .references(() => topics.id, { onDelete: 'cascade' }),
    language: language(),
    label: text('label').notNull(),
    reviewed: boolean('reviewed').notNull().default(false),
    aliases: text('aliases').array().notNull().default(sql`'{}'`)
  },
  table => [primaryKey({ columns: [table.topicId, table.language] })]
)
