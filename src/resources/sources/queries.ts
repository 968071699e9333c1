import { sql } from 'drizzle-orm'
import * as cards from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { afterPlace, ordered, placeOf, slugOrders, toPage, type Window } from '../../db/keyset.ts'
import type { Place } from '../../lib/cursor.ts'
import { isId } from '../../lib/id.ts'
import type { Source, SourceFilter } from './schema.ts'

export const orders = slugOrders('s')

const columns = sql.raw(`s.id, s.slug, coalesce(n.name, s.slug) as name, n.language as "nameLanguage",
  ${cards.allNames('source_names', 'source_id', 's.id')} as names, s.type, s.homepage, s.country,
  s.default_language as "defaultLanguage", s.default_credit as "defaultCredit", s.default_rights as "defaultRights",
  ${cards.imageCard('s.logo_id')} as logo, ${cards.instantText('s.created_at')} as "createdAt",
  ${cards.instantText('s.updated_at')} as "updatedAt"`)
const from = sql.raw(`reader, sources s ${cards.namePair('source_names', 'source_id', 's.id')}`)
const id = sql`s.id`

const conditions = ({ type, country }: SourceFilter) =>
  sql`true${type ? sql` and s.type = ${type}` : sql``}${country ? sql` and s.country = ${country}` : sql``}`

/** A page of sources, each named in the reader's best language. */
export async function list(db: Db, context: cards.Context, filter: SourceFilter, window: Window) {
  const rows = await db.items<Source & { place: Place }>(sql`with ${cards.readerOf(context)}
    select ${columns}, ${placeOf(window.order, id)} as place from ${from}
    where ${conditions(filter)}${afterPlace(window, id)}${ordered(window, id)}`)
  return toPage(rows, window.limit)
}

/** One source by id or slug. */
export async function find(db: Db, context: cards.Context, key: string) {
  const by = isId(key) ? sql`s.id = ${key}::uuid` : sql`s.slug = ${key}`
  const [item] = await db.items<Source>(sql`with ${cards.readerOf(context)}
    select ${columns} from ${from} where ${by}`)
  return item
}
