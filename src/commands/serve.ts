import closeWithGrace from 'close-with-grace'
import { readConfig } from '../config.ts'
import type { Db } from '../db/client.ts'
import { readHouse } from '../db/house.ts'
import { openStore, type Server, startServer } from '../server.ts'

/** `broadsheet serve`: the database, the migrations, the demo newsroom if asked for, then the API until a signal. */
export async function serveCommand({ demo }: { demo?: boolean }): Promise<void> {
  const config = readConfig()
  const store = await openStore(config)
  let server: Server | undefined
  closeWithGrace({ delay: config.SHUTDOWN_SECONDS * 1_000, logger: false }, async ({ err }) => {
    if (err) server?.app.log.fatal({ err }, 'stopping after a failure')
    await server?.stop()
    await store.close()
  })
  // The demo newsroom is there before the first answer: nobody meets a house without a language.
  const start = async () => {
    if (demo && (await isEmpty(store.db))) {
      const { seedDemo } = await import('./demo.ts')
      const { seconds } = await seedDemo(config, store.db)
      say(`The demo newsroom was filled in (${seconds.toFixed(1)} s).`)
    }
    return startServer(config, store)
  }
  server = await start().catch(async error => {
    await store.close()
    throw error
  })
  say(
    [
      `Broadsheet is ready; the data is in ${store.place}`,
      `  the API         ${server.address}/v1/articles`,
      `  its reference   ${server.address}/docs`,
      ...(demo
        ? [
            `  a reader's page ${server.address}/v1/articles/visite-prevue-a-pyongyang?language=fr&include=related,comments`
          ]
        : [])
    ].join('\n')
  )
}

/** Whether nobody has put anything in yet: a house without a language. */
const isEmpty = async (db: Db) => (await readHouse(db)).languages.length === 0

const say = (text: string) => void process.stdout.write(`${text}\n`)
