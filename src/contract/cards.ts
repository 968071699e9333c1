import { Type } from 'typebox'
import { Closed, Direction, Id, LanguageTag, Named, Nullable, Ref, Slug, Word } from './primitives.ts'
import {
  authorRoles,
  authorTypes,
  creditRoles,
  imageRoles,
  sourceTypes,
  topicTypes,
  translationMethods
} from './words.ts'

/** The small forms in which nouns show each other. */

/** A curated word in one language; null where no reviewed one exists, so that no unreviewed label is ever shown unasked. */
const label = {
  label: Nullable(Type.String({ description: 'Curated name in `labelLanguage`; null when none is reviewed' })),
  labelLanguage: Nullable(LanguageTag)
}

export const SourceCard = Named(
  'SourceCard',
  Closed({
    id: Id,
    slug: Slug,
    type: Word(sourceTypes),
    name: Type.String(),
    homepage: Nullable(Type.String()),
    logo: Nullable(Type.String({ description: 'Address of the logo' }))
  })
)

export const AuthorCard = Named(
  'AuthorCard',
  Closed({ id: Id, slug: Slug, type: Word(authorTypes), name: Type.String(), role: Word(authorRoles) })
)

export const CategoryCard = Named('CategoryCard', Closed({ id: Id, slug: Slug, ...label }))

export const TopicCard = Named('TopicCard', Closed({ id: Id, slug: Slug, type: Word(topicTypes), ...label }))

export const Credit = Named(
  'Credit',
  Closed(
    {
      name: Type.String({ examples: ['Sputnik'] }),
      role: Word(creditRoles),
      source: Nullable(Slug)
    },
    { description: 'Who is to be named beside the picture; never part of the caption' }
  )
)

export const FocalPoint = Named(
  'FocalPoint',
  Closed({ x: Type.Number({ minimum: 0, maximum: 1 }), y: Type.Number({ minimum: 0, maximum: 1 }) })
)

export const CaptionText = Named(
  'CaptionText',
  Closed({
    id: Id,
    language: LanguageTag,
    text: Type.String(),
    alt: Nullable(Type.String()),
    method: Word(translationMethods),
    engine: Nullable(Type.String()),
    reviewer: Nullable(Type.String())
  })
)

export const CaptionPair = Named(
  'CaptionPair',
  Closed(
    { ...CaptionText.properties, translatedFrom: Nullable(Ref(CaptionText)) },
    { description: 'A caption and, when it is a translation, the original it was made from' }
  )
)

const picture = {
  id: Id,
  url: Type.String({ description: 'Address of the original' }),
  mime: Nullable(Type.String()),
  width: Nullable(Type.Integer()),
  height: Nullable(Type.Integer()),
  placeholder: Nullable(Type.String({ description: 'Tiny stand-in while the picture loads: a data URI or colour' })),
  dominantColour: Nullable(Type.String({ pattern: '^#[0-9a-f]{6}$' })),
  focalPoint: Nullable(Ref(FocalPoint)),
  credit: Nullable(Ref(Credit))
}

export const ImageCard = Named(
  'ImageCard',
  Closed({
    ...picture,
    alt: Nullable(Type.String()),
    caption: Nullable(Type.String()),
    captionLanguage: Nullable(LanguageTag)
  })
)

export const ImageUse = Named(
  'ImageUse',
  Closed(
    { ...picture, role: Word(imageRoles), caption: Nullable(Ref(CaptionPair)) },
    { description: "An image as one article uses it, with the reader's caption" }
  )
)

export const Alternate = Named(
  'Alternate',
  Closed({
    language: LanguageTag,
    slug: Slug,
    method: Word(translationMethods),
    updatedAt: Type.String({ format: 'date-time' })
  })
)

export const ServedLanguage = Named(
  'ServedLanguage',
  Closed(
    {
      requested: LanguageTag,
      served: LanguageTag,
      fallback: Type.Boolean({ description: 'Whether another language than the requested one is served' }),
      direction: Direction
    },
    { description: 'Fallback is never silent' }
  )
)

/** Named schemas of this file, for the document. */
export const cardSchemas = [
  SourceCard,
  AuthorCard,
  CategoryCard,
  TopicCard,
  Credit,
  FocalPoint,
  CaptionText,
  CaptionPair,
  ImageCard,
  ImageUse,
  Alternate,
  ServedLanguage
]
