import closeWithGrace from 'close-with-grace'
import { readConfig } from '../config.ts'
import { openStore, startServer } from '../server.ts'
import { isEmpty, seedDemo } from './demo.ts'

/** `broadsheet serve`: the database, the migrations, the demo newsroom if asked for, then the API until a signal. */
export async function serveCommand({ demo }: { demo?: boolean }): Promise<void> {
  const config = readConfig()
  const store = await openStore(config)
  const { app, address } = await startServer(config, store).catch(async error => {
    await store.close()
    throw error
  })
  closeWithGrace({ delay: config.SHUTDOWN_SECONDS * 1_000, logger: false }, async ({ err }) => {
    if (err) app.log.fatal({ err }, 'stopping after a failure')
    await app.close()
    await store.close()
  })
  if (demo && (await isEmpty(store.db))) {
    const { seconds } = await seedDemo(config, store.db)
    say(`The demo newsroom was filled in (${seconds.toFixed(1)} s).`)
  }
  say(
    [
      `Broadsheet is ready; the data is in ${store.place}`,
      `  the API         ${address}/v1/articles`,
      `  its reference   ${address}/docs`,
      ...(demo
        ? [`  a reader's page ${address}/v1/articles/visite-prevue-a-pyongyang?language=fr&include=related,comments`]
        : [])
    ].join('\n')
  )
}

const say = (text: string) => void process.stdout.write(`${text}\n`)
