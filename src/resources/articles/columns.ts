import type { Static } from 'typebox'
import { type Article, type ArticleView, articleViews } from '../../contract/article.ts'
import type { ImageUse } from '../../contract/cards.ts'
import * as cards from '../../db/cards.ts'

/** What each member of an article is in SQL; `a` is the work, `e` the edition served, `reader` who reads. */
const members: Record<string, string> = {
  id: 'a.id',
  type: 'a.type',
  language: cards.servedLanguage,
  slug: 'e.slug',
  headline: 'e.headline',
  publishedAt: cards.instantText('e.published_at'),
  updatedAt: cards.instantText('e.updated_at'),
  kicker: 'e.kicker',
  standfirst: 'e.standfirst',
  section: cards.categoryCard('a.section_id'),
  source: cards.sourceCard('coalesce(e.source_id, a.source_id)'),
  image: cards.leadImage,
  translation: cards.translation,
  readingMinutes: 'e.reading_minutes',
  urgency: 'a.urgency',
  byline: 'e.byline',
  authors: cards.authorCards,
  categories: cards.categoryCards,
  topics: cards.topicCards,
  alternates: cards.alternates,
  commentCount: cards.commentCount,
  wordCount: 'e.word_count',
  origin: `case when coalesce(a.origin_url, a.origin_id, a.origin_headline, a.origin_language) is not null
    or a.origin_published_at is not null then json_build_object('url', a.origin_url, 'id', a.origin_id,
      'headline', a.origin_headline, 'language', a.origin_language,
      'publishedAt', ${cards.instantText('a.origin_published_at')}) end`,
  originalLanguage: 'a.original_language',
  images: cards.imageUses,
  body: 'e.body',
  corrections: cards.corrections,
  seo: `json_build_object('title', e.seo_title, 'description', e.seo_description)`,
  rights: `json_build_object('holder', a.rights_holder, 'notice', a.rights_notice, 'terms', a.rights_terms,
    'licence', a.rights_licence)`,
  commenting: `json_build_object('policy', a.comment_policy, 'closesAt', ${cards.instantText('a.comments_close_at')})`,
  firstPublishedAt: cards.instantText('e.first_published_at'),
  createdAt: cards.instantText('a.created_at'),
  revision: 'e.revision',
  version: 'a.version + e.version - 1'
}

/** What a full row holds twice is asked for once: the lead image is the first of the images, the section the first of the categories. */
const once = (names: readonly string[]) => names.filter(name => name !== 'image' && name !== 'section')

const columnsOf = (names: readonly string[]) => names.map(name => `${members[name]} as "${name}"`).join(',\n  ')

/** The select list of each view, put together once. */
export const columns: Record<ArticleView, string> = {
  card: columnsOf(articleViews.card),
  list: columnsOf(articleViews.list),
  full: columnsOf(once(articleViews.full))
}

/** The row as the article it is. */
export function toArticle<Row extends Article>(row: Row): Row {
  const { images, categories } = row
  return images && categories ? { ...row, image: leadOf(images), section: categories[0]! } : row
}

function leadOf([lead]: Static<typeof ImageUse>[]): Article['image'] {
  if (!lead) return null
  const { role: _, caption, ...picture } = lead
  return {
    ...picture,
    alt: caption?.alt ?? null,
    caption: caption?.text ?? null,
    captionLanguage: caption?.language ?? null
  }
}
