import pg from 'pg'
import { openCluster, stopCluster } from './cluster.ts'

/** The database that needs no installation: a PostgreSQL from npm, in a folder, shared by the Broadsheet processes that use it. */
export interface Embedded {
  connection: { host: string; port: number; user: string; database: string }
  /** Whether it already ran, left by a killed process or kept by another one. */
  adopted: boolean
  /** Where the cluster really is. */
  folder: string
  /** Claims the folder for this server; a second server is refused. */
  serve(): Promise<void>
  /** Leaves; whoever is last stops the database. */
  close(): Promise<void>
}

/** Session locks tell who is there; they vanish with a killed process by themselves. */
const presence = 8_215_201
const serving = 8_215_202

export async function openEmbedded(folder: string, settings: Record<string, string> = {}): Promise<Embedded> {
  for (let attempt = 1; ; attempt++) {
    const cluster = await openCluster(folder, settings)
    const address = { host: cluster.run, port: 5432, user: 'postgres' }
    try {
      const session = await enter(address)
      return {
        connection: { ...address, database: 'broadsheet' },
        adopted: cluster.adopted,
        folder: cluster.folder,
        ...doors(session, cluster.folder, () => stopCluster(cluster))
      }
    } catch (error) {
      // The one we adopted was just being stopped by its last user: begin anew.
      if (attempt === 5) throw error
    }
  }
}

async function enter(address: pg.ClientConfig): Promise<pg.Client> {
  const session = new pg.Client({ ...address, database: 'postgres', application_name: `broadsheet:${process.pid}` })
  session.on('error', () => {})
  await session.connect()
  await session.query('select pg_advisory_lock_shared($1)', [presence])
  const { rowCount } = await session.query(`select 1 from pg_database where datname = 'broadsheet'`)
  if (!rowCount) await session.query('create database broadsheet').catch(ignoreDuplicate)
  return session
}

const ignoreDuplicate = (error: { code?: string }) => {
  if (error.code !== '42P04' && error.code !== '23505') throw error
}

function doors(session: pg.Client, folder: string, stop: () => Promise<void>): Pick<Embedded, 'serve' | 'close'> {
  let closed: Promise<void> | undefined
  return {
    async serve() {
      const { rows } = await session.query('select pg_try_advisory_lock($1) as mine', [serving])
      if (rows[0].mine) return
      const holder = await session.query(
        `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
         where l.locktype = 'advisory' and l.objid = $1 and l.granted`,
        [serving]
      )
      const pid = holder.rows[0]?.name.split(':')[1] ?? 'unknown'
      throw new Error(
        `Another Broadsheet server already runs on ${folder} (process ${pid}). Stop it, or give this one a DATA_DIR of its own.`
      )
    },
    close() {
      closed ??= leave(session, stop)
      return closed
    }
  }
}

/** Releases the presence and, when nobody else is there, stops the database. */
async function leave(session: pg.Client, stop: () => Promise<void>): Promise<void> {
  try {
    await session.query('select pg_advisory_unlock_shared($1)', [presence])
    const { rows } = await session.query('select pg_try_advisory_lock($1) as last', [presence])
    if (rows[0].last) await stop()
  } finally {
    await session.end().catch(() => {})
  }
}
