import { sql } from 'drizzle-orm'
import type { Fault } from '../../contract/errors.ts'
import type { Db } from '../../db/client.ts'
import type { Target } from '../../lib/scope.ts'

/** What scopes are narrowed by, of each of these articles: its source, and its section with everything above it. */
export async function targetsOf(db: Db, articles: readonly string[]): Promise<Map<string, Target>> {
  const rows = await db.rows<{ id: string; section: string[]; source: string[] }>(sql`with recursive up as (
      select a.id as article, c.id, c.slug, c.parent_id from articles a join categories c on c.id = a.section_id
        where a.id = any(${sql.param([...articles])}::uuid[])
      union select up.article, c.id, c.slug, c.parent_id from categories c join up on up.parent_id = c.id)
    select a.id, (select array_agg(x) from up, unnest(array[up.slug, up.id::text]) x where up.article = a.id) as section,
      coalesce((select array[s.slug, s.id::text] from sources s where s.id = a.source_id), '{}') as source
    from articles a where a.id = any(${sql.param([...articles])}::uuid[])`)
  return new Map(rows.map(({ id, section, source }) => [id, { section, source }]))
}

const touched = sql`version = version + 1, updated_at = greatest(now(), updated_at + interval '1 ms')`

/** What became of a release, under its own name in the log. */
const tell = (db: Db, id: string, action: 'published' | 'failed') =>
  db.rows(
    sql`insert into changes (noun, subject_id, action) values ('release', ${id}, ${action}) on conflict do nothing`
  )

export async function markPublished(db: Db, id: string): Promise<void> {
  await db.rows(sql`update releases set state = 'published', published_at = now(), publish_at = null, failure = null, ${touched}
    where id = ${id}::uuid`)
  await tell(db, id, 'published')
}

/** Back to the desk, with what stood in the way. */
export async function markFailed(db: Db, id: string, errors: readonly Fault[]): Promise<void> {
  await db.rows(sql`update releases set state = 'open', publish_at = null, ${touched}, failure = json_build_object(
      'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'errors', ${JSON.stringify(errors)}::json)
    where id = ${id}::uuid`)
  await tell(db, id, 'failed')
}

/** Plans when a release goes out; null takes the plan back. */
export async function planRelease(db: Db, id: string, at: string | null): Promise<void> {
  await db.rows(sql`update releases set state = ${at === null ? 'open' : 'scheduled'}, publish_at = ${at}::timestamptz,
    failure = ${at === null ? sql`failure` : sql`null`}, ${touched} where id = ${id}::uuid`)
}

/** Whether its time has come, by the clock of the database; where it has not, the job is planned again. */
export async function isDue(db: Db, id: string): Promise<boolean> {
  const [row] = await db.rows<{ due: boolean }>(sql`select r.publish_at <= now() as due, case when r.publish_at > now()
      then plan_job('publishRelease', 'release:' || r.id, r.publish_at, json_build_object('id', r.id)) end
    from releases r where r.id = ${id}::uuid`)
  return row!.due
}
