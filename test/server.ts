import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type pg from 'pg'
import { openEmbedded } from '../src/db/embedded.ts'

/** Where the tests keep their embedded cluster between runs, and the address of the server of this run. */
export const folder = resolve('.test-data')
const address = join(folder, 'server.json')

/** What durability costs is not wanted here: a test database lives for one file. */
const hasty = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

export interface Server {
  connection: pg.ClientConfig
  stop(): Promise<void>
}

/** The server all test files share: the one TEST_DATABASE_URL names, or the embedded one. */
export async function openServer(): Promise<Server> {
  const url = process.env.TEST_DATABASE_URL
  mkdirSync(folder, { recursive: true })
  const embedded = url ? null : await openEmbedded(join(folder, 'postgres'), hasty)
  const connection = embedded ? { ...embedded.connection, ssl: false } : { connectionString: url! }
  writeFileSync(address, JSON.stringify(connection))
  return { connection, stop: async () => embedded?.close() }
}

/** The same server with another database. */
export function connectionTo(database: string): pg.ClientConfig {
  const connection = JSON.parse(readFileSync(address, 'utf8')) as pg.ClientConfig
  if (!connection.connectionString) return { ...connection, database }
  const url = new URL(connection.connectionString)
  url.pathname = `/${database}`
  return { connectionString: url.toString() }
}
