import { openEmbedded } from '../../src/db/embedded.ts'

/** Opens the embedded PostgreSQL in a process of its own, tells what it got, and closes it when its input says so. */
const [folder = '', mode = 'open'] = process.argv.slice(2)
const say = (words: object) => process.stdout.write(`${JSON.stringify(words)}\n`)

try {
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
  const embedded = await openEmbedded(folder, settings)
  if (mode === 'serve') await embedded.serve().catch(error => embedded.close().then(() => Promise.reject(error)))
  say({ connection: embedded.connection, adopted: embedded.adopted, folder: embedded.folder })
  if (mode !== 'leave') {
    await new Promise(done => process.stdin.once('end', done).resume())
    await embedded.close()
    say({ closed: true })
  }
} catch (error) {
  say({ error: (error as Error).message })
  process.exitCode = 1
}
