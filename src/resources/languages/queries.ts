import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { afterPlace, instant, type Order, ordered, placeOf, toPage, type Window } from '../../db/keyset.ts'
import type { Place } from '../../lib/cursor.ts'
import type { Language } from './schema.ts'

export const orders: Record<string, Order> = { position: { by: sql`l.position`, cast: 'int', descending: false } }

const columns = sql`l.tag, l.name, l.direction, l.fallback, l.position, ${instant(sql`l.updated_at`)} as "updatedAt"`
const tag = sql`l.tag`

/** A page of the languages of the house, in the desk's order. */
export async function list(db: Db, window: Window) {
  const rows = await db.items<Language & { place: Place }>(sql`select ${columns}, ${placeOf(window.order, tag)} as place
    from languages l where true${afterPlace(window, tag, 'text')}${ordered(window, tag)}`)
  return toPage(rows, window.limit)
}

/** One language by its canonical tag. */
export async function find(db: Db, key: string) {
  const [language] = await db.items<Language>(sql`select ${columns} from languages l where l.tag = ${key}`)
  return language
}
