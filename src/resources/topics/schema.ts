import { type Static, Type } from 'typebox'
import { Closed, Id, Instant, LanguageTag, Named, Nullable, PageOf, Slug, Word } from '../../contract/primitives.ts'
import { topicTypes } from '../../contract/words.ts'

export const ExternalIds = Named(
  'ExternalIds',
  Closed(
    {
      wikidata: Type.Optional(Type.String({ pattern: '^Q[1-9][0-9]*$' })),
      iptc: Type.Optional(Type.String({ description: 'IPTC Media Topic' }))
    },
    { description: 'What others call the same topic' }
  )
)

export const Topic = Named(
  'Topic',
  Closed(
    {
      id: Id,
      slug: Slug,
      type: Word(topicTypes),
      label: Nullable(Type.String({ description: 'Curated; null where no reviewed one exists' })),
      labelLanguage: Nullable(LanguageTag),
      labels: Type.Optional(
        Type.Array(Type.Unsafe<{ language: string; label: string; reviewed: boolean }>({ $ref: 'LocalLabel#' }))
      ),
      aliases: Type.Optional(Type.Array(Type.String(), { description: 'Other names in the same language' })),
      externalIds: Type.Optional(Type.Unsafe<Static<typeof ExternalIds>>({ $ref: 'ExternalIds#' })),
      createdAt: Type.Optional(Instant),
      updatedAt: Type.Optional(Instant)
    },
    { description: 'What a story is about: person, organisation, place, event, subject or series' }
  )
)
export type Topic = Static<typeof Topic>
export const TopicPage = PageOf('TopicPage', Topic)

export const TopicFilter = Type.Object({ type: Type.Optional(Word(topicTypes)) })
export type TopicFilter = Static<typeof TopicFilter>
