import { join, resolve } from 'node:path'
import pg from 'pg'
import { seedDemo } from '../src/commands/demo.ts'
import { openDatabase } from '../src/db/client.ts'
import { migrateDatabase } from '../src/db/migrate.ts'
import { catchUp } from '../src/features/changes/readers.ts'
import { similarReader } from '../src/features/similar/reader.ts'
import { connectionTo, folder, openServer } from './server.ts'

/** Before all tests: one migrated template database and one with the demo newsroom, both cloned by the test files. */
await openServer()
const admin = new pg.Client(connectionTo('postgres'))
await admin.connect()
for (const name of ['broadsheet_template', 'broadsheet_demo']) await admin.query(`drop database if exists ${name}`)

await admin.query('create database broadsheet_template')
await migrateDatabase(connectionTo('broadsheet_template'), resolve('migrations'))

await admin.query('create database broadsheet_demo template broadsheet_template')
const db = openDatabase({ connection: connectionTo('broadsheet_demo'), size: 2, statementTimeout: 60_000 })
await seedDemo({ DATA_DIR: join(folder, 'demo') }, db)
await catchUp(db, similarReader())
await db.close()
await admin.end()
process.exit(0)
