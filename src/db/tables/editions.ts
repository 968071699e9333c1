import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  pgView,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import { editionStates, facetKinds, translationMethods } from '../../contract/words.ts'
import { articles } from './articles.ts'
import { instant, oneOf, slugShape, stamps, word } from './columns.ts'
import { languages } from './languages.ts'
import { sources } from './media.ts'

const article = () =>
  uuid('article_id')
    .notNull()
    .references(() => articles.id, { onDelete: 'cascade' })
const language = () =>
  text('language')
    .notNull()
    .references(() => languages.tag)

/** The article in one language: everything a reader reads. */
export const editions = pgTable(
  'editions',
  {
    articleId: article(),
    language: language(),
    slug: text('slug').notNull(),
    headline: text('headline').notNull(),
    kicker: text('kicker'),
    standfirst: text('standfirst'),
    body: jsonb('body').notNull().default([]),
    byline: text('byline'),
    seoTitle: text('seo_title'),
    seoDescription: text('seo_description'),
    sourceId: uuid('source_id').references(() => sources.id),
    state: word('state', [...editionStates])
      .notNull()
      .default('draft'),
    method: word('method', [...translationMethods]).notNull(),
    engine: text('engine'),
    translator: text('translator'),
    reviewer: text('reviewer'),
    translatedAt: instant('translated_at'),
    ofLanguage: text('of_language').references(() => languages.tag),
    ofRevision: integer('of_revision'),
    staleBlocks: text('stale_blocks').array().notNull().default(sql`'{}'`),
    staleSince: instant('stale_since'),
    draftStaleBlocks: text('draft_stale_blocks').array().notNull().default(sql`'{}'`),
    firstPublishedAt: instant('first_published_at'),
    publishedAt: instant('published_at'),
    publishAt: instant('publish_at'),
    unpublishAt: instant('unpublish_at'),
    withdrawnAt: instant('withdrawn_at'),
    withdrawnReason: text('withdrawn_reason'),
    successorId: uuid('successor_id').references(() => articles.id),
    wordCount: integer('word_count').notNull().default(0),
    readingMinutes: smallint('reading_minutes').notNull().default(0),
    revision: integer('revision').notNull().default(1),
    head: integer('head').notNull().default(1),
    ...stamps()
  },
  table => [
    primaryKey({ columns: [table.articleId, table.language] }),
    uniqueIndex('editions_slug_key').on(table.slug, table.language),
    index('editions_stale_idx')
      .on(table.language, table.staleSince, table.articleId)
      .where(sql`stale_since is not null`),
    index('editions_state_idx').on(table.state, table.updatedAt, table.articleId),
    index('editions_publish_at_idx').on(table.publishAt).where(sql`publish_at is not null`),
    index('editions_unpublish_at_idx').on(table.unpublishAt).where(sql`unpublish_at is not null`),
    uniqueIndex('editions_original_key').on(table.articleId).where(sql`method = 'original'`),
    check('editions_slug_check', slugShape),
    check('editions_state_check', oneOf('state', editionStates)),
    check('editions_method_check', oneOf('method', translationMethods)),
    check('editions_translation_check', sql`(method = 'original') = (of_language is null) and of_language <> language`),
    check('editions_stale_check', sql`of_language is not null or cardinality(stale_blocks) = 0`),
    check(
      'editions_published_check',
      sql`state <> 'published' or (published_at is not null and first_published_at is not null)`
    ),
    check('editions_head_check', sql`head >= revision and (state = 'published' or head = revision)`),
    check('editions_scheduled_check', sql`state <> 'scheduled' or publish_at is not null`),
    check('editions_schedule_check', sql`publish_at < unpublish_at`),
    check(
      'editions_withdrawn_check',
      sql`state <> 'withdrawn' or (withdrawn_at is not null and withdrawn_reason is not null)`
    )
  ]
)

/** Every address an edition ever had and no longer has: the way a moved story is still found. */
export const formerSlugs = pgTable(
  'former_slugs',
  {
    slug: text('slug').notNull(),
    language: language(),
    articleId: article(),
    retiredAt: instant('retired_at').notNull().default(sql`now()`)
  },
  table => [
    primaryKey({ columns: [table.slug, table.language] }),
    index('former_slugs_article_idx').on(table.articleId),
    foreignKey({
      name: 'former_slugs_edition_fk',
      columns: [table.articleId, table.language],
      foreignColumns: [editions.articleId, editions.language]
    }).onDelete('cascade'),
    check('former_slugs_slug_check', slugShape)
  ]
)

/**
 * Every saved state of an edition: its words and how they came about. The edition's own row holds the words of its `revision`, the ones readers
 * see while it is published; `head` is the newest one saved.
 */
export const revisions = pgTable(
  'revisions',
  {
    articleId: article(),
    language: language(),
    number: integer('number').notNull(),
    headline: text('headline').notNull(),
    kicker: text('kicker'),
    standfirst: text('standfirst'),
    body: jsonb('body').notNull(),
    byline: text('byline'),
    seoTitle: text('seo_title'),
    seoDescription: text('seo_description'),
    method: word('method', [...translationMethods]),
    engine: text('engine'),
    translator: text('translator'),
    reviewer: text('reviewer'),
    translatedAt: instant('translated_at'),
    ofLanguage: text('of_language'),
    ofRevision: integer('of_revision'),
    savedAt: instant('saved_at').notNull().default(sql`now()`),
    savedBy: text('saved_by'),
    note: text('note')
  },
  table => [
    primaryKey({ columns: [table.articleId, table.language, table.number] }),
    foreignKey({
      name: 'revisions_edition_fk',
      columns: [table.articleId, table.language],
      foreignColumns: [editions.articleId, editions.language]
    }).onDelete('cascade'),
    check('revisions_number_check', sql`number > 0`),
    check('revisions_method_check', oneOf('method', translationMethods))
  ]
)

/**
 * Published editions per facet (author, category, topic …), newest first: what makes "newest of X in language L" one range of
 * one index. Kept by the write; embargo and expiry are columns because they pass with time alone.
 */
export const postings = pgTable(
  'postings',
  {
    kind: word('kind', [...facetKinds]).notNull(),
    facet: uuid('facet').notNull(),
    language: language(),
    articleId: article(),
    publishedAt: instant('published_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    embargoUntil: instant('embargo_until'),
    unpublishAt: instant('unpublish_at'),
    original: boolean('original').notNull(),
    showInRelated: boolean('show_in_related').notNull()
  },
  table => [
    primaryKey({ columns: [table.articleId, table.kind, table.facet, table.language] }),
    // With all that `visiblePostings` and related lists ask: an old story's rows lie on a page each, its entries in a list side by side.
    index('postings_newest_idx').on(
      table.kind,
      table.facet,
      table.language,
      table.publishedAt,
      table.articleId,
      table.showInRelated,
      table.embargoUntil,
      table.unpublishAt
    ),
    uniqueIndex('postings_updated_key').on(table.kind, table.facet, table.language, table.updatedAt, table.articleId),
    foreignKey({
      name: 'postings_edition_fk',
      columns: [table.articleId, table.language],
      foreignColumns: [editions.articleId, editions.language]
    }).onDelete('cascade'),
    check('postings_kind_check', oneOf('kind', facetKinds))
  ]
)

/** What an edition's own row says of its visibility; the embargo stands with its article. */
const shownByItself = sql`(${editions.state} = 'published' and ${editions.publishedAt} <= now()
        and (${editions.unpublishAt} is null or ${editions.unpublishAt} > now()))`

/** The editions a reader may see now, with what a card tells. Every public read goes through this view or `visiblePostings`, so embargo and expiry leak nowhere. */
export const visibleEditions = pgView('visible_editions').as(query =>
  query
    .select({
      articleId: editions.articleId,
      language: editions.language,
      type: articles.type,
      sectionId: articles.sectionId,
      sourceId: sql<string | null>`coalesce(${editions.sourceId}, ${articles.sourceId})`.as('source_id'),
      slug: editions.slug,
      headline: editions.headline,
      kicker: editions.kicker,
      standfirst: editions.standfirst,
      method: editions.method,
      staleBlocks: editions.staleBlocks,
      readingMinutes: editions.readingMinutes,
      publishedAt: editions.publishedAt,
      firstPublishedAt: editions.firstPublishedAt,
      updatedAt: editions.updatedAt
    })
    .from(editions)
    .innerJoin(articles, sql`${articles.id} = ${editions.articleId}`)
    .where(sql`${shownByItself} and (${articles.embargoUntil} is null or ${articles.embargoUntil} <= now())`)
)

/** The editions of a public article that are not public themselves: what belongs to them stays hidden with them. */
export const hiddenEditions = pgView('hidden_editions').as(query =>
  query
    .select({ articleId: editions.articleId, language: editions.language })
    .from(editions)
    .where(sql`${shownByItself} is not true`)
)

/** The same promise for posting lists, from their own columns. */
export const visiblePostings = pgView('visible_postings').as(query =>
  query
    .select()
    .from(postings)
    .where(
      sql`${postings.publishedAt} <= now() and (${postings.unpublishAt} is null or ${postings.unpublishAt} > now())
        and (${postings.embargoUntil} is null or ${postings.embargoUntil} <= now())`
    )
)
