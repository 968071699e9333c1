import { sql } from 'drizzle-orm'
import { boolean, check, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { directions } from '../../contract/words.ts'
import { instant, oneOf, stamps, word } from './columns.ts'

/** The languages of the house; `position` 1 is the one a reader without a preference gets. */
export const languages = pgTable(
  'languages',
  {
    tag: text('tag').primaryKey(),
    name: text('name').notNull(),
    direction: word('direction', [...directions])
      .notNull()
      .default('ltr'),
    fallback: text('fallback').array().notNull().default(sql`'{}'`),
    position: integer('position').notNull(),
    ...stamps()
  },
  table => [
    uniqueIndex('languages_position_key').on(table.position),
    check('languages_tag_check', sql.raw(`tag ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$'`)),
    check('languages_direction_check', oneOf('direction', directions)),
    check('languages_fallback_check', sql`not (tag = any(fallback))`)
  ]
)

/** One row: what the whole house shares, such as the secret that signs cursors. */
export const house = pgTable(
  'house',
  {
    singleton: boolean('singleton').primaryKey().default(true),
    secret: text('secret').notNull(),
    createdAt: instant('created_at').notNull().default(sql`now()`)
  },
  () => [check('house_singleton_check', sql`singleton`)]
)
