import { sql } from 'drizzle-orm'
import { check, customType, index, integer, pgTable, primaryKey, real, text, unique, uuid } from 'drizzle-orm/pg-core'
import { articles } from './articles.ts'

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const article = () =>
  uuid('article_id')
    .notNull()
    .references(() => articles.id, { onDelete: 'cascade' })

/**
 * What a published edition is about: its weighted terms, from which it is compared with others. A reader of the change log keeps it, after the
 * write: so nothing here refers to the edition itself, and whether readers may see it is asked when a list is read.
 */
export const descriptions = pgTable(
  'descriptions',
  {
    number: integer('number').primaryKey().generatedAlwaysAsIdentity(),
    articleId: uuid('article_id').notNull(),
    language: text('language').notNull(),
    /** Of which revision of the edition: what says the same as before is not described again. */
    revision: integer('revision').notNull().default(0),
    terms: bytes('terms').notNull(),
    /** How long the whole text is, as a vector. */
    length: real('length').notNull(),
    /** The least hashes of what its text consists of: enough to tell whether it may be a copy. */
    sketch: bytes('sketch').notNull()
  },
  table => [unique('descriptions_edition_key').on(table.articleId, table.language)]
)

/** How many editions of a language are described: what the rarity of a term is measured against. */
export const descriptionCounts = pgTable('description_counts', {
  language: text('language').primaryKey(),
  stories: integer('stories').notNull()
})

/** How many editions have a word, in descriptions or not: how rare it is. Words that never stand in an index still have to be known as common. */
export const wordCounts = pgTable('word_counts', {
  bucket: integer('bucket').primaryKey(),
  stories: integer('stories').notNull()
})

/**
 * Which descriptions a word is among the weightiest of, in the order they came, 128 in a block: numbers and shares in five bytes each. `since` is the
 * greatest number there was when the block was begun, so that one can look around any number.
 */
export const termBlocks = pgTable(
  'term_blocks',
  {
    bucket: integer('bucket').notNull(),
    since: integer('since').notNull(),
    block: integer('block').notNull(),
    postings: bytes('postings').notNull()
  },
  table => [primaryKey({ columns: [table.bucket, table.since, table.block] })]
)

/**
 * What the last batch of descriptions adds to the index, until it is filed: how many more `stories` have `words`, and which `postings` follow on the lists
 * of `buckets`. At most one row.
 */
export const unfiled = pgTable(
  'unfiled',
  {
    id: integer('id').primaryKey().default(1),
    words: integer('words').array().notNull(),
    stories: integer('stories').array().notNull(),
    buckets: integer('buckets').array().notNull(),
    sinces: integer('sinces').array().notNull(),
    places: integer('places').array().notNull(),
    postings: bytes('postings').array().notNull()
  },
  () => [check('unfiled_one_check', sql`id = 1`)]
)

/** The articles most like one, of those that exist in a language, the nearest first. Both directions are kept. */
export const neighbours = pgTable(
  'neighbours',
  {
    articleId: article(),
    language: text('language').notNull(),
    others: uuid('others').array().notNull(),
    scores: real('scores').array().notNull(),
    /** How much the nearest are like it: a story in a crowd must be more alike than one that stands alone. */
    density: real('density').notNull().default(0)
  },
  table => [
    primaryKey({ columns: [table.articleId, table.language] }),
    check('neighbours_scores_check', sql`cardinality(others) = cardinality(scores)`)
  ]
)

/** Two articles whose texts are versions of one, with the share of the shorter that stands in the longer. */
export const copies = pgTable(
  'copies',
  {
    articleId: article(),
    otherId: uuid('other_id')
      .notNull()
      .references(() => articles.id, { onDelete: 'cascade' }),
    share: real('share').notNull()
  },
  table => [
    primaryKey({ columns: [table.articleId, table.otherId] }),
    index('copies_other_idx').on(table.otherId),
    check('copies_order_check', sql`article_id < other_id`),
    check('copies_share_check', sql`share > 0 and share <= 1`)
  ]
)

/** Articles that are one story: the cluster is named by the one published first. */
export const clusters = pgTable(
  'clusters',
  { articleId: article().primaryKey(), clusterId: uuid('cluster_id').notNull() },
  table => [index('clusters_cluster_idx').on(table.clusterId)]
)
