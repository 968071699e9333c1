import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { buildApp } from './app.ts'
import { startBackground } from './background.ts'
import { because, type Config } from './config.ts'
import { type Db, openDatabase } from './db/client.ts'
import { openEmbedded } from './db/embedded.ts'
import { type Migration, migrateDatabase } from './db/migrate.ts'

/** The house with its database, however that was come by. */
export interface Store {
  db: Db
  /** For connections beside the pool. */
  connection: pg.PoolConfig
  /** A word for the log: where the data is. */
  place: string
  migration: Migration
  /** Claims the embedded database for a server; a second one is refused. Nothing on a database of one's own. */
  serve(): Promise<void>
  close(): Promise<void>
}

/** The path of what comes with Broadsheet; from this floor, as the compiled modules and the packed ones are equally deep. */
export const shipped = (name: string) => new URL(`../../${name}`, import.meta.url).pathname

/** Opens the database that the configuration names, or starts the embedded one, and brings it to this version. */
export async function openStore(config: Config): Promise<Store> {
  await mkdir(join(resolve(config.DATA_DIR), 'media'), { recursive: true }).catch(error => {
    throw because('DATA_DIR', error)
  })
  const embedded = config.DATABASE_URL ? null : await openEmbedded(resolve(config.DATA_DIR, 'postgres'))
  const connection = embedded ? { ...embedded.connection, ssl: false } : { connectionString: config.DATABASE_URL }
  try {
    const migration = await migrateDatabase(connection, shipped('migrations'))
    const db = openDatabase({ connection, size: config.DATABASE_POOL, statementTimeout: config.STATEMENT_TIMEOUT })
    return {
      db,
      connection,
      migration,
      place: embedded ? `${embedded.folder} (embedded PostgreSQL)` : 'DATABASE_URL',
      serve: async () => embedded?.serve(),
      close: async () => {
        await db.close()
        await embedded?.close()
      }
    }
  } catch (error) {
    await embedded?.close()
    throw embedded ? error : because('DATABASE_URL', error)
  }
}

/** A server that listens. */
export interface Server {
  app: FastifyInstance
  address: string
  /** Finishes the requests in flight, then the background work. */
  stop(): Promise<void>
}

/** Listens, and says where; the background work begins afterwards. */
export async function startServer(config: Config, store: Store): Promise<Server> {
  await store.serve()
  const app = await buildApp(config, store.db)
  const address = await app.listen({ host: config.HOST, port: config.PORT }).catch(error => {
    throw because('HOST and PORT', error)
  })
  app.server.maxConnections = 2_000
  // The first answers go before: whoever starts a server asks it something at once.
  const options = { config, store, log: app.log, startAfterMilliseconds: 500, numbering: app.numbering }
  const background = config.WORKER === 'inside' ? startBackground(options) : undefined
  const stop = async () => {
    await app.close()
    await background?.stop()
  }
  return { app, address, stop }
}
