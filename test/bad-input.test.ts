import { sql } from 'drizzle-orm'
import t from 'tap'
import { catalogue } from '../src/contract/errors.ts'
import { type Json, worldOf } from './desk-examples.ts'
import { type Method, openHouse, openKey } from './helpers.ts'
import { countRows } from './rows.ts'

/**
 * Bad input of every kind gets a clear problem document: what, where, how to mend; never a 500, nothing of the inside, nothing stored. The codes of
 * single members are `invalid-field` and `dangling-reference` with a pointer, not one code per kind of member: a client branches on the place.
 */

const nobody = '018d2a7e-5c00-7b3a-9d1e-2f6a4c8b0e11'
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const author = { slug: 'bad', type: 'person', texts: {} }
const json = { 'content-type': 'application/json' }

interface Row {
  name: string
  method?: Method
  url?: string
  payload?: object | string | Buffer
  headers?: Record<string, string>
  /** Without a key. */
  bare?: true
  status: number
  code: string
  pointer?: string
}

const post = (name: string, payload: Row['payload'], status: number, code: string, more: Partial<Row> = {}): Row => ({
  name,
  method: 'POST',
  url: '/v1/desk/authors',
  ...(payload === undefined ? {} : { payload }),
  status,
  code,
  ...more,
  headers: { ...json, ...more.headers }
})
const get = (url: string, status: number, code: string, pointer?: string): Row => ({
  name: `GET ${url.slice(0, 90)}`,
  url,
  status,
  code,
  ...(pointer ? { pointer } : {})
})

const bodies: Row[] = [
  post('an empty body', '', 400, 'empty-body'),
  post('only spaces', '  \n', 400, 'empty-body'),
  ...['{', '[1,]', "{'a':1}", 'NaN', '01', '{"a":1} // x', '{"a":1} x', '{"a":1,}', 'undefined', '{"a":"\t"}'].map(
    text => post(`not JSON: ${text}`, text, 400, 'invalid-json')
  ),
  post('invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 400, 'invalid-encoding'),
  post('UTF-16', Buffer.from('\uFEFF{"a":1}', 'utf16le'), 400, 'invalid-encoding'),
  post('a byte order mark', '\uFEFF{}', 400, 'invalid-encoding'),
  ...['null', '1', '"x"', '[]', 'true'].map(text => post(`${text} as the body`, text, 422, 'invalid-body')),
  post('no body at all', undefined, 422, 'invalid-body', { headers: { 'content-type': '' } }),
  ...[
    '{"__proto__":{}}',
    '{"\\u005f_proto__":1}',
    '{"a":{"constructor":{"prototype":{}}}}',
    '{"constructor":1}',
    '{"texts":{"constructor":{}}}'
  ].map(text => post(`a member no object may have: ${text}`, text, 400, 'forbidden-key')),
  post('33 levels', deep(34), 400, 'json-too-deep'),
  post('fifty thousand levels', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 400, 'json-too-deep'),
  ...['1e999', '9007199254740993', '-1', '1.5', '"5"'].map(number =>
    post(`the position ${number}`, `{"slug":"x","texts":{},"position":${number}}`, 422, 'invalid-field', {
      url: '/v1/desk/categories',
      pointer: '/position'
    })
  ),
  post('an unknown member', { ...author, sulg: 'x' }, 422, 'unknown-field', { pointer: '/sulg' }),
  post('an unknown member within', { ...author, texts: { en: { nam: 'x', name: 'x' } } }, 422, 'unknown-field', {
    pointer: '/texts/en/nam'
  }),
  post('a missing member', { type: 'person', texts: {} }, 422, 'missing-field', { pointer: '/slug' }),
  post('several faults', { slug: 5, tpye: 'person', texts: {} }, 422, 'invalid-body', { pointer: '/tpye' }),
  ...[{}, [], ['x'], 5, true, null].map(value =>
    post(`${JSON.stringify(value)} for a slug`, { ...author, slug: value }, 422, 'invalid-field', { pointer: '/slug' })
  ),
  post('a NUL in a text', { ...author, texts: { en: { name: 'a\0b' } } }, 422, 'invalid-field'),
  post('a NUL in a name', { ...author, 'a\0b': 1 }, 422, 'invalid-field'),
  post('a lone surrogate', '{"slug":"bad","type":"person","texts":{"en":{"name":"a\\ud800b"}}}', 422, 'invalid-field'),
  post('only spaces in a text', { ...author, texts: { en: { name: ' \n\u3000' } } }, 422, 'invalid-field', {
    pointer: '/texts/en/name'
  }),
  post('a body beyond the limit', { ...author, x: 'x'.repeat(1_048_577) }, 413, 'body-too-large'),
  ...['gzip', 'br', 'deflate, gzip', 'x'].map(coding =>
    post(`content-encoding ${coding}`, author, 415, 'unsupported-encoding', { headers: { 'content-encoding': coding } })
  ),
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'multipart/form-data',
    'text/json',
    'application/jsonx',
    'application/json garbage',
    'application/json; charset=utf-16',
    'application/json;charset="latin1"',
    'application\t/json',
    'a',
    '*/*'
  ].map(type =>
    post(`content-type ${JSON.stringify(type)}`, JSON.stringify({ slug: 5 }), 415, 'unsupported-media-type', {
      headers: { 'content-type': type }
    })
  ),
  ...['../x', 'Upper', 'x'.repeat(121), '', 'a b', 'a--b', '-a', 'é', 'a\n', 'a/b', '%2e'].map(slug =>
    post(`the slug ${JSON.stringify(slug.slice(0, 12))}`, { ...author, slug }, 422, 'invalid-field', {
      pointer: '/slug'
    })
  ),
  ...['xx-invalid-long', 'EN_us', 'EN', 'e', '', 'en-us'].map(tag =>
    post(`the language ${tag}`, { tag, name: 'x', position: 900 }, 422, 'invalid-field', {
      url: '/v1/desk/languages',
      pointer: '/tag'
    })
  ),
  post('words in a language nobody knows', { ...author, texts: { tlh: { name: 'x' } } }, 422, 'dangling-reference', {
    pointer: '/texts/tlh'
  }),
  post('words in no language', { ...author, texts: { EN_us: { name: 'x' } } }, 422, 'unknown-field', {
    pointer: '/texts/EN_us'
  }),
  post(
    'words in 201 languages',
    { ...author, texts: Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`aa-${100 + n}`, { name: 'x' }])) },
    422,
    'invalid-field',
    { pointer: '/texts' }
  ),
  post(
    'words in 45,000 languages',
    `{"slug":"bad","type":"agency","texts":{${Array.from(
      { length: 40_000 },
      (_, n) =>
        `"${String.fromCharCode(97 + (n % 26), 97 + (Math.floor(n / 26) % 26))}-${100 + Math.floor(n / 676)}":{"name":"x"}`
    ).join()}}}`,
    422,
    'invalid-field',
    { url: '/v1/desk/sources' }
  ),
  ...[
    '2026-13-45T00:00:00Z',
    '2026-01-01',
    'tomorrow',
    '+999999-01-01T00:00:00Z',
    '2026-01-01T00:00:00',
    '0000-01-01T00:00:00Z',
    '2026-01-01T00:00:00+23:59',
    '',
    5
  ].map(startsAt =>
    post(`the instant ${startsAt}`, { group: 'topic', target: 'TARGET', position: 1, startsAt }, 422, 'invalid-field', {
      url: '/v1/desk/pins'
    })
  ),
  post(
    'an end before its start',
    { group: 'topic', target: 'TARGET', position: 1, startsAt: '2030-01-01T00:00:00Z', endsAt: '2029-01-01T00:00:00Z' },
    422,
    'invalid-field',
    { url: '/v1/desk/pins', pointer: '/endsAt' }
  ),
  post('a pin for no list', { group: 'nothing', target: 'TARGET', position: 1 }, 422, 'invalid-field', {
    url: '/v1/desk/pins',
    pointer: '/group'
  }),
  ...[nobody, 'nobody', '018d2a7e', "' or 1=1 --", 'null'].map(source =>
    post(`the source ${source}`, { ...author, source }, 422, 'dangling-reference', { pointer: '/source' })
  ),
  ...[
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://example.org',
    '//example.org',
    'x',
    `https://example.org/${'x'.repeat(2048)}`
  ].map(url =>
    post(`the address ${url.slice(0, 30)}`, { url }, 422, 'invalid-field', { url: '/v1/desk/images', pointer: '/url' })
  ),
  post(
    'a link that is a script',
    { ...author, links: [{ label: 'x', url: 'javascript:alert(1)' }] },
    422,
    'invalid-field',
    { pointer: '/links/0/url' }
  ),
  post('a picture without an address', { mime: 'image/png' }, 422, 'invalid-field', {
    url: '/v1/desk/images',
    pointer: '/url'
  }),
  ...['id', 'version', 'createdAt', 'updatedAt'].map(member =>
    post(`the house's own ${member}`, { ...author, [member]: 1 }, 422, 'read-only-field', { pointer: `/${member}` })
  ),
  post(
    'the likes of a comment',
    { article: 'TARGET', language: 'en', authorName: 'x', body: 'x', likes: 99 },
    422,
    'read-only-field',
    {
      url: '/v1/desk/comments',
      pointer: '/likes'
    }
  ),
  ...['x'.repeat(256), 'a b', '', 'a\tb'].map(key =>
    post(`the Idempotency-Key ${key.slice(0, 5)}`, author, 400, 'invalid-idempotency-key', {
      headers: { 'idempotency-key': key }
    })
  )
]

const reads: Row[] = [
  get('/v1/desk/authors/null', 404, 'not-found'),
  get('/v1/desk/authors/1e3', 404, 'not-found'),
  get(`/v1/desk/authors/${nobody}`, 404, 'not-found'),
  get(`/v1/desk/authors/${nobody}x`, 404, 'not-found'),
  get(`/v1/desk/authors/${'x'.repeat(400)}`, 400, 'invalid-parameter', 'key'),
  get(`/v1/desk/authors/${'x'.repeat(600)}`, 414, 'uri-too-long'),
  get('/v1/desk/authors/%', 400, 'invalid-path'),
  get('/v1/desk/authors/%zz', 400, 'invalid-path'),
  get('/v1/desk/authors/%ff', 400, 'invalid-path'),
  get('/v1/desk/authors/a%00b', 400, 'invalid-parameter', 'key'),
  get('/v1/desk/authors/..%2f..%2fetc', 404, 'not-found'),
  get('/v1/desk/languages/tlh', 404, 'not-found'),
  get("/v1/desk/languages/en'--", 404, 'not-found'),
  get('/v1/desk/nothing', 404, 'not-found'),
  ...['0', '-1', 'all', '1e9', '1.5', '%EF%BC%91', ''].map(limit =>
    get(`/v1/desk/authors?limit=${limit}`, 400, 'invalid-parameter', 'limit')
  ),
  get('/v1/desk/authors?limt=1', 400, 'unknown-parameter', 'limt'),
  get('/v1/desk/authors?limit=1&limit=2', 400, 'invalid-parameter', 'limit'),
  get('/v1/desk/authors?slug[]=a', 400, 'unknown-parameter', 'slug[]'),
  get('/v1/desk/authors?a[b][c]=1', 400, 'unknown-parameter', 'a[b][c]'),
  get('/v1/desk/authors?__proto__=1', 400, 'unknown-parameter', '__proto__'),
  get('/v1/desk/authors?order=hash', 400, 'invalid-parameter', 'order'),
  get("/v1/desk/authors?order=slug';drop", 400, 'invalid-parameter', 'order'),
  get(`/v1/desk/authors?order=${'slug,'.repeat(200)}`, 400, 'invalid-parameter', 'order'),
  get('/v1/desk/consumers?hash=x', 400, 'unknown-parameter', 'hash'),
  get('/v1/desk/images?sha256=x', 400, 'unknown-parameter', 'sha256'),
  get('/v1/desk/comments?state=hidden', 400, 'invalid-parameter', 'state'),
  get('/v1/desk/comments?article=x', 400, 'invalid-parameter', 'article'),
  get(`/v1/desk/comments?article=urn:uuid:${nobody}`, 400, 'invalid-parameter'),
  get('/v1/desk/captions?inLanguage=EN_us', 400, 'invalid-parameter', 'inLanguage'),
  get('/v1/desk/authors?cursor=abc', 400, 'invalid-cursor', 'cursor'),
  get('/v1/desk/authors?cursor=', 400, 'invalid-parameter', 'cursor'),
  get(`/v1/desk/authors?cursor=${'x'.repeat(10_000)}`, 400, 'invalid-parameter', 'cursor'),
  get(`/v1/desk/authors/${nobody}?fields=slug`, 400, 'unknown-parameter', 'fields'),
  { ...get('/v1/desk/authors', 401, 'unauthenticated'), bare: true },
  { ...get('/v1/desk/authors?key=bsk_x', 401, 'unauthenticated'), bare: true },
  { name: 'a method nobody offers', method: 'PUT', url: '/v1/desk/authors', status: 405, code: 'method-not-allowed' },
  {
    name: 'a list removed at once',
    method: 'DELETE',
    url: '/v1/desk/authors',
    status: 405,
    code: 'method-not-allowed'
  },
  {
    name: 'DELETE without If-Match',
    method: 'DELETE',
    url: '/v1/desk/categories/PARENT',
    status: 428,
    code: 'precondition-required'
  },
  ...['"v99.x"', '"v999999999"'].map(tag => change(tag, 412, 'precondition-failed')),
  ...['W/"v1.x"', 'v1', '"v1', '"1"', '"v1.x" "v2.x"', '"v99999999999"', 'x'.repeat(5000)].map(tag =>
    change(tag, 400, 'invalid-precondition')
  ),
  {
    ...change('*', 422, 'invalid-field'),
    name: 'a section below itself',
    payload: { parent: 'PARENT' },
    pointer: '/parent'
  },
  {
    ...change('*', 422, 'invalid-field'),
    name: 'a section below one below it',
    payload: { parent: 'CHILD' },
    pointer: '/parent'
  },
  { ...change('*', 409, 'slug-taken'), name: 'the slug of another', payload: { slug: 'sport' }, pointer: '/slug' },
  {
    name: 'a section in use',
    method: 'DELETE',
    url: '/v1/desk/categories/PARENT',
    headers: { 'if-match': '*' },
    status: 409,
    code: 'in-use'
  },
  {
    name: 'a language in use',
    method: 'DELETE',
    url: '/v1/desk/languages/en',
    headers: { 'if-match': '*' },
    status: 409,
    code: 'in-use'
  }
]

function change(tag: string, status: number, code: string): Row {
  const payload = { position: 3 }
  return {
    name: `If-Match ${tag.slice(0, 20)}`,
    method: 'PATCH',
    url: '/v1/desk/categories/PARENT',
    headers: { 'if-match': tag },
    payload,
    status,
    code
  }
}

t.test('bad input', async t => {
  const { app, db, send } = await openHouse(t, { demo: true })
  const world = await worldOf(db)
  const { authorization } = await openKey(db, { scopes: ['*:*'] })
  const make = async (payload: Json) =>
    (await send('POST', '/v1/desk/categories', { headers: { authorization }, payload })).json().id
  const parent = await make({ slug: 'above', texts: {} })
  const child = await make({ slug: 'below', parent: 'above', texts: {} })
  const named = (text: string) =>
    text.replaceAll('PARENT', parent).replaceAll('CHILD', child).replaceAll('TARGET', world.articles[1]!)
  const filled = (payload: Row['payload']) =>
    payload === undefined || Buffer.isBuffer(payload)
      ? payload
      : typeof payload === 'string'
        ? named(payload)
        : JSON.stringify(payload).length > 9_000
          ? payload
          : JSON.parse(named(JSON.stringify(payload)))
  const before = await countRows(db)

  for (const { name, method = 'GET', url = '/', payload, headers = {}, bare, status, code, pointer } of [
    ...bodies,
    ...reads
  ]) {
    await t.test(`${name} is ${status} ${code}`, async t => {
      const sent = Object.fromEntries(
        Object.entries({ ...(bare ? {} : { authorization }), ...headers }).filter(
          ([name, value]) => value || name !== 'content-type'
        )
      )
      const body = filled(payload)
      const answer = await app.inject({
        method,
        url: named(url),
        headers: sent,
        ...(body === undefined ? {} : { payload: body })
      })
      const problem = answer.json()
      t.match(
        problem,
        { status, code, type: `https://broadsheet.dev/problems/${code}`, title: catalogue[code as 'gone'].title },
        answer.body.slice(0, 400)
      )
      t.equal(answer.statusCode, status)
      t.match(answer.headers['content-type'], /^application\/problem\+json/)
      t.match(problem.requestId, /^[\w-]{8,64}$/)
      t.match(answer.headers['cache-control'], /no-store/)
      if (pointer)
        t.ok(
          problem.errors?.some((error: { pointer: string }) => error.pointer === pointer),
          answer.body.slice(0, 400)
        )
      t.ok(answer.body.length < 6_000, 'and is short')
      t.notMatch(
        answer.body,
        /\bat \w+ \(|select |insert |from "|relation|constraint|node_modules|SQLSTATE|_check|_key\b/i
      )
    })
  }
  await t.test('stores nothing and ends nobody', async t => {
    t.same(await countRows(db), before)
    t.same(await db.rows(sql`select 1 from authors where slug = 'bad'`), [])
    t.equal((await app.inject('/livez')).statusCode, 200)
    t.equal(({} as Json).polluted, undefined)
  })
  await t.test('what only looks bad passes', async t => {
    const ok = async (row: Partial<Row>, status: number) => {
      const payload = row.payload ?? author
      const answer = await send('POST', '/v1/desk/authors', {
        headers: { authorization, ...json, ...row.headers },
        payload
      })
      t.equal(answer.statusCode, status, answer.body)
    }
    await ok({ payload: '{"slug":"last","slug":"last-wins","type":"desk","texts":{}}' }, 201)
    await ok(
      { payload: { ...author, slug: 'charset' }, headers: { 'content-type': 'application/json; charset=UTF-8' } },
      201
    )
    await ok({ payload: { ...author, slug: 'markup', texts: { en: { name: '<b>\u202E𝕏 👩‍🚀</b>' } } } }, 201)
    const answer = await app.inject({
      url: '/v1/authors',
      headers: { range: 'bytes=9-1', 'if-none-match': 'x'.repeat(5000), accept: 'text/html' }
    })
    t.equal(answer.statusCode, 200)
  })
})
