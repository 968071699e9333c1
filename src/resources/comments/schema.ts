import { type Static, Type } from 'typebox'
import { Comment } from '../../contract/article.ts'
import { LanguageTag, PageOf } from '../../contract/primitives.ts'
import { idFilter } from '../parameters.ts'

export { Comment }
export type CommentItem = Static<typeof Comment>
export const CommentPage = PageOf('CommentPage', Comment)

export const CommentFilter = Type.Object({
  article: idFilter('article; `order=-likes` needs it'),
  parent: idFilter('comment answered to'),
  inLanguage: Type.Optional({ ...LanguageTag, description: 'Only comments written in this language' })
})
export type CommentFilter = Static<typeof CommentFilter>
