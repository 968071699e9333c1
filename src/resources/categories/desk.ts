import { Type } from 'typebox'
import { pinGroups } from '../../contract/article.ts'
import { Closed, Slug, Word } from '../../contract/primitives.ts'
import { railFallbacks } from '../../contract/words.ts'
import { slugOrders } from '../../db/keyset.ts'
import { leadsTo } from '../../db/records.ts'
import { defineDeskNoun, type Input } from '../desk.ts'
import { optionalId, text } from '../members.ts'
import { renamePins } from './queries.ts'

const rail = Closed(
  {
    position: Type.Integer({ minimum: 0, maximum: 100_000 }),
    minimum: Type.Integer({ minimum: 0, maximum: 100 }),
    fallback: Word(railFallbacks)
  },
  { description: 'A category with this is also a rail of the reader’s page' }
)

/** Categories as the desk writes them. */
export const categoryDesk = defineDeskNoun({
  name: 'categories',
  noun: 'Category',
  description: 'A section of the tree',
  members: {
    slug: Slug,
    parent: optionalId('The category above: id or slug; none for a top section'),
    position: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000, description: 'Order among its siblings' })),
    rail: Type.Optional(rail)
  },
  texts: { label: text(500), reviewed: Type.Boolean({ description: 'Whether a person has approved the label' }) },
  table: {
    table: 'categories',
    columns: {
      slug: 'r.slug',
      parent: 'r.parent_id',
      position: 'r.position',
      rail: `case when r.rail_position is not null then json_build_object('position', r.rail_position,
        'minimum', r.rail_minimum, 'fallback', r.rail_fallback) end`
    },
    texts: { table: 'category_labels', owner: 'category_id', columns: { label: 'label', reviewed: 'reviewed' } }
  },
  orders: slugOrders('r'),
  filters: { slug: { schema: Slug, column: 'r.slug' } },
  defaults: { position: 0 },
  mentions: ({ parent }) => [{ pointer: '/parent', table: 'categories', key: parent as string }],
  toRow: ({ slug, position, rail }, ids) => {
    const { position: place = null, minimum = null, fallback = null } = (rail ?? {}) as Input
    return {
      slug,
      position,
      parent_id: ids.get('/parent') ?? null,
      rail_position: place,
      rail_minimum: minimum,
      rail_fallback: fallback
    }
  },
  async check({ slug, rail, parent }, db, key) {
    if (rail && pinGroups.includes(slug as 'topic'))
      return [{ pointer: '/slug', detail: `A rail is not called ${pinGroups.join(', ')}: those are other lists.` }]
    if (!key || !parent || !(await leadsTo(db, 'categories', 'parent_id', String(parent), key))) return []
    return [{ pointer: '/parent', detail: 'A category cannot stand below itself.' }]
  },
  // Pins name their rail by its slug: they follow it to another name.
  async parts(db, _key, { slug }, _ids, _given, before) {
    if (!before || before.slug === slug || pinGroups.includes(before.slug as 'topic')) return
    await renamePins(db, String(before.slug), String(slug))
  }
})
