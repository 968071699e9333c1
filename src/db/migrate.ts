import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import { jobsArePrepared, prepareJobs } from './jobs.ts'

/** Any number, as long as all of Broadsheet uses the same. */
const migrationLock = 8_215_203

export interface Migration {
  applied: number
  total: number
}

/**
 * Brings the database to this version. Servers that start at once queue on an advisory lock; a database that knows
 * a migration this version does not is refused, because an older server would write what a newer one forbids.
 */
export async function migrateDatabase(connection: pg.ClientConfig, folder: string): Promise<Migration> {
  const client = new pg.Client({ ...connection, application_name: `broadsheet:${process.pid}` })
  client.on('error', () => {})
  await client.connect()
  try {
    await refuseOldServer(client)
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    const known = journal(folder)
    const before = await newest(client)
    if (before.when > (known.at(-1) ?? 0)) throw new Error(tooNew(before.count, known.length))
    await migrate(drizzle({ client }), { migrationsFolder: folder })
    if (!(await jobsArePrepared(client))) await prepareJobs(connection)
    await client.query('insert into house (secret) values ($1) on conflict do nothing', [
      randomBytes(32).toString('base64url')
    ])
    return { applied: known.length - before.count, total: known.length }
  } finally {
    await client.end()
  }
}

const journal = (folder: string): number[] =>
  (
    JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8')) as { entries: { when: number }[] }
  ).entries.map(entry => entry.when)

async function newest(client: pg.Client): Promise<{ when: number; count: number }> {
  const { rows } = await client.query(`select to_regclass('drizzle.__drizzle_migrations') as known`)
  if (rows[0].known === null) return { when: 0, count: 0 }
  const result = await client.query(
    'select coalesce(max(created_at), 0)::float8 as "when", count(*)::int as count from drizzle.__drizzle_migrations'
  )
  return result.rows[0]
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query('show server_version_num')
  const version = Number(rows[0].server_version_num)
  if (version < 150_000) throw new Error(`Broadsheet needs PostgreSQL 15 or newer; this server is ${version / 10_000}`)
}

const tooNew = (has: number, knows: number) =>
  `The database is newer than this Broadsheet: it has ${has} migrations, this version knows ${knows}. Start the newer version, or restore a backup.`
