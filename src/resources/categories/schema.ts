import { type Static, Type } from 'typebox'
import { CategoryCard } from '../../contract/cards.ts'
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
import { railFallbacks } from '../../contract/words.ts'

export const LocalLabel = Named(
  'LocalLabel',
  Closed({ language: LanguageTag, label: Type.String(), reviewed: Type.Boolean() })
)

export const RailRule = Named(
  'RailRule',
  Closed(
    {
      position: Type.Integer(),
      minimum: Type.Integer({ description: 'With fewer items the rail is filled or hidden' }),
      fallback: Word(railFallbacks)
    },
    { description: "How a category is shown as a rail of the reader's page" }
  )
)

export const Category = Named(
  'Category',
  Closed(
    {
      id: Id,
      slug: Slug,
      label: Nullable(Type.String({ description: 'Curated; null where no reviewed one exists' })),
      labelLanguage: Nullable(LanguageTag),
      labels: Type.Optional(Type.Array(Ref(LocalLabel))),
      parent: Type.Optional(Nullable(Ref(CategoryCard))),
      path: Type.Optional(Type.Array(Ref(CategoryCard), { description: 'From the root down to the category itself' })),
      position: Type.Optional(Type.Integer()),
      rail: Type.Optional(Nullable(Ref(RailRule))),
      createdAt: Type.Optional(Instant),
      updatedAt: Type.Optional(Instant)
    },
    { description: 'A section of the paper; sections form a tree' }
  )
)
export type Category = Static<typeof Category>
export const CategoryPage = PageOf('CategoryPage', Category)

export const CategoryFilter = Type.Object({
  parent: Type.Optional(
    Type.String({ minLength: 1, maxLength: 120, description: 'Id or slug of the parent; `none` for the roots' })
  ),
  rail: Type.Optional(Type.Boolean({ description: 'Only categories that are rails, or only others' }))
})
export type CategoryFilter = Static<typeof CategoryFilter>
