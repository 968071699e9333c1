import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import { startBackground } from '../background.ts'
import { readConfig } from '../config.ts'
import { openStore } from '../server.ts'

/** `broadsheet worker`: the background work without the API, until a signal. */
export async function workerCommand(): Promise<void> {
  const config = readConfig()
  const log = pino({ level: config.LOG_LEVEL })
  const store = await openStore(config)
  const background = startBackground({ config, store, log })
  closeWithGrace({ delay: config.SHUTDOWN_SECONDS * 1_000, logger: false }, async ({ err }) => {
    if (err) log.fatal({ err }, 'stopping after a failure')
    await background.stop()
    await store.close()
  })
  await background.ready
  process.stdout.write(`Broadsheet's worker is ready; the data is in ${store.place}\n`)
}
