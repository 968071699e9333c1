import { sql } from 'drizzle-orm'
import { instantText } from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import type { ViewsByHour, ViewsInput, ViewsTaken } from './schema.ts'

/** After so many seconds a view counts half. */
const halfLife = 43_200
/** The present instant on the scale of heat: a view is worth e to the power of that. */
const present = `extract(epoch from now())::float8 * ln(2) / ${halfLife}`

/** The logarithm of two sums added up; exp() refuses what is too small for it, and as little as that changes nothing. */
const added = `greatest(h.heat, excluded.heat) + ln(1 + exp(-least(700, abs(h.heat - excluded.heat))))`

/**
 * Counts a batch, of editions readers can see: in one statement, so that two batches meet all rows in the same order and neither waits for
 * what the other waits for.
 */
export async function countViews(db: Db, views: ViewsInput['views']): Promise<ViewsTaken> {
  const [taken] =
    await db.rows<ViewsTaken>(sql`with given as materialized (select article, language, sum(count) as count
      from json_to_recordset(${JSON.stringify(views)}::json) as g (article uuid, language text, count bigint) group by 1, 2),
    known as materialized (select g.* from given g join visible_editions v on v.article_id = g.article and v.language = g.language),
    counted as (insert into view_counts (hour, article_id, language, count)
      select date_trunc('hour', now()), article, language, count from known order by article, language
      on conflict (hour, article_id, language) do update set count = view_counts.count + excluded.count),
    heated as (insert into view_heat as h (article_id, language, heat)
      select article, language, ${sql.raw(present)} + ln(count::float8) from known order by article, language
      on conflict (article_id, language) do update set heat = ${sql.raw(added)})
    select (select coalesce(sum(count), 0)::int from known) as accepted,
      coalesce(json_agg(json_build_object('article', g.article, 'language', g.language) order by g.article, g.language), '[]') as unknown
    from given g where not exists (select 1 from known k where k.article = g.article and k.language = g.language)`)
  return taken!
}

/** The hours of one edition, the newest first: one look into the key for each. */
export const hoursOf = (db: Db, article: string, language: string, hours: number): Promise<ViewsByHour['items']> =>
  db.rows(sql`select ${sql.raw(instantText('c.hour'))} as hour, c.count::float8 as count
    from generate_series(0, ${hours}::int - 1) as back (n)
    join view_counts c on c.hour = date_trunc('hour', now()) - make_interval(hours => back.n)
      and c.article_id = ${article}::uuid and c.language = ${language}
    order by back.n`)

/** For so many days the hours are kept. */
export const keptDays = 30

/** What counts for less than one view of now a week ago is no longer hot. */
const coldAfter = (7 * 86_400 * Math.LN2) / halfLife

/** Removes old hours, one at a time, so that no statement takes long; then what has grown cold. */
export async function forgetOldViews(db: Db): Promise<void> {
  for (let more = true; more; ) {
    const [hour] = await db.rows(sql`with oldest as (select min(hour) as hour from view_counts),
      gone as (delete from view_counts c using oldest o where c.hour = o.hour and o.hour < now() - make_interval(days => ${keptDays}::int) returning c.hour)
      select hour from gone limit 1`)
    more = hour !== undefined
  }
  await db.rows(sql`delete from view_heat h using (select tag from languages) l
    where h.language = l.tag and h.heat < ${sql.raw(present)} - ${coldAfter}::float8`)
}
