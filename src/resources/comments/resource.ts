import { cacheGroup } from '../../lib/cache-group.ts'
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
  statements: { list: 2, find: 1 },
  list: (db, _context, query, window) => list(db, query as CommentFilter, window),
  find: (db, _context, key) => find(db, key),
  groups: ({ id, article }) => [cacheGroup('comment', id), cacheGroup('article', article)]
})
