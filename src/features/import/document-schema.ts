import { type Static, Type } from 'typebox'
import { Closed, Instant, LanguageTag } from '../../contract/primitives.ts'
import { address, key, optional, orNull, text } from './members.ts'

/** A flat document: one article in one language; everything it names is made as it appears. */
export const document = Closed({
  id: key,
  language: LanguageTag,
  title: text(1000),
  body_html: optional(Type.String({ maxLength: 8_000_000 })),
  body_text: optional(
    Type.String({ maxLength: 8_000_000, description: 'Where there is no HTML; an empty line begins a paragraph' })
  ),
  summary: optional(orNull(Type.String({ maxLength: 20_000 }))),
  url: optional(orNull(address)),
  published_at: optional(orNull(Instant)),
  authors: optional(Type.Array(text())),
  source: optional(orNull(text())),
  source_url: optional(orNull(address)),
  categories: optional(Type.Array(text())),
  tags: optional(Type.Array(text())),
  images: optional(
    Type.Array(
      Closed({
        url: address,
        caption: optional(orNull(Type.String({ maxLength: 20_000 }))),
        credit: optional(orNull(Type.String({ maxLength: 2000 }))),
        alt: optional(orNull(Type.String({ maxLength: 20_000 }))),
        width: optional(orNull(Type.Number())),
        height: optional(orNull(Type.Number()))
      })
    )
  ),
  translation_of: optional(orNull(key)),
  license: optional(orNull(text())),
  corpus: optional(orNull(text()))
})
export type FlatDocument = Static<typeof document>
