import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { type Cluster, openCluster } from './cluster.ts'
import { type Address, isAway, reach, stopServer, visit } from './postmaster.ts'

/** A PostgreSQL of our own, shared by all Broadsheet processes on its folder; the last that closes it stops it. */
export interface Embedded {
  /** Over a Unix socket, so without a password and without TLS. */
  connection: Address
  /** Whether it ran already. */
  adopted: boolean
  /** Where the cluster really is. */
  folder: string
  /** Claims the folder for this server, or says which other server has it. */
  serve(): Promise<void>
  /** Leaves it, and stops it if nobody else is present. */
  close(): Promise<void>
}

/** Advisory locks: they end with the process that holds them, however it ends. */
const presence = [8_215_203, 1]
const server = [8_215_203, 2]

const bePresent = (client: pg.Client) => client.query('select pg_advisory_lock_shared($1, $2)', presence)

/** Opens the embedded PostgreSQL in `folder`: makes it, starts it or adopts it, whatever is missing. */
export async function openEmbedded(folder: string, settings: Record<string, string> = {}): Promise<Embedded> {
  const cluster = await openCluster(folder, settings.fsync !== 'off')
  const { client, address, adopted } = await reach(cluster, settings, bePresent)
  const place = new Presence(cluster, settings, client)
  return {
    connection: address,
    adopted,
    folder: cluster.folder,
    serve: () => place.serve(),
    close: () => place.close()
  }
}

type Session = pg.Client & { ref(): void; unref(): void }

/** This process' place at the cluster: one session whose locks say that it is here. */
class Presence {
  readonly #cluster: Cluster
  readonly #settings: Record<string, string>
  #session: Session
  #isLost = false
  #serves = false
  readonly #leaving = new AbortController()
  #returning: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(cluster: Cluster, settings: Record<string, string>, client: pg.Client) {
    this.#cluster = cluster
    this.#settings = settings
    this.#session = this.#take(client)
  }

  async serve(): Promise<void> {
    for (let attempt = 1; attempt <= 10; attempt++) {
      if (await this.#claim()) return
      // The session of a server that was just killed may need a moment to notice.
      await delay(50)
    }
    const pid = await this.#holder()
    throw new Error(
      `Another Broadsheet server already runs on ${this.#cluster.seat} (process ${pid}). ` +
        'Stop it first, or give this one another DATA_DIR.'
    )
  }

  close(): Promise<void> {
    this.#leaving.abort()
    this.#closing ??= this.#leave()
    return this.#closing
  }

  async #claim(): Promise<boolean> {
    if (this.#serves) return true
    const [row] = await this.#ask<{ claimed: boolean }>('select pg_try_advisory_lock($1, $2) as claimed', server)
    this.#serves = row?.claimed === true
    return this.#serves
  }

  async #holder(): Promise<string> {
    const [row] = await this.#ask<{ name: string }>(
      `select application_name as name from pg_locks join pg_stat_activity using (pid)
       where locktype = 'advisory' and classid = $1 and objid = $2 and objsubid = 2 and granted`,
      server
    )
    return row?.name.split(':')[1] ?? 'unknown'
  }

  async #ask<Row>(text: string, values: number[]): Promise<Row[]> {
    await this.#returning
    this.#session.ref()
    try {
      return (await this.#session.query(text, values)).rows as Row[]
    } finally {
      this.#session.unref()
    }
  }

  /** The session does not keep Node alive: a program that ends without closing leaves a server to adopt. */
  #take(client: pg.Client): Session {
    const session = client as Session
    session.unref()
    session.once('end', () => {
      this.#isLost = true
      if (!this.#leaving.signal.aborted) this.#returning = this.#return()
    })
    return session
  }

  /** A server that crashed or was killed comes back: recovered by itself, or started anew. */
  async #return(): Promise<void> {
    const { signal } = this.#leaving
    while (!signal.aborted) {
      try {
        const { client } = await reach(this.#cluster, this.#settings, bePresent, signal)
        if (this.#serves) await client.query('select pg_try_advisory_lock($1, $2)', server)
        this.#isLost = false
        this.#session = this.#take(client)
        return
      } catch {
        await delay(1_000, undefined, { ref: false, signal }).catch(() => {})
      }
    }
  }

  async #leave(): Promise<void> {
    await this.#returning
    const session = this.#isLost ? ((await visit(this.#cluster)) as Session | undefined) : this.#session
    if (!session) return
    session.ref()
    try {
      // Given back first: two that leave at once would otherwise each take the other for present, and none stop it.
      await session.query('select pg_advisory_unlock_shared($1, $2)', presence)
      const { rows } = await session.query('select pg_try_advisory_lock($1, $2) as last', presence)
      // The lock is held until the server cuts the session, so whoever arrives now waits and then starts it anew.
      if (rows[0].last) await stopServer(this.#cluster)
    } catch (error) {
      if (!isAway(error)) throw error
    } finally {
      await session.end().catch(() => {})
    }
  }
}
