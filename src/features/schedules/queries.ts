import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'

/** What the plan of an edition asks for by now, by the clock of the database. */
export async function dueOf(db: Db, article: string, language: string) {
  const [due] = await db.rows<{ begins: boolean; ends: boolean }>(
    sql`select coalesce(publish_at <= now() and state in ('scheduled', 'published'), false) as begins,
      coalesce(unpublish_at <= now(), false) as ends
    from editions where article_id = ${article}::uuid and language = ${language}`
  )
  return due ?? { begins: false, ends: false }
}

/** Plans again what an edition still waits for: a job that came before its time, by whatever clock, is not lost. */
export async function planAgain(db: Db, article: string, language: string): Promise<void> {
  await db.rows(sql`select plan_job(p.task, p.key, p.at, p.payload) from editions e cross join lateral edition_plans(e) p
    where e.article_id = ${article}::uuid and e.language = ${language} and p.at > now()`)
}

/** Every plan of the newsroom that has no job, after an upgrade or a restore. */
export async function planLost(db: Db): Promise<void> {
  await db.rows(sql`select plan_again()`)
}

/** Tells the log that readers see something else from now on, if the moment has come. */
export async function passMoment(db: Db, moment: string, id: string, language: string | null): Promise<void> {
  await db.rows(sql`select pass_moment(${moment}, ${id}::uuid, ${language})`)
}
