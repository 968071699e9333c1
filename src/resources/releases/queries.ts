import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'

export interface Member {
  article: string
  language: string
}

const rowsOf = (members: readonly Member[]) =>
  sql`json_to_recordset(${JSON.stringify(members)}::json) m (article uuid, language text)`

/** Places of those members that are no editions. */
export async function unknownMembers(db: Db, members: readonly Member[]): Promise<number[]> {
  const given = members.map((member, place) => ({ ...member, place }))
  const rows = await db.rows<{ place: number }>(sql`select m.place
    from json_to_recordset(${JSON.stringify(given)}::json) m (article uuid, language text, place int)
    where not exists (select 1 from editions e where e.article_id = m.article and e.language = m.language) order by m.place`)
  return rows.map(row => row.place)
}

/** Makes these the members of a release; those it has already are left alone, so the log tells only what changed. */
export async function writeMembers(db: Db, release: string, members: readonly Member[]): Promise<void> {
  await db.rows(sql`delete from release_editions r where r.release_id = ${release}::uuid
    and (r.article_id, r.language) not in (select m.article, m.language from ${rowsOf(members)})`)
  await db.rows(sql`insert into release_editions (release_id, article_id, language)
    select ${release}::uuid, m.article, m.language from ${rowsOf(members)} on conflict do nothing`)
}

export async function stateOf(db: Db, release: string): Promise<string | undefined> {
  const [row] = await db.rows<{ state: string }>(sql`select state from releases where id = ${release}::uuid`)
  return row?.state
}
