import { Type } from 'typebox'
import { Closed, Slug, Word } from '../../contract/primitives.ts'
import { topicTypes } from '../../contract/words.ts'
import { slugOrders } from '../../db/keyset.ts'
import { defineDeskNoun } from '../desk.ts'
import { text, wordFilter } from '../members.ts'

/** Topics as the desk writes them. */
export const topicDesk = defineDeskNoun({
  name: 'topics',
  noun: 'Topic',
  description: 'What stories are about',
  members: {
    slug: Slug,
    type: Word(topicTypes),
    externalIds: Type.Optional(Closed({ wikidata: Type.Optional(text(120)), iptc: Type.Optional(text(120)) })),
    showInRelated: Type.Optional(
      Type.Boolean({ description: 'False keeps all stories about it out of related lists; theirs stay' })
    )
  },
  texts: {
    label: text(500),
    reviewed: Type.Boolean({ description: 'Whether a person has approved the label' }),
    aliases: Type.Array(text(500), { maxItems: 100 })
  },
  table: {
    table: 'topics',
    columns: { slug: 'r.slug', type: 'r.type', externalIds: 'r.external_ids', showInRelated: 'r.show_in_related' },
    texts: {
      table: 'topic_labels',
      owner: 'topic_id',
      columns: { label: 'label', reviewed: 'reviewed', aliases: 'aliases' }
    }
  },
  orders: slugOrders('r'),
  filters: { slug: { schema: Slug, column: 'r.slug' }, type: wordFilter(topicTypes, 'r.type') },
  defaults: { externalIds: {}, showInRelated: true },
  toRow: ({ slug, type, externalIds, showInRelated }) => ({
    slug,
    type,
    external_ids: externalIds,
    show_in_related: showInRelated
  })
})
