import { sql } from 'drizzle-orm'
import * as cards from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { afterPlace, ordered, placeOf, slugOrders, toPage, type Window } from '../../db/keyset.ts'
import type { Place } from '../../lib/cursor.ts'
import { isId } from '../../lib/id.ts'
import type { Topic, TopicFilter } from './schema.ts'

export const orders = slugOrders('t')

const columns = sql.raw(`t.id, t.slug, t.type, l.label, l.language as "labelLanguage",
  ${cards.allLabels('topic_labels', 'topic_id', 't.id')} as labels,
  coalesce((select g.aliases from topic_labels g where g.topic_id = t.id and g.language = l.language), '{}') as aliases,
  t.external_ids as "externalIds", ${cards.instantText('t.created_at')} as "createdAt",
  ${cards.instantText('t.updated_at')} as "updatedAt"`)
const from = sql.raw(`reader, topics t ${cards.topicLabel}`)
const id = sql`t.id`

/** A page of topics; the aliases are those of the label's language. */
export async function list(db: Db, context: cards.Context, { type }: TopicFilter, window: Window) {
  const rows = await db.items<Topic & { place: Place }>(sql`with ${cards.readerOf(context)}
    select ${columns}, ${placeOf(window.order, id)} as place from ${from}
    where true${type ? sql` and t.type = ${type}` : sql``}${afterPlace(window, id)}${ordered(window, id)}`)
  return toPage(rows, window.limit)
}

/** One topic by id or slug. */
export async function find(db: Db, context: cards.Context, key: string) {
  const by = isId(key) ? sql`t.id = ${key}::uuid` : sql`t.slug = ${key}`
  const [item] = await db.items<Topic>(sql`with ${cards.readerOf(context)}
    select ${columns} from ${from} where ${by}`)
  return item
}
