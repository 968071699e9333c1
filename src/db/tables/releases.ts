import { sql } from 'drizzle-orm'
import { check, foreignKey, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { releaseStates } from '../../contract/words.ts'
import { articles } from './articles.ts'
import { id, instant, oneOf, stamps, word } from './columns.ts'
import { editions } from './editions.ts'
import { languages } from './languages.ts'

/** Editions that go out together, or not at all. */
export const releases = pgTable(
  'releases',
  {
    id: id(),
    name: text('name').notNull(),
    state: word('state', [...releaseStates])
      .notNull()
      .default('open'),
    publishAt: instant('publish_at'),
    publishedAt: instant('published_at'),
    /** Why the last try, at its time, published nothing: when, and what stood in the way of which edition. */
    failure: jsonb('failure'),
    ...stamps()
  },
  () => [
    check('releases_state_check', oneOf('state', releaseStates)),
    check('releases_scheduled_check', sql`(state = 'scheduled') = (publish_at is not null)`),
    check('releases_published_check', sql`(state = 'published') = (published_at is not null)`)
  ]
)

export const releaseEditions = pgTable(
  'release_editions',
  {
    releaseId: uuid('release_id')
      .notNull()
      .references(() => releases.id, { onDelete: 'cascade' }),
    articleId: uuid('article_id').notNull(),
    language: text('language').notNull()
  },
  table => [
    primaryKey({ columns: [table.releaseId, table.articleId, table.language] }),
    foreignKey({
      name: 'release_editions_edition_fk',
      columns: [table.articleId, table.language],
      foreignColumns: [editions.articleId, editions.language]
    }),
    index('release_editions_edition_idx').on(table.articleId, table.language)
  ]
)

/** What the house got wrong and has put right, told to the readers of every language. */
export const corrections = pgTable(
  'corrections',
  {
    id: id(),
    articleId: uuid('article_id')
      .notNull()
      .references(() => articles.id, { onDelete: 'cascade' }),
    at: instant('at').notNull(),
    ...stamps()
  },
  table => [index('corrections_article_idx').on(table.articleId, table.at)]
)

export const correctionTexts = pgTable(
  'correction_texts',
  {
    correctionId: uuid('correction_id')
      .notNull()
      .references(() => corrections.id, { onDelete: 'cascade' }),
    language: text('language')
      .notNull()
      .references(() => languages.tag),
    text: text('text').notNull()
  },
  table => [primaryKey({ columns: [table.correctionId, table.language] })]
)
