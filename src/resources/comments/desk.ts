import { Type } from 'typebox'
import { Id, LanguageTag, Word } from '../../contract/primitives.ts'
import { commentStates } from '../../contract/words.ts'
import { instantText } from '../../db/cards.ts'
import { creationAndChangeOrders } from '../../db/keyset.ts'
import { leadsTo } from '../../db/records.ts'
import { defineDeskNoun } from '../desk.ts'
import { optionalId, reference, text, wordFilter } from '../members.ts'
import { threadOf } from './queries.ts'

/** Comments as the desk sees and moderates them, in every state. */
export const commentDesk = defineDeskNoun({
  name: 'comments',
  noun: 'Comment',
  description: 'A reader’s word on an article',
  members: {
    article: reference('Id of the article'),
    language: LanguageTag,
    authorName: text(200),
    body: text(10_000),
    state: Type.Optional(Word(commentStates)),
    parent: optionalId('Id of the comment it answers')
  },
  owned: {
    likes: Type.Integer(),
    editedAt: Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' })
  },
  language: 'language',
  table: {
    table: 'comments',
    columns: {
      article: 'r.article_id',
      language: 'r.language',
      authorName: 'r.author_name',
      body: 'r.body',
      state: 'r.state',
      parent: 'r.parent_id',
      likes: 'r.likes',
      editedAt: instantText('r.edited_at')
    }
  },
  orders: creationAndChangeOrders('r'),
  filters: {
    state: wordFilter(commentStates, 'r.state'),
    article: { schema: Id, column: 'r.article_id' },
    inLanguage: { schema: LanguageTag, column: 'r.language' }
  },
  defaults: { state: 'pending' },
  mentions: ({ article, language, parent }) => [
    { pointer: '/article', table: 'articles', key: article as string },
    { pointer: '/language', table: 'languages', key: language as string },
    { pointer: '/parent', table: 'comments', key: parent as string }
  ],
  toRow: ({ language, authorName, body, state }, ids) => ({
    language,
    body,
    state,
    author_name: authorName,
    article_id: ids.get('/article'),
    parent_id: ids.get('/parent') ?? null
  }),
  async check({ article, parent }, db, key) {
    if (!parent) return []
    if (key && (await leadsTo(db, 'comments', 'parent_id', String(parent), key)))
      return [{ pointer: '/parent', detail: 'A comment does not answer itself, nor one of its answers.' }]
    return (await threadOf(db, String(parent))) === article
      ? []
      : [{ pointer: '/parent', detail: 'The comment it answers stands under another article.' }]
  }
})
