import { cacheGroup } from '../../lib/cache-group.ts'
import { defineResource } from '../resource.ts'
import { find, list, orders } from './queries.ts'
import { Source, SourceFilter, SourcePage } from './schema.ts'

export const sources = defineResource<Source>({
  name: 'sources',
  noun: 'Source',
  item: Source,
  page: SourcePage,
  key: 'Id or slug',
  filter: SourceFilter.properties,
  orders,
  defaultOrder: 'slug',
  statements: { list: 1, find: 1 },
  list: (db, context, query, window) => list(db, context, query as SourceFilter, window),
  find,
  groups: ({ id, logo }) => [cacheGroup('source', id), ...(logo ? [cacheGroup('image', logo.id)] : [])]
})
