import { cacheGroup } from '../../lib/cache-group.ts'
import { labelsParameter } from '../parameters.ts'
import { defineResource } from '../resource.ts'
import { find, list, orders } from './queries.ts'
import { Topic, TopicFilter, TopicPage } from './schema.ts'

export const topics = defineResource<Topic>({
  name: 'topics',
  noun: 'Topic',
  item: Topic,
  page: TopicPage,
  key: 'Id or slug',
  filter: TopicFilter.properties,
  orders,
  defaultOrder: 'slug',
  parameters: labelsParameter,
  statements: { list: 1, find: 1 },
  list: (db, context, query, window) => list(db, context, query as TopicFilter, window),
  find,
  groups: ({ id }) => [cacheGroup('topic', id)]
})
