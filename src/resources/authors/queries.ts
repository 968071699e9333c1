import { sql } from 'drizzle-orm'
import * as cards from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { afterPlace, ordered, placeOf, slugOrders, toPage, type Window } from '../../db/keyset.ts'
import { idOf, refuseUnknown } from '../../db/references.ts'
import type { Place } from '../../lib/cursor.ts'
import { isId } from '../../lib/id.ts'
import type { Author, AuthorFilter } from './schema.ts'

export const orders = slugOrders('w')

const columns = sql.raw(`w.id, w.slug, coalesce(n.name, w.slug) as name, n.language as "nameLanguage",
  ${cards.allNames('author_texts', 'author_id', 'w.id')} as names, w.type,
  b.biography, b.language as "biographyLanguage", ${cards.imageCard('w.portrait_id')} as portrait,
  ${cards.sourceCard('w.source_id')} as source, w.links, ${cards.instantText('w.created_at')} as "createdAt",
  ${cards.instantText('w.updated_at')} as "updatedAt"`)
const from = sql.raw(`reader, authors w ${cards.namePair('author_texts', 'author_id', 'w.id')}
  left join lateral ${cards.best('biography, language', 'author_texts', 'author_id = w.id and biography is not null')} b on true`)
const id = sql`w.id`
const sources = sql`sources`

const conditions = ({ type, source }: AuthorFilter) =>
  sql`true${type ? sql` and w.type = ${type}` : sql``}${
    source ? sql` and w.source_id = ${idOf(sources, source)}` : sql``
  }`

/** A page of authors; name and biography each come in the best language they exist in. */
export async function list(db: Db, context: cards.Context, filter: AuthorFilter, window: Window) {
  const rows = await db.items<Author & { place: Place }>(sql`with ${cards.readerOf(context)}
    select ${columns}, ${placeOf(window.order, id)} as place from ${from}
    where ${conditions(filter)}${afterPlace(window, id)}${ordered(window, id)}`)
  if (rows.length === 0 && !window.after)
    await refuseUnknown(db, [{ name: 'source', table: sources, key: filter.source }])
  return toPage(rows, window.limit)
}

/** One author by id or slug. */
export async function find(db: Db, context: cards.Context, key: string) {
  const by = isId(key) ? sql`w.id = ${key}::uuid` : sql`w.slug = ${key}`
  const [item] = await db.items<Author>(sql`with ${cards.readerOf(context)}
    select ${columns} from ${from} where ${by}`)
  return item
}
