import { readConfig } from '../config.ts'
import { verifyAudit } from '../features/changes/audit.ts'
import { openStore } from '../server.ts'

/** `broadsheet audit verify`: whether nobody has touched the trail. */
export async function verifyAuditCommand(): Promise<void> {
  const store = await openStore(readConfig())
  try {
    const { entries, broken, head } = await verifyAudit(store.db)
    if (broken !== null)
      throw new Error(`The audit trail is broken at position ${broken}; the ${entries} entries before it are whole.`)
    process.stdout.write(`The audit trail is whole: ${entries} entries, the last one sealed ${head}\n`)
  } finally {
    await store.close()
  }
}
