import { readConfig } from '../config.ts'
import { openStore } from '../server.ts'

/** `broadsheet migrate`. */
export async function migrateCommand(): Promise<void> {
  const store = await openStore(readConfig())
  const { applied, total } = store.migration
  await store.close()
  process.stdout.write(
    applied > 0 ? `${applied} of ${total} migrations applied.\n` : `Nothing to do: ${total} migrations known.\n`
  )
}
