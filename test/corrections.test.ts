import { sql } from 'drizzle-orm'
import t from 'tap'
import { fill, keyFor, type Method, openHouse } from './helpers.ts'
import { countRows } from './rows.ts'

/** What the house got wrong is data: written at the desk or imported, and told to readers of every language. */

const at = (day: string) => `${day}T12:00:00.000Z`

const newsroom = [
  { kind: 'language', tag: 'en', name: 'English', position: 1 },
  { kind: 'language', tag: 'fr', name: 'Français', fallback: ['en'], position: 2 },
  { kind: 'language', tag: 'vi', name: 'Tiếng Việt', fallback: ['fr'], position: 3 },
  { kind: 'language', tag: 'ar', name: 'العربية', direction: 'rtl', fallback: ['en'], position: 4 },
  { kind: 'category', slug: 'news', labels: { en: 'News' } },
  { kind: 'category', slug: 'city', parent: 'news', labels: { en: 'City' } },
  { kind: 'category', slug: 'arts', labels: { en: 'Arts' } },
  { kind: 'source', slug: 'daily', type: 'newspaper', names: { en: 'Daily' } }
]

const story = (id: string, more: object = {}) => ({
  kind: 'article',
  id,
  originalLanguage: 'vi',
  section: 'city',
  source: 'daily',
  editions: [
    {
      language: 'vi',
      slug: `${id}-vi`,
      headline: id,
      html: '<p>x</p>',
      state: 'published',
      publishedAt: at('2026-01-01')
    },
    ...['en', 'fr', 'ar'].map(language => ({
      language,
      slug: `${id}-${language}`,
      headline: id,
      html: '<p>x</p>',
      state: 'published',
      publishedAt: at('2026-01-02'),
      translation: { method: 'human', of: { language: 'vi' } }
    }))
  ],
  ...more
})

async function openNewsroom(t: Parameters<typeof openHouse>[0], ...records: object[]) {
  const house = await openHouse(t)
  await fill(house.db, [...newsroom, ...records])
  const all = await keyFor(house.db, '*:*')
  const call = (method: Method, url: string, payload?: object, key = all) =>
    house.send(method, url, { headers: { ...key, 'if-match': '*' }, ...(payload ? { payload } : {}) })
  const idOf = async (slug: string) => (await house.get(`/v1/articles/${slug}`)).json().id as string
  const told = async (slug: string, language: string) =>
    (await house.get(`/v1/articles/${slug}?language=${language}`)).json().corrections
  return { ...house, all, call, idOf, told }
}

t.test('readers are told', async t => {
  const { call, idOf, told, get, db } = await openNewsroom(t, story('one'), story('two'))
  const article = await idOf('one-vi')
  const write = async (day: string, texts: Record<string, string>) =>
    (
      await call('POST', '/v1/desk/corrections', {
        article,
        at: at(day),
        texts: Object.fromEntries(Object.entries(texts).map(([language, text]) => [language, { text }]))
      })
    ).json().id
  t.same(await told('one-vi', 'vi'), [], 'nothing was wrong')
  const all = await write('2026-02-01', { en: 'Six.', fr: 'Six !', vi: 'Sáu.' })
  const original = await write('2026-02-03', { fr: 'Original ?', vi: 'Gốc.' })
  const any = await write('2026-02-02', { fr: 'Français seul' })
  const future = await write('2999-01-01', { en: 'Not yet.' })

  await t.test('in their language, or along its chain, or as the original has it, or as it is', async t => {
    const shown = (language: string) =>
      told('one-vi', language).then(list =>
        list.map((one: { text: string; language: string }) => [one.text, one.language])
      )
    t.same(await shown('en'), [
      ['Gốc.', 'vi'],
      ['Français seul', 'fr'],
      ['Six.', 'en']
    ])
    t.same(await shown('fr'), [
      ['Original ?', 'fr'],
      ['Français seul', 'fr'],
      ['Six !', 'fr']
    ])
    t.same(await shown('vi'), [
      ['Gốc.', 'vi'],
      ['Français seul', 'fr'],
      ['Sáu.', 'vi']
    ])
    t.same(
      await shown('ar'),
      [
        ['Gốc.', 'vi'],
        ['Français seul', 'fr'],
        ['Six.', 'en']
      ],
      'none is kept from them'
    )
    const [newest] = await told('one-vi', 'fr')
    t.same(newest, { id: original, at: at('2026-02-03'), text: 'Original ?', language: 'fr' })
  })
  await t.test('by the article itself and no list that did not ask', async t => {
    t.same(await told('two-vi', 'vi'), [], 'another story has none of it')
    for (const view of ['card', 'list'])
      t.notOk('corrections' in (await get(`/v1/articles/one-vi?view=${view}`)).json(), view)
    const listed = (await get('/v1/articles?language=fr&fields=corrections')).json().items
    t.same(listed.map((item: { corrections: object[] }) => item.corrections.length).sort(), [0, 3])
  })
  await t.test('not before its time, and not of what they may not see', async t => {
    t.notMatch(JSON.stringify(await told('one-vi', 'en')), future)
    await call('PATCH', `/v1/desk/corrections/${future}`, { at: at('2026-02-04') })
    t.equal((await told('one-vi', 'en'))[0].id, future)
    await db.rows(sql`update articles set embargo_until = '2999-01-01' where id = ${article}::uuid`)
    t.equal((await get('/v1/articles/one-vi')).statusCode, 404)
    await db.rows(sql`update articles set embargo_until = null where id = ${article}::uuid`)
  })
  await t.test('a change of its words or place is told of the articles whose answers show it', async t => {
    const other = await idOf('two-vi')
    const after = (await call('GET', '/v1/desk/changes?limit=500')).json().next
    const changes = async () =>
      (await call('GET', `/v1/desk/changes?after=${after}&limit=500`))
        .json()
        .items.map(({ noun, subject, action, groups }: Record<string, string>) => ({ noun, subject, action, groups }))
    await call('PATCH', `/v1/desk/corrections/${any}`, { texts: { ar: { text: 'نص' } } })
    t.match(await changes(), [
      { noun: 'correction', subject: any, action: 'updated', groups: [`article-${article.slice(19)}`] }
    ])
    await call('PATCH', `/v1/desk/corrections/${all}`, { article: other })
    t.match(
      (await changes()).at(-1).groups.sort(),
      [`article-${article.slice(19)}`, `article-${other.slice(19)}`].sort()
    )
    t.same(
      (await told('two-vi', 'en')).map((one: { text: string }) => one.text),
      ['Six.']
    )
    t.equal((await call('DELETE', `/v1/desk/corrections/${all}`)).statusCode, 204)
    t.same(await told('two-vi', 'en'), [])
  })
})

t.test('the desk', async t => {
  const { call, idOf, db, all } = await openNewsroom(
    t,
    story('one'),
    story('two', { section: 'arts', source: undefined })
  )
  const article = await idOf('one-vi')
  const other = await idOf('two-vi')

  await t.test('refuses what tells nothing', async t => {
    const good = { article, texts: { en: { text: 'Six.' } } }
    const cases: [body: object, code: string, pointer: string][] = [
      [{ article }, 'missing-field', '/texts'],
      [{ article, texts: {} }, 'invalid-field', '/texts'],
      [{ ...good, texts: { en: {} } }, 'missing-field', '/texts/en/text'],
      [{ ...good, texts: { en: { text: '' } } }, 'invalid-field', '/texts/en/text'],
      [{ ...good, texts: { en: { text: ' \n' } } }, 'invalid-field', '/texts/en/text'],
      [{ ...good, texts: { en: { text: 'x'.repeat(10_001) } } }, 'invalid-field', '/texts/en/text'],
      [{ ...good, texts: { xx: { text: 'x' } } }, 'dangling-reference', '/texts/xx'],
      [{ ...good, texts: { EN: { text: 'x' } } }, 'unknown-field', '/texts/EN'],
      [{ ...good, at: 'yesterday' }, 'invalid-field', '/at'],
      [{ ...good, text: 'x' }, 'unknown-field', '/text'],
      [{ texts: good.texts }, 'missing-field', '/article']
    ]
    for (const [body, code, pointer] of cases)
      t.match((await call('POST', '/v1/desk/corrections', body)).json(), { status: 422, code, errors: [{ pointer }] })
    t.equal((await call('POST', '/v1/desk/corrections', { ...good, at: '0000-01-01T00:00:00Z' })).statusCode, 422)
    const made = (await call('POST', '/v1/desk/corrections', good)).json()
    t.ok(Math.abs(Date.parse(made.at) - Date.now()) < 60_000, 'without an instant it is told since now')
    const address = `/v1/desk/corrections/${made.id}`
    t.match((await call('PATCH', address, { texts: { en: null } })).json(), { status: 422, code: 'invalid-field' })
    t.match((await call('PATCH', address, { texts: null })).json(), { status: 422, code: 'invalid-field' })
    t.same((await call('GET', address)).json(), made)
  })

  await t.test('lists those of an article', async t => {
    await call('POST', '/v1/desk/corrections', { article: other, texts: { en: { text: 'Two.' } } })
    const page = (await call('GET', `/v1/desk/corrections?article=${other}`)).json()
    t.match(page, { items: [{ article: other, texts: { en: { text: 'Two.' } } }], next: null })
    t.equal(page.items.length, 1)
    t.equal((await call('GET', '/v1/desk/corrections?article=one-vi')).statusCode, 400)
  })

  await t.test('lets a narrowed key at those of articles it reaches, and no others', async t => {
    for (const narrowing of ['section=news', 'section=city', 'source=daily', 'language=vi;section=city']) {
      const key = await keyFor(db, `articles:write;${narrowing}`, `articles:delete;${narrowing}`)
      const write = (body: object) => call('POST', '/v1/desk/corrections', body, key)
      const own = await write({ article, texts: { en: { text: 'Mine.' } } })
      t.equal(own.statusCode, 201, narrowing)
      const texts = { en: { text: 'Not mine.' } }
      t.match((await write({ article: other, texts })).json(), { status: 403, code: 'forbidden' }, narrowing)
      t.match((await call('PATCH', String(own.headers.location), { article: other }, key)).json(), { status: 403 })
      const foreign = (await call('POST', '/v1/desk/corrections', { article: other, texts }, all)).json().id
      for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
        const payload = method === 'PATCH' ? { texts } : undefined
        t.match(
          (await call(method, `/v1/desk/corrections/${foreign}`, payload, key)).json(),
          { status: 404 },
          narrowing
        )
      }
      const listed = (await call('GET', '/v1/desk/corrections?limit=100', undefined, key)).json().items
      t.ok(listed.length > 0 && listed.every((one: { article: string }) => one.article === article), narrowing)
      t.same((await call('GET', `/v1/desk/corrections?article=${other}`, undefined, key)).json().items, [])
      t.equal((await call('DELETE', String(own.headers.location), undefined, key)).statusCode, 204)
    }
    for (const narrowing of ['section=arts', 'source=other', 'language=fr']) {
      const key = await keyFor(db, `articles:write;${narrowing}`)
      const answer = await call('POST', '/v1/desk/corrections', { article, texts: { en: { text: 'No.' } } }, key)
      t.match(answer.json(), { status: 403 }, narrowing)
      const listed = (await call('GET', `/v1/desk/corrections?article=${article}`, undefined, key)).json()
      t.same(listed.items, [], narrowing)
    }
  })
})

t.test('imported', async t => {
  const first = { at: '2026-02-01T12:00:00Z', texts: { en: 'Six.', fr: 'Six !' } }
  const { db, told, call, idOf } = await openNewsroom(t, story('one', { corrections: [first] }))

  await t.test('again it is no second one, however its instant is spelt', async t => {
    t.match(await told('one-vi', 'fr'), [{ at: at('2026-02-01'), text: 'Six !', language: 'fr' }])
    const before = await countRows(db)
    await fill(db, [story('one', { corrections: [first] })])
    t.same(await countRows(db), before)
    await fill(db, [story('one', { urgency: 2, corrections: [{ ...first, at: '2026-02-01T19:00:00.000+07:00' }] })])
    t.same(
      (await told('one-vi', 'en')).map((one: { text: string }) => one.text),
      ['Six.']
    )
  })
  await t.test('with other words it is overwritten, and a language it has no longer is gone', async t => {
    await fill(db, [story('one', { corrections: [{ ...first, texts: { en: 'Seven.' } }] })])
    t.match(await told('one-vi', 'fr'), [{ text: 'Seven.', language: 'en' }])
  })
  await t.test('what the record does not name stays: the desk’s own, and earlier ones', async t => {
    await call('POST', '/v1/desk/corrections', { article: await idOf('one-vi'), texts: { en: { text: 'By hand.' } } })
    await fill(db, [story('one', { corrections: [{ at: at('2026-02-02'), texts: { en: 'Second.' } }] })])
    t.same(
      (await told('one-vi', 'en')).map((one: { text: string }) => one.text),
      ['By hand.', 'Second.', 'Seven.']
    )
  })
  await t.test('what cannot be meant is rejected, and where', async t => {
    const one = { at: at('2026-03-01'), texts: { en: 'x' } }
    for (const [corrections, reason] of [
      [[one, { ...one, at: '2026-03-01T12:00:00+00:00' }], /one correction at an instant.*\/corrections\/1\/at/s],
      [[{ ...one, texts: { xx: 'x' } }], /xx.{1,3} is not a language.*\/corrections\/0\/texts\/xx/s],
      [[{ ...one, texts: {} }], /corrections\/0\/texts/],
      [[{ ...one, texts: { en: '' } }], /corrections\/0\/texts\/en/],
      [[{ texts: { en: 'x' } }], /corrections\/0/],
      [[{ ...one, by: 'x' }], /corrections\/0.*by/s]
    ] as const)
      await t.rejects(fill(db, [story('one', { corrections })]), reason)
    t.equal((await told('one-vi', 'en')).length, 3, 'nothing of it was kept')
  })
})

t.test('the demo newsroom corrects itself, in every language', async t => {
  const { get } = await openHouse(t, { demo: true })
  const told = async (slug: string, language: string) =>
    (await get(`/v1/articles/${slug}?language=${language}`)).json().corrections[0]
  const [east] = (await get('/v1/articles?language=en&section=local&limit=100'))
    .json()
    .items.filter((item: { headline: string }) => item.headline.startsWith('East line'))
  for (const language of ['en', 'vi', 'fr', 'ar']) t.match(await told(east.id, language), { language })
})
