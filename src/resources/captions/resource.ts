import { cacheGroup } from '../../lib/cache-group.ts'
import { defineResource } from '../resource.ts'
import { find, list, orders } from './queries.ts'
import { Caption, CaptionFilter, CaptionPage } from './schema.ts'

export const captions = defineResource<Caption>({
  name: 'captions',
  noun: 'Caption',
  item: Caption,
  page: CaptionPage,
  key: 'Id',
  filter: CaptionFilter.properties,
  orders,
  defaultOrder: '-createdAt',
  statements: { list: 2, find: 1 },
  list: (db, context, query, window) => list(db, context, query as CaptionFilter, window),
  find,
  groups: ({ id, image, article }) => [
    cacheGroup('caption', id),
    ...(image ? [cacheGroup('image', image)] : []),
    ...(article ? [cacheGroup('article', article)] : [])
  ]
})
