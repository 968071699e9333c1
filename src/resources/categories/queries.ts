import { sql } from 'drizzle-orm'
import * as cards from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { afterPlace, type Order, ordered, placeOf, slugOrders, toPage, type Window } from '../../db/keyset.ts'
import { idOf, refuseUnknown } from '../../db/references.ts'
import type { Place } from '../../lib/cursor.ts'
import { isId } from '../../lib/id.ts'
import type { Category, CategoryFilter } from './schema.ts'

export const orders = {
  position: { by: sql`c.position`, cast: 'int', descending: false } satisfies Order,
  ...slugOrders('c')
}

/** The cards call their own category `c`, so what they are asked about is `p`, the same row again. */
const columns = sql.raw(`c.id, c.slug, l.label, l.language as "labelLanguage",
  ${cards.allLabels('category_labels', 'category_id', 'c.id')} as labels,
  ${cards.categoryCard('p.parent_id')} as parent, ${cards.categoryPath('p.id')} as path, c.position,
  case when c.rail_position is not null then json_build_object('position', c.rail_position,
    'minimum', c.rail_minimum, 'fallback', c.rail_fallback) end as rail,
  ${cards.instantText('c.created_at')} as "createdAt", ${cards.instantText('c.updated_at')} as "updatedAt"`)
const from = sql.raw(`reader, categories c join categories p on p.id = c.id ${cards.categoryLabel}`)
const id = sql`c.id`
const categories = sql`categories`

function parentIs(parent: string | undefined) {
  if (parent === undefined) return sql``
  return parent === 'none' ? sql` and c.parent_id is null` : sql` and c.parent_id = ${idOf(categories, parent)}`
}

const conditions = ({ parent, rail }: CategoryFilter) =>
  sql`true${parentIs(parent)}${rail === undefined ? sql`` : sql` and (c.rail_position is not null) = ${rail}`}`

/** A page of categories with their labels and their way from the root. */
export async function list(db: Db, context: cards.Context, filter: CategoryFilter, window: Window) {
  const rows = await db.items<Category & { place: Place }>(sql`with ${cards.readerOf(context)}
    select ${columns}, ${placeOf(window.order, id)} as place from ${from}
    where ${conditions(filter)}${afterPlace(window, id)}${ordered(window, id)}`)
  if (rows.length === 0 && !window.after && filter.parent !== 'none')
    await refuseUnknown(db, [{ name: 'parent', table: categories, key: filter.parent }])
  return toPage(rows, window.limit)
}

/** One category by id or slug. */
export async function find(db: Db, context: cards.Context, key: string) {
  const by = isId(key) ? sql`c.id = ${key}::uuid` : sql`c.slug = ${key}`
  const [item] = await db.items<Category>(sql`with ${cards.readerOf(context)}
    select ${columns} from ${from} where ${by}`)
  return item
}

/** Takes the pins of a rail along to its new slug. */
export async function renamePins(db: Db, from: string, to: string): Promise<void> {
  await db.rows(sql`update pins set "group" = ${to}, version = version + 1, updated_at = greatest(now(), updated_at + interval '1 ms')
    where "group" = ${from}`)
}
