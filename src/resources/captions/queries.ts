import { sql } from 'drizzle-orm'
import * as cards from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { afterPlace, changeOrders, creationOrders, ordered, placeOf, toPage, type Window } from '../../db/keyset.ts'

import type { Place } from '../../lib/cursor.ts'
import { isId } from '../../lib/id.ts'
import type { Caption, CaptionFilter } from './schema.ts'

export const orders = { ...creationOrders('k'), ...changeOrders('k') }

const columns =
  sql.raw(`k.id, k.language, k.text, k.image_id as image, k.article_id as article, k.alt, k.method, k.engine, k.reviewer,
  ${cards.captionOrigin('k')} as "translatedFrom", ${cards.instantText('k.created_at')} as "createdAt", ${cards.instantText('k.updated_at')} as "updatedAt"`)
const from = sql.raw(`reader, captions k `)
const id = sql`k.id`
const shown = sql.raw(cards.captionPublic)

export async function list(db: Db, context: cards.Context, filter: CaptionFilter, window: Window) {
  const rows = await db.rows<Caption & { place: Place }>(sql`with ${cards.readerOf(context)}
    select ${columns}, ${placeOf(window.order, id)} as place from ${from}
    where true and ${shown}${filter.image ? sql` and k.image_id = ${filter.image}::uuid` : sql``}${filter.article ? sql` and k.article_id = ${filter.article}::uuid` : sql``}${filter.inLanguage ? sql` and k.language = ${filter.inLanguage}` : sql``}${afterPlace(window, id)}${ordered(window, id)}`)

  return toPage(rows, window.limit)
}

export async function find(db: Db, context: cards.Context, key: string) {
  if (!isId(key)) return undefined
  const [item] = await db.rows<Caption>(sql`with ${cards.readerOf(context)}
    select ${columns} from ${from} where k.id = ${key}::uuid and ${shown}`)
  return item
}
