import { Type } from 'typebox'
import { Closed, Nullable, Slug, Word } from '../../contract/primitives.ts'
import { authorTypes } from '../../contract/words.ts'
import { slugOrders } from '../../db/keyset.ts'
import { defineDeskNoun } from '../desk.ts'
import { address, optionalId, text, wordFilter } from '../members.ts'

/** Authors as the desk writes them. */
export const authorDesk = defineDeskNoun({
  name: 'authors',
  noun: 'Author',
  description: 'A person, desk or organisation that writes',
  members: {
    slug: Slug,
    type: Word(authorTypes),
    source: optionalId('The source the author belongs to: id or slug'),
    portrait: optionalId('Id of the image'),
    links: Type.Optional(Type.Array(Closed({ label: text(200), url: address }), { maxItems: 50 }))
  },
  texts: { name: text(500), biography: Type.Optional(Nullable(text(5000))) },
  table: {
    table: 'authors',
    columns: { slug: 'r.slug', type: 'r.type', source: 'r.source_id', portrait: 'r.portrait_id', links: 'r.links' },
    texts: { table: 'author_texts', owner: 'author_id', columns: { name: 'name', biography: 'biography' } }
  },
  orders: slugOrders('r'),
  filters: { slug: { schema: Slug, column: 'r.slug' }, type: wordFilter(authorTypes, 'r.type') },
  defaults: { links: [] },
  mentions: ({ source, portrait }) => [
    { pointer: '/source', table: 'sources', key: source as string },
    { pointer: '/portrait', table: 'images', key: portrait as string }
  ],
  toRow: ({ slug, type, links }, ids) => ({
    slug,
    type,
    links,
    source_id: ids.get('/source') ?? null,
    portrait_id: ids.get('/portrait') ?? null
  })
})
