import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { type Db, openDatabase } from '../src/db/client.ts'
import { openEmbedded } from '../src/db/embedded.ts'
import { migrateDatabase } from '../src/db/migrate.ts'
import { catchUp } from '../src/features/changes/readers.ts'
import { importFiles } from '../src/features/import/run.ts'
import { similarReader } from '../src/features/similar/reader.ts'

/** A house made for one evaluation: an empty database, a folder for files, both gone afterwards. */
export async function inScratchHouse<Result>(work: (db: Db, folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-eval-'))
  const server = await openServer(join(folder, 'postgres'))
  const name = `broadsheet_eval_${process.pid}`
  try {
    await administer(server.connection, `create database ${name}`)
    const connection = { ...server.connection, ...databaseOf(server.connection, name) }
    await migrateDatabase(connection, resolve('migrations'))
    const db = openDatabase({ connection, size: 4, statementTimeout: 600_000 })
    return await work(db, folder).finally(() => db.close())
  } finally {
    await administer(server.connection, `drop database if exists ${name}`).catch(() => {})
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Imports and lets the reader of descriptions read all of it; what each took, and the articles by the keys they came with. */
export async function fillHouse(db: Db, file: string, folder: string) {
  const at = new Date().toISOString()
  const { lines, rejected, seconds } = await importFiles(db, [file], { rejects: join(folder, 'rejects.ndjson'), at })
  const began = performance.now()
  await catchUp(db, similarReader())
  const comparing = (performance.now() - began) / 1000
  const rows = await db.rows<{ key: string; id: string }>(sql`select key, id from external_keys where noun = 'article'`)
  return { lines, rejected, importing: seconds, comparing, articles: new Map(rows.map(({ key, id }) => [key, id])) }
}

interface Server {
  connection: pg.ClientConfig
  close(): Promise<void>
}

/** The server that is named, else the one on this machine, else one of our own. */
async function openServer(folder: string): Promise<Server> {
  const named = process.env.DATABASE_URL ?? process.env.TEST_POSTGRES_URL
  const local = { connectionString: named ?? `postgres://${userInfo().username}@127.0.0.1:5432/postgres` }
  if (named || (await answers(local))) return { connection: local, close: async () => {} }
  const embedded = await openEmbedded(folder)
  return { connection: embedded.connection, close: () => embedded.close() }
}

const answers = (connection: pg.ClientConfig) =>
  administer(connection, 'select 1').then(
    () => true,
    () => false
  )

async function administer(connection: pg.ClientConfig, statement: string): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

function databaseOf({ connectionString }: pg.ClientConfig, database: string): pg.ClientConfig {
  if (!connectionString) return { database }
  const url = new URL(connectionString)
  url.pathname = `/${database}`
  return { connectionString: url.toString() }
}
