import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type pg from 'pg'
import { openNumbering } from '../src/features/changes/numbering.ts'
import { type Reader, startReaders } from '../src/features/changes/readers.ts'
import type { Change } from '../src/features/changes/schema.ts'
import type { Db } from './helpers.ts'

/** What tests of the change log share. */

interface Teardown {
  teardown(work: () => Promise<void>): void
}

export const quiet = () => {
  const told: object[] = []
  return { told, warn: (details: object, message: string) => void told.push({ ...details, message }) }
}

interface Starting {
  pollMilliseconds?: number
  /** What must happen so that the readers can stop. */
  before?: () => Promise<void>
}

/** Readers that stop with the test. */
export function start(
  t: Teardown,
  db: Db,
  connection: pg.ClientConfig,
  readers: Reader[],
  { pollMilliseconds = 200, before = async () => {} }: Starting = {}
) {
  const log = quiet()
  const numbering = openNumbering(db, log)
  const started = startReaders({ db, connection, readers, log, pollMilliseconds, numbering })
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= before().then(() => started.stop())
    return stopping
  }
  t.teardown(stop)
  return { ...started, stop, told: log.told, isListening: () => numbering.arrivals.isListening }
}

export async function eventually(isSo: () => boolean | Promise<boolean>, milliseconds = 30_000): Promise<void> {
  for (const end = Date.now() + milliseconds; ; ) {
    if (await isSo()) return
    if (Date.now() > end) throw new Error(`not within ${milliseconds} ms: ${isSo}`)
    await delay(15)
  }
}

/** So many topics, each in a transaction of its own: as many entries in the log. */
export async function writeTopics(db: Db, count: number, name = 'topic') {
  for (let number = 0; number < count; number++)
    await db.rows(
      sql`insert into topics (id, slug, type) values (gen_random_uuid(), ${`${name}-${number}`}, 'subject')`
    )
}

export const topicsOf = async (db: Db) =>
  (await db.rows<{ id: string }>(sql`select id::text from topics`)).map(topic => topic.id)

/** A table without a key, so that what is done twice is there twice. */
export const makeEffects = (db: Db) => db.rows(sql`create table effects (n bigserial, position bigint, who text)`)

export async function effects(db: Db, changes: Change[], who: string): Promise<void> {
  for (const { position } of changes)
    await db.rows(sql`insert into effects (position, who) values (${position}::bigint, ${who})`)
}

/** How far a reader has come, as it is committed. */
export async function positionOf(db: Db, reader: string): Promise<string | undefined> {
  const [row] = await db.rows<{ position: string }>(
    sql`select position::text as position from change_readers where name = ${reader}`
  )
  return row?.position
}
