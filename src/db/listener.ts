import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

export interface ListenOptions {
  connection: pg.ClientConfig
  /** A constant of the house. */
  channel: string
  onNotice(): void
  /** Whether notices come now. */
  onState(isListening: boolean): void
  onFailure(error: Error): void
}

/** Pauses, in milliseconds, between attempts to listen again. */
const first = 250
const longest = 10_000

/** Listens on a connection of its own, and again whenever that is lost, until it is closed. */
export function openListener(options: ListenOptions): { close(): Promise<void> } {
  const closing = new AbortController()
  const ended = listen(options, closing.signal)
  return {
    close: () => {
      closing.abort()
      return ended
    }
  }
}

async function listen(options: ListenOptions, signal: AbortSignal): Promise<void> {
  for (let pause = first; !signal.aborted; pause = Math.min(pause * 2, longest)) {
    try {
      if (await listenOnce(options, signal)) pause = first
    } catch (error) {
      if (!signal.aborted) options.onFailure(error as Error)
    }
    await delay(pause, undefined, { signal }).catch(() => {})
  }
}

/** How long, in milliseconds, a server may take to let us go. */
const patience = 500

/** What pg's types do not tell of a client. */
type Wired = { connection: { stream: { destroy(): void } } }

/** One connection from beginning to end; an error after the first notice could come ends it like any other end. */
async function listenOnce({ connection, channel, onNotice, onState }: ListenOptions, signal: AbortSignal) {
  const client = new pg.Client({
    ...connection,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    keepAlive: true,
    application_name: `broadsheet:${process.pid}`
  })
  let isOver = () => {}
  const over = new Promise<void>(resolve => {
    isOver = resolve
  })
  // A server that has gone silent does not answer to a farewell either.
  const end = () => {
    const timer = setTimeout(() => (client as unknown as Wired).connection.stream.destroy(), patience)
    client
      .end()
      .catch(() => {})
      .finally(() => clearTimeout(timer))
  }
  client.once('end', isOver)
  client.on('error', isOver)
  signal.addEventListener('abort', end)
  try {
    await client.connect()
    client.on('notification', onNotice)
    await client.query(`listen ${channel}`)
    onState(true)
    await over
    return true
  } finally {
    onState(false)
    signal.removeEventListener('abort', end)
    end()
  }
}
