import { type Static, Type } from 'typebox'
import { ImageCard, SourceCard } from '../../contract/cards.ts'
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
import { authorTypes } from '../../contract/words.ts'
import { reference } from '../parameters.ts'

export const AuthorLink = Named('AuthorLink', Closed({ label: Type.String(), url: Type.String() }))

export const Author = Named(
  'Author',
  Closed(
    {
      id: Id,
      slug: Slug,
      name: Type.String({ description: "In the reader's best language, `nameLanguage`" }),
      nameLanguage: Type.Optional(Nullable(LanguageTag)),
      names: Type.Optional(Type.Array(Type.Unsafe<{ language: string; name: string }>({ $ref: 'LocalName#' }))),
      type: Type.Optional(Word(authorTypes)),
      biography: Type.Optional(Nullable(Type.String())),
      biographyLanguage: Type.Optional(Nullable(LanguageTag)),
      portrait: Type.Optional(Nullable(Ref(ImageCard))),
      source: Type.Optional(Nullable(Ref(SourceCard))),
      links: Type.Optional(Type.Array(Ref(AuthorLink))),
      createdAt: Type.Optional(Instant),
      updatedAt: Type.Optional(Instant)
    },
    { description: 'A person, desk or organisation that writes' }
  )
)
export type Author = Static<typeof Author>
export const AuthorPage = PageOf('AuthorPage', Author)

export const AuthorFilter = Type.Object({ type: Type.Optional(Word(authorTypes)), source: reference('source') })
export type AuthorFilter = Static<typeof AuthorFilter>
