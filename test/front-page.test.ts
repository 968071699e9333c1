import { sql } from 'drizzle-orm'
import t from 'tap'
import { forgetOldViews } from '../src/features/views/queries.ts'
import { keyFor, openHouse } from './helpers.ts'

/** A front page in one call, and the views it is made from. */

interface List {
  status: string
  fallback?: string | null
  minimum: number
  items: {
    id: string
    slug: string
    pinned: boolean
    score?: number
    reasons?: { kind: string; weight: number }[]
  }[]
}

const languages = ['en', 'vi', 'fr', 'ar']

async function openNewsroom(t: Parameters<typeof openHouse>[0]) {
  const house = await openHouse(t, { demo: true })
  const { db, get, send } = house
  const reporter = await keyFor(db, 'views:write')
  const desk = await keyFor(db, 'pins:write', 'pins:delete', 'views:read')
  const view = (views: object[], headers: Record<string, string> = {}) =>
    send('POST', '/v1/views', { headers: { ...reporter, ...headers }, payload: { views } })
  const front = async (query = 'language=en') => {
    const page = (await get(`/v1/rails?${query}`)).json() as { picks: List; rails: List[]; mostViewed: List }
    return { ...page, all: [page.picks, ...page.rails, page.mostViewed] }
  }
  const stories = async (language = 'en') =>
    (await get(`/v1/articles?language=${language}&limit=100`)).json().items as { id: string; slug: string }[]
  return { ...house, desk, view, front, stories }
}

const idsOf = (lists: List[]) => lists.flatMap(({ items }) => items.map(({ id }) => id))

t.test('a front page', async t => {
  const { db, send, desk, view, front, stories } = await openNewsroom(t)
  const known = await stories()

  await t.test(
    'has the picks of the newsroom and all rails in each language; without views most viewed is hidden',
    async t => {
      for (const language of languages) {
        const { picks, rails, mostViewed, all } = await front(`language=${language}`)
        t.match(
          picks,
          { status: 'ok', minimum: 1, items: [{ pinned: true }, { pinned: true }, { pinned: true }] },
          language
        )
        t.match(mostViewed, { status: 'hidden', minimum: 3, items: [] }, language)
        t.equal(rails.length, 7)
        for (const { status, items, minimum } of rails) {
          t.match(status, /^(ok|fallback)$/, language)
          t.ok(items.length >= minimum && items.length <= 6)
        }
        t.equal(new Set(idsOf(all)).size, idsOf(all).length, 'nothing twice')
      }
    }
  )

  await t.test('says why an item is there, when asked', async t => {
    const { all } = await front('language=fr&explain=1')
    for (const { items } of all)
      for (const { score, reasons } of items) {
        const sum = reasons!.reduce((total, { weight }) => total + weight, 0)
        t.ok(reasons!.length > 0 && Math.abs(sum - score!) < 1e-9, `${sum} ${score}`)
      }
    t.ok((await front('language=fr')).all.every(({ items }) => items.every(item => !('reasons' in item))))
  })

  await t.test('without picks says that there are none', async t => {
    await db.rows(sql`delete from pins where "group" = 'picks'`)
    for (const language of languages)
      t.match((await front(`language=${language}`)).picks, { status: 'hidden', minimum: 1, items: [] }, language)
  })

  await t.test('has the most viewed in their order, in their language', async t => {
    const seen = known.slice(20, 26)
    const taken = await view(seen.map(({ id }, index) => ({ article: id, language: 'en', count: 600 - index * 100 })))
    t.match(taken.json(), { accepted: 2100, unknown: [] })
    const { mostViewed, all } = await front()
    t.equal(mostViewed.status, 'ok')
    const order = mostViewed.items.map(({ id }) => seen.findIndex(story => story.id === id))
    t.ok(order.length >= 3)
    t.same(order, [...order].sort(), 'the most viewed first')
    t.ok(mostViewed.items.every(({ pinned }) => !pinned))
    const explained = (await front('language=en&explain=1')).mostViewed.items
    t.ok(explained.every(({ reasons }) => reasons!.length === 1 && reasons![0]!.kind === 'views'))
    t.equal(new Set(idsOf(all)).size, idsOf(all).length)
    t.match((await front('language=fr')).mostViewed, { status: 'hidden' })
  })

  await t.test('has the picks of the editors first, nowhere else', async t => {
    const [target, second] = [(await front()).mostViewed.items[0]!.id, known[40]!.id]
    const pin = (body: object) => send('POST', '/v1/desk/pins', { headers: desk, payload: { group: 'picks', ...body } })
    for (const [position, id] of [target, second].entries())
      t.equal((await pin({ target: id, position })).statusCode, 201)
    t.equal((await pin({ target: known[41]!.id, position: 2, endsAt: '2020-01-01T00:00:00Z' })).statusCode, 201)
    const { picks, all } = await front()
    t.same(
      picks.items.map(({ id, pinned }) => [id, pinned]),
      [
        [target, true],
        [second, true]
      ]
    )
    t.equal(new Set(idsOf(all)).size, idsOf(all).length)
    const beside = await pin({ target, position: 0, article: second })
    t.match(beside.json(), { code: 'invalid-field', errors: [{ pointer: '/article' }] })
    t.match((await pin({ target, position: 0, group: 'pick' })).json(), { code: 'invalid-field' })
  })

  await t.test('shows one of a cluster of copies', async t => {
    const before = (await front()).mostViewed.items.map(({ id }) => id)
    const [one, other] = before as [string, string]
    await db.rows(
      sql`insert into clusters (article_id, cluster_id) values (${one}::uuid, ${one}::uuid), (${other}::uuid, ${one}::uuid)`
    )
    const all = idsOf((await front()).all)
    t.equal([one, other].filter(id => all.includes(id)).length, 1)
    await db.rows(sql`delete from clusters`)
  })

  await t.test('shows nothing that is hidden, however often it was viewed or picked', async t => {
    const [picked, ...viewed] = [...(await front()).picks.items, ...(await front()).mostViewed.items].map(
      ({ id }) => id
    )
    await db.rows(
      sql`update articles set embargo_until = '2099-01-01' where id in (${picked}::uuid, ${viewed.at(-1)}::uuid)`
    )
    await db.rows(
      sql`update postings set embargo_until = '2099-01-01' where article_id in (${picked}::uuid, ${viewed.at(-1)}::uuid)`
    )
    for (const id of idsOf((await front()).all)) t.notOk([picked, viewed.at(-1)].includes(id))
    const again = await view([{ article: picked!, language: 'en', count: 1 }])
    t.same(again.json(), { accepted: 0, unknown: [{ article: picked, language: 'en' }] })
  })

  await t.test('has as many in each list as asked for', async t => {
    const { rails, all } = await front('language=en&limit=2')
    t.ok(all.every(({ items }) => items.length <= 2))
    t.ok(rails.every(({ status, items }) => status !== 'hidden' && items.length > 0))
    const { get } = await openHouse(t)
    for (const bad of [
      'limit=0',
      'limit=21',
      'groups=topic',
      'asOf=today',
      'language=xx',
      'explain=2',
      'limit=2&limit=3'
    ])
      t.equal((await get(`/v1/rails?${bad}`)).statusCode, 400, bad)
    t.match((await get('/v1/rails')).json(), {
      rails: [],
      picks: { status: 'hidden' },
      mostViewed: { status: 'hidden' }
    })
  })
})

t.test('views', async t => {
  const { db, send, desk, view, stories } = await openNewsroom(t)
  const [story, other] = await stories()
  const hours = async (article = story!.id) =>
    (await send('GET', `/v1/desk/views?article=${article}&language=en`, { headers: desk })).json().items
  const one = { article: story!.id, language: 'en', count: 3 }
  const nobody = '018d2a7e-5c00-7b3a-9d1e-2f6a4c8b0e11'

  await t.test('are added up by the hour; what nobody can see is named', async t => {
    const taken = await view([one, { ...one, count: 4 }, { ...one, article: nobody }, { ...one, language: 'de' }])
    t.equal(taken.statusCode, 200)
    t.match(taken.json(), { accepted: 7 })
    t.same(
      taken
        .json()
        .unknown.map((each: object) => Object.values(each))
        .sort(),
      [
        [nobody, 'en'],
        [story!.id, 'de']
      ].sort()
    )
    t.match(await hours(), [{ hour: /^\d{4}-\d\d-\d\dT\d\d:00:00\.000Z$/, count: 7 }])
    t.same(await hours(nobody), [])
  })

  await t.test('of a draft, of what was withdrawn and of what never was are answered alike', async t => {
    const hidden = await db.rows<{ id: string }>(sql`select distinct article_id as id from editions
      where language = 'en' and state in ('draft', 'scheduled', 'withdrawn')`)
    t.ok(hidden.length >= 3)
    for (const article of [...hidden.map(({ id }) => id), nobody]) {
      const answer = await view([{ ...one, article }])
      t.equal(answer.statusCode, 200)
      t.same(answer.json(), { accepted: 0, unknown: [{ article, language: 'en' }] })
    }
  })

  await t.test('are shown by the hour, however many there were', async t => {
    const many = 3_000_000_000
    await db.rows(sql`update view_counts set count = ${many}::bigint where article_id = ${story!.id}::uuid`)
    t.match(await hours(), [{ count: many }])
    await db.rows(sql`update view_counts set count = 7 where article_id = ${story!.id}::uuid`)
  })

  await t.test('are counted once, however often a batch comes under its key', async t => {
    const key = { 'idempotency-key': 'batch-1' }
    const first = await view([{ ...one, article: other!.id }], key)
    const second = await view([{ ...one, article: other!.id }], key)
    t.same(second.json(), first.json())
    t.equal(second.headers['idempotent-replayed'], 'true')
    t.match(await hours(other!.id), [{ count: 3 }])
    t.equal((await view([{ ...one, article: other!.id, count: 1 }], key)).json().code, 'idempotency-key-reused')
  })

  await t.test('of batches at once are all there, in whatever order they name the stories', async t => {
    const before = (await db.rows<{ sum: number }>(sql`select sum(count)::int as sum from view_counts`))[0]!.sum
    const all = (await stories()).map(({ id }) => ({ article: id, language: 'en', count: 1 }))
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => view(n % 2 === 0 ? all : [...all].reverse())))
    for (const answer of answers) t.equal(answer.statusCode, 200, answer.body)
    const after = (await db.rows<{ sum: number }>(sql`select sum(count)::int as sum from view_counts`))[0]!.sum
    t.equal(after - before, 8 * all.length)
  })

  await t.test('count half after half a day, and never too little or too much for a number', async t => {
    const ask = () =>
      db.rows<{ heat: number }>(sql`select heat - extract(epoch from now())::float8 * ln(2) / 43200 as heat
        from view_heat where article_id = ${other!.id}::uuid`)
    await db.rows(sql`update view_heat set heat = extract(epoch from now() - interval '12 hours')::float8 * ln(2) / 43200 + ln(10)
      where article_id = ${other!.id}::uuid`)
    await view([{ ...one, article: other!.id, count: 5 }])
    t.ok(Math.abs(Math.exp((await ask())[0]!.heat) - 10) < 0.1, 'ten views of half a day ago and five of now are ten')
    for (const far of [-100_000, 100_000]) {
      await db.rows(sql`update view_heat set heat = heat + ${far}::float8 where article_id = ${other!.id}::uuid`)
      t.equal((await view([{ ...one, article: other!.id }])).statusCode, 200)
    }
  })

  await t.test('write no entry into the log', async t => {
    const count = () => db.rows<{ count: number }>(sql`select count(*)::int as count from changes`)
    const before = await count()
    await view([one])
    t.same(await count(), before)
  })

  await t.test('are forgotten when they are old', async t => {
    await db.rows(sql`insert into view_counts (hour, article_id, language, count)
      select date_trunc('hour', now()) - make_interval(days => d), ${nobody}::uuid, 'en', 1 from unnest(array[29, 31, 40]) d`)
    await db.rows(sql`insert into view_heat (article_id, language, heat) values (${nobody}::uuid, 'en',
      extract(epoch from now() - interval '8 days')::float8 * ln(2) / 43200)`)
    await db.transaction(forgetOldViews)
    const left = await db.rows(sql`select 1 from view_counts where article_id = ${nobody}::uuid`)
    t.equal(left.length, 1)
    t.same(await db.rows(sql`select 1 from view_heat where article_id = ${nobody}::uuid`), [])
    t.equal((await hours()).length, 1)
  })

  await t.test('that do not fit are refused whole', async t => {
    const bad: [string, unknown][] = [
      ['no body of views', {}],
      ['none', { views: [] }],
      ['far too many', { views: Array.from({ length: 10_001 }, () => one) }],
      ['fewer than none', { views: [{ ...one, count: -1 }] }],
      ['seen tomorrow', { views: [{ ...one, at: '2099-01-01T00:00:00Z' }] }],
      ['too many', { views: Array.from({ length: 1_001 }, () => one) }],
      ['nothing seen', { views: [{ ...one, count: 0 }] }],
      ['too often', { views: [{ ...one, count: 10_001 }] }],
      ['half a view', { views: [{ ...one, count: 0.5 }] }],
      ['no id', { views: [{ ...one, article: 'x' }] }],
      ['no tag', { views: [{ ...one, language: 'EN_us' }] }],
      ['one more member', { views: [{ ...one, at: '2026-01-01' }] }],
      ['another form', [one]]
    ]
    const headers = await keyFor(db, 'views:write')
    const before = await hours()
    for (const [what, payload] of bad) {
      const answer = await send('POST', '/v1/views', { headers, payload: payload as object })
      t.equal(answer.statusCode, 422, `${what}: ${answer.body}`)
    }
    t.same(await hours(), before)
    t.equal((await send('GET', '/v1/desk/views?language=en', { headers: desk })).statusCode, 400)
  })
})
