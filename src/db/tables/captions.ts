import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  check,
  foreignKey,
  index,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import { translationMethods } from '../../contract/words.ts'
import { articles } from './articles.ts'
import { id, oneOf, stamps, word } from './columns.ts'
import { languages } from './languages.ts'
import { images } from './media.ts'

/** The words for an image in one language; with an article they belong to that use alone and win over the image's own. */
export const captions = pgTable(
  'captions',
  {
    id: id(),
    imageId: uuid('image_id')
      .notNull()
      .references(() => images.id, { onDelete: 'cascade' }),
    articleId: uuid('article_id').references((): AnyPgColumn => articles.id, { onDelete: 'cascade' }),
    language: text('language')
      .notNull()
      .references(() => languages.tag),
    text: text('text').notNull(),
    alt: text('alt'),
    translatedFrom: uuid('translated_from'),
    method: word('method', [...translationMethods])
      .notNull()
      .default('original'),
    engine: text('engine'),
    reviewer: text('reviewer'),
    ...stamps()
  },
  table => [
    unique('captions_use_key').on(table.imageId, table.articleId, table.language).nullsNotDistinct(),
    unique('captions_image_key').on(table.id, table.imageId),
    uniqueIndex('captions_article_key').on(table.articleId, table.imageId, table.language),
    uniqueIndex('captions_created_key').on(table.createdAt, table.id),
    uniqueIndex('captions_updated_key').on(table.updatedAt, table.id),
    index('captions_pair_idx').on(table.translatedFrom),
    foreignKey({
      name: 'captions_pair_fk',
      columns: [table.translatedFrom, table.imageId],
      foreignColumns: [table.id, table.imageId]
    }),
    check('captions_method_check', oneOf('method', translationMethods)),
    check('captions_pair_check', sql`(method = 'original') = (translated_from is null) and translated_from <> id`)
  ]
)
