import { type Static, Type } from 'typebox'
import { ImageCard } from '../../contract/cards.ts'
import {
  Closed,
  Id,
  Instant,
  LanguageTag,
  Named,
  Nullable,
  PageOf,
  Ref,
  Slug,
  Word
} from '../../contract/primitives.ts'
import { sourceTypes } from '../../contract/words.ts'

export const LocalName = Named('LocalName', Closed({ language: LanguageTag, name: Type.String() }))

export const Source = Named(
  'Source',
  Closed(
    {
      id: Id,
      slug: Slug,
      name: Type.String({ description: "In the reader's best language, `nameLanguage`" }),
      nameLanguage: Type.Optional(Nullable(LanguageTag)),
      names: Type.Optional(Type.Array(Ref(LocalName))),
      type: Type.Optional(Word(sourceTypes)),
      homepage: Type.Optional(Nullable(Type.String())),
      country: Type.Optional(Nullable(Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' }))),
      defaultLanguage: Type.Optional(Nullable(LanguageTag)),
      defaultCredit: Type.Optional(Nullable(Type.String())),
      defaultRights: Type.Optional(Nullable(Type.String())),
      logo: Type.Optional(Nullable(Ref(ImageCard))),
      createdAt: Type.Optional(Instant),
      updatedAt: Type.Optional(Instant)
    },
    { description: 'Who a story came from: newspaper, agency, government …; never its author' }
  )
)
export type Source = Static<typeof Source>
export const SourcePage = PageOf('SourcePage', Source)

export const SourceFilter = Type.Object({
  type: Type.Optional(Word(sourceTypes)),
  country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' }))
})
export type SourceFilter = Static<typeof SourceFilter>
