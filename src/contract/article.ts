import { type Static, Type } from 'typebox'
import { Body } from './body.ts'
import {
  Alternate,
  AuthorCard,
  CategoryCard,
  ImageCard,
  ImageUse,
  ServedLanguage,
  SourceCard,
  TopicCard
} from './cards.ts'
import { Closed, Id, Instant, LanguageTag, Named, Nullable, PageOf, Ref, Slug, Word } from './primitives.ts'
import { articleTypes, commentPolicies, railFallbacks, reasonKinds, translationMethods } from './words.ts'

/** The article as a reader gets it, and what can be included beside it. Other rooms show articles too, so it stands here. */

export const Translation = Named(
  'Translation',
  Closed(
    {
      method: Word(translationMethods),
      engine: Nullable(Type.String()),
      translator: Nullable(Type.String()),
      reviewer: Nullable(Type.String()),
      translatedAt: Nullable(Instant),
      of: Nullable(Closed({ language: LanguageTag, revision: Nullable(Type.Integer({ minimum: 1 })) })),
      stale: Type.Boolean({ description: 'The original changed after this translation was made' }),
      staleBlocks: Type.Array(Type.String(), {
        description: 'Keys of the changed blocks; headline and standfirst by name'
      })
    },
    { description: 'How this edition came about; a machine translation is never undisclosed' }
  )
)

export const Origin = Named(
  'Origin',
  Closed(
    {
      url: Nullable(Type.String()),
      id: Nullable(Type.String()),
      headline: Nullable(Type.String()),
      language: Nullable(LanguageTag),
      publishedAt: Nullable(Instant)
    },
    { description: 'Where the story appeared first' }
  )
)

export const Rights = Named(
  'Rights',
  Closed({
    holder: Nullable(Type.String()),
    notice: Nullable(Type.String()),
    terms: Nullable(Type.String()),
    licence: Nullable(Type.String())
  })
)

export const CommentPolicy = Named(
  'CommentPolicy',
  Closed({ policy: Word(commentPolicies), closesAt: Nullable(Instant) })
)

export const Comment = Named(
  'Comment',
  Closed({
    id: Id,
    article: Id,
    language: LanguageTag,
    authorName: Type.String(),
    body: Type.String(),
    likes: Type.Integer({ minimum: 0 }),
    parent: Nullable(Id),
    createdAt: Instant,
    editedAt: Nullable(Instant)
  })
)

export const CommentSection = Named(
  'CommentSection',
  Closed(
    {
      count: Type.Integer({ minimum: 0, description: 'Approved comments in all languages' }),
      newest: Type.Array(Ref(Comment)),
      mostLiked: Type.Array(Ref(Comment))
    },
    { description: 'The first comments in both orders; the rest under /v1/comments' }
  )
)

export const groupNames = ['topic', 'category', 'author', 'source', 'similar'] as const
/** Lists besides the rails that editors can pin to; the picks stand on the front page. */
export const pinGroups = [...groupNames, 'picks'] as const

export const Reason = Named(
  'Reason',
  Closed({
    kind: Word(reasonKinds),
    slug: Nullable(Type.String({ description: 'What is shared' })),
    weight: Type.Number()
  })
)

export const Correction = Named(
  'Correction',
  Closed(
    {
      id: Id,
      at: Instant,
      text: Type.String(),
      language: { ...LanguageTag, description: 'The language of the text: the reader’s own where it has one' }
    },
    { description: 'What was wrong in the article and has been put right; readers of every language are told' }
  )
)

const card = {
  type: Word(articleTypes),
  language: Ref(ServedLanguage),
  slug: Slug,
  headline: Type.String(),
  publishedAt: Instant,
  updatedAt: Instant
}

export const RelatedItem = Named(
  'RelatedItem',
  Closed({
    id: Id,
    ...card,
    kicker: Nullable(Type.String()),
    standfirst: Nullable(Type.String()),
    section: Ref(CategoryCard),
    source: Nullable(Ref(SourceCard)),
    image: Nullable(Ref(ImageCard)),
    method: Word(translationMethods),
    stale: Type.Boolean(),
    readingMinutes: Type.Integer({ minimum: 0 }),
    pinned: Type.Boolean(),
    score: Type.Optional(Type.Number({ description: 'With explain=1; the sum of the reasons' })),
    reasons: Type.Optional(Type.Array(Ref(Reason), { description: 'With explain=1' }))
  })
)

const list = {
  status: Word(['ok', 'fallback', 'hidden'], { description: 'hidden: fewer than the minimum, items is empty' }),
  fallback: Nullable(Word([...railFallbacks, 'section'], { description: 'The rule that filled the list' })),
  minimum: Type.Integer({ minimum: 0 }),
  items: Type.Array(Ref(RelatedItem))
}

export const RelatedGroup = Named('RelatedGroup', Closed({ group: Word(groupNames), ...list }))
export const Rail = Named('Rail', Closed({ category: Ref(CategoryCard), position: Type.Integer(), ...list }))

export const Related = Named(
  'Related',
  Closed(
    {
      language: LanguageTag,
      asOf: Instant,
      groups: Type.Array(Ref(RelatedGroup)),
      rails: Type.Array(Ref(Rail))
    },
    { description: 'Lists beside an article; nothing stands twice on the page' }
  )
)

/** `id` and the card are always sent; `view`, `fields` and `include` decide about the rest. */
export const Article = Named(
  'Article',
  Closed(
    {
      id: Id,
      ...card,
      kicker: Type.Optional(Nullable(Type.String())),
      standfirst: Type.Optional(Nullable(Type.String())),
      section: Type.Optional(Ref(CategoryCard)),
      source: Type.Optional(Nullable(Ref(SourceCard))),
      image: Type.Optional(Nullable(Ref(ImageCard))),
      translation: Type.Optional(Ref(Translation)),
      readingMinutes: Type.Optional(Type.Integer({ minimum: 0 })),
      urgency: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
      byline: Type.Optional(Nullable(Type.String())),
      authors: Type.Optional(Type.Array(Ref(AuthorCard))),
      categories: Type.Optional(Type.Array(Ref(CategoryCard))),
      topics: Type.Optional(Type.Array(Ref(TopicCard))),
      alternates: Type.Optional(Type.Array(Ref(Alternate))),
      commentCount: Type.Optional(Type.Integer({ minimum: 0 })),
      wordCount: Type.Optional(Type.Integer({ minimum: 0 })),
      origin: Type.Optional(Nullable(Ref(Origin))),
      originalLanguage: Type.Optional(LanguageTag),
      images: Type.Optional(Type.Array(Ref(ImageUse))),
      body: Type.Optional(Ref(Body)),
      corrections: Type.Optional(Type.Array(Ref(Correction), { description: 'Newest first' })),
      seo: Type.Optional(Closed({ title: Nullable(Type.String()), description: Nullable(Type.String()) })),
      rights: Type.Optional(Ref(Rights)),
      commenting: Type.Optional(Ref(CommentPolicy)),
      firstPublishedAt: Type.Optional(Instant),
      createdAt: Type.Optional(Instant),
      revision: Type.Optional(Type.Integer({ minimum: 1 })),
      version: Type.Optional(Type.Integer({ minimum: 1 })),
      related: Type.Optional(Ref(Related)),
      comments: Type.Optional(Ref(CommentSection))
    },
    { description: 'A story in one language' }
  )
)
export type Article = Static<typeof Article>

export const ArticlePage = PageOf('ArticlePage', Article)

const optional = Object.keys(Article.properties)
const listLeaves = ['byline', 'authors', 'categories', 'topics', 'alternates', 'commentCount', 'wordCount']
const fullLeaves = optional.slice(optional.indexOf('origin'))

/** The members each view sends; a larger view sends all of the smaller ones. */
export const articleViews = {
  card: optional.filter(name => !listLeaves.includes(name) && !fullLeaves.includes(name)),
  list: optional.filter(name => !fullLeaves.includes(name)),
  full: optional.filter(name => name !== 'related' && name !== 'comments')
}
export type ArticleView = keyof typeof articleViews

export const articleSchemas = [
  Translation,
  Origin,
  Rights,
  CommentPolicy,
  Comment,
  CommentSection,
  Correction,
  Reason,
  RelatedItem,
  RelatedGroup,
  Rail,
  Related,
  Article,
  ArticlePage
]
