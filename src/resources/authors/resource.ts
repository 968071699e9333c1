import { cacheGroup } from '../../lib/cache-group.ts'
import { defineResource } from '../resource.ts'
import { find, list, orders } from './queries.ts'
import { Author, AuthorFilter, AuthorPage } from './schema.ts'

export const authors = defineResource<Author>({
  name: 'authors',
  noun: 'Author',
  item: Author,
  page: AuthorPage,
  key: 'Id or slug',
  filter: AuthorFilter.properties,
  orders,
  defaultOrder: 'slug',
  statements: { list: 2, find: 1 },
  list: (db, context, query, window) => list(db, context, query as AuthorFilter, window),
  find,
  groups: ({ id, portrait, source }) => [
    cacheGroup('author', id),
    ...(portrait ? [cacheGroup('image', portrait.id)] : []),
    ...(source ? [cacheGroup('source', source.id)] : [])
  ]
})
