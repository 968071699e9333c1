import { type Static, Type } from 'typebox'
import { Instant, Word } from '../../contract/primitives.ts'
import { articleTypes } from '../../contract/words.ts'
import { reference } from '../parameters.ts'

/** What a list of articles can be narrowed by; several filters together mean all of them. */
export const ArticleFilter = Type.Object({
  section: reference('category: the section or anything below it'),
  category: reference('category: the section itself or a further category'),
  topic: reference('topic'),
  author: reference('author'),
  source: reference('source'),
  type: Type.Optional(Word(articleTypes)),
  publishedAfter: Type.Optional(Instant),
  publishedBefore: Type.Optional(Instant),
  updatedSince: Type.Optional(Instant),
  ids: Type.Optional(
    Type.String({
      pattern:
        '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(,[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}){0,99}$',
      description: 'Up to 100 ids, joined by commas'
    })
  )
})
export type ArticleFilter = Static<typeof ArticleFilter>

export const articleOrders = ['-publishedAt', 'publishedAt', '-updatedAt', 'updatedAt'] as const
