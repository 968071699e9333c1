import { Slug } from '../../contract/primitives.ts'
import { slugOrders } from '../../db/keyset.ts'
import { defineDeskNoun } from '../desk.ts'
import { text } from '../members.ts'

/** Consumers: who asks, with a key or several. */
export const consumerDesk = defineDeskNoun({
  name: 'consumers',
  noun: 'Consumer',
  description: 'Somebody who uses the API',
  members: { slug: Slug, name: text(200) },
  table: { table: 'consumers', columns: { slug: 'r.slug', name: 'r.name' } },
  orders: slugOrders('r'),
  filters: { slug: { schema: Slug, column: 'r.slug' } }
})
