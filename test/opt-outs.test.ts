import { sql } from 'drizzle-orm'
import t from 'tap'
import { numberChanges } from '../src/features/changes/queries.ts'
import { readSome } from '../src/features/changes/readers.ts'
import { similarReader } from '../src/features/similar/reader.ts'
import { type Db, fill, keyFor, openHouse } from './helpers.ts'
import { storyRecord } from './stories.ts'
import { jobKeys, startWorker, until } from './workers.ts'

/** A source or a topic that nobody wants beside a story: its stories stand in no related list, and have lists of their own. */

const article = (id: string, more: object = {}, edition: object = {}) =>
  storyRecord(id, more, {
    headline: `Harbour ferry strike ${id}`,
    html: `<p>Ferry crews struck at the harbour. ${Array.from({ length: 30 }, (_, n) => `${id}${n}`).join(' ')}</p>`,
    ...edition
  })

const house = [
  { kind: 'language', tag: 'en', name: 'English', position: 1 },
  { kind: 'source', slug: 'wire', type: 'agency', names: { en: 'Wire' } },
  { kind: 'source', slug: 'adverts', type: 'company', names: { en: 'Adverts' } },
  { kind: 'category', slug: 'news', labels: { en: 'News' }, rail: { position: 1, minimum: 1, fallback: 'none' } },
  ...['ferries', 'horoscope'].map(slug => ({ kind: 'topic', slug, type: 'subject', labels: { en: slug } }))
]

const stories = [
  article('first', { source: 'wire', topics: ['ferries'] }),
  article('second', { source: 'wire', topics: ['ferries'] }),
  article('fourth', { source: 'wire', topics: ['ferries'] }),
  article('third', { source: 'wire', topics: ['ferries'] }),
  article('paid', { source: 'adverts', topics: ['ferries'] }),
  article('paid-edition', { topics: ['ferries'] }, { source: 'adverts' }),
  article('stars', { topics: ['ferries', 'horoscope'] })
]

const keepSimilar = async (db: Db) => {
  await numberChanges(db)
  while (await readSome(db, similarReader())) {}
}

type Get = Awaited<ReturnType<typeof openHouse>>['get']
interface Lists {
  groups: { items: { slug: string }[] }[]
  rails: { items: { slug: string }[] }[]
}

async function beside(get: Get, slug: string) {
  const { groups, rails } = (await get(`/v1/articles/${slug}/related?language=en&variety=0`)).json() as Lists
  return [...groups, ...rails].flatMap(({ items }) => items.map(item => item.slug)).sort()
}

t.test('opting out', async t => {
  const { db, connection, get, send } = await openHouse(t)
  await fill(db, [...house, ...stories])
  await keepSimilar(db)
  const headers = await keyFor(db, '*:*')
  const worker = startWorker(t, connection)
  await worker.ready
  const say = async (path: string, showInRelated: boolean) => {
    const { headers: current } = await get(path, headers)
    const answer = await send('PATCH', path, {
      headers: { ...headers, 'if-match': String(current.etag), 'content-type': 'application/merge-patch+json' },
      payload: { showInRelated }
    })
    t.equal(answer.statusCode, 200, answer.body)
    await until(async () => (await jobKeys(db)).every(key => !key?.startsWith('repost')))
  }
  const idOf = async (noun: string, slug: string) => {
    const { items } = (await get(`/v1/desk/${noun}?slug=${slug}`, headers)).json() as { items: { id: string }[] }
    return items[0]!.id
  }
  const adverts = `/v1/desk/sources/${await idOf('sources', 'adverts')}`
  const horoscope = `/v1/desk/topics/${await idOf('topics', 'horoscope')}`

  t.same(await beside(get, 'first'), ['fourth', 'paid', 'paid-edition', 'second', 'stars', 'third'])
  await say(adverts, false)
  t.same(await beside(get, 'first'), ['fourth', 'second', 'stars', 'third'], 'of the article or of its edition')
  t.same(await beside(get, 'paid'), ['first', 'fourth', 'second', 'stars', 'third'], 'its own page has lists')
  await say(horoscope, false)
  t.same(await beside(get, 'first'), ['fourth', 'second', 'third'])
  const { rows } = {
    rows: await db.rows(sql`select groups from changes where noun = 'related' order by id desc limit 1`)
  }
  t.match(JSON.stringify(rows), /article-/, 'caches hear of it')
  await say(adverts, true)
  t.same(await beside(get, 'first'), ['fourth', 'paid', 'paid-edition', 'second', 'third'])
  await say(horoscope, true)
  t.same(await beside(get, 'first'), ['fourth', 'paid', 'paid-edition', 'second', 'stars', 'third'])
})

t.test('an imported source or topic opts out too, and what it had before follows', async t => {
  const { db, connection, get } = await openHouse(t)
  await fill(db, [...house, ...stories])
  await keepSimilar(db)
  const optedOut = house.map(record =>
    'slug' in record && ['adverts', 'horoscope'].includes(record.slug!) ? { ...record, showInRelated: false } : record
  )
  await fill(db, optedOut)
  t.equal((await jobKeys(db)).filter(key => key?.startsWith('repost')).length, 2)
  await startWorker(t, connection).ready
  await until(async () => (await jobKeys(db)).every(key => !key?.startsWith('repost')))
  t.same(await beside(get, 'first'), ['fourth', 'second', 'third'])
})

t.test('a list of more stories than one job takes is done by several', async t => {
  const { db, connection } = await openHouse(t)
  const many = Array.from({ length: 1_100 }, (_, n) => article(`story-${n}`, { source: 'adverts' }))
  await fill(db, [...house, ...many])
  await db.transaction(async tx => {
    await tx.rows(sql`update sources set show_in_related = false where slug = 'adverts'`)
    const { planReposts } = await import('../src/db/postings.ts')
    await planReposts(tx)
  })
  await startWorker(t, connection).ready
  await until(async () => (await jobKeys(db)).every(key => !key?.startsWith('repost')), 60)
  const [row] = await db.rows<{ shown: number }>(sql`select count(*)::int as shown from postings where show_in_related`)
  t.equal(row!.shown, 0)
})
