import { sql } from 'drizzle-orm'
import * as cards from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { afterPlace, changeOrders, creationOrders, ordered, placeOf, toPage, type Window } from '../../db/keyset.ts'
import { idOf, known, refuseUnknown } from '../../db/references.ts'
import type { Place } from '../../lib/cursor.ts'
import { isId } from '../../lib/id.ts'
import type { Image, ImageFilter } from './schema.ts'

export const orders = { ...creationOrders('i'), ...changeOrders('i') }

const renditions = `(select coalesce(json_agg(json_build_object('name', r.name, 'url', reader.media || r.file,
    'mime', r.mime, 'width', r.width, 'height', r.height) order by r.width), '[]')
  from renditions r where r.image_id = i.id)`

const columns = sql.raw(`i.id, ${cards.imageAddress('i')} as url, i.mime, i.width, i.height, i.bytes::float8 as bytes,
  i.sha256, i.placeholder, i.dominant_colour as "dominantColour",
  case when i.focal_x is not null then json_build_object('x', i.focal_x, 'y', i.focal_y) end as "focalPoint",
  ${cards.credit('i')} as credit, i.rights, ${cards.instantText('i.rights_expire_at')} as "rightsExpireAt",
  ${cards.imageCaption} as caption, ${renditions} as renditions, ${cards.instantText('i.created_at')} as "createdAt",
  ${cards.instantText('i.updated_at')} as "updatedAt"`)
const from = sql.raw(`reader, images i`)
const id = sql`i.id`
const sources = sql`sources`
const shown = sql.raw(cards.imageShown)

/** Pictures of a draft stay unknown even where another article has made the picture itself public. */
const usedBy = (article: string) => sql` and i.id in (select ai.image_id from article_images ai
  where ai.article_id = ${article}::uuid
    and exists (select 1 from visible_editions v where v.article_id = ai.article_id))`

const conditions = ({ article, source }: ImageFilter) =>
  sql`${shown}${article ? usedBy(article) : sql``}${
    source ? sql` and i.credit_source_id = ${idOf(sources, source)}` : sql``
  }`

/** A page of the pictures readers may see. */
export async function list(db: Db, context: cards.Context, filter: ImageFilter, window: Window) {
  const rows = await db.items<Image & { place: Place }>(sql`with ${cards.readerOf(context)}
    select ${columns}, ${placeOf(window.order, id)} as place from ${from}
    where ${conditions(filter)}${afterPlace(window, id)}${ordered(window, id)}`)
  if (rows.length === 0 && !window.after)
    await refuseUnknown(db, [
      { name: 'article', table: known.articles, key: filter.article },
      { name: 'source', table: sources, key: filter.source }
    ])
  return toPage(rows, window.limit)
}

/** One picture by id, if readers may see it. */
export async function find(db: Db, context: cards.Context, key: string) {
  if (!isId(key)) return undefined
  const [item] = await db.items<Image>(sql`with ${cards.readerOf(context)}
    select ${columns} from ${from} where i.id = ${key}::uuid and ${shown}`)
  return item
}

/** The captions of an image, the first few; until the transaction ends nobody writes another, which would go with the image unseen. */
export async function lockedCaptions(db: Db, image: string): Promise<string[]> {
  await db.rows(sql`select 1 from images where id = ${image}::uuid for update`)
  const rows = await db.rows<{ id: string }>(
    sql`select id from captions where image_id = ${image}::uuid order by id limit 6`
  )
  return rows.map(row => row.id)
}
