import { type Static, Type } from 'typebox'
import { Closed, Direction, Instant, LanguageTag, Named, PageOf } from '../../contract/primitives.ts'

export const Language = Named(
  'Language',
  Closed(
    {
      tag: LanguageTag,
      name: Type.String({ description: 'In the language itself' }),
      direction: Direction,
      fallback: Type.Optional(Type.Array(LanguageTag, { description: 'What is read where this language is missing' })),
      position: Type.Optional(Type.Integer({ description: '1 is the language of readers who name none' })),
      updatedAt: Type.Optional(Instant)
    },
    { description: 'A language of the house' }
  )
)
export type Language = Static<typeof Language>
export const LanguagePage = PageOf('LanguagePage', Language)
