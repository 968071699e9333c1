import { writeFile } from 'node:fs/promises'
import { buildApp } from '../app.ts'
import { readConfig } from '../config.ts'
import { openDatabase } from '../db/client.ts'
import { newsroomSchema } from '../features/import/schema.ts'

interface Output {
  output?: string
}

/** `broadsheet openapi`: the document as the routes make it; no database is asked. */
export async function openapiCommand({ output }: Output): Promise<void> {
  const db = openDatabase({ connection: {}, size: 1, statementTimeout: 1_000 })
  const app = await buildApp(readConfig({ LOG_LEVEL: 'silent' }), db)
  await app.ready()
  await print(app.swagger(), output)
  await app.close()
  await db.close()
}

/** `broadsheet schema`. */
export const schemaCommand = ({ output }: Output) => print(newsroomSchema(), output)

async function print(document: object, output: string | undefined) {
  const text = `${JSON.stringify(document, null, 2)}\n`
  if (output) await writeFile(output, text)
  else process.stdout.write(text)
}
