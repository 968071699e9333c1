import { sql } from 'drizzle-orm'
import { bigint, check, doublePrecision, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'

/**
 * How often editions were read, by the hour. Nothing here refers to the article: a batch of a thousand would lock a thousand of them, and what
 * is gone falls off by age.
 */
export const viewCounts = pgTable(
  'view_counts',
  {
    hour: instant('hour').notNull(),
    articleId: uuid('article_id').notNull(),
    language: text('language').notNull(),
    count: bigint('count', { mode: 'number' }).notNull()
  },
  table => [
    // By hour first: a batch writes into one place, and what is old is one range.
    primaryKey({ columns: [table.hour, table.articleId, table.language] }),
    check('view_counts_count_check', sql`count > 0`)
  ]
)

/**
 * What is most viewed: a sum in which a view counts half after half a day, as a logarithm measured from a fixed instant. So a view changes one
 * row, and the order of all others stays right by itself.
 */
export const viewHeat = pgTable(
  'view_heat',
  {
    articleId: uuid('article_id').notNull(),
    language: text('language').notNull(),
    heat: doublePrecision('heat').notNull()
  },
  table => [
    primaryKey({ columns: [table.articleId, table.language] }),
    index('view_heat_order_idx').on(table.language, table.heat.desc(), table.articleId)
  ]
)
