import t from 'tap'
import { keyFor, openHouse } from './helpers.ts'
import { countRows } from './rows.ts'

/** A story and its editions in one request: all of it or nothing, and every fault at its place. */

const html = (...paragraphs: string[]) => ({
  format: 'html',
  content: paragraphs.map(text => `<p>${text}</p>`).join('')
})
const story = { originalLanguage: 'en', section: 'politics', source: 'bao-song-hong' }
const english = { language: 'en', headline: 'The dyke holds', body: html('The river rose.', 'The dyke held.') }
const french = {
  language: 'fr',
  headline: 'La digue tient',
  body: html('Le fleuve est monté.', 'La digue a tenu.'),
  translation: { method: 'machine', engine: 'm1' }
}
const vietnamese = {
  language: 'vi',
  headline: 'Đê vẫn vững',
  body: html('Nước sông dâng.', 'Đê vẫn vững.'),
  translation: { method: 'human', of: { language: 'fr' } }
}

async function openDesk(t: Parameters<typeof openHouse>[0]) {
  const house = await openHouse(t, { demo: true })
  const headers = await keyFor(house.db, '*:*')
  const post = (editions: unknown, as: Record<string, string> = headers) =>
    house.send('POST', '/v1/desk/articles', { headers: as, payload: { ...story, editions } })
  return { ...house, headers, post }
}

t.test('a story is written with all its languages in one request', async t => {
  const { post, get, send, headers, db } = await openDesk(t)
  const made = await post([vietnamese, { ...french, publish: true }, { ...english, publish: true }])

  await t.test('the answer is the record with its editions', async t => {
    t.equal(made.statusCode, 201, made.body)
    t.match(made.json().editions, [
      { language: 'en', state: 'published', method: 'original', slug: 'the-dyke-holds', head: 1 },
      { language: 'fr', state: 'published', method: 'machine' },
      { language: 'vi', state: 'draft', method: 'human' }
    ])
    t.same((await send('GET', String(made.headers.location), { headers })).json(), made.json())
  })
  await t.test('what a translation is made from was written before it, whatever the order', async t => {
    const read = async (language: string) =>
      (await send('GET', `${made.headers.location}/editions/${language}`, { headers })).json()
    const [en, fr, vi] = [await read('en'), await read('fr'), await read('vi')]
    const keys = (edition: { body: { blocks: { _key: string }[] } }) => edition.body.blocks.map(block => block._key)
    t.same(keys(fr), keys(en), 'blocks are told across languages')
    t.same(keys(vi), keys(en))
    t.match(vi.translation, { of: { language: 'fr', revision: 1 }, stale: false })
    t.match(fr.translation, { of: { language: 'en', revision: 1 }, stale: false })
  })
  await t.test('readers see at once what is published and nothing else', async t => {
    const read = (language: string) => get(`/v1/articles/${made.json().id}?language=${language}&fallback=none`)
    t.match((await read('fr')).json(), { headline: 'La digue tient' })
    t.equal((await read('vi')).statusCode, 404)
    const list = await get('/v1/articles?language=en&section=politics&limit=1')
    t.equal(list.json().items[0].id, made.json().id)
  })
  await t.test('an empty list is none, and a change takes none', async t => {
    const bare = await post([])
    t.same(bare.json().editions, [])
    const changed = await send('PATCH', String(bare.headers.location), {
      headers: { ...headers, 'if-match': '*' },
      payload: { editions: [english] }
    })
    t.match(changed.json(), { status: 422, code: 'read-only-field' })
    const patched = await send('PATCH', String(made.headers.location), {
      headers: { ...headers, 'if-match': '*' },
      payload: { urgency: 2 }
    })
    t.same(patched.json().editions, made.json().editions)
  })
  await t.test('repeated with its key it is the same story', async t => {
    const before = (await countRows(db)).articles!
    const once = { ...headers, 'idempotency-key': 'story-1' }
    const editions = [{ ...english, slug: 'told-once' }]
    const [first, again] = [await post(editions, once), await post(editions, once)]
    t.equal(again.body, first.body)
    t.equal((await countRows(db)).articles, before + 1)
  })
  await t.test('fifty languages cost no more than is promised', async t => {
    const tags = Array.from({ length: 49 }, (_, n) => `q${String.fromCharCode(97 + Math.floor(n / 26), 97 + (n % 26))}`)
    for (const [n, tag] of tags.entries())
      await send('POST', '/v1/desk/languages', { headers, payload: { tag, name: tag, position: 500 + n } })
    const many = tags.map(language => ({
      ...french,
      language,
      source: 'sputnik',
      publish: true,
      translation: { method: 'machine' }
    }))
    const all = await post([...many, { ...english, publish: true }])
    t.equal(all.statusCode, 201, all.body)
    t.equal(all.json().editions.length, 50)
    t.equal((await post([...many, english, vietnamese])).json().status, 422)
  })
})

t.test('one bad edition and nothing is written', async t => {
  const { post, db } = await openDesk(t)
  const before = await countRows(db)
  const link = { _type: 'link', _key: 'a', href: 'javascript:alert(1)' }
  const block = {
    _type: 'block',
    style: 'normal',
    children: [{ _type: 'span', text: 'x', marks: ['a'] }],
    markDefs: [link]
  }
  const cases: [name: string, editions: unknown, code: string, pointer: string | RegExp][] = [
    ['no list', {}, 'invalid-field', '/editions'],
    ['no headline', [english, { language: 'fr' }], 'missing-field', '/editions/1/headline'],
    ['a misspelt member', [{ ...english, hedline: 'x' }], 'unknown-field', '/editions/0/hedline'],
    ['an unknown language', [english, { ...french, language: 'xx' }], 'dangling-reference', '/editions/1/language'],
    ['a language twice', [english, french, french], 'invalid-field', '/editions/2/language'],
    ['an unknown source', [english, { ...french, source: 'nobody' }], 'dangling-reference', '/editions/1/source'],
    [
      'an active link',
      [english, { ...french, body: { format: 'blocks', blocks: [block] } }],
      'invalid-field',
      /^\/editions\/1\/body\/blocks\/0/
    ],
    ['no original', [french], 'dangling-reference', '/editions/0/translation/of'],
    [
      'a translated original',
      [{ ...english, translation: { method: 'human' } }],
      'invalid-field',
      '/editions/0/translation'
    ],
    [
      'a circle',
      [english, { ...french, translation: { method: 'human', of: { language: 'vi' } } }, vietnamese],
      'invalid-field',
      '/editions/1/translation/of'
    ],
    [
      'a translation of itself',
      [english, { ...french, translation: { method: 'human', of: { language: 'fr' } } }],
      'invalid-field',
      '/editions/1/translation/of'
    ],
    [
      'a revision there is not',
      [english, { ...french, translation: { method: 'human', of: { language: 'en', revision: 2 } } }],
      'dangling-reference',
      '/editions/1/translation/of'
    ],
    [
      'nothing to publish',
      [english, { ...french, body: undefined, publish: true }],
      'not-publishable',
      '/editions/1/body'
    ],
    ['a slug of another', [english, { ...french, slug: 'visite-prevue-a-pyongyang' }], 'slug-taken', '/editions/1/slug']
  ]
  for (const [name, editions, code, pointer] of cases)
    t.match((await post(editions)).json(), { code, errors: [{ pointer }] }, name)
  t.same(await countRows(db), before)
})

t.test('scopes hold for every language, and for publishing it', async t => {
  const { post, db } = await openDesk(t)
  const both = 'articles:write;language=en,fr'
  const may = async (editions: unknown, ...scopes: string[]) =>
    (await post(editions, await keyFor(db, ...scopes))).statusCode
  const shown = [
    { ...english, publish: true },
    { ...french, publish: true }
  ]
  t.equal(await may([english, french], both), 201)
  t.equal(await may([english, french, vietnamese], both), 403, 'a language out of reach')
  t.equal(await may(shown, both), 403, 'writing is not publishing')
  t.equal(await may(shown, both, 'articles:publish;language=en'), 403, 'published in one language only')
  t.equal(await may(shown, both, 'articles:publish;language=en,fr;section=politics'), 201)
  t.equal(await may(shown, both, 'articles:publish;section=sport'), 403)
  t.equal(await may(shown, both, 'articles:publish;source=bao-song-hong'), 201)
})

t.test('an edition is published with the save that writes it', async t => {
  const { post, send, get, headers, db } = await openDesk(t)
  const made = await post([english])
  const editions = `${made.headers.location}/editions`
  const writer = await keyFor(db, 'articles:write')
  const write = (as: Record<string, string>) =>
    send('POST', editions, { headers: as, payload: { ...french, publish: true } })
  t.match((await write(writer)).json(), { status: 403, code: 'forbidden' })
  t.match((await write(headers)).json(), { state: 'published', head: 1 })
  const save = (as: Record<string, string>, payload: object) =>
    send('PATCH', `${editions}/fr`, { headers: { ...as, 'if-match': '*' }, payload })
  t.equal((await save(writer, { headline: 'Caché', publish: true })).statusCode, 403)
  t.match((await save(writer, { headline: 'Attendu', publish: false })).json(), { head: 2, revision: 1 })
  t.match((await save(headers, { publish: true })).json(), { head: 2, revision: 2 })
  const read = await get(`/v1/articles/${made.json().id}?language=fr`)
  t.equal(read.json().headline, 'Attendu')
})
