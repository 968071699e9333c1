import { type Static, Type } from 'typebox'
import { CaptionText } from '../../contract/cards.ts'
import { Closed, Id, Instant, LanguageTag, Named, Nullable, PageOf, Ref, Word } from '../../contract/primitives.ts'
import { translationMethods } from '../../contract/words.ts'
import { idFilter } from '../parameters.ts'

export const Caption = Named(
  'Caption',
  Closed(
    {
      id: Id,
      language: LanguageTag,
      text: Type.String(),
      image: Type.Optional(Id),
      article: Type.Optional(
        Nullable(Type.String({ format: 'uuid', description: 'The use it belongs to; null: the image itself' }))
      ),
      alt: Type.Optional(Nullable(Type.String())),
      method: Type.Optional(Word(translationMethods)),
      engine: Type.Optional(Nullable(Type.String())),
      reviewer: Type.Optional(Nullable(Type.String())),
      translatedFrom: Type.Optional(Nullable(Ref(CaptionText))),
      createdAt: Type.Optional(Instant),
      updatedAt: Type.Optional(Instant)
    },
    { description: 'The words for an image in one language' }
  )
)
export type Caption = Static<typeof Caption>
export const CaptionPage = PageOf('CaptionPage', Caption)

export const CaptionFilter = Type.Object({
  image: idFilter('image'),
  article: idFilter('article'),
  inLanguage: Type.Optional({ ...LanguageTag, description: 'Only captions written in this language' })
})
export type CaptionFilter = Static<typeof CaptionFilter>
