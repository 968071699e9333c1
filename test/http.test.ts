import { connect } from 'node:net'
import t from 'tap'
import { Type } from 'typebox'
import { buildApp } from '../src/app.ts'
import { catalogue } from '../src/contract/errors.ts'
import { openDatabase } from '../src/db/client.ts'
import { openHouse, testConfig } from './helpers.ts'

/** Bad input gets a clear problem document: what, where, how to mend; never a 500, and nothing of the inside. */

const long = 'x'.repeat(3000)

/** What is asked, the status and code it must get, and where the complaint must point. */
const table: [url: string, status: number, code: string, pointer?: string][] = [
  ['/v1/articles?limt=5', 400, 'unknown-parameter', 'limt'],
  ['/v1/articles?limit=0', 400, 'invalid-parameter', 'limit'],
  ['/v1/articles?limit=-1', 400, 'invalid-parameter', 'limit'],
  ['/v1/articles?limit=101', 400, 'invalid-parameter', 'limit'],
  ['/v1/articles?limit=1000000000', 400, 'invalid-parameter', 'limit'],
  ['/v1/articles?limit=1.5', 400, 'invalid-parameter', 'limit'],
  ['/v1/articles?limit=all', 400, 'invalid-parameter', 'limit'],
  ['/v1/articles?limit=', 400, 'invalid-parameter', 'limit'],
  ['/v1/articles?limit=%EF%BC%91', 400, 'invalid-parameter', 'limit'],
  ['/v1/articles?limit=1&limit=2', 400, 'invalid-parameter', 'limit'],
  ['/v1/articles?limit[]=1', 400, 'unknown-parameter', 'limit[]'],
  ['/v1/articles?a[b][c]=1', 400, 'unknown-parameter', 'a[b][c]'],
  ['/v1/articles?order=headline', 400, 'invalid-parameter', 'order'],
  ["/v1/articles?order=publishedAt';drop", 400, 'invalid-parameter', 'order'],
  ['/v1/articles?view=everything', 400, 'invalid-parameter', 'view'],
  ['/v1/articles?fields=headline,secret', 400, 'invalid-parameter', 'fields'],
  ['/v1/articles?fields=related', 400, 'invalid-parameter', 'fields'],
  ['/v1/articles?include=related', 400, 'unknown-parameter', 'include'],
  ['/v1/articles/visite-prevue-a-pyongyang?include=related,author', 400, 'invalid-parameter', 'include'],
  ['/v1/articles?language=tlh', 400, 'unknown-language', 'language'],
  ['/v1/articles?language=EN_us', 400, 'unknown-language', 'language'],
  [`/v1/articles?language=${long}`, 400, 'unknown-language', 'language'],
  ['/v1/articles?section=no-such-section', 400, 'unknown-reference', 'section'],
  ['/v1/articles?author=018d2a7e-5c00-7b3a-9d1e-2f6a4c8b0e11', 400, 'unknown-reference', 'author'],
  ['/v1/articles?topic=', 400, 'invalid-parameter', 'topic'],
  [`/v1/articles?topic=${long}`, 400, 'invalid-parameter', 'topic'],
  ['/v1/articles?ids=1,2', 400, 'invalid-parameter', 'ids'],
  ['/v1/articles?type=opinion', 400, 'invalid-parameter', 'type'],
  ['/v1/articles?publishedAfter=yesterday', 400, 'invalid-parameter', 'publishedAfter'],
  ['/v1/articles?publishedAfter=2026-13-45T00:00:00Z', 400, 'invalid-parameter', 'publishedAfter'],
  ['/v1/articles?publishedAfter=2026-01-01', 400, 'invalid-parameter', 'publishedAfter'],
  ['/v1/articles?updatedSince=2026-01-01T00:00:00', 400, 'invalid-parameter', 'updatedSince'],
  ['/v1/articles?cursor=abc', 400, 'invalid-cursor', 'cursor'],
  [`/v1/articles?cursor=${long}`, 400, 'invalid-parameter', 'cursor'],
  ['/v1/articles?section=a%00b', 400, 'invalid-parameter', 'section'],
  ['/v1/articles?a%00b=1', 400, 'invalid-parameter'],
  ['/v1/articles/a%00b', 400, 'invalid-parameter', 'key'],
  ['/v1/articles/%zz', 400, 'invalid-path'],
  ['/v1/articles/%ff', 400, 'invalid-path'],
  ['/v1/articles/..%2f..%2fetc%2fpasswd', 404, 'not-found'],
  ['/v1/articles/null', 404, 'not-found'],
  ['/v1/articles/1e3', 404, 'not-found'],
  ['/v1/articles/018d2a7e-5c00-7b3a-9d1e-2f6a4c8b0e11', 404, 'not-found'],
  [`/v1/articles/${'x'.repeat(400)}`, 400, 'invalid-parameter', 'key'],
  [`/v1/articles/${long}`, 414, 'uri-too-long'],
  ['/v1/images/not-an-id', 404, 'not-found'],
  ['/v1/languages/tlh', 404, 'not-found'],
  ['/v1/comments?order=-likes', 400, 'invalid-parameter', 'order'],
  ['/v1/categories?rail=perhaps', 400, 'invalid-parameter', 'rail'],
  ['/v1/articles/visite-prevue-a-pyongyang/related?limit=21', 400, 'invalid-parameter', 'limit'],
  ['/v1/articles/visite-prevue-a-pyongyang/related?asOf=now', 400, 'invalid-parameter', 'asOf'],
  ['/v1/artcles', 404, 'not-found'],
  ['/v2/articles', 404, 'not-found'],
  ['/media/../package.json', 404, 'not-found'],
  ['/media/nothing.png', 404, 'not-found']
]

t.test('bad requests', async t => {
  const { app } = await openHouse(t, { demo: true })
  for (const [url, status, code, pointer] of table) {
    await t.test(`${url.slice(0, 80)} is ${status} ${code}`, async t => {
      const response = await app.inject(url)
      const problem = response.json()
      t.equal(response.statusCode, status, response.body)
      t.match(response.headers['content-type'], /^application\/problem\+json/)
      t.match(problem, {
        status,
        code,
        type: `https://broadsheet.dev/problems/${code}`,
        title: catalogue[code as 'gone'].title
      })
      t.match(problem.requestId, /^[\w-]{8,64}$/)
      t.equal(response.headers['cache-control'], 'no-store')
      if (pointer)
        t.ok(
          problem.errors.some((error: { pointer: string }) => error.pointer === pointer),
          response.body
        )
      t.notMatch(response.body, /\bat \w+ \(|select |from "|node_modules|SQLSTATE/i)
    })
  }

  await t.test('a misspelt word is answered with the one that was meant', async t => {
    const suggestion = async (url: string) => (await app.inject(url)).json().errors[0].suggestion
    t.equal(await suggestion('/v1/articles?limt=5'), 'limit')
    t.equal(await suggestion('/v1/articles?fields=headlin'), 'headline')
    t.equal(await suggestion('/v1/articles/x?include=relatd'), 'related')
    t.equal(await suggestion('/v1/articles?language=fra'), 'fr')
    t.match((await app.inject('/v1/artcles')).json().detail, '/v1/articles')
  })

  await t.test('a method that is not offered is 405 and says which are', async t => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const response = await app.inject({ method, url: '/v1/articles', payload: { headline: 'x' } })
      t.equal(response.statusCode, 405)
      t.match(response.headers.allow, /GET/)
      t.equal(response.json().code, 'method-not-allowed')
    }
  })
})

t.test('bodies are checked strictly, wherever a route takes one', async t => {
  const body = Type.Object(
    { headline: Type.String({ maxLength: 20 }), urgency: Type.Optional(Type.Integer({ maximum: 9 })) },
    { additionalProperties: false }
  )
  const { app } = await openHouse(t, {
    prepare: app =>
      void app.post(
        '/probe',
        { config: { access: 'public' }, schema: { hide: true, body } as object },
        async request => request.body
      )
  })
  const send = (payload: string, type = 'application/json') =>
    app.inject({ method: 'POST', url: '/probe', payload, headers: { 'content-type': type } })

  const cases: [name: string, payload: string, status: number, code: string, pointer?: string][] = [
    ['a torn object', '{', 400, 'invalid-json'],
    ['a trailing comma', '{"headline":"x",}', 400, 'invalid-json'],
    ['single quotes', "{'headline':'x'}", 400, 'invalid-json'],
    ['nothing at all', '', 400, 'empty-body'],
    ['a poisoned prototype', '{"headline":"x","__proto__":{"a":1}}', 400, 'forbidden-key'],
    ['an array', '[]', 422, 'invalid-body'],
    ['null', 'null', 422, 'invalid-body'],
    ['an unknown member', '{"headline":"x","urgncy":1}', 422, 'unknown-field', '/urgncy'],
    ['a missing member', '{}', 422, 'missing-field', '/headline'],
    ['a number for a text', '{"headline":5}', 422, 'invalid-field', '/headline'],
    ['an array for a text', '{"headline":["x"]}', 422, 'invalid-field', '/headline'],
    ['a text for a number', '{"headline":"x","urgency":"5"}', 422, 'invalid-field', '/urgency'],
    ['infinity', '{"headline":"x","urgency":1e999}', 422, 'invalid-field', '/urgency'],
    ['a NUL character', '{"headline":"a\\u0000b"}', 422, 'invalid-field'],
    ['a lone surrogate', '{"headline":"a\\ud800b"}', 422, 'invalid-field'],
    ['a text too long', JSON.stringify({ headline: long }), 422, 'invalid-field', '/headline'],
    ['a body beyond a mebibyte', JSON.stringify({ headline: 'x'.repeat(1_100_000) }), 413, 'body-too-large']
  ]
  for (const [name, payload, status, code, pointer] of cases) {
    await t.test(`${name} is ${status} ${code}`, async t => {
      const response = await send(payload)
      t.equal(response.statusCode, status, response.body)
      t.match(response.json(), { code, status })
      if (pointer) t.equal(response.json().errors[0].pointer, pointer)
    })
  }
  await t.test('depth beyond 32 levels is refused before it is walked', async t => {
    const response = await send(`{"headline":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)
    t.match(response.json(), { status: 400, code: 'json-too-deep' })
  })
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json garbage',
    'application/xml',
    '\tapplication/json'
  ]) {
    await t.test(`${JSON.stringify(type)} is no way to send JSON`, async t => {
      const response = await send('{"headline":5}', type)
      // White space around the type is none of it: what comes with it is checked like any other.
      t.equal(response.statusCode, type.startsWith('\t') ? 422 : 415)
    })
  }
  await t.test('a good one passes', async t => t.same((await send('{"headline":"x"}')).json(), { headline: 'x' }))
})

t.test('answers', async t => {
  const { app, get } = await openHouse(t, { demo: true })

  await t.test('carry a strong entity tag that changes with language, view and body', async t => {
    const tags = new Set<unknown>()
    for (const query of [
      'language=fr',
      'language=vi',
      'language=fr&view=card',
      'language=fr&body=html',
      'language=fr&fields=body'
    ]) {
      tags.add((await get(`/v1/articles/visite-prevue-a-pyongyang?${query}`)).headers.etag)
    }
    t.equal(tags.size, 5)
    for (const tag of tags) t.match(String(tag), /^"[\w-]+"$/)
  })

  await t.test('are 304 without a body for those who have them, in any list of tags', async t => {
    const { headers } = await get('/v1/sources')
    for (const value of [headers.etag, `W/${headers.etag}`, `"other", ${headers.etag}`, '*']) {
      const again = await app.inject({ url: '/v1/sources', headers: { 'if-none-match': String(value) } })
      t.equal(again.statusCode, 304)
      t.equal(again.body, '')
      t.equal(again.headers.etag, headers.etag)
    }
    t.equal((await app.inject({ url: '/v1/sources', headers: { 'if-none-match': '"stale"' } })).statusCode, 200)
  })

  await t.test('tell caches what they depend on', async t => {
    const { headers } = await get('/v1/articles?language=fr&limit=3')
    t.match(headers['cache-control'], /max-age=\d+, stale-while-revalidate=\d+, stale-if-error=\d+/)
    t.match(headers.vary, /accept-language/i)
    t.match(headers['cache-groups'], /^"everything", "articles", "article-[0-9a-f-]{17}"/)
    t.match(headers['surrogate-key'], /^everything articles article-/)
    const groups = String(headers['cache-groups']).split(', ')
    for (const group of groups) t.ok(group.length <= 34, 'RFC 9875 promises room for 32 characters, beside the quotes')
    t.match(headers['last-modified'], /GMT$/)
    t.equal(headers['access-control-allow-origin'], '*')
  })

  await t.test('name their next page in the body and in the Link header alike', async t => {
    const first = await get('/v1/articles?language=en&limit=2')
    const [, link] = /^<([^>]+)>; rel="next"$/.exec(String(first.headers.link))!
    t.match(link, encodeURIComponent(first.json().next))
    t.equal((await get(link!)).statusCode, 200)
  })

  await t.test('keep a good request id from outside and replace a dangerous one', async t => {
    const id = async (value: string) => (await get('/livez', { 'x-request-id': value })).headers['x-request-id']
    t.equal(await id('abc-123_XYZ'), 'abc-123_XYZ')
    t.not(await id('a\tb<script>'), 'a\tb<script>')
  })

  await t.test('to HEAD are those to GET without the body', async t => {
    const head = await app.inject({ method: 'HEAD', url: '/v1/sources' })
    t.equal(head.statusCode, 200)
    t.equal(head.body, '')
  })

  await t.test('count when asked, exactly or by estimate', async t => {
    const { count } = (await get('/v1/articles?language=vi&count=exact&limit=1')).json()
    const all = (await get('/v1/articles?language=vi&limit=100')).json()
    t.same(count, { value: all.items.length, kind: 'exact' })
    t.match((await get('/v1/articles?language=vi&count=estimated&limit=1')).json().count, { kind: 'estimated' })
  })

  await t.test('have the same words in every body format', async t => {
    const body = async (format: string) =>
      (await get(`/v1/articles/visite-prevue-a-pyongyang?language=fr&body=${format}`)).json().body
    const words = (text: string) => text.match(/[\p{L}\p{N}]+/gu)
    const text = (await body('text')).content
    t.same(words((await body('html')).content.replace(/<[^>]+>/g, ' ').replace(/&[a-z]+;|&#\d+;/g, ' ')), words(text))
    t.same(words((await body('markdown')).content), words(text))
    t.match(await body('blocks'), { format: 'blocks', blocks: [{ _type: 'block' }] })
  })
})

t.test('a database that is away', async t => {
  const away = openDatabase({
    connection: { host: '127.0.0.1', port: 1, user: 'nobody' },
    size: 2,
    statementTimeout: 500
  })
  const app = await buildApp(testConfig(), away)
  t.teardown(async () => {
    await app.close()
    await away.close()
  })
  for (const url of ['/v1/articles', '/v1/articles/anything', '/v1/sources', '/readyz']) {
    const response = await app.inject(url)
    t.equal(response.statusCode, 503, url)
    t.match(response.json(), { code: 'database-unavailable' })
    t.match(response.headers['retry-after'], /^\d+$/)
  }
  t.equal((await app.inject('/livez')).statusCode, 200, 'the process itself lives')
})

t.test('what is not even HTTP is answered as a problem and cut', async t => {
  const { app } = await openHouse(t)
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const raw = (bytes: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = ''
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes))
      socket.on('data', data => {
        answer += data
      })
      socket.on('close', () => resolve(answer))
      socket.on('error', reject)
    })
  t.match(
    await raw('GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'),
    /^HTTP\/1\.1 400 [\s\S]*problem\+json/
  )
  t.match(
    await raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`),
    /^HTTP\/1\.1 431 [\s\S]*headers-too-large/
  )
})
