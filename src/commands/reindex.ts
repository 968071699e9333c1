import { setTimeout as delay } from 'node:timers/promises'
import { readConfig } from '../config.ts'
import { planRebuild, rebuildOf } from '../features/changes/queries.ts'
import { readSome } from '../features/changes/readers.ts'
import { countPublished } from '../features/similar/queries.ts'
import { similarReader } from '../features/similar/reader.ts'
import { articlesDone } from '../features/similar/rebuild.ts'
import { openStore } from '../server.ts'
import { openBar } from './bar.ts'

interface Options {
  restart?: boolean
  quiet?: boolean
}

/**
 * `broadsheet reindex related`: has the reader that keeps what is similar make all of it anew, and helps. A server or worker that runs takes
 * turns with it, and goes on when it is stopped.
 */
export async function reindexRelatedCommand({ restart, quiet }: Options): Promise<void> {
  const { db, close } = await openStore(
    readConfig({ ...process.env, STATEMENT_TIMEOUT: process.env.STATEMENT_TIMEOUT ?? '60000' })
  )
  const bar = quiet ? null : openBar('{bar} {percentage}% | {value} of {total} articles, {eta_formatted} left')
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  const started = Date.now()
  try {
    const reader = similarReader()
    const found = restart ? null : await rebuildOf(db, reader.name)
    if (!found) await planRebuild(db, reader.name)
    const total = await countPublished(db)
    bar?.start(total, articlesDone(found?.done ?? 0))
    while (!stop.signal.aborted) {
      if (!(await readSome(db, reader))) await delay(200)
      const rebuild = await rebuildOf(db, reader.name)
      bar?.update(rebuild ? articlesDone(rebuild.done) : total)
      if (!rebuild) break
    }
    bar?.stop()
    const seconds = (Date.now() - started) / 1000
    process.stdout.write(
      stop.signal.aborted
        ? 'Stopped; the next server, worker or reindex goes on from here.\n'
        : `${total} articles compared anew${found ? `, ${articlesDone(found.done)} of them before` : ''}, in ${seconds.toFixed(1)} s\n`
    )
    if (stop.signal.aborted) process.exitCode = 1
  } finally {
    bar?.stop()
    await close()
  }
}
