import type pg from 'pg'
import type { Db } from '../../db/client.ts'
import { openListener } from '../../db/listener.ts'
import { Arrivals } from './arrivals.ts'
import { type Log, tell } from './log.ts'
import { type Numbering, openNumbering } from './numbering.ts'
import {
  changesAfter,
  isBehind,
  type Lease,
  lease,
  moveReader,
  moveRebuild,
  numberChanges,
  type Rebuild
} from './queries.ts'
import type { Change } from './schema.ts'

/** Somebody who reads the whole log in order, each entry once it is committed. */
export interface Reader {
  name: string
  /** The most entries it is given at once. */
  batch?: number
  /**
   * What it does with them. What it writes with `db` happens exactly once, as the new position is committed with it; anything else at least
   * once. It has a minute.
   */
  read(db: Db, changes: Change[]): Promise<void>
  /** What it puts off while somebody waits for its effects: done next, in a transaction of its own. A batch may be read before that. */
  afterwards?(db: Db): Promise<void>
  /**
   * The next step of making anew all that it keeps; null after the last. What happens meanwhile it is given to read between the steps, so that
   * a rebuild of hours holds up nothing.
   */
  rebuild?(db: Db, rebuild: Rebuild): Promise<Rebuild | null>
}

export interface ReadersOptions {
  db: Db
  /** Of the connection that listens; the readers themselves work on `db`. */
  connection: pg.ClientConfig
  readers: readonly Reader[]
  log: Log
  /** How often is looked where nothing was announced: how long a reader whose process died rests before another process reads on. */
  pollMilliseconds?: number
  /** `app.numbering`, so that long polls are woken by the same connection and one process numbers once. */
  numbering?: Numbering
}

export interface Readers {
  /** Look now. */
  wake(): void
  /** Lets the batches under way end, then closes the connection that listens. */
  stop(): Promise<void>
}

/** Pauses, in milliseconds, after a failure. */
const first = 1_000
const longest = 30_000

/** Starts the readers of the log; any number of processes may, and each entry is read by one of them. */
export function startReaders({
  db,
  connection,
  readers,
  log,
  pollMilliseconds = 1_000,
  numbering = openNumbering(db, log)
}: ReadersOptions): Readers {
  const stopping = new AbortController()
  const { signal } = stopping
  const returns = new Arrivals()
  const { arrivals, number } = numbering
  const listener = openListener({
    connection,
    channel: 'broadsheet_changes',
    onNotice: () => arrivals.announce(),
    onState: isListening => {
      arrivals.isListening = isListening
      // What was written while nobody listened was not announced.
      if (!isListening) return
      returns.announce()
      arrivals.announce()
    },
    onFailure: error => tell(log, error, 'nobody listens to the change log; it is looked at from time to time')
  })

  /** Does a piece of work again and again: at once while there is more, else when something arrives. */
  const repeat = async (name: string, work: () => Promise<boolean>) => {
    let failures = 0
    while (!signal.aborted) {
      const [seen, returned] = [arrivals.count, returns.count]
      try {
        const isMore = await work()
        failures = 0
        if (!isMore) await arrivals.wait(seen, pollMilliseconds, signal)
      } catch (error) {
        const pause = Math.min(first * 2 ** failures++, longest)
        tell(log, error, 'a reader of the change log failed and tries again', { reader: name, pause })
        await returns.wait(returned, pause, signal)
      }
    }
  }
  const work = [
    repeat('numbering', async () => {
      await number()
      return false
    }),
    ...readers.map(reader => repeat(reader.name, () => readSome(db, reader)))
  ]
  return {
    wake: () => arrivals.announce(),
    stop: async () => {
      stopping.abort()
      await Promise.all(work)
      await listener.close()
    }
  }
}

/** Lets a reader read all that is committed by now, for who goes on only afterwards. */
export async function catchUp(db: Db, reader: Reader): Promise<void> {
  await numberChanges(db)
  while (await readSome(db, reader));
}

/** One batch, with its effects and the new position in one transaction; whether there may be more. */
export async function readSome(db: Db, { name, batch = 200, read, afterwards, rebuild }: Reader): Promise<boolean> {
  if (!(await isBehind(db, name, rebuild !== undefined))) return false
  let isRead = false
  const isMore = await leased(db, name, async (tx, { position, rebuild: step }) => {
    const changes = await changesAfter(tx, position, batch)
    isRead = changes.length > 0
    if (isRead) {
      await read(tx, changes)
      await moveReader(tx, name, changes.at(-1)!.position)
    }
    const isMore = changes.length === batch
    if (isMore || !rebuild || !step) return isMore
    const next = await rebuild(tx, step)
    await moveRebuild(tx, name, next)
    return next !== null
  })
  if (isRead && !isMore && afterwards) await leased(db, name, tx => afterwards(tx))
  return isMore ?? false
}

/** Works for a reader, unless another process does: then nothing is done. */
function leased<T>(db: Db, name: string, work: (tx: Db, lease: Lease) => Promise<T>): Promise<T | undefined> {
  return db.transaction(async tx => {
    const held = await lease(tx, name)
    return held ? work(tx, held) : undefined
  }, `reader:${name}`)
}
