import { Type } from 'typebox'
import { Id, Instant } from '../../contract/primitives.ts'
import { instantText } from '../../db/cards.ts'
import { creationAndChangeOrders } from '../../db/keyset.ts'
import { targetOfArticle } from '../../db/reach.ts'
import { defineDeskNoun, type Input } from '../desk.ts'
import { reference, text } from '../members.ts'
import { ofReachable } from './queries.ts'

/** Corrections: what the house got wrong and has put right, told to the readers of every language. */
export const correctionDesk = defineDeskNoun({
  name: 'corrections',
  noun: 'Correction',
  scope: 'articles',
  description: 'What was wrong in an article and has been put right',
  members: {
    article: reference('Id of the article'),
    at: Type.Optional({ ...Instant, description: 'Since when readers are told; none: since now' })
  },
  texts: { text: text(10_000) },
  table: {
    table: 'corrections',
    columns: { article: 'r.article_id', at: instantText('r.at') },
    texts: { table: 'correction_texts', owner: 'correction_id', columns: { text: 'text' } }
  },
  orders: creationAndChangeOrders('r'),
  filters: { article: { schema: Id, column: 'r.article_id' } },
  mentions: ({ article }) => [{ pointer: '/article', table: 'articles', key: article as string }],
  toRow: ({ at }, ids) => ({ article_id: ids.get('/article'), at: at ?? new Date().toISOString() }),
  check: ({ texts }) =>
    Object.keys(texts as Input).length > 0
      ? []
      : [{ pointer: '/texts', detail: 'A correction says something, in one language at least.' }],
  target: (_record, ids, db) => targetOfArticle(db, ids.get('/article')!),
  narrow: ofReachable
})
