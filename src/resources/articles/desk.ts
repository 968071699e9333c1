import { type TProperties, Type } from 'typebox'
import { Closed, Id, Instant, LanguageTag, Ref, Slug, Word } from '../../contract/primitives.ts'

import {
  articleTypes,
  authorRoles,
  commentPolicies,
  editionStates,
  imageRoles,
  translationMethods
} from '../../contract/words.ts'
import { instantText } from '../../db/cards.ts'
import { changeOrders, creationOrders } from '../../db/keyset.ts'
import { targetOf } from '../../db/reach.ts'
import type { Mention } from '../../db/references.ts'
import { defineDeskNoun, type Input } from '../desk.ts'
import { address, optionalId, reference, text, twice, wordFilter } from '../members.ts'
import { publicLanguages, reachable, type Ties, writeTies } from './desk-queries.ts'
import { EditionInput } from './editions/schema.ts'

/** So many editions come with a new article, each written in turn; further ones go to their own address. */
export const mostEditions = 50

const orNull = (schema: object) => Type.Unsafe<unknown>({ anyOf: [schema, { type: 'null' }] })
const some = (members: TProperties) => Type.Partial(Closed(members), { additionalProperties: false })
const list = (members: TProperties, most: number) => Type.Optional(Type.Array(Closed(members), { maxItems: most }))

/** One edition as its article's record names it. */
const summary = Closed({
  language: LanguageTag,
  slug: Slug,
  headline: Type.String(),
  state: Word(editionStates),
  method: Word(translationMethods),
  stale: Type.Boolean({
    description: 'The newest draft of the original says something else than when it was translated'
  }),
  revision: Type.Integer(),
  head: Type.Integer({
    description: 'The newest saved revision; larger than `revision` when a live edition has a newer draft'
  }),
  publishedAt: orNull(Instant),
  version: Type.Integer()
})

const editions = `(select coalesce(json_agg(json_build_object('language', e.language, 'slug', e.slug, 'headline', h.headline, 'state', e.state,
  'method', coalesce(h.method, e.method), 'stale', cardinality(e.draft_stale_blocks) > 0, 'revision', e.revision, 'head', e.head,
  'publishedAt', ${instantText('e.published_at')}, 'version', e.version) order by e.language), '[]')
  from editions e join revisions h on h.article_id = e.article_id and h.language = e.language and h.number = e.head where e.article_id = r.id)`

const tied = (table: string, shown: string, order = 'position') =>
  `(select coalesce(json_agg(${shown} order by ${order}), '[]') from ${table} t where t.article_id = r.id)`

/** The work as the desk writes it; what readers read stands in its editions. */
export const articleDesk = defineDeskNoun({
  name: 'articles',
  noun: 'Article',
  description: 'A story, whatever its languages',
  members: {
    type: Type.Optional(Word(articleTypes)),
    originalLanguage: LanguageTag,
    section: reference('Id or slug of the category'),
    source: optionalId('Id or slug'),
    origin: Type.Optional(
      some({ url: address, id: text(500), headline: text(1000), language: LanguageTag, publishedAt: Instant })
    ),
    categories: Type.Optional(Type.Array(reference('Id or slug'), { maxItems: 50, uniqueItems: true })),
    topics: list({ topic: reference('Id or slug'), weight: Type.Number({ exclusiveMinimum: 0, maximum: 1 }) }, 100),
    authors: list({ author: reference('Id or slug'), role: Word(authorRoles) }, 100),
    images: list({ image: reference('Id'), role: Word(imageRoles) }, 500),
    urgency: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
    rights: Type.Optional(some({ holder: text(500), notice: text(2000), terms: text(2000), licence: text(500) })),
    embargoUntil: Type.Optional(Instant),
    showInRelated: Type.Optional(Type.Boolean()),
    commenting: Type.Optional(
      Closed({ policy: Word(commentPolicies), closesAt: Type.Optional(Instant) }, { description: 'Who may comment' })
    )
  },
  owned: { editions: Type.Array(summary) },
  along: {
    editions: Type.Optional(
      Type.Array(Ref(EditionInput), {
        maxItems: mostEditions,
        description: 'What readers read, in any order: what a translation is made from is written before it'
      })
    )
  },
  table: {
    table: 'articles',
    columns: {
      type: 'r.type',
      originalLanguage: 'r.original_language',
      section: 'r.section_id',
      source: 'r.source_id',
      origin: `json_strip_nulls(json_build_object('url', r.origin_url, 'id', r.origin_id, 'headline', r.origin_headline,
        'language', r.origin_language, 'publishedAt', ${instantText('r.origin_published_at')}))`,
      categories: tied('article_categories', 't.category_id'),
      topics: tied('article_topics', `json_build_object('topic', t.topic_id, 'weight', t.weight)`),
      authors: tied('article_authors', `json_build_object('author', t.author_id, 'role', t.role)`, 'position, role'),
      images: tied('article_images', `json_build_object('image', t.image_id, 'role', t.role)`),
      urgency: 'r.urgency',
      rights: `json_strip_nulls(json_build_object('holder', r.rights_holder, 'notice', r.rights_notice, 'terms', r.rights_terms,
        'licence', r.rights_licence))`,
      embargoUntil: instantText('r.embargo_until'),
      showInRelated: 'r.show_in_related',
      commenting: `json_strip_nulls(json_build_object('policy', r.comment_policy, 'closesAt', ${instantText('r.comments_close_at')}))`,
      editions
    }
  },
  orders: { ...changeOrders('r'), ...creationOrders('r') },
  filters: {
    type: wordFilter(articleTypes, 'r.type'),
    section: { schema: Id, column: 'r.section_id' },
    source: { schema: Id, column: 'r.source_id' }
  },
  defaults: {
    type: 'article',
    origin: {},
    categories: [],
    topics: [],
    authors: [],
    images: [],
    urgency: 5,
    rights: {},
    showInRelated: true,
    commenting: { policy: 'closed' }
  },
  mentions,
  toRow,
  check: ({ topics, authors, images }) => [
    ...twice('topics', topics as Input[], tie => tie.topic),
    ...twice('authors', authors as Input[], tie => `${tie.author} ${tie.role}`),
    ...twice('images', images as Input[], tie => tie.image),
    ...((images as Input[]).filter(use => use.role === 'lead').length > 1
      ? [{ pointer: '/images', detail: 'An article has one lead image; give the others the role inline or gallery.' }]
      : [])
  ],
  async parts(db, key, { categories, topics, authors, images }, ids, given) {
    const at = (pointer: string) => ids.get(pointer)
    const rows: Record<Ties, object[]> = {
      categories: (categories as string[]).map((_, n) => ({ category_id: at(`/categories/${n}`) })),
      topics: (topics as Input[]).map(({ weight }, n) => ({ topic_id: at(`/topics/${n}/topic`), weight })),
      authors: (authors as Input[]).map(({ role }, n) => ({ author_id: at(`/authors/${n}/author`), role })),
      images: (images as Input[]).map(({ role }, n) => ({ image_id: at(`/images/${n}/image`), role }))
    }
    for (const kind of Object.keys(rows) as Ties[]) if (given.has(kind)) await writeTies(db, key, kind, rows[kind])
  },
  async target({ originalLanguage }, ids, db) {
    const place = await targetOf(db, ids.get('/section')!, ids.get('/source') ?? null)
    return { language: String(originalLanguage), ...place }
  },
  narrow: reachable,
  async removable(db, key) {
    const languages = await publicLanguages(db, key)
    return languages.map(language => ({
      pointer: `/v1/desk/articles/${key}/editions/${language}`,
      detail: `the edition in "${language}", which is public or will be`
    }))
  }
})

function mentions({ originalLanguage, section, source, categories, topics, authors, images }: Input): Mention[] {
  return [
    { pointer: '/originalLanguage', table: 'languages', key: originalLanguage as string },
    { pointer: '/section', table: 'categories', key: section as string },
    { pointer: '/source', table: 'sources', key: source as string },
    ...((categories ?? []) as string[]).map(
      (key, n): Mention => ({ pointer: `/categories/${n}`, table: 'categories', key })
    ),
    ...((topics ?? []) as { topic: string }[]).map(
      ({ topic }, n): Mention => ({ pointer: `/topics/${n}/topic`, table: 'topics', key: topic })
    ),
    ...((authors ?? []) as { author: string }[]).map(
      ({ author }, n): Mention => ({ pointer: `/authors/${n}/author`, table: 'authors', key: author })
    ),
    ...((images ?? []) as { image: string }[]).map(
      ({ image }, n): Mention => ({ pointer: `/images/${n}/image`, table: 'images', key: image })
    )
  ]
}

function toRow(record: Input, ids: Map<string, string>) {
  const { type, originalLanguage, urgency, embargoUntil = null, showInRelated } = record
  const { url = null, id = null, headline = null, language = null, publishedAt = null } = record.origin as Input
  const { holder = null, notice = null, terms = null, licence = null } = record.rights as Input
  const { policy, closesAt = null } = record.commenting as Input
  return {
    type,
    original_language: originalLanguage,
    section_id: ids.get('/section'),
    source_id: ids.get('/source') ?? null,
    origin_url: url,
    origin_id: id,
    origin_headline: headline,
    origin_language: language,
    origin_published_at: publishedAt,
    urgency,
    rights_holder: holder,
    rights_notice: notice,
    rights_terms: terms,
    rights_licence: licence,
    embargo_until: embargoUntil,
    show_in_related: showInRelated,
    comment_policy: policy,
    comments_close_at: closesAt
  }
}
