import { cacheGroup } from '../../lib/cache-group.ts'
import { defineResource } from '../resource.ts'
import { find, list, orders } from './queries.ts'
import { Image, ImageFilter, ImagePage } from './schema.ts'

export const images = defineResource<Image>({
  name: 'images',
  noun: 'Image',
  item: Image,
  page: ImagePage,
  key: 'Id',
  filter: ImageFilter.properties,
  orders,
  defaultOrder: '-createdAt',
  statements: { list: 2, find: 1 },
  list: (db, context, query, window) => list(db, context, query as ImageFilter, window),
  find,
  groups: ({ id }) => [cacheGroup('image', id)]
})
