import { cacheGroup } from '../../lib/cache-group.ts'
import { labelsParameter } from '../parameters.ts'
import { defineResource } from '../resource.ts'
import { find, list, orders } from './queries.ts'
import { Category, CategoryFilter, CategoryPage } from './schema.ts'

export const categories = defineResource<Category>({
  name: 'categories',
  noun: 'Category',
  item: Category,
  page: CategoryPage,
  key: 'Id or slug',
  filter: CategoryFilter.properties,
  orders,
  defaultOrder: 'position',
  parameters: labelsParameter,
  statements: { list: 2, find: 1 },
  list: (db, context, query, window) => list(db, context, query as CategoryFilter, window),
  find,
  groups: ({ id, parent, path = [] }) => [
    ...new Set(
      [id, ...(parent ? [parent.id] : []), ...path.map(card => card.id)].map(part => cacheGroup('category', part))
    )
  ]
})
