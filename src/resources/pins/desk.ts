import { Type } from 'typebox'
import { Id, Instant } from '../../contract/primitives.ts'
import { instantText } from '../../db/cards.ts'
import { creationAndChangeOrders } from '../../db/keyset.ts'
import { defineDeskNoun } from '../desk.ts'
import { optionalId, reference, text } from '../members.ts'
import { faultsOfPlace } from './place.ts'

/** Pins: an editor's choice for a related list, on one article's page or on every page. */
export const pinDesk = defineDeskNoun({
  name: 'pins',
  noun: 'Pin',
  description: 'An editor’s choice for a related list',
  members: {
    article: optionalId('Id of the article whose page it is for; none: every page'),
    group: text(120),
    target: reference('Id of the article that is shown'),
    position: Type.Integer({ minimum: 0, maximum: 100, description: 'Order among the pins of the list' }),
    startsAt: Type.Optional(Instant),
    endsAt: Type.Optional(Instant)
  },
  table: {
    table: 'pins',
    columns: {
      article: 'r.article_id',
      group: 'r."group"',
      target: 'r.target_id',
      position: 'r.position',
      startsAt: instantText('r.starts_at'),
      endsAt: instantText('r.ends_at')
    }
  },
  orders: creationAndChangeOrders('r'),
  filters: {
    article: { schema: Id, column: 'r.article_id' },
    target: { schema: Id, column: 'r.target_id' },
    group: { schema: text(120), column: 'r."group"' }
  },
  mentions: ({ article, target }) => [
    { pointer: '/article', table: 'articles', key: article as string },
    { pointer: '/target', table: 'articles', key: target as string }
  ],
  toRow: ({ group, position, startsAt, endsAt }, ids) => ({
    group,
    position,
    starts_at: startsAt,
    ends_at: endsAt,
    article_id: ids.get('/article') ?? null,
    target_id: ids.get('/target')
  }),
  async check({ article, target, group, startsAt, endsAt }, db) {
    const faults = []
    if (article === target) faults.push({ pointer: '/target', detail: 'An article is not pinned to its own page.' })
    if (startsAt && endsAt && Date.parse(String(startsAt)) >= Date.parse(String(endsAt)))
      faults.push({ pointer: '/endsAt', detail: 'A pin ends after it has started.' })
    return [...faults, ...(await faultsOfPlace(db, String(group), article))]
  }
})
