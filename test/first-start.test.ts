import * as fs from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import t from 'tap'
import { freePort, killPostgres, lockOf, newFolder, Program, type Told } from './household.ts'

/** The first start of a server on an empty folder, with everything durable, killed on its way; each is followed by one that works. */

t.setTimeout(300_000)

type Moment = (folder: string) => boolean | Promise<boolean>

/** Whether a statement about the database that is being made has an answer by now, and which. */
async function ask(folder: string, text: string): Promise<unknown> {
  const lock = lockOf(join(folder, 'postgres'))
  if (!lock?.host) return undefined
  const client = new pg.Client({ host: lock.host, user: 'postgres', database: 'broadsheet', ssl: false })
  client.on('error', () => {})
  try {
    await client.connect()
    return Object.values((await client.query(text)).rows[0])[0]
  } catch {
    return undefined
  } finally {
    await client.end().catch(() => {})
  }
}

const isDrafted: Moment = folder => fs.readdirSync(folder).some(name => name !== 'media')
const isStarting: Moment = folder => lockOf(join(folder, 'postgres')) !== undefined
const isMigrating: Moment = async folder =>
  (await ask(folder, `select to_regclass('drizzle.__drizzle_migrations') is not null`)) === true
const isMigrated: Moment = async folder =>
  (await ask(folder, `select to_regclass('public.articles') is not null`)) === true

const moments: [string, Moment, { postgres?: boolean; longest: number }][] = [
  ['while its files are made', isDrafted, { longest: 1_000 }],
  ['while PostgreSQL starts', isStarting, { longest: 200 }],
  ['while the database is migrated', isMigrating, { longest: 100 }],
  ['while the database is migrated, and PostgreSQL with it', isMigrating, { postgres: true, longest: 100 }],
  ['when the tables are there, and PostgreSQL with it', isMigrated, { postgres: true, longest: 300 }]
]

t.test('a first start that is killed', async t => {
  for (const [name, moment, { postgres, longest }] of moments)
    await t.test(name, async t => {
      const folder = newFolder()
      const cluster = join(folder, 'postgres')
      const told: Told = { falls: [], failedStarts: [] }
      const port = await freePort()
      const env = { ...process.env, DATABASE_URL: '', DATA_DIR: folder, PORT: String(port), LOG_LEVEL: 'error' }
      const server = new Program('serve', env, told)
      t.teardown(async () => {
        await server.stop()
        fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
      })
      for (const end = Date.now() + 60_000; !(await moment(folder)); await delay(5))
        if (Date.now() > end) throw new Error('the moment does not come')
      const late = Math.floor(Math.random() * longest)
      await delay(late)
      server.kill()
      if (postgres) killPostgres(cluster)
      t.comment(`killed after another ${late} ms, which left [${fs.readdirSync(folder)}]`)
      await server.ready()
      t.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200)
      t.equal((await fetch(`http://127.0.0.1:${port}/v1/articles`)).status, 200)
      t.same([told.falls, told.failedStarts], [[], []])
      t.equal(await server.stop(), 0)
      t.equal(lockOf(cluster), undefined, 'who leaves last stops the database')
    })
})
