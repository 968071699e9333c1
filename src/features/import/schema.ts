import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox'
import { Closed, Instant, LanguageTag, Slug, Word } from '../../contract/primitives.ts'
import * as words from '../../contract/words.ts'
import { document } from './document-schema.ts'
import { address, key, optional, text } from './members.ts'

/** Newsroom NDJSON: one record a line; `kind` says what it is, and a line without one is a flat document. */

const perLanguage = <T extends TSchema>(value: T, options = {}) => Type.Record(LanguageTag, value, options)
const label = Type.Union([text(), Closed({ text: text(), reviewed: Type.Boolean() })])

const kinds = {
  language: {
    tag: LanguageTag,
    name: text(),
    direction: optional(Word(words.directions)),
    fallback: optional(Type.Array(LanguageTag)),
    position: optional(Type.Integer({ minimum: 1 }))
  },
  source: {
    slug: Slug,
    type: Word(words.sourceTypes),
    names: perLanguage(text()),
    homepage: optional(address),
    country: optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    language: optional(LanguageTag),
    credit: optional(text()),
    rights: optional(text(2000)),
    logo: optional(key),
    showInRelated: optional(Type.Boolean())
  },
  author: {
    slug: Slug,
    type: Word(words.authorTypes),
    names: perLanguage(text()),
    biographies: optional(perLanguage(text(5000))),
    portrait: optional(key),
    source: optional(Slug),
    links: optional(Type.Array(Closed({ label: text(), url: address })))
  },
  category: {
    slug: Slug,
    parent: optional(Slug),
    position: optional(Type.Integer()),
    labels: perLanguage(label),
    rail: optional(
      Closed({ position: Type.Integer(), minimum: Type.Integer({ minimum: 0 }), fallback: Word(words.railFallbacks) })
    )
  },
  topic: {
    slug: Slug,
    type: Word(words.topicTypes),
    labels: perLanguage(label),
    aliases: optional(perLanguage(Type.Array(text()))),
    externalIds: optional(Closed({ wikidata: optional(text()), iptc: optional(text()) })),
    showInRelated: optional(Type.Boolean())
  },
  image: {
    key,
    file: optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-][A-Za-z0-9_./-]*\\.(png|jpe?g|webp|gif|avif)$',
        description: 'Path beside the NDJSON file'
      })
    ),
    url: optional(address),
    mime: optional(text()),
    width: optional(Type.Integer({ minimum: 1 })),
    height: optional(Type.Integer({ minimum: 1 })),
    focalPoint: optional(
      Closed({ x: Type.Number({ minimum: 0, maximum: 1 }), y: Type.Number({ minimum: 0, maximum: 1 }) })
    ),
    placeholder: optional(text(20_000)),
    dominantColour: optional(Type.String({ pattern: '^#[0-9a-f]{6}$' })),
    credit: optional(Closed({ name: text(), role: Word(words.creditRoles), source: optional(Slug) })),
    rights: optional(text(2000)),
    rightsExpireAt: optional(Instant),
    captions: optional(perLanguage(Type.Unsafe<CaptionRecord>({ $ref: '#/$defs/caption' })))
  },
  article: {
    id: key,
    type: optional(Word(words.articleTypes)),
    source: optional(Slug),
    origin: optional(
      Closed({
        url: optional(address),
        id: optional(text()),
        headline: optional(text(1000)),
        language: optional(LanguageTag),
        publishedAt: optional(Instant)
      })
    ),
    originalLanguage: LanguageTag,
    section: Slug,
    categories: optional(Type.Array(Slug)),
    topics: optional(
      Type.Array(Type.Union([Slug, Closed({ topic: Slug, weight: Type.Number({ exclusiveMinimum: 0, maximum: 1 }) })]))
    ),
    authors: optional(Type.Array(Type.Union([Slug, Closed({ author: Slug, role: Word(words.authorRoles) })]))),
    images: optional(
      Type.Array(
        Closed({
          image: key,
          role: Word(words.imageRoles),
          captions: optional(perLanguage(Type.Unsafe<CaptionRecord>({ $ref: '#/$defs/caption' })))
        })
      )
    ),
    urgency: optional(Type.Integer({ minimum: 1, maximum: 9 })),
    rights: optional(
      Closed({
        holder: optional(text()),
        notice: optional(text(2000)),
        terms: optional(text(2000)),
        licence: optional(text())
      })
    ),
    embargoUntil: optional(Instant),
    showInRelated: optional(Type.Boolean()),
    comments: optional(Closed({ policy: Word(words.commentPolicies), closesAt: optional(Instant) })),
    corrections: optional(Type.Array(Closed({ at: Instant, texts: perLanguage(text(10_000), { minProperties: 1 }) }))),
    editions: Type.Array(Type.Unsafe<EditionRecord>({ $ref: '#/$defs/edition' }), { minItems: 1 })
  },
  comment: {
    id: key,
    article: key,
    language: LanguageTag,
    author: text(),
    body: text(10_000),
    state: Word(words.commentStates),
    likes: optional(Type.Integer({ minimum: 0 })),
    parent: optional(key),
    createdAt: Instant,
    editedAt: optional(Instant)
  },
  pin: {
    article: optional(key),
    group: text(120),
    target: key,
    position: Type.Integer({ minimum: 0 }),
    startsAt: optional(Instant),
    endsAt: optional(Instant)
  }
} satisfies Record<string, TProperties>

export type Kind = keyof typeof kinds

const record = (kind: Kind) => Closed({ kind: Type.Literal(kind), ...kinds[kind] })
/** A record of one kind, as its line has it. */
export type Newsroom = { [K in Kind]: Static<TObject<(typeof kinds)[K]>> }

const caption = Closed({
  text: Type.String({ maxLength: 5000 }),
  alt: optional(Type.String({ maxLength: 2000 })),
  translatedFrom: optional(LanguageTag),
  method: optional(Word(words.translationMethods)),
  engine: optional(text()),
  reviewer: optional(text())
})
export type CaptionRecord = Static<typeof caption>

const html = Type.String({
  maxLength: 4_000_000,
  description: 'Sanitised and converted to Portable Text; pictures of the house as key:KEY'
})
const edition = Closed({
  language: LanguageTag,
  slug: optional(Slug),
  formerSlugs: optional(Type.Array(Slug)),
  headline: text(1000),
  kicker: optional(text()),
  standfirst: optional(text(10_000)),
  html,
  byline: optional(text()),
  seo: optional(Closed({ title: optional(text()), description: optional(text(2000)) })),
  source: optional(Slug),
  state: Word(words.editionStates),
  publishedAt: optional(Instant),
  updatedAt: optional(Instant),
  publishAt: optional(Instant),
  unpublishAt: optional(Instant),
  withdrawn: optional(Closed({ at: Instant, reason: text(2000), successor: optional(key) })),
  history: optional(
    Type.Array(Closed({ savedAt: Instant, headline: optional(text(1000)), standfirst: optional(text(10_000)), html }))
  ),
  translation: optional(
    Closed({
      method: Word(words.translationMethods),
      engine: optional(text()),
      translator: optional(text()),
      reviewer: optional(text()),
      translatedAt: optional(Instant),
      of: optional(Closed({ language: LanguageTag, revision: optional(Type.Integer({ minimum: 1 })) }))
    })
  )
})
export type EditionRecord = Static<typeof edition>

const definitions = {
  ...Object.fromEntries(Object.keys(kinds).map(kind => [kind, record(kind as Kind)])),
  document,
  caption,
  edition
}

/** The JSON Schema (draft 2020-12) of one line. */
export const newsroomSchema = () => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://broadsheet.dev/schemas/newsroom.json',
  title: 'Newsroom NDJSON',
  description: 'One line. Records refer to each other by slug, or by key (images) or id (articles, comments).',
  oneOf: [...Object.keys(kinds), 'document'].map(kind => ({ $ref: `#/$defs/${kind}` })),
  $defs: definitions
})

export const kindNames = Object.keys(kinds) as Kind[]
