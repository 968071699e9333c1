import { type Static, Type } from 'typebox'
import { Translation } from '../../../contract/article.ts'
import { Body, BodyInput } from '../../../contract/body.ts'
import { Closed, Id, Instant, LanguageTag, Named, Nullable, Ref, Slug, Word } from '../../../contract/primitives.ts'
import { editionStates, translationMethods } from '../../../contract/words.ts'
import { reference, text } from '../../members.ts'

const optional = <T extends Parameters<typeof Type.Optional>[0]>(schema: T) => Type.Optional(Nullable(schema))

const of = Closed({
  language: LanguageTag,
  revision: Type.Optional(
    Type.Integer({ minimum: 1, description: 'The revision that was translated; none: the newest' })
  )
})

const words = {
  slug: Type.Optional(Slug),
  kicker: optional(text(500)),
  standfirst: optional(text(10_000)),
  body: Type.Optional(Ref(BodyInput)),
  byline: optional(text(500)),
  seo: optional(Closed({ title: optional(text(500)), description: optional(text(2000)) })),
  source: optional(reference('Id or slug of the source of this edition, where it is another than the article’s')),
  translation: optional(
    Closed({
      method: Word(translationMethods.filter(method => method !== 'original')),
      engine: optional(text(500)),
      translator: optional(text(500)),
      reviewer: optional(text(500)),
      translatedAt: optional(Instant),
      of: Type.Optional(of)
    })
  ),
  note: optional(text(2000)),
  publish: Type.Optional(
    Type.Boolean({ description: 'Show it to readers at once; this also needs the scope articles:publish' })
  )
}

/** An edition as it is first written. */
export const EditionInput = Named(
  'EditionInput',
  Closed(
    { language: LanguageTag, headline: text(1000), ...words },
    { description: 'The article in one language, a draft unless it is published at once; `note` says why it was saved' }
  )
)
export type EditionInput = Static<typeof EditionInput>

export const EditionChange = Named(
  'EditionChange',
  Closed(
    { headline: Type.Optional(text(1000)), ...words },
    { minProperties: 1, description: 'Members that are left out stay; a body replaces the body; a save is a revision' }
  )
)
export type EditionChange = Static<typeof EditionChange>

const withdrawal = Closed({
  at: Instant,
  reason: Type.String(),
  successor: Nullable(Id)
})

export const EditionRecord = Named(
  'EditionRecord',
  Closed(
    {
      article: Id,
      language: LanguageTag,
      state: Word(editionStates),
      slug: Slug,
      headline: Type.String(),
      kicker: Nullable(Type.String()),
      standfirst: Nullable(Type.String()),
      body: Ref(Body),
      byline: Nullable(Type.String()),
      seo: Closed({ title: Nullable(Type.String()), description: Nullable(Type.String()) }),
      source: Nullable(Id),
      translation: Ref(Translation),
      revision: Type.Integer({ description: 'The revision readers see while it is published' }),
      head: Type.Integer({ description: 'The newest saved revision, whose words these are' }),
      firstPublishedAt: Nullable(Instant),
      publishedAt: Nullable(Instant),
      publishAt: Nullable({ ...Instant, description: 'When the newest revision is published by itself' }),
      unpublishAt: Nullable({ ...Instant, description: 'When it is taken down by itself' }),
      withdrawn: Type.Unsafe<Static<typeof withdrawal> | null>({ anyOf: [withdrawal, { type: 'null' }] }),
      savedAt: Instant,
      savedBy: Nullable(Type.String()),
      note: Nullable(Type.String()),
      version: Type.Integer(),
      createdAt: Instant,
      updatedAt: Instant
    },
    { description: 'An edition with its newest words, published or not' }
  )
)
export type EditionRecord = Static<typeof EditionRecord>

export const Withdrawal = Named(
  'Withdrawal',
  Closed(
    { reason: text(2000), successor: optional(reference('Id of the article that stands in its place')) },
    { description: 'Why readers are told that the story is gone' }
  )
)

export const Schedule = Named(
  'Schedule',
  Closed(
    { publishAt: optional(Instant), unpublishAt: optional(Instant) },
    {
      minProperties: 1,
      description: 'When readers see the newest revision, and until when; what is left out stays, null takes it back'
    }
  )
)
export type Schedule = Static<typeof Schedule>
export const PreviewInput = Named(
  'PreviewInput',
  Closed({
    minutes: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_080, default: 60, description: 'How long the link opens' })
    )
  })
)
export type PreviewInput = Static<typeof PreviewInput>

export const Preview = Named(
  'Preview',
  Closed(
    {
      url: Type.String({ description: 'The article as readers would get it; `related` stands below it as always' }),
      token: Type.String({ description: 'The value of `preview` in the address' }),
      expiresAt: Instant
    },
    { description: 'A link that shows one edition with its newest words before readers see them' }
  )
)

export const editionSchemas = [PreviewInput, Preview, EditionInput, EditionChange, EditionRecord, Withdrawal, Schedule]
