import { sql } from 'drizzle-orm'
import * as cards from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { afterPlace, changeOrders, creationOrders, ordered, placeOf, toPage, type Window } from '../../db/keyset.ts'
import { known, refuseUnknown } from '../../db/references.ts'
import type { Place } from '../../lib/cursor.ts'
import { isId } from '../../lib/id.ts'
import type { Caption, CaptionFilter } from './schema.ts'

export const orders = { ...creationOrders('k'), ...changeOrders('k') }

const columns = sql.raw(`k.id, k.language, k.text, k.image_id as image, k.article_id as article, k.alt, k.method,
  k.engine, k.reviewer, ${cards.publicOrigin('k')} as "translatedFrom",
  ${cards.instantText('k.created_at')} as "createdAt", ${cards.instantText('k.updated_at')} as "updatedAt"`)
const from = sql.raw(`reader, captions k`)
const id = sql`k.id`
const shown = sql.raw(cards.captionPublic('k'))

const conditions = ({ image, article, inLanguage }: CaptionFilter) =>
  sql.join([
    shown,
    image ? sql` and k.image_id = ${image}::uuid` : sql``,
    article ? sql` and k.article_id = ${article}::uuid` : sql``,
    inLanguage ? sql` and k.language = ${inLanguage}` : sql``
  ])

/** A page of the captions readers may see. */
export async function list(db: Db, context: cards.Context, filter: CaptionFilter, window: Window) {
  const rows = await db.items<Caption & { place: Place }>(sql`with ${cards.readerOf(context)}
    select ${columns}, ${placeOf(window.order, id)} as place from ${from}
    where ${conditions(filter)}${afterPlace(window, id)}${ordered(window, id)}`)
  if (rows.length === 0 && !window.after)
    await refuseUnknown(db, [
      { name: 'image', table: known.images, key: filter.image },
      { name: 'article', table: known.articles, key: filter.article }
    ])
  return toPage(rows, window.limit)
}

/** One caption by id, if readers may see it. */
export async function find(db: Db, context: cards.Context, key: string) {
  if (!isId(key)) return undefined
  const [item] = await db.items<Caption>(sql`with ${cards.readerOf(context)}
    select ${columns} from ${from} where k.id = ${key}::uuid and ${shown}`)
  return item
}

/** What a pair of captions must agree on. */
export async function pairOf(db: Db, id: string): Promise<{ image: string; language: string } | undefined> {
  const [row] = await db.rows<{ image: string; language: string }>(
    sql`select image_id as image, language from captions where id = ${id}::uuid`
  )
  return row
}
