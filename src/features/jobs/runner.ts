import { setTimeout as delay } from 'node:timers/promises'
import { Shift, type ShiftOptions, within } from './shift.ts'

export type { Log } from './log.ts'
export type { Task } from './shift.ts'

export interface Jobs {
  /** Settles when the first job can be taken, however long the database is away. */
  ready: Promise<void>
  /** Lets running tasks finish within 5 seconds and gives the others to another worker. */
  stop(): Promise<void>
}

type Options = Omit<ShiftOptions, 'concurrency' | 'pollMilliseconds'> &
  Partial<Pick<ShiftOptions, 'concurrency' | 'pollMilliseconds'>> & {
    /** How long to leave the process to others first: loading the library takes 30 to 60 ms. */
    startAfterMilliseconds?: number
  }

/** The pauses between attempts at a database that is away. */
const firstPause = 1_000
const longestPause = 30_000
/** What stopping takes at most: the tasks' time to finish, giving back, leaving. */
const stopMilliseconds = 8_000

/** Does the jobs of the database until it is stopped. Never fails: a database that is away is tried again. */
export function startJobs({ startAfterMilliseconds = 0, ...options }: Options): Jobs {
  const stopping = new AbortController()
  let isReady = () => {}
  const ready = new Promise<void>(resolve => {
    isReady = resolve
  })
  const { signal } = stopping
  const ended = pause(startAfterMilliseconds, signal).then(() =>
    work({ concurrency: 2, pollMilliseconds: 1_000, ...options }, signal, isReady)
  )
  return {
    ready,
    stop: () => {
      stopping.abort()
      return within(stopMilliseconds, ended)
    }
  }
}

const pause = (milliseconds: number, signal: AbortSignal) => delay(milliseconds, undefined, { signal }).catch(() => {})

async function work(options: ShiftOptions, signal: AbortSignal, isReady: () => void): Promise<void> {
  const stopped = new Promise<undefined>(resolve => signal.addEventListener('abort', () => resolve(undefined)))
  let patience = firstPause
  while (!signal.aborted) {
    let reason: string | undefined
    try {
      const shift = await Shift.open(options)
      isReady()
      options.log.info({ tasks: Object.keys(options.tasks) }, 'background work begins')
      patience = firstPause
      reason = await Promise.race([stopped, shift.lost])
      if (signal.aborted) return await shift.end()
      await shift.abandon()
    } catch (error) {
      reason = (error as Error).message
    }
    if (signal.aborted) return
    options.log.warn({ reason, secondsToWait: patience / 1_000 }, 'no background work for now')
    await pause(patience, signal)
    patience = Math.min(patience * 2, longestPause)
  }
}
