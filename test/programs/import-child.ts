import { openDatabase } from '../../src/db/client.ts'
import { importFiles } from '../../src/features/import/run.ts'

/** Imports a file and tells, line by line, how far it is: a test kills it on the way. */
const [connection, file, at] = process.argv.slice(2) as [string, string, string]
const db = openDatabase({ connection: JSON.parse(connection), size: 2, statementTimeout: 60_000 })
await importFiles(db, [file], {
  rejects: `${file}.rejects`,
  at,
  progress: ({ lines }) => process.stdout.write(`${lines}\n`)
})
await db.close()
