import { sql } from 'drizzle-orm'
import t from 'tap'
import { resources } from '../src/resources/index.ts'
import { fill, openHouse } from './helpers.ts'

/** The same promises for every noun, taken from the list of nouns: a new one is held to them without being named here. */

type Item = Record<string, unknown> & { id?: string; tag?: string }
const keyOf = (item: Item) => String(item.tag ?? item.id)

for (const { name, item, orders, defaultOrder, groups } of resources) {
  t.test(name, async t => {
    const { get, app } = await openHouse(t, { demo: true })
    const query = name === 'articles' ? 'language=en&' : ''
    const list = async (parameters: string) =>
      (await get(`/v1/${name}?${query}${parameters}`)).json() as { items: Item[]; next: string | null }

    await t.test('are paged without a gap or a repeat, in every order', async t => {
      for (const order of Object.keys(orders)) {
        const scope = order === '-likes' ? `&article=${(await list('limit=1')).items[0]?.article}` : ''
        const whole = await list(`limit=100&order=${order}${scope}`)
        const walked: string[] = []
        let next: string | null = ''
        for (let page = 0; next !== null && page < 100; page++) {
          const part: Awaited<ReturnType<typeof list>> = await list(
            `limit=7&order=${order}${scope}${next ? `&cursor=${encodeURIComponent(next)}` : ''}`
          )
          walked.push(...part.items.map(keyOf))
          next = part.next
        }
        t.same(walked.slice(0, 100), whole.items.map(keyOf), order)
        t.equal(new Set(walked).size, walked.length)
      }
    })

    await t.test('can each be read by key, as they are listed', async t => {
      const { items } = await list('limit=5')
      t.ok(items.length > 0, 'the demo newsroom has some')
      for (const listed of items) {
        const one = (await get(`/v1/${name}/${keyOf(listed)}?${query}`)).json()
        t.match(one, Object.fromEntries(Object.entries(listed).filter(([member]) => item.required?.includes(member))))
        if (typeof listed.slug === 'string')
          t.equal(keyOf((await get(`/v1/${name}/${listed.slug}?${query}`)).json()), keyOf(one))
      }
    })

    await t.test('send only the members asked for, and those that identify', async t => {
      const [member] = Object.keys(item.properties).filter(member => !item.required?.includes(member))
      const asked = member ?? item.required![0]!
      const { items } = await list(`limit=2&fields=${asked}`)
      for (const sparse of items) t.same(Object.keys(sparse).sort(), [...new Set([asked, ...item.required!])].sort())
    })

    await t.test('name their cache groups', async t => {
      const response = await get(`/v1/${name}?${query}limit=2`)
      const [first] = response.json().items
      for (const group of groups(first)) {
        t.match(response.headers['cache-groups'], `"${group}"`)
        t.ok(group.length <= 32, `${group}: longer ones need not be kept (RFC 9875)`)
      }
    })

    await t.test('are 404 as a problem when unknown', async t => {
      const response = await app.inject(`/v1/${name}/018d2a7e-5c00-7b3a-9d1e-2f6a4c8b0e11`)
      t.equal(response.statusCode, 404)
      t.equal(response.json().code, 'not-found')
    })

    await t.test('refuse a cursor that was changed, or belongs to another list', async t => {
      const foreign = (await get('/v1/topics?limit=1')).json().next as string
      const { next } = await list(`limit=1&order=${defaultOrder}`)
      const wrong = [
        ...(next ? [next.slice(0, -2), `${next}A`, `${next.startsWith('A') ? 'B' : 'A'}${next.slice(1)}`] : []),
        ...(name === 'topics' ? [] : [foreign])
      ]
      for (const cursor of wrong)
        t.equal((await get(`/v1/${name}?${query}limit=1&cursor=${cursor}`)).json().code, 'invalid-cursor')
    })
  })
}

/** One word that stands in everything hidden and must come out of no door. */
const canary = 'zanzibarquartz'

const edition = (language: string, slug: string, more: object) => ({
  language,
  slug,
  headline: `Headline ${slug}`,
  html: '<p>Words.</p>',
  state: 'published',
  publishedAt: '2026-05-01T00:00:00.000Z',
  ...more
})
const secret = (language: string, slug: string, more: object) =>
  edition(language, `${canary}-${slug}`, {
    headline: `${canary} ${slug}`,
    standfirst: canary,
    html: `<p>${canary}</p>`,
    ...more
  })
const story = (id: string, editions: object[], more: object = {}) => ({
  kind: 'article',
  id,
  originalLanguage: 'en',
  section: 'news',
  topics: ['all'],
  authors: ['ann'],
  source: 'wire',
  images: [{ image: `picture-${id}`, role: 'lead', captions: { en: { text: `${canary} caption` } } }],
  editions,
  ...more
})

t.test('a hidden thing leaks through no door', async t => {
  const { db, get, app } = await openHouse(t)
  const states = {
    draft: story('draft', [secret('en', 'draft', { state: 'draft', publishedAt: undefined })]),
    review: story('review', [secret('en', 'review', { state: 'review', publishedAt: undefined })]),
    scheduled: story('scheduled', [
      secret('en', 'scheduled', { state: 'scheduled', publishAt: '2099-01-01T00:00:00.000Z', publishedAt: undefined })
    ]),
    embargoed: story('embargoed', [secret('en', 'embargoed', {})], { embargoUntil: '2099-01-01T00:00:00.000Z' }),
    expired: story('expired', [secret('en', 'expired', { unpublishAt: '2026-06-01T00:00:00.000Z' })]),
    future: story('future', [secret('en', 'future', { publishedAt: '2099-01-01T00:00:00.000Z' })])
  }
  await fill(db, [
    { kind: 'language', tag: 'en', name: 'English', position: 1 },
    { kind: 'language', tag: 'fr', name: 'Français', position: 2, fallback: ['en'] },
    { kind: 'source', slug: 'wire', type: 'agency', names: { en: 'Wire' } },
    { kind: 'author', slug: 'ann', type: 'person', names: { en: 'Ann' } },
    { kind: 'category', slug: 'news', labels: { en: 'News' }, rail: { position: 1, minimum: 1, fallback: 'latest' } },
    { kind: 'topic', slug: 'all', type: 'subject', labels: { en: 'All' } },
    ...[...Object.keys(states), 'open', 'half', 'gone'].map(key => ({
      kind: 'image',
      key: `picture-${key}`,
      url: `https://pictures.example/${canary}-${key}.jpg`
    })),
    ...Object.values(states),
    story('open', [edition('en', 'open', {})], { images: [] }),
    story(
      'half',
      [
        edition('en', 'half', {}),
        secret('fr', 'half', {
          state: 'draft',
          publishedAt: undefined,
          translation: { method: 'human', of: { language: 'en' } }
        })
      ],
      {
        images: []
      }
    ),
    story('gone', [
      secret('en', 'gone', { state: 'withdrawn', withdrawn: { at: '2026-06-01T00:00:00.000Z', reason: 'Wrong.' } })
    ]),
    ...Object.keys(states).map(id => ({
      kind: 'comment',
      id: `on-${id}`,
      article: id,
      language: 'en',
      author: canary,
      body: canary,
      state: 'approved',
      createdAt: '2026-05-02T00:00:00.000Z'
    })),
    ...['pending', 'rejected', 'deleted'].map(state => ({
      kind: 'comment',
      id: state,
      article: 'open',
      language: 'en',
      author: canary,
      body: canary,
      state,
      createdAt: '2026-05-02T00:00:00.000Z'
    })),
    {
      kind: 'comment',
      id: 'answer',
      article: 'open',
      parent: 'deleted',
      language: 'en',
      author: 'Bo',
      body: 'An answer.',
      state: 'approved',
      createdAt: '2026-05-03T00:00:00.000Z'
    },
    ...Object.keys(states).map((target, position) => ({ kind: 'pin', group: 'news', target, position }))
  ])
  const ids = await db.rows<{ id: string; key: string }>(sql`select id, key from external_keys where noun = 'article'`)
  const idOf = (key: string) => ids.find(row => row.key === key)!.id
  const silent = async (url: string) => {
    const response = await get(url)
    const told = [response.body, JSON.stringify(response.headers)].join()
    t.notMatch(
      decodeURIComponent(told.replaceAll('%', '')).replace(/"instance":"[^"]*"/, ''),
      new RegExp(canary, 'i'),
      url
    )
    return response
  }

  await t.test('no list, in any language, order, filter or view', async t => {
    for (const { name, orders } of resources) {
      for (const language of ['en', 'fr']) {
        for (const order of Object.keys(orders).filter(order => order !== '-likes'))
          await silent(`/v1/${name}?language=${language}&order=${order}&limit=100`)
      }
    }
    for (const filter of [
      'section=news',
      'category=news',
      'topic=all',
      'author=ann',
      'source=wire',
      'type=article',
      `ids=${ids.map(row => row.id).join(',')}`
    ]) {
      for (const view of ['card', 'full']) {
        for (const fallback of ['none', 'chain']) {
          const response = await silent(
            `/v1/articles?language=fr&fallback=${fallback}&view=${view}&${filter}&count=exact`
          )
          t.equal(response.json().count.value, fallback === 'chain' ? 2 : 0, `${filter} counts only what may be seen`)
        }
      }
    }
  })

  await t.test('no page beside a story: alternates, related, rails, pins, comments', async t => {
    for (const slug of ['open', 'half']) {
      const page = (await silent(`/v1/articles/${slug}?language=fr&include=related,comments&explain=1`)).json()
      t.same(
        page.alternates.map((alternate: { language: string }) => alternate.language),
        ['en']
      )
    }
    t.match((await silent('/v1/articles/open?language=en&include=comments')).json().comments, {
      count: 1,
      newest: [{ body: 'An answer.', parent: null }]
    })
  })

  await t.test('hidden and absent are the same bytes', async t => {
    const strip = (body: string, key: string) => body.replaceAll(key, 'KEY').replace(/"requestId":"[^"]+"/, '')
    const nothing = '018d2a7e-5c00-7b3a-9d1e-2f6a4c8b0e11'
    for (const path of ['', '/related']) {
      const absent = strip((await app.inject(`/v1/articles/${nothing}${path}`)).body, nothing)
      for (const key of Object.keys(states)) {
        for (const name of [idOf(key), `${canary}-${key}`]) {
          const response = await app.inject(`/v1/articles/${name}${path}`)
          t.equal(response.statusCode, 404)
          t.equal(strip(response.body, name), absent, `${key}${path}`)
        }
      }
    }
    for (const noun of ['images', 'captions', 'comments']) {
      const rows = await db.rows<{ id: string }>(sql`select id from ${sql.raw(noun)} order by id`)
      const shown = new Set(
        ((await get(`/v1/${noun}?limit=100`)).json().items as { id: string }[]).map(item => item.id)
      )
      const absent = strip((await app.inject(`/v1/${noun}/${nothing}`)).body, nothing)
      for (const { id } of rows.filter(row => !shown.has(row.id)))
        t.equal(strip((await app.inject(`/v1/${noun}/${id}`)).body, id), absent)
    }
  })

  await t.test('a stolen entity tag opens nothing', async t => {
    const response = await app.inject({ url: `/v1/articles/${idOf('draft')}`, headers: { 'if-none-match': '*' } })
    t.equal(response.statusCode, 404)
  })

  await t.test('a withdrawn story is 410 with reason and time, by id and by its old address', async t => {
    for (const key of [idOf('gone'), `${canary}-gone`]) {
      const response = await app.inject(`/v1/articles/${key}?language=en`)
      t.equal(response.statusCode, 410)
      t.match(response.json(), { code: 'gone', reason: 'Wrong.', withdrawnAt: '2026-06-01T00:00:00.000Z' })
    }
  })
})

t.test('a moved story is found under its old addresses', async t => {
  const { db, get } = await openHouse(t)
  await fill(db, [
    { kind: 'language', tag: 'en', name: 'English', position: 1 },
    { kind: 'category', slug: 'news', labels: { en: 'News' } },
    {
      kind: 'article',
      id: 'm',
      originalLanguage: 'en',
      section: 'news',
      editions: [edition('en', 'new-place', { formerSlugs: ['first-place', 'second-place'] })]
    }
  ])
  for (const old of ['first-place', 'second-place']) {
    const response = await get(`/v1/articles/${old}?language=en&view=card`)
    t.equal(response.statusCode, 301)
    t.equal(response.headers.location, '/v1/articles/new-place?language=en&view=card')
    t.equal((await get(String(response.headers.location))).statusCode, 200)
    t.equal(
      (await get(`/v1/articles/${old}/related?language=en`)).headers.location,
      '/v1/articles/new-place/related?language=en'
    )
  }
})

t.test('the demo newsroom has its special cases in more than one language', async t => {
  const { get, app } = await openHouse(t, { demo: true })

  await t.test('a story withdrawn in French names what stands in its place', async t => {
    const gone = await app.inject('/v1/articles/douze-eoliennes-devant-la-lagune?language=fr')
    t.equal(gone.statusCode, 410)
    t.match(gone.json(), { code: 'gone', reason: /sept éoliennes/, withdrawnAt: '2026-07-09T08:30:00.000Z' })
    t.match((await get(gone.json().successor)).json(), { slug: 'sept-eoliennes-devant-la-lagune' })
  })

  await t.test('a story moved in Vietnamese is found under its old address', async t => {
    const moved = await get('/v1/articles/vuon-uom-chu-lang?language=vi')
    t.equal(moved.statusCode, 301)
    t.equal(moved.headers.location, '/v1/articles/vuon-uom-cay-ban-dia-o-chu-lang-mo-cua?language=vi')
  })

  await t.test('the galleries have words for every picture in Arabic', async t => {
    const { items } = (await get('/v1/articles?language=ar&type=gallery')).json()
    t.ok(items.length >= 2)
    for (const { slug } of items) {
      const { images } = (await get(`/v1/articles/${slug}?language=ar&fields=images`)).json()
      t.equal(images.length, 5)
      for (const { caption } of images)
        t.match(caption, { language: 'ar', text: /\p{Script=Arabic}/u, alt: /\p{Script=Arabic}/u })
    }
  })
})
