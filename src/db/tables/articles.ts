import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  boolean,
  check,
  index,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import { articleTypes, authorRoles, commentPolicies, imageRoles } from '../../contract/words.ts'
import { id, instant, oneOf, stamps, word } from './columns.ts'
import { languages } from './languages.ts'
import { images, sources } from './media.ts'
import { authors, categories, topics } from './newsroom.ts'

/** The work, whatever its languages. */
export const articles = pgTable(
  'articles',
  {
    id: id(),
    type: word('type', [...articleTypes])
      .notNull()
      .default('article'),
    sourceId: uuid('source_id').references(() => sources.id),
    originUrl: text('origin_url'),
    originId: text('origin_id'),
    originHeadline: text('origin_headline'),
    originLanguage: text('origin_language'),
    originPublishedAt: instant('origin_published_at'),
    originalLanguage: text('original_language')
      .notNull()
      .references(() => languages.tag),
    sectionId: uuid('section_id')
      .notNull()
      .references(() => categories.id),
    urgency: smallint('urgency').notNull().default(5),
    rightsHolder: text('rights_holder'),
    rightsNotice: text('rights_notice'),
    rightsTerms: text('rights_terms'),
    rightsLicence: text('rights_licence'),
    embargoUntil: instant('embargo_until'),
    showInRelated: boolean('show_in_related').notNull().default(true),
    commentPolicy: word('comment_policy', [...commentPolicies])
      .notNull()
      .default('closed'),
    commentsCloseAt: instant('comments_close_at'),
    ...stamps()
  },
  table => [
    index('articles_section_idx').on(table.sectionId),
    index('articles_source_idx').on(table.sourceId),
    index('articles_embargo_idx').on(table.embargoUntil).where(sql`embargo_until is not null`),
    check('articles_type_check', oneOf('type', articleTypes)),
    check('articles_policy_check', oneOf('comment_policy', commentPolicies)),
    check('articles_urgency_check', sql`urgency between 1 and 9`)
  ]
)

const article = () =>
  uuid('article_id')
    .notNull()
    .references((): AnyPgColumn => articles.id, { onDelete: 'cascade' })

/** The categories beside the section; the section itself is a column of the article. */
export const articleCategories = pgTable(
  'article_categories',
  {
    articleId: article(),
    categoryId: uuid('category_id')
      .notNull()
      .references(() => categories.id),
    position: smallint('position').notNull()
  },
  table => [
    primaryKey({ columns: [table.articleId, table.categoryId] }),
    index('article_categories_category_idx').on(table.categoryId)
  ]
)

export const articleTopics = pgTable(
  'article_topics',
  {
    articleId: article(),
    topicId: uuid('topic_id')
      .notNull()
      .references(() => topics.id),
    position: smallint('position').notNull(),
    weight: real('weight').notNull().default(1)
  },
  table => [
    primaryKey({ columns: [table.articleId, table.topicId] }),
    index('article_topics_topic_idx').on(table.topicId),
    check('article_topics_weight_check', sql`weight > 0 and weight <= 1`)
  ]
)

export const articleAuthors = pgTable(
  'article_authors',
  {
    articleId: article(),
    authorId: uuid('author_id')
      .notNull()
      .references(() => authors.id),
    role: word('role', [...authorRoles])
      .notNull()
      .default('author'),
    position: smallint('position').notNull()
  },
  table => [
    primaryKey({ columns: [table.articleId, table.authorId, table.role] }),
    index('article_authors_author_idx').on(table.authorId),
    check('article_authors_role_check', oneOf('role', authorRoles))
  ]
)

export const articleImages = pgTable(
  'article_images',
  {
    articleId: article(),
    imageId: uuid('image_id')
      .notNull()
      .references(() => images.id),
    role: word('role', [...imageRoles]).notNull(),
    position: smallint('position').notNull()
  },
  table => [
    primaryKey({ columns: [table.articleId, table.imageId] }),
    index('article_images_image_idx').on(table.imageId),
    index('article_images_order_idx').on(table.articleId, sql`(role <> 'lead')`, table.position),
    uniqueIndex('article_images_lead_key').on(table.articleId).where(sql`role = 'lead'`),
    check('article_images_role_check', oneOf('role', imageRoles))
  ]
)

/** An editor's choice for a group or rail, on one article's page or, without an article, on every page. */
export const pins = pgTable(
  'pins',
  {
    id: id(),
    articleId: uuid('article_id').references((): AnyPgColumn => articles.id, { onDelete: 'cascade' }),
    group: text('group').notNull(),
    targetId: uuid('target_id')
      .notNull()
      .references((): AnyPgColumn => articles.id, { onDelete: 'cascade' }),
    position: smallint('position').notNull(),
    startsAt: instant('starts_at'),
    endsAt: instant('ends_at'),
    ...stamps()
  },
  table => [
    index('pins_article_idx').on(table.articleId, table.group),
    index('pins_target_idx').on(table.targetId),
    check('pins_target_check', sql`target_id <> article_id`),
    check('pins_time_check', sql`starts_at < ends_at`)
  ]
)
