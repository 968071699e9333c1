import { sql } from 'drizzle-orm'
import t from 'tap'
import { fill, keyFor, type Method, openHouse } from './helpers.ts'

/** What the desk has before it: translations missing and stale, editions by state, labels. Each list with its filters, bad input and narrow keys. */

type Json = Record<string, unknown>

/** An instant so many days before now. */
const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

const newsroom = [
  { kind: 'language', tag: 'en', name: 'English', position: 1 },
  { kind: 'language', tag: 'fr', name: 'Français', fallback: ['en'], position: 2 },
  { kind: 'language', tag: 'vi', name: 'Tiếng Việt', fallback: ['en'], position: 3 },
  { kind: 'category', slug: 'news', labels: { en: 'News', fr: { text: 'Nouvelles', reviewed: false } } },
  { kind: 'category', slug: 'city', parent: 'news', labels: { en: 'City', fr: 'Ville' } },
  { kind: 'category', slug: 'arts', labels: { en: 'Arts' } },
  { kind: 'topic', slug: 'bridges', type: 'subject', labels: { en: 'Bridges', vi: { text: 'Cầu', reviewed: false } } },
  { kind: 'topic', slug: 'floods', type: 'subject', labels: { fr: 'Crues', vi: 'Lũ' } },
  { kind: 'source', slug: 'daily', type: 'newspaper', names: { en: 'Daily' } },
  { kind: 'source', slug: 'agency', type: 'agency', names: { en: 'Agency' } }
]

interface Seed {
  language?: string
  section?: string
  source?: string
  days?: number
  embargoUntil?: string
  original?: object
  /** Translations by language: how they differ from a published one. */
  into?: Record<string, object>
}

/** A story, its original published so many days ago. */
const story = (
  id: string,
  { language = 'en', section = 'city', source, days = 1, embargoUntil, original, into = {} }: Seed
) => ({
  kind: 'article',
  id,
  originalLanguage: language,
  section,
  ...(source ? { source } : {}),
  ...(embargoUntil ? { embargoUntil } : {}),
  editions: [
    {
      language,
      slug: `${id}-${language}`,
      headline: `${id} ${language}`,
      html: '<p>One.</p><p>Two.</p>',
      state: 'published',
      publishedAt: ago(days),
      ...original
    },
    ...Object.entries(into).map(([tag, more]) => ({
      language: tag,
      slug: `${id}-${tag}`,
      headline: `${id} ${tag}`,
      html: '<p>Un.</p><p>Deux.</p>',
      state: 'published',
      publishedAt: ago(days),
      translation: { method: 'machine', engine: 'e', of: { language, revision: 1 } },
      ...more
    }))
  ]
})

async function openDesk(t: Parameters<typeof openHouse>[0], stories: object[]) {
  const house = await openHouse(t)
  await fill(house.db, [...newsroom, ...stories])
  const all = await keyFor(house.db, '*:*')
  const call = (method: Method, url: string, payload?: object, key = all) =>
    house.send(method, url, { headers: { ...key, 'if-match': '*' }, ...(payload ? { payload } : {}) })
  const list = async (url: string, key = all): Promise<{ items: Json[]; next: string | null }> => {
    const answer = await call('GET', `/v1/desk/${url}`, undefined, key)
    if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.body}`)
    return answer.json()
  }
  /** All pages of two. */
  const walk = async (url: string, key = all) => {
    const seen: Json[] = []
    for (let next: string | null = ''; next !== null; ) {
      const page = await list(`${url}&limit=2${next && `&cursor=${next}`}`, key)
      seen.push(...page.items)
      next = page.next
      if (seen.length > 100) throw new Error(`${url} has no end`)
    }
    return seen
  }
  return { ...house, all, call, list, walk }
}

/** Which story a translation or an edition is of, by its slug. */
const storyOf = (item: Json) => {
  const { original, slug } = item as unknown as { original?: { slug: string }; slug?: string }
  return (original?.slug ?? slug ?? '').replace(/-\w+$/, '')
}

t.test('missing translations', async t => {
  const { list, walk, call, db } = await openDesk(t, [
    story('new', { days: 1, source: 'daily' }),
    story('older', { days: 20, section: 'news', into: { vi: {} } }),
    story('arts', { days: 3, section: 'arts', source: 'agency' }),
    story('ancient', { days: 90 }),
    story('done', { days: 2, into: { fr: {} } }),
    story('begun', { days: 5, into: { fr: { state: 'draft', publishedAt: undefined } } }),
    story('handed', { days: 6, into: { fr: { state: 'review', publishedAt: undefined } } }),
    story('vietnamese', { language: 'vi', days: 4, into: { en: {} } }),
    story('french', { language: 'fr', days: 4 }),
    story('embargoed', { days: 1, embargoUntil: '2999-01-01T00:00:00.000Z' }),
    story('unborn', { days: -10 }),
    story('draft', { days: 1, original: { state: 'draft', publishedAt: undefined } }),
    story('gone', { days: 1, original: { state: 'withdrawn', withdrawn: { at: ago(0.5), reason: 'Wrong.' } } }),
    story('expired', { days: 2, original: { unpublishAt: ago(1) } })
  ])
  const expected = ['new', 'arts', 'vietnamese', 'begun', 'handed', 'older']
  const found = async (query: string, key?: { authorization: string }) =>
    (await walk(`translations?state=missing&${query}`, key)).map(storyOf)

  await t.test('are those of visible originals of the last month, the newest first', async t => {
    t.same(await found('language=fr'), expected)
    t.same(await found('language=fr&order=since'), [...expected].reverse())
    t.same(await found('language=fr&order=-since&publishedAfter=2020-01-01T00:00:00Z'), [...expected, 'ancient'])
    t.same(await found(`language=fr&publishedAfter=${ago(3.5)}`), ['new', 'arts'])
    t.same(await found('language=vi'), ['new', 'done', 'arts', 'french', 'begun', 'handed'], 'into another language')
  })
  await t.test('say what is known of each, and what is in the works', async t => {
    const { items } = await list('translations?state=missing&language=fr')
    const [first] = items
    t.match(first, {
      state: 'missing',
      language: 'fr',
      section: 'city',
      original: { language: 'en', slug: 'new-en', headline: 'new en', publishedAt: first!.since },
      edition: null,
      staleBlocks: [],
      draftStaleBlocks: []
    })
    const states = Object.fromEntries(items.map(item => [storyOf(item), (item.edition as Json | null)?.state ?? null]))
    t.same(states, { new: null, arts: null, vietnamese: null, begun: 'draft', handed: 'review', older: null })
    t.match(
      items.find(item => storyOf(item) === 'vietnamese'),
      { original: { language: 'vi' } }
    )
  })
  await t.test('by section with everything below it', async t => {
    t.same(
      await found('language=fr&section=news'),
      expected.filter(name => name !== 'arts')
    )
    t.same(await found('language=fr&section=arts'), ['arts'])
    const city = (await call('GET', '/v1/desk/categories?slug=city')).json().items[0].id
    t.same(
      await found(`language=fr&section=${city}`),
      expected.filter(name => !['arts', 'older'].includes(name))
    )
  })
  await t.test('are gone once they are published, and back when they are taken down', async t => {
    const { items } = await list('translations?state=missing&language=fr')
    const begun = items.find(item => storyOf(item) === 'begun')!
    const edition = `/v1/desk/articles/${begun.article}/editions/fr`
    t.equal((await call('POST', `${edition}/publish`)).statusCode, 200)
    t.notOk((await found('language=fr')).includes('begun'))
    t.equal((await call('POST', `${edition}/unpublish`)).statusCode, 200)
    t.ok((await found('language=fr')).includes('begun'))
  })
  await t.test('are listed to a narrow key as far as it may write them', async t => {
    const cases: [scope: string, language: string, stories: string[]][] = [
      ['articles:read;language=fr', 'fr', expected],
      ['articles:write;language=fr', 'vi', []],
      ['articles:read;section=arts', 'fr', ['arts']],
      ['articles:read;section=news', 'fr', expected.filter(name => name !== 'arts')],
      ['articles:read;source=daily', 'fr', ['new']],
      ['articles:read;source=daily,agency;section=news', 'fr', ['new']],
      ['articles:read;language=fr;section=arts', 'fr', ['arts']],
      ['articles:read;language=vi;section=arts', 'fr', []],
      ['articles:read;section=nowhere', 'fr', []],
      ['articles:read;source=nobody', 'fr', []]
    ]
    for (const [scope, language, stories] of cases)
      t.same(await found(`language=${language}`, await keyFor(db, scope)), stories, scope)
    const two = await keyFor(db, 'articles:read;section=arts', 'articles:write;source=daily')
    t.same(await found('language=fr', two), ['new', 'arts'], 'what either reaches')
    const [{ id }] = (await db.rows<{ id: string }>(sql`select id from categories where slug = 'arts'`)) as [
      { id: string }
    ]
    t.same(await found('language=fr', await keyFor(db, `articles:read;section=${id}`)), ['arts'], 'a section by its id')
  })
})

t.test('stale translations', async t => {
  const { list, walk, call, db, get } = await openDesk(t, [
    story('one', { days: 40, into: { fr: {}, vi: {} } }),
    story('two', { days: 2, section: 'arts', source: 'daily', into: { fr: {} } }),
    story('three', { days: 3, into: { fr: {} } })
  ])
  const idOf = async (slug: string) => (await get(`/v1/articles/${slug}`)).json().id as string
  const rewrite = async (name: string, publish: boolean) => {
    const edition = `/v1/desk/articles/${await idOf(`${name}-en`)}/editions/en`
    await call('PATCH', edition, {
      body: { format: 'html', content: '<p>One.</p><p>Another.</p>' },
      headline: `${name} anew`
    })
    if (publish) await call('POST', `${edition}/publish`)
  }
  const found = async (query: string, key?: { authorization: string }) =>
    (await walk(`translations?state=stale&${query}`, key)).map(item => `${storyOf(item)} ${item.language}`)

  t.same(await found(''), [], 'none is')
  await rewrite('one', true)
  await rewrite('two', false)

  await t.test('are listed with what differs, since when, and how they were made', async t => {
    t.same(await found('order=since'), ['one fr', 'one vi', 'two fr'])
    t.same(await found(''), ['two fr', 'one vi', 'one fr'])
    const { items } = await list('translations?state=stale&order=since')
    const [live, , draft] = items
    t.match(live, {
      state: 'stale',
      since: /Z$/,
      edition: { state: 'published', method: 'machine', slug: 'one-fr', revision: 1, head: 1 },
      original: { language: 'en', headline: 'one anew' }
    })
    t.match((live!.staleBlocks as string[]).slice(0, 1), ['headline'])
    t.equal((live!.staleBlocks as string[]).length, 2)
    t.same(live!.draftStaleBlocks, live!.staleBlocks)
    t.same(draft!.staleBlocks, [], 'readers see what fits together')
    t.equal((draft!.draftStaleBlocks as string[]).length, 2)
  })
  await t.test('by language, section and age', async t => {
    t.same(await found('language=vi'), ['one vi'])
    t.same(await found('section=arts'), ['two fr'])
    t.same(await found('section=news&language=fr'), ['one fr'])
    t.same(await found(`publishedAfter=${ago(10)}`), ['two fr'])
  })
  await t.test('are listed to a narrow key as far as it reaches', async t => {
    for (const [scope, stories] of [
      ['articles:read;language=vi', ['one vi']],
      ['articles:write;language=en', []],
      ['articles:read;source=daily', ['two fr']],
      ['articles:read;section=news;language=fr', ['one fr']]
    ] as const)
      t.same(await found('', await keyFor(db, scope)), stories, scope)
    const two = await keyFor(db, 'articles:read;section=arts;language=fr', 'articles:read;language=vi')
    t.same(await found('', two), ['two fr', 'one vi'], 'what either reaches, and not what both would together')
  })
  await t.test('are off the list when they are made anew', async t => {
    await call('PATCH', `/v1/desk/articles/${await idOf('one-vi')}/editions/vi`, {
      headline: 'Mới',
      translation: { method: 'human', of: { language: 'en' } }
    })
    await call('POST', `/v1/desk/articles/${await idOf('one-vi')}/editions/vi/publish`)
    t.same(await found('order=since'), ['one fr', 'two fr'])
  })
})

t.test('editions', async t => {
  const { list, walk, db } = await openDesk(t, [
    story('one', {
      days: 1,
      source: 'daily',
      into: { fr: { state: 'draft', publishedAt: undefined, updatedAt: ago(2) } }
    }),
    story('two', {
      days: 3,
      section: 'arts',
      into: { fr: { state: 'review', publishedAt: undefined, updatedAt: ago(50) } }
    }),
    story('three', {
      days: 4,
      into: {
        vi: { state: 'scheduled', publishedAt: undefined, publishAt: '2999-01-01T00:00:00.000Z', updatedAt: ago(5) }
      }
    }),
    story('old', { days: 60, into: { vi: { state: 'withdrawn', withdrawn: { at: ago(59), reason: 'x' } } } })
  ])
  const found = async (query: string, key?: { authorization: string }) =>
    (await walk(`editions?${query}`, key)).map(item => `${item.slug}`)

  await t.test('are listed by their last change: what the archive holds of the last month, the rest whole', async t => {
    const expected = ['one-en', 'one-fr', 'two-en', 'three-en', 'three-vi', 'two-fr']
    t.same(await found(''), expected)
    t.same(await found('order=updatedAt'), [...expected].reverse())
    const whole = await found('updatedAfter=2020-01-01T00:00:00Z')
    t.same(whole.sort(), [...expected, 'old-en', 'old-vi'].sort())
    t.same(await found(`updatedAfter=${ago(10)}`), expected.slice(0, -1))
  })
  await t.test('of one instant are each there once', async t => {
    await db.rows(sql`update editions set updated_at = date_trunc('milliseconds', now())`)
    for (const order of ['updatedAt', '-updatedAt']) {
      const seen = await found(`order=${order}`)
      t.equal(seen.length, 8)
      t.equal(new Set(seen).size, 8)
    }
  })
  await t.test('by state, language and section', async t => {
    t.same((await found('state=published')).sort(), ['old-en', 'one-en', 'three-en', 'two-en'])
    t.same(await found('state=draft'), ['one-fr'])
    t.same(await found('state=withdrawn'), ['old-vi'])
    t.same((await found('language=fr')).sort(), ['one-fr', 'two-fr'])
    t.same((await found('section=arts')).sort(), ['two-en', 'two-fr'])
    t.same(await found('section=news&state=scheduled&language=vi'), ['three-vi'])
    t.match((await list('editions?state=scheduled')).items, [
      {
        state: 'scheduled',
        headline: 'three vi',
        method: 'machine',
        section: 'city',
        revision: 1,
        head: 1,
        publishAt: '2999-01-01T00:00:00.000Z',
        publishedAt: null,
        stale: false,
        savedAt: /Z$/
      }
    ])
  })
  await t.test('are listed to a narrow key as far as it reaches', async t => {
    for (const [scope, slugs] of [
      ['articles:read;language=fr', ['one-fr', 'two-fr']],
      ['articles:read;language=fr;section=arts', ['two-fr']],
      ['articles:write;source=daily', ['one-en', 'one-fr']],
      ['articles:publish;section=news;language=vi', ['old-vi', 'three-vi']],
      ['articles:read;section=nowhere', []]
    ] as const)
      t.same((await found('', await keyFor(db, scope))).sort(), slugs, scope)
    const french = await keyFor(db, 'articles:read;language=fr')
    t.same(await found('language=en', french), [])
    t.same(await found('state=published', french), [])
  })
})

t.test('labels', async t => {
  const { list, walk, db, call } = await openDesk(t, [])
  const found = async (query: string, key?: { authorization: string }) =>
    (await walk(`labels?${query}`, key)).map(item => `${item.noun} ${item.slug} ${item.state}`)

  t.same(await found('language=fr'), ['category arts missing', 'topic bridges missing', 'category news unreviewed'])
  t.same(await found('language=en'), ['topic floods missing'])
  t.same(await found('language=vi&noun=topic'), ['topic bridges unreviewed'])
  t.same(await found('language=vi&noun=category'), [
    'category arts missing',
    'category city missing',
    'category news missing'
  ])
  t.same(await found('language=fr&state=unreviewed'), ['category news unreviewed'])
  t.same(await found('language=fr&state=missing&noun=topic'), ['topic bridges missing'])
  t.match((await list('labels?language=fr&state=unreviewed')).items, [
    { language: 'fr', label: 'Nouvelles', labels: [{ language: 'en', label: 'News', reviewed: true }] }
  ])
  t.match((await list('labels?language=vi&noun=topic')).items[0], {
    label: 'Cầu',
    labels: [{ language: 'en', label: 'Bridges', reviewed: true }]
  })
  const { id } = (await list('labels?language=fr&state=unreviewed')).items[0]!
  await call('PATCH', `/v1/desk/categories/${id}`, { texts: { fr: { reviewed: true } } })
  t.same(await found('language=fr&noun=category'), ['category arts missing'], 'a reviewed one is off the list')

  await t.test('of the nouns a key may read', async t => {
    const topics = await keyFor(db, 'topics:write')
    const categories = await keyFor(db, 'categories:read')
    t.same(await found('language=fr', topics), ['topic bridges missing'])
    t.same(await found('language=fr', categories), ['category arts missing'])
    t.same(await found('language=fr&noun=category', topics), [])
    t.same((await found('language=fr', await keyFor(db, 'topics:read', 'categories:read'))).length, 2)
    const other = await call('GET', '/v1/desk/labels?language=fr', undefined, await keyFor(db, 'articles:*'))
    t.match(other.json(), { status: 403, code: 'forbidden', detail: /categories:read or topics:read/ })
  })
})

t.test('what does not fit is refused, and where', async t => {
  const { call, list, db } = await openDesk(t, [story('a', {}), story('b', {}), story('c', {})])
  const missing = 'translations?state=missing&language=fr'
  const cursor = (await list(`${missing}&limit=1`)).next!
  t.match(cursor, /^[\w-]+$/)
  const turned = (cursor[5] === 'A' ? 'B' : 'A') + cursor.slice(6)
  const cases: [url: string, code: string, pointer?: string][] = [
    ['translations', 'invalid-parameter'],
    ['translations?state=missing', 'invalid-parameter', 'language'],
    ['translations?state=lost&language=fr', 'invalid-parameter', 'state'],
    ['translations?state=stale&language=xx', 'unknown-language', 'language'],
    ['translations?state=stale&language=FR', 'invalid-parameter', 'language'],
    [`${missing}&section=nowhere`, 'unknown-reference', 'section'],
    ['translations?state=stale&section=nowhere', 'unknown-reference', 'section'],
    [`${missing}&section=`, 'invalid-parameter', 'section'],
    [`${missing}&section=%00`, 'invalid-parameter', 'section'],
    [`${missing}&publishedAfter=yesterday`, 'invalid-parameter', 'publishedAfter'],
    [`${missing}&publishedAfter=2026-02-30T00:00:00Z`, 'invalid-parameter', 'publishedAfter'],
    [`${missing}&order=-publishedAt`, 'invalid-parameter', 'order'],
    [`${missing}&limit=0`, 'invalid-parameter', 'limit'],
    [`${missing}&limit=101`, 'invalid-parameter', 'limit'],
    [`${missing}&langage=fr`, 'unknown-parameter', 'langage'],
    [`${missing}&language=vi`, 'invalid-parameter', 'language'],
    [`${missing}&cursor=${cursor.slice(0, 5)}${turned}`, 'invalid-cursor', 'cursor'],
    [`${missing}&order=since&cursor=${cursor}`, 'invalid-cursor', 'cursor'],
    [`translations?state=missing&language=vi&cursor=${cursor}`, 'invalid-cursor', 'cursor'],
    [`editions?cursor=${cursor}`, 'invalid-cursor', 'cursor'],
    ['editions?state=lost', 'invalid-parameter', 'state'],
    ['editions?section=nowhere', 'unknown-reference', 'section'],
    ['editions?language=xx', 'unknown-language', 'language'],
    ['editions?updatedAfter=2026', 'invalid-parameter', 'updatedAfter'],
    ['editions?publishedAfter=2026-01-01T00:00:00Z', 'unknown-parameter', 'publishedAfter'],
    ['labels', 'invalid-parameter'],
    ['labels?language=xx', 'unknown-language', 'language'],
    ['labels?language=fr&noun=source', 'invalid-parameter', 'noun'],
    ['labels?language=fr&state=reviewed', 'invalid-parameter', 'state']
  ]
  for (const [url, code, pointer] of cases)
    t.match(
      (await call('GET', `/v1/desk/${url}`)).json(),
      { status: 400, code, ...(pointer ? { errors: [{ pointer }] } : {}) },
      url
    )
  for (const url of [`${missing}&publishedAfter=0000-01-01T00:00:00Z`, 'editions?updatedAfter=0000-01-01T00:00:00Z'])
    t.ok((await call('GET', `/v1/desk/${url}`)).statusCode < 500, url)
  const narrow = await keyFor(db, 'articles:read;section=arts')
  const other = await call('GET', `/v1/desk/${missing}&cursor=${cursor}`, undefined, narrow)
  t.same(other.json(), { items: [], next: null }, 'a cursor opens nothing to another key')
  const first = await call('GET', `/v1/desk/${missing}&limit=1`)
  t.match(
    first.headers.link,
    /^<\/v1\/desk\/translations\?state=missing&language=fr&limit=1&cursor=[\w-]+>; rel="next"$/
  )
  t.equal(first.headers['cache-control'], 'private, no-store')
})
