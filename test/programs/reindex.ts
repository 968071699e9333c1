import { openDatabase } from '../../src/db/client.ts'
import { readSome } from '../../src/features/changes/readers.ts'
import { similarReader } from '../../src/features/similar/reader.ts'

/** Makes everything anew until its last step, which it does not commit: a test kills it there. */
const [connection = '', last] = process.argv.slice(2)
const db = openDatabase({ connection: JSON.parse(connection), size: 2, statementTimeout: 60_000 })
const reader = similarReader({ atOnce: 10, milliseconds: 0 })
let steps = 0
for (;;) {
  await readSome(db, {
    ...reader,
    rebuild: async (tx, rebuild) => {
      const next = await reader.rebuild(tx, rebuild)
      if (++steps < Number(last)) return next
      process.stdout.write('in the middle\n')
      return new Promise(() => setInterval(() => {}, 1_000))
    }
  })
}
