import type { FastifyInstance } from 'fastify'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import type { Db } from '../src/db/client.ts'
import { sampleArticles } from './archive.ts'
import { median, quantile, timed } from './numbers.ts'

/** What single requests cost, asked in turn without a network between. */

export interface Pages {
  list: string
  first: number
  thousandth: number
  ratio: number
}

const openApp = (db: Db) => buildApp(readConfig({ LOG_LEVEL: 'silent' }), db)

async function read(app: FastifyInstance, url: string) {
  const response = await app.inject(url)
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode} ${response.body}`)
  return response.json()
}

/** Page 1 and page 1,000 of a list, in turn. */
export async function measurePages(db: Db, query: string, samples: number): Promise<Pages> {
  const app = await openApp(db)
  const first = `/v1/articles?${query}&limit=20`
  let cursor = ''
  for (let page = 1; page < 1000; page++) cursor = (await read(app, cursor ? `${first}&cursor=${cursor}` : first)).next
  if (!cursor) throw new Error(`${query} has fewer than 1,000 pages`)
  const times: { first: number[]; thousandth: number[] } = { first: [], thousandth: [] }
  for (let sample = 0; sample < samples; sample++) {
    times.first.push(await timed(() => read(app, first)))
    times.thousandth.push(await timed(() => read(app, `${first}&cursor=${cursor}`)))
  }
  await app.close()
  const [one, thousand] = [median(times.first), median(times.thousandth)]
  return { list: query, first: one, thousandth: thousand, ratio: thousand / one }
}

export interface RelatedCost {
  articles: number
  p50: number
  p99: number
  statements: number
}

/** All related lists of articles of every age. */
export async function measureRelated(db: Db, size: number, samples: number): Promise<RelatedCost> {
  const app = await openApp(db)
  let statements = 0
  app.addHook('onResponse', async request => {
    statements = Math.max(statements, request.db.statements)
  })
  const ids = await sampleArticles(db, size, samples)
  for (const id of ids.slice(0, 20)) await read(app, `/v1/articles/${id}/related?language=vi`)
  const times: number[] = []
  for (const id of ids) times.push(await timed(() => read(app, `/v1/articles/${id}/related?language=vi`)))
  await app.close()
  return { articles: size, p50: median(times), p99: quantile(times, 0.99), statements }
}
