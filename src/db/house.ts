import { sql } from 'drizzle-orm'
import type { HouseLanguage } from '../lib/language.ts'
import type { Db } from './client.ts'

/** What every request needs to know of the newsroom. */
export interface House {
  secret: string
  languages: HouseLanguage[]
}

/** The languages in the desk's order, the first being everybody's default, and the secret that signs cursors. */
export async function readHouse(db: Db): Promise<House> {
  const [row] = await db.rows<House>(sql`
    select (select secret from house) as secret, coalesce((select json_agg(json_build_object(
      'tag', tag, 'direction', direction, 'fallback', fallback) order by position) from languages), '[]') as languages`)
  return row!
}

/** How old, in milliseconds, a remembered house may be: a language added elsewhere is known after that. */
const freshness = 1_000

/** Reads the house when it is stale, once for all who wait; while the database is away the last known one serves. */
export function rememberHouse(db: Db): () => Promise<House> {
  let known: { house: House; at: number } | undefined
  let reading: Promise<House> | undefined

  const refresh = () => {
    reading ??= readHouse(db)
      .then(house => {
        known = { house, at: Date.now() }
        return house
      })
      .finally(() => {
        reading = undefined
      })
    return reading
  }

  return async () => {
    if (known && known.house.languages.length > 0 && Date.now() - known.at < freshness) return known.house
    if (!known || known.house.languages.length === 0) return refresh()
    const last = known.house
    return refresh().catch(() => last)
  }
}
