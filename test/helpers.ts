import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { buildApp } from '../src/app.ts'
import { type Config, readConfig } from '../src/config.ts'
import { type Db, openDatabase } from '../src/db/client.ts'
import { importFiles } from '../src/features/import/run.ts'
import { createKey } from '../src/features/keys/queries.ts'
import { makeKey } from '../src/lib/secret.ts'
import { watchContract } from './contract.ts'
import { connectionTo, folder } from './server.ts'

interface Options {
  /** Start from the demo newsroom instead of an empty house. */
  demo?: boolean
  config?: Partial<Config>
  /** More routes or hooks, before the house is ready. */
  prepare?: (app: FastifyInstance) => void
}

interface Teardown {
  teardown(work: () => Promise<void>): void
}

/** A database of one's own, cloned from a template and dropped at the end. */
export async function openTestDatabase(t: Teardown, template = 'broadsheet_template') {
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(`create database ${name} template ${template}`)
  const db = openDatabase({ connection: connectionTo(name), size: 5, statementTimeout: 10_000 })
  t.teardown(async () => {
    await db.close()
    await administer(`drop database if exists ${name} with (force)`)
  })
  return { db, name, connection: connectionTo(name) }
}

/** The whole house on a database of its own. Every answer is held against the OpenAPI document and the route's statement limit. */
export async function openHouse(t: Teardown, { demo, config = {}, prepare }: Options = {}) {
  const { db, connection } = await openTestDatabase(t, demo ? 'broadsheet_demo' : 'broadsheet_template')
  const app = await buildApp(testConfig(config), db)
  const faults = watchContract(app)
  prepare?.(app)
  await app.ready()
  t.teardown(() => app.close())
  const get = async (url: string, headers: Record<string, string> = {}) => {
    const response = await app.inject({ url, headers })
    if (faults.length > 0) throw new Error(`${url} broke the contract: ${faults.splice(0).join('; ')}`)
    return response
  }
  const send = async (method: Method, url: string, { headers = {}, payload }: Sent = {}) => {
    const response = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
    if (faults.length > 0) throw new Error(`${method} ${url} broke the contract: ${faults.splice(0).join('; ')}`)
    return response
  }
  return { app, db, connection, get, send }
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Sent {
  headers?: Record<string, string>
  payload?: object | string | Buffer
}

/** What a new key of these scopes is sent as; every key is of a consumer of its own. */
export async function keyFor(db: Db, ...scopes: string[]) {
  const { authorization } = await openKey(db, { scopes })
  return { authorization }
}

/** A new key with its id and secret. */
export async function openKey(
  db: Db,
  { scopes = ['*:*'], expiresAt = null }: { scopes?: string[]; expiresAt?: string | null }
) {
  const { secret, prefix, hash } = makeKey()
  const consumer = `test-${randomBytes(6).toString('hex')}`
  const id = await createKey(db, { prefix, hash, consumer, name: 'Test', scopes, expiresAt })
  return { id, secret, consumer, authorization: `Bearer ${secret}` }
}

export const testConfig = (config: Partial<Config> = {}): Config => ({
  ...readConfig({ LOG_LEVEL: process.env.TEST_LOG ?? 'silent', DATA_DIR: join(folder, 'demo') }),
  ...config
})

/** Puts records of the newsroom into a house, through the importer everybody uses. */
export async function fill(db: Db, records: object[], at = '2026-10-01T00:00:00.000Z') {
  const file = join(mkdtempSync(join(tmpdir(), 'broadsheet-fill-')), 'records.ndjson')
  writeFileSync(file, records.map(record => JSON.stringify(record)).join('\n'))
  const summary = await importFiles(db, [file], { rejects: `${file}.rejects`, at })
  if (summary.rejected > 0) throw new Error(readFileSync(`${file}.rejects`, 'utf8'))
  return summary
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client(connectionTo('postgres'))
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(1)')
    await client.query(statement)
  } finally {
    await client.end()
  }
}

export type { Db }

/** How many rows and entries of indexes this session has read since its counters were last sent off: the difference within a transaction is what it read. */
export async function countRead(db: Db): Promise<number> {
  const [read] = await db.rows<{ count: number }>(
    sql`select sum(pg_stat_get_xact_tuples_returned(oid))::int as count from pg_class where relnamespace = 'public'::regnamespace`
  )
  return read!.count
}
