import { type Static, type TProperties, type TSchema, Type } from 'typebox'
import {
  Closed,
  Id,
  Instant,
  LanguageTag,
  Named,
  Nullable,
  PageOf,
  paging,
  Slug,
  Word
} from '../../contract/primitives.ts'
import { editionStates, translationMethods } from '../../contract/words.ts'

/** What the desk has before it: translations to make and to mend, editions by state, labels to review. */

const language = { ...LanguageTag, description: 'Only in this language' }
const section = Type.String({
  minLength: 1,
  maxLength: 120,
  description: 'Id or slug of a section: it and everything below it'
})
const order = (newest: string, oldest: string) =>
  Word([newest, oldest], { default: newest, description: 'Sorted by; a minus means the newest first' })

/** Every parameter may be left out, but for those that are named. */
const queryOf = <P extends TProperties>(parameters: P, required: readonly string[] = []): TSchema => ({
  ...Type.Object({ ...parameters, ...paging }, { additionalProperties: false }),
  required: [...required]
})

const Edition = Closed({
  state: Word(editionStates),
  slug: Slug,
  headline: Type.String({ description: 'Of the newest saved revision' }),
  method: Word(translationMethods),
  revision: Type.Integer({ description: 'The revision readers see while it is published' }),
  head: Type.Integer({ description: 'The newest saved revision' }),
  publishAt: Nullable(Instant),
  updatedAt: Instant
})
const edition = Edition.properties

export const TranslationTask = Named(
  'TranslationTask',
  Closed(
    {
      article: Id,
      language: { ...LanguageTag, description: 'The language to translate into' },
      state: Word(['missing', 'stale']),
      since: {
        ...Instant,
        description: 'Missing: when the original was published; stale: since when the original says something else'
      },
      section: Slug,
      original: Closed({ language: LanguageTag, slug: Slug, headline: Type.String(), publishedAt: Nullable(Instant) }),
      edition: Type.Unsafe<Static<typeof Edition> | null>({
        anyOf: [Edition, { type: 'null' }],
        description: 'What there is of the translation; missing: what is in the works, null when nothing is'
      }),
      staleBlocks: Type.Array(Type.String(), {
        description:
          'What readers see of the translation against what they see of the original; headline and standfirst by name'
      }),
      draftStaleBlocks: Type.Array(Type.String(), { description: 'The newest draft against that of the original' })
    },
    { description: 'A translation the desk is asked for' }
  )
)
export type TranslationTask = Static<typeof TranslationTask>
export const TranslationTaskPage = PageOf('TranslationTaskPage', TranslationTask)

export const translationParameters = queryOf(
  {
    state: Word(['missing', 'stale'], { description: '`missing` needs a language' }),
    language: { ...LanguageTag, description: 'Only into this language' },
    section,
    publishedAfter: {
      ...Instant,
      description: 'Only of originals published after this instant; default: missing, 30 days ago; stale, the beginning'
    },
    order: order('-since', 'since')
  },
  ['state']
)
export interface TranslationFilter {
  state: 'missing' | 'stale'
  language?: string
  section?: string
  publishedAfter?: string
}

export const QueuedEdition = Named(
  'QueuedEdition',
  Closed(
    {
      article: Id,
      language: LanguageTag,
      ...edition,
      section: Slug,
      stale: Type.Boolean({ description: 'The original says something else than when it was translated' }),
      publishedAt: Nullable(Instant),
      savedAt: Instant,
      savedBy: Nullable(Type.String())
    },
    { description: 'An edition in the desk’s queue' }
  )
)
export type QueuedEdition = Static<typeof QueuedEdition>
export const QueuedEditionPage = PageOf('QueuedEditionPage', QueuedEdition)

export const editionParameters = queryOf({
  state: Word(editionStates, { description: 'Only in this state' }),
  language,
  section,
  updatedAfter: {
    ...Instant,
    description: 'Only changed after this instant; default: published and withdrawn, 30 days ago; others, the beginning'
  },
  order: order('-updatedAt', 'updatedAt')
})
export interface EditionFilter {
  state?: (typeof editionStates)[number]
  language?: string
  section?: string
  updatedAfter?: string
}

export const labelNouns = ['category', 'topic'] as const

export const LabelTask = Named(
  'LabelTask',
  Closed(
    {
      noun: Word(labelNouns),
      id: Id,
      slug: Slug,
      language: LanguageTag,
      state: Word(['missing', 'unreviewed']),
      label: Nullable(Type.String({ description: 'What nobody has reviewed; null where it is missing' })),
      labels: Type.Array(Closed({ language: LanguageTag, label: Type.String(), reviewed: Type.Boolean() }), {
        description: 'What it is called in the other languages'
      })
    },
    { description: 'A label the desk has to write or to review' }
  )
)
export type LabelTask = Static<typeof LabelTask>
export const LabelTaskPage = PageOf('LabelTaskPage', LabelTask)

export const labelParameters = queryOf(
  {
    language: { ...LanguageTag, description: 'The language of the labels' },
    noun: Word(labelNouns, { description: 'Only of this noun' }),
    state: Word(['missing', 'unreviewed'], { description: 'Only these' })
  },
  ['language']
)
export interface LabelFilter {
  language: string
  noun?: (typeof labelNouns)[number]
  state?: 'missing' | 'unreviewed'
}

export const deskListSchemas = [
  TranslationTask,
  TranslationTaskPage,
  QueuedEdition,
  QueuedEditionPage,
  LabelTask,
  LabelTaskPage
]
