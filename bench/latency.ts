import type { SQL } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import type { Db } from '../src/db/client.ts'
import { sampleArticles } from './archive.ts'
import { executionsOf } from './executions.ts'
import { quantile, timed } from './numbers.ts'

/** What single requests cost, asked in turn without a network between. */

export interface Spread {
  p50: number
  p95: number
}

export interface Pages {
  list: string
  first: Spread
  /** 1,000, or the last page of an archive that has fewer. */
  page: number
  thousandth: Spread
  ratio: number
}

const deep = 1000
const openApp = (db: Db) => buildApp(readConfig({ LOG_LEVEL: 'silent' }), db)
const spread = (times: number[]): Spread => ({ p50: quantile(times, 0.5), p95: quantile(times, 0.95) })

async function read(app: FastifyInstance, url: string) {
  const response = await app.inject(url)
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode} ${response.body}`)
  return response.json()
}

/** Page 1 and page 1,000 of a list, in turn; the walk there prepares the statements as a busy server has them. */
export async function measurePages(db: Db, query: string, samples: number): Promise<Pages> {
  const app = await openApp(db)
  const first = `/v1/articles?${query}&limit=20`
  let thousandth = first
  let page = 1
  for (; page < deep; page++) {
    const { next } = await read(app, thousandth)
    if (!next) break
    thousandth = `${first}&cursor=${encodeURIComponent(next)}`
  }
  const times = { first: [] as number[], thousandth: [] as number[] }
  for (let sample = -20; sample < samples; sample++) {
    const one = await timed(() => read(app, first))
    const thousand = await timed(() => read(app, thousandth))
    if (sample < 0) continue
    times.first.push(one)
    times.thousandth.push(thousand)
  }
  await app.close()
  const [one, thousand] = [spread(times.first), spread(times.thousandth)]
  return { list: query, first: one, page, thousandth: thousand, ratio: thousand.p50 / one.p50 }
}

export interface ReadCost {
  read: string
  articles: number
  /** The first time an article is asked about, when its pages may come from the disk. */
  first50: number
  p50: number
  p99: number
  /** Milliseconds in the database, of all statements of a read together. */
  database50: number
  database99: number
  statements: number
}

/** All related lists of articles of every age, and the front page. */
export async function measureRelated(db: Db, size: number, samples: number): Promise<ReadCost[]> {
  const ids = await sampleArticles(db, size, samples)
  return [
    await measureReads(
      db,
      { read: 'related', articles: size },
      ids.map(id => `/v1/articles/${id}/related?language=vi`)
    ),
    await measureReads(
      db,
      { read: 'front page', articles: size },
      ids.map(() => '/v1/rails?language=vi')
    )
  ]
}

/**
 * Asks each address twice, in turn, and afterwards all they have asked of the database once more: all is read between two times, so that the pages of one
 * article are in the memory of the machine but not at hand just for itself.
 */
async function measureReads(db: Db, what: Pick<ReadCost, 'read' | 'articles'>, urls: string[]): Promise<ReadCost> {
  const app = await openApp(db)
  let asked: SQL[] = []
  app.addHook('onRequest', async ({ db }) => {
    const rows = db.rows.bind(db)
    db.rows = query => {
      asked.push(query)
      return rows(query)
    }
  })
  const groups: SQL[][] = []
  const readAll = async () => {
    const times: number[] = []
    for (const [index, url] of urls.entries()) {
      asked = []
      times.push(await timed(() => read(app, url)))
      groups[index] = asked
    }
    return times
  }
  const first = await readAll()
  const times = await readAll()
  await app.close()
  const executions = await executionsOf(db, groups)
  return {
    ...what,
    first50: quantile(first, 0.5),
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    database50: quantile(executions, 0.5),
    database99: quantile(executions, 0.99),
    statements: Math.max(...groups.map(statements => statements.length))
  }
}
