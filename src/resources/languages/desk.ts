import { Type } from 'typebox'
import { LanguageTag, Word } from '../../contract/primitives.ts'
import { directions } from '../../contract/words.ts'
import { tagOrders } from '../../db/keyset.ts'
import { defineDeskNoun } from '../desk.ts'
import { text } from '../members.ts'

/** The languages of the house as the desk writes them. */
export const languageDesk = defineDeskNoun({
  name: 'languages',
  noun: 'Language',
  description: 'A language of the house',
  members: {
    tag: LanguageTag,
    name: text(120),
    direction: Type.Optional(Word(directions)),
    fallback: Type.Optional(Type.Array(LanguageTag, { maxItems: 20, uniqueItems: true })),
    position: Type.Integer({ minimum: 1, maximum: 1000, description: '1 is what a reader without a preference gets' })
  },
  table: {
    table: 'languages',
    key: 'tag',
    columns: { tag: 'r.tag', name: 'r.name', direction: 'r.direction', fallback: 'r.fallback', position: 'r.position' }
  },
  orders: tagOrders,
  defaults: { direction: 'ltr', fallback: [] },
  mentions: ({ fallback }) =>
    (fallback as string[]).map((key, index) => ({ pointer: `/fallback/${index}`, table: 'languages', key })),
  check: ({ tag, fallback }, _db, key) => [
    ...(key && key !== tag ? [{ pointer: '/tag', detail: 'The tag of a language stays; add another language.' }] : []),
    ...((fallback as string[]).includes(String(tag))
      ? [{ pointer: '/fallback', detail: 'A language does not fall back on itself.' }]
      : [])
  ]
})
