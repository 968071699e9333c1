import { cacheGroup } from '../../lib/cache-group.ts'
import { defineResource } from '../resource.ts'
import { find, list, orders } from './queries.ts'
import { Language, LanguagePage } from './schema.ts'

export const languages = defineResource<Language>({
  name: 'languages',
  noun: 'Language',
  item: Language,
  page: LanguagePage,
  key: 'BCP 47 tag',
  filter: {},
  orders,
  defaultOrder: 'position',
  statements: { list: 1, find: 1 },
  list: (db, _context, _query, window) => list(db, window),
  find: (db, _context, key) => find(db, key),
  groups: ({ tag }) => [cacheGroup('language', tag)]
})
