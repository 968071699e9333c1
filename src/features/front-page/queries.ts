import { sql } from 'drizzle-orm'
import { type Context, readerOf } from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { everything } from '../../db/postings.ts'
import type { Pin } from '../related/compose.ts'
import { type HouseRail, houseRails, type PlacedPin, pinsInForce, storyOf } from '../related/rail-queries.ts'

/** So many of the hottest are looked at: more than a page holds, as some may be hidden from readers by now. */
const hottest = 200

/** What is most viewed in a language, the first first. */
const mostViewed = (language: string) =>
  sql`(select coalesce(json_agg(json_build_object('target', h.article_id, 'story', ${storyOf('h.article_id')})
      order by h.heat desc, h.article_id), '[]')
    from (select article_id, heat from view_heat where language = ${language}
      order by heat desc nulls last, article_id limit ${sql.raw(String(hottest))}) h
    join visible_postings p on p.article_id = h.article_id and p.kind = 'all' and p.facet = ${everything}::uuid
      and p.language = ${language} and p.show_in_related)`

/** What a front page is made from, in one statement. */
export interface Front {
  rails: HouseRail[]
  pins: PlacedPin[]
  hot: Pin[]
}

export async function readFront(db: Db, context: Context, now: string): Promise<Front> {
  const language = context.reader.requested
  const [front] = await db.rows<Front>(sql`with ${readerOf(context)}
    select ${sql.raw(houseRails)} as rails, ${pinsInForce(sql`n.article_id is null`, language, now)} as pins,
      ${mostViewed(language)} as hot from reader`)
  return front!
}
