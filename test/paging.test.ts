import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import t from 'tap'
import { type Db, fill, openHouse } from './helpers.ts'
import { type House, idOfNumber, putStories, runs, type StorySeed } from './stories.ts'

/** Lists do not lose or repeat anything while the newsroom goes on writing, however many things share an instant. */

const chains: Record<string, string[]> = { en: ['en'], fr: ['fr', 'en'], ar: ['ar', 'fr', 'en'] }
const records = [
  ...Object.keys(chains).map((tag, index) => ({
    kind: 'language',
    tag,
    name: tag,
    position: index + 1,
    fallback: chains[tag]!.slice(1)
  })),
  { kind: 'category', slug: 'news', labels: { en: 'News' } },
  { kind: 'category', slug: 'city', parent: 'news', labels: { en: 'City' } },
  { kind: 'category', slug: 'arts', labels: { en: 'Arts' } },
  { kind: 'topic', slug: 'floods', type: 'subject', labels: { en: 'Floods' } }
]

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 0xffff }), { minLength: 40, maxLength: 40 })
const minute = (number: number) => new Date(Date.UTC(2026, 4, 1, 12, number)).toISOString()

interface Page {
  items: { id: string }[]
  next: string | null
}

/** Follows `next` to the end; between two pages something may happen. */
async function walk({ get }: House, address: string, between: (page: number) => Promise<void> = async () => {}) {
  const seen: string[] = []
  let next: string | null = ''
  for (let page = 1; next !== null; page++) {
    if (page > 200) throw new Error(`${address} has no end`)
    const response = await get(next ? `${address}&cursor=${encodeURIComponent(next)}` : address)
    if (response.statusCode !== 200) throw new Error(`${address}: ${response.body}`)
    const { items, next: following }: Page = response.json()
    seen.push(...items.map(item => item.id))
    next = following
    if (next) await between(page)
  }
  return seen
}

const orders = ['-publishedAt', 'publishedAt', '-updatedAt', 'updatedAt'] as const
const filters = [
  '',
  'section=news',
  'section=city',
  'topic=floods',
  'section=news&topic=floods',
  'category=arts'
] as const

const storyShape = fc.record({
  originalLanguage: fc.constantFrom('en', 'fr', 'ar'),
  section: fc.constantFrom('news', 'city', 'arts'),
  topics: fc.constantFrom<string[][]>([], ['floods']),
  editions: fc.dictionary(
    fc.constantFrom('en', 'fr', 'ar'),
    fc.record({ publishedAt: fc.integer({ min: 0, max: 3 }), updatedAt: fc.integer({ min: 4, max: 6 }) }),
    { minKeys: 1, maxKeys: 3 }
  ),
  shift: fc.constantFrom(-5, 0, 0, 5)
})

type Shape = typeof storyShape extends fc.Arbitrary<infer S> ? S : never

const toStory = ({ editions, shift, ...story }: Shape, number: number, shifted: boolean): StorySeed => ({
  ...story,
  id: idOfNumber(number),
  editions: Object.entries(editions).map(([language, { publishedAt, updatedAt }]) => ({
    language,
    slug: `story-${number}`,
    publishedAt: minute(publishedAt + (shifted ? shift : 0)),
    updatedAt: minute(updatedAt + (shifted ? shift : 0))
  }))
})

/** What a list should hold, said again in a few lines and without SQL. */
function expected(stories: StorySeed[], language: string, fallback: string, filter: string, order: string): string[] {
  const wanted = new URLSearchParams(filter)
  const member = order.replace('-', '') as 'publishedAt' | 'updatedAt'
  const sign = order.startsWith('-') ? -1 : 1
  const sections: Record<string, string[]> = { news: ['news', 'city'], city: ['city'] }
  return stories
    .filter(story => !wanted.has('section') || sections[wanted.get('section')!]!.includes(story.section!))
    .filter(story => !wanted.has('category') || story.section === wanted.get('category'))
    .filter(story => !wanted.has('topic') || story.topics!.includes(wanted.get('topic')!))
    .flatMap(({ id, originalLanguage, editions }) => {
      const languages = fallback === 'none' ? [language] : [...chains[language]!, originalLanguage]
      const served = languages.flatMap(tag => editions.filter(edition => edition.language === tag))[0]
      return served ? [`${served[member]} ${id}`] : []
    })
    .sort((a, b) => sign * (a < b ? -1 : 1))
    .map(place => place.split(' ')[1]!)
}

t.test('articles', async t => {
  const house = await openHouse(t)
  await fill(house.db, records)
  const { db } = house

  for (const fallback of ['none', 'chain'] as const) {
    await t.test(`with fallback=${fallback} are each listed once while others are inserted`, async t => {
      const cases = fc.record({
        numbers: ids,
        old: fc.array(storyShape, { minLength: 1, maxLength: 20 }),
        inserted: fc.array(storyShape, { maxLength: 20 }),
        language: fc.constantFrom('en', 'fr', 'ar'),
        order: fc.constantFrom(...orders),
        filter: fc.constantFrom(...filters),
        limit: fc.integer({ min: 1, max: 7 })
      })
      const property = fc.asyncProperty(cases, async ({ numbers, old, inserted, language, order, filter, limit }) => {
        await db.rows(sql`delete from articles`)
        const stories = old.map((shape, index) => toStory(shape, numbers[index]!, false))
        const later = inserted.map((shape, index) => toStory(shape, numbers[20 + index]!, true))
        await putStories(db, stories)
        const query = `language=${language}&fallback=${fallback}&order=${order}&${filter}`
        const whole = await walk(house, `/v1/articles?${query}&limit=100`)
        const model = expected(stories, language, fallback, filter, order)
        if (`${whole}` !== `${model}`) throw new Error(`${query}\n listed ${whole}\n wanted ${model}`)
        const walked = await walk(house, `/v1/articles?${query}&limit=${limit}`, async page => {
          const some = later.slice((page - 1) * 3, page * 3)
          if (some.length > 0) await putStories(db, some)
        })
        holds(whole, walked, query)
      })
      await fc.assert(property, runs(30))
      t.pass('for every history tried')
    })
  }
})

/** What was there all the time comes once, in its order; what came meanwhile at most once. */
function holds(whole: string[], walked: string[], query: string) {
  if (new Set(walked).size !== walked.length) throw new Error(`${query} repeats: ${walked}`)
  const kept = walked.filter(id => whole.includes(id))
  if (`${kept}` !== `${whole}`) throw new Error(`${query}\n walked ${kept}\n wanted ${whole}`)
}

/** Another noun: how its rows are made, where they are listed, and in which orders. */
interface Shelf<Row> {
  rows: fc.Arbitrary<Row>
  orders: string[]
  filters: string[]
  put(db: Db, rows: (Row & { id: string })[]): Promise<unknown>
  clear(db: Db): Promise<unknown>
}

const publicStory = idOfNumber(0xffffff)
const at = fc.integer({ min: 0, max: 2 }).map(minute)
const shelf = <Row>(shelf: Shelf<Row>) => shelf as unknown as Shelf<object>

const shelves: Record<string, Shelf<object>> = {
  sources: shelf({
    rows: fc.record({ slug: fc.stringMatching(/^[a-c0-1]{1,3}(-[a-b0]{1,2})?$/), at }),
    orders: ['slug', '-updatedAt', 'updatedAt'],
    filters: ['', 'type=agency'],
    put: (db, rows) =>
      db.rows(sql`insert into sources (id, slug, type, updated_at) select id, slug, 'agency', at
        from json_to_recordset(${JSON.stringify(rows)}::json) as r (id uuid, slug text, at timestamptz) on conflict (slug) do nothing`),
    clear: db => db.rows(sql`delete from sources`)
  }),
  comments: shelf({
    rows: fc.record({ likes: fc.integer({ min: 0, max: 2 }), at }),
    orders: ['-likes', '-createdAt', 'createdAt'],
    filters: [`article=${publicStory}`],
    put: (db, rows) =>
      db.rows(sql`insert into comments (id, article_id, language, author_name, body, state, likes, created_at, updated_at)
        select id, ${publicStory}::uuid, 'en', 'Bo', 'Well.', 'approved', likes, at, at
        from json_to_recordset(${JSON.stringify(rows)}::json) as r (id uuid, likes int, at timestamptz)`),
    clear: db => db.rows(sql`delete from comments`)
  }),
  images: shelf({
    rows: fc.record({ at }),
    orders: ['-createdAt', 'createdAt', '-updatedAt', 'updatedAt'],
    filters: ['', `article=${publicStory}`],
    put: (db, rows) =>
      db.rows(sql`with i as (insert into images (id, url, created_at, updated_at) select id, 'https://pictures.example/' || id, at, at
          from json_to_recordset(${JSON.stringify(rows)}::json) as r (id uuid, at timestamptz) returning id)
        insert into article_images (article_id, image_id, role, position) select ${publicStory}::uuid, id, 'gallery', 1 from i`),
    clear: async db => {
      await db.rows(sql`delete from article_images`)
      await db.rows(sql`delete from images`)
    }
  }),
  categories: shelf({
    rows: fc.record({ position: fc.integer({ min: -1, max: 1 }), at }),
    orders: ['position', 'slug', '-updatedAt', 'updatedAt'],
    filters: ['', 'parent=none'],
    put: (db, rows) =>
      db.rows(sql`insert into categories (id, slug, position, updated_at) select id, 'c-' || id, position, at
        from json_to_recordset(${JSON.stringify(rows)}::json) as r (id uuid, position int, at timestamptz)`),
    clear: db => db.rows(sql`delete from categories where slug like 'c-%'`)
  })
}

for (const [noun, { rows, orders, filters, put, clear }] of Object.entries(shelves)) {
  t.test(`${noun} are each listed once while others are inserted`, async t => {
    const house = await openHouse(t)
    const { db } = house
    await fill(db, records)
    const edition = { language: 'en', slug: 'open', publishedAt: minute(0) }
    await putStories(db, [{ id: publicStory, originalLanguage: 'en', editions: [edition] }])
    const cases = fc.record({
      numbers: ids,
      old: fc.array(rows, { minLength: 1, maxLength: 20 }),
      inserted: fc.array(rows, { maxLength: 20 }),
      order: fc.constantFrom(...orders),
      filter: fc.constantFrom(...filters),
      limit: fc.integer({ min: 1, max: 7 })
    })
    const property = fc.asyncProperty(cases, async ({ numbers, old, inserted, order, filter, limit }) => {
      await clear(db)
      const named = (list: object[], from: number) =>
        list.map((row, index) => ({ ...row, id: idOfNumber(numbers[from + index]!) }))
      await put(db, named(old, 0))
      const query = `order=${order}&${filter}`
      const whole = await walk(house, `/v1/${noun}?${query}&limit=100`)
      if (noun !== 'sources' && !old.every((_, index) => whole.includes(idOfNumber(numbers[index]!))))
        throw new Error(`${query} lists ${whole.length} of ${old.length}`)
      const walked = await walk(house, `/v1/${noun}?${query}&limit=${limit}`, async page => {
        await put(db, named(inserted, 20).slice((page - 1) * 3, page * 3))
      })
      holds(whole, walked, `${noun}?${query}&limit=${limit}`)
    })
    await fc.assert(property, runs())
    t.pass('for every history tried')
  })
}

t.test('a cursor', async t => {
  const { db, app, get } = await openHouse(t)
  await fill(db, [
    ...records,
    ...['ann', 'bo', 'cy'].map(slug => ({ kind: 'author', slug, type: 'person', names: { en: slug } })),
    ...['ap', 'bbc', 'dpa'].map(slug => ({ kind: 'source', slug, type: 'agency', names: { en: slug } }))
  ])
  const languages = ['en', 'fr', 'ar']
  const stories = Array.from({ length: 6 }, (_, number) => ({
    id: idOfNumber(number + 1),
    originalLanguage: 'en',
    topics: ['floods'],
    editions: languages.map(language => ({ language, slug: `story-${number}`, publishedAt: minute(1) }))
  }))
  await putStories(db, stories)
  const list = '/v1/articles?language=fr&limit=2'
  const cursor = (await get(list)).json().next as string
  const refused = async (address: string, cursor: string, why: string) => {
    const response = await app.inject(`${address}&cursor=${encodeURIComponent(cursor)}`)
    t.equal(response.statusCode, 400, `${why}: ${response.body.slice(0, 200)}`)
    t.ok(['invalid-cursor', 'invalid-parameter'].includes(response.json().code), `${why}: ${response.json().code}`)
    t.equal(response.json().errors[0].pointer, 'cursor', `${why} is said of the cursor`)
  }

  await t.test('leads on, whatever the size and the form of the page', async t => {
    for (const form of ['', '&view=full', '&fields=headline', '&limit=7', '&count=exact']) {
      const { items } = (await get(`/v1/articles?language=fr${form}&cursor=${cursor}`)).json()
      t.equal(items[0].slug, 'story-3', form)
    }
  })

  await t.test('with a changed character is refused', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. %é\u0000'
    const mutation = fc.record({
      place: fc.nat(cursor.length - 1),
      character: fc.constantFrom(...alphabet)
    })
    const mutated = fc.asyncProperty(mutation, async ({ place, character }) => {
      fc.pre(cursor[place] !== character)
      const changed = cursor.slice(0, place) + character + cursor.slice(place + 1)
      const response = await app.inject(`${list}&cursor=${encodeURIComponent(changed)}`)
      if (response.statusCode !== 400) throw new Error(`${response.statusCode} for ${JSON.stringify(changed)}`)
      if (!['invalid-cursor', 'invalid-parameter'].includes(response.json().code)) throw new Error(response.body)
    })
    await fc.assert(mutated, runs(100))
  })

  await t.test('that was cut, lengthened or emptied is refused', async () => {
    for (const length of [1, 2, 15, 16, 17, cursor.length - 2, cursor.length - 1])
      await refused(list, cursor.slice(0, length), `${length} characters`)
    await refused(list, '', 'nothing')
    await refused(list, `${cursor}A`, 'one more')
    await refused(list, `${cursor}${cursor}`, 'twice')
    await refused(list, 'A'.repeat(2048), '2 kB')
    await refused(list, cursor + 'A'.repeat(1024 - cursor.length), 'as long as may be')
    await refused(list, `["2026-05-01T12:01:00.000Z","${idOfNumber(3)}"]`, 'a place in plain words')
    await refused(list, 'null', 'null')
    await refused(`${list}&cursor=${cursor}`, cursor, 'two of them')
  })

  await t.test('of another order, filter, language, fallback or noun is refused', async () => {
    const others = [
      '/v1/articles?language=fr&limit=2&order=publishedAt',
      '/v1/articles?language=fr&limit=2&order=-updatedAt',
      '/v1/articles?language=fr&limit=2&topic=floods',
      '/v1/articles?language=fr&limit=2&section=news',
      '/v1/articles?language=fr&limit=2&updatedSince=2026-01-01T00:00:00Z',
      '/v1/articles?language=fr&limit=2&fallback=chain',
      '/v1/articles?language=en&limit=2',
      '/v1/articles?language=ar&limit=2'
    ]
    for (const other of others) {
      await refused(other, cursor, other)
      await refused(list, (await get(other)).json().next, `back from ${other}`)
    }
    for (const noun of ['sources', 'authors', 'categories']) {
      await refused(`/v1/${noun}?language=fr&limit=2`, cursor, noun)
      await refused(list, (await get(`/v1/${noun}?language=fr&limit=1`)).json().next, `one of ${noun}`)
    }
    const sources = (await get('/v1/sources?language=fr&limit=1')).json().next
    await refused('/v1/authors?language=fr&limit=1', sources, 'sources to authors')
  })

  await t.test('of another house is refused', async () => {
    await db.rows(sql`update house set secret = 'another'`)
    await new Promise(resolve => setTimeout(resolve, 1_100))
    await refused(list, cursor, 'another secret')
  })
})
