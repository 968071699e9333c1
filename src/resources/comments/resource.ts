import { defineResource } from '../resource.ts'
import { find, list, orders } from './queries.ts'
import { Comment, CommentFilter, type CommentItem, CommentPage } from './schema.ts'

export const comments = defineResource<CommentItem>({
  name: 'comments',
  noun: 'Comment',
  item: Comment,
  page: CommentPage,
  key: 'Id',
  filter: CommentFilter.properties,
  orders,
  defaultOrder: '-createdAt',
  statements: { list: 1, find: 1 },
  list: (db, context, query, window) => list(db, context, query as CommentFilter, window),
  find,
  groups: ({ id }) => [`comment-${id}`]
})
