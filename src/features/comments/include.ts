import { CommentSection } from '../../contract/article.ts'
import { section } from '../../resources/comments/queries.ts'
import type { Include } from '../include.ts'

/** How many comments of each order come with the article. */
const first = 10

/** `include=comments`: the count and the first comments in both orders. */
export const commentsInclude: Include = {
  statements: 1,
  schema: CommentSection,
  parameters: {},
  load: ({ db }, { id }) => section(db, id, first)
}
