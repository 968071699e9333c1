import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { openDatabase } from '../src/db/client.ts'
import { keyFor, openHouse, testConfig } from './helpers.ts'
import { openProxy } from './proxy.ts'
import { countRows } from './rows.ts'

/** Many lines in one request: each is the single request it stands for, whatever becomes of the others. */

const url = '/v1/desk/articles/bulk'
const media = { 'content-type': 'application/x-ndjson' }
const nobody = '018d2a7e-5c00-7b3a-9d1e-2f6a4c8b0e11'
const text = (content: string) => ({ format: 'text', content })
const story = (headline: string, more: object = {}) => ({
  create: {
    originalLanguage: 'en',
    section: 'politics',
    editions: [{ language: 'en', headline, body: text(headline), publish: true }],
    ...more
  }
})
const written = (lines: readonly unknown[]) =>
  lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')

interface Outcome {
  line: number
  status: number
  id: string
  location: string
  version: number
  etag: string
  replayed?: boolean
  problem: { code: string; detail: string; requestId: string; errors: { pointer: string; suggestion?: string }[] }
}
const outcomesIn = (body: string): Outcome[] =>
  body
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

async function openDesk(t: Parameters<typeof openHouse>[0]) {
  const house = await openHouse(t, { demo: true })
  const headers = await keyFor(house.db, '*:*')
  const post = (payload: string | Buffer, as: Record<string, string> = headers) =>
    house.send('POST', url, { headers: { ...as, ...media }, payload })
  const bulk = async (lines: readonly unknown[], as: Record<string, string> = headers) =>
    outcomesIn((await post(written(lines), as)).body)
  const make = async (headline: string) => (await bulk([story(headline)]))[0]!
  return { ...house, headers, post, bulk, make }
}

t.test('every line has its outcome, in order', async t => {
  const { post, bulk, make, send, get, headers } = await openDesk(t)

  await t.test('articles and editions are written and changed', async t => {
    const old = await make('Before')
    const lines = [
      story('One'),
      { change: { id: old.id, version: 1, patch: { urgency: 1 } } },
      {
        createEdition: {
          article: old.id,
          edition: { language: 'fr', headline: 'Avant', body: text('Avant'), translation: { method: 'human' } }
        }
      },
      { changeEdition: { article: old.id, language: 'fr', version: '*', patch: { headline: 'Hier', publish: true } } }
    ]
    const outcomes = await bulk(lines)
    t.match(outcomes, [
      { line: 1, status: 201, version: 1, etag: /^"v1\./ },
      { line: 2, status: 200, id: old.id, version: 2, location: old.location },
      { line: 3, status: 201, id: old.id, language: 'fr', location: `${old.location}/editions/fr` },
      { line: 4, status: 200, id: old.id, language: 'fr', location: `${old.location}/editions/fr` }
    ])
    for (const { location, etag } of [outcomes[0]!, outcomes[3]!])
      t.equal((await send('GET', location, { headers })).headers.etag, etag, 'the tag is that of the record')
    t.match((await get(`/v1/articles/${old.id}?language=fr`)).json(), { headline: 'Hier' })
  })

  await t.test('blank lines are passed over and counted, any line end will do', async t => {
    const answer = await post(`\n${JSON.stringify(story('Two'))}\r\n\r\n  \n${JSON.stringify(story('Three'))}\n`)
    t.equal(answer.headers['content-type'], 'application/x-ndjson')
    t.equal(answer.headers['cache-control'], 'private, no-store')
    t.match(
      outcomesIn(answer.body).map(({ line, status }) => [line, status]),
      [
        [2, 201],
        [5, 201]
      ]
    )
  })

  await t.test('a name that is common costs no more statements', async t => {
    const outcomes = await bulk(Array.from({ length: 60 }, () => story('Weather')))
    t.same([...new Set(outcomes.map(({ status }) => status))], [201])
    t.equal((await get('/v1/articles/weather-60?language=en')).json().headline, 'Weather')
  })
})

t.test('a bad line changes nothing and stops nobody', async t => {
  const { bulk, make, headers, db, post } = await openDesk(t)
  const { id } = await make('Standing')
  const deep = `{"create":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`
  const change = (more: object) => ({ change: { id, version: 1, patch: { urgency: 2 }, ...more } })
  const cases: [name: string, line: unknown, status: number, code: string, pointer?: string][] = [
    ['no JSON', '{"create":', 400, 'invalid-json'],
    ['no object', '[1]', 422, 'invalid-body', '/'],
    ['nothing to do', '{}', 422, 'invalid-body', '/'],
    ['two things to do', { ...story('x'), ...change({}) }, 422, 'invalid-body', '/'],
    ['an unknown thing to do', { craete: {} }, 422, 'unknown-field', '/craete'],
    ['a body that is none', { create: [] }, 422, 'invalid-field', '/create'],
    ['nested deeply', deep, 400, 'json-too-deep'],
    ['a member no object may have', '{"create":{"__proto__":{"x":1}}}', 400, 'forbidden-key'],
    ['another such', '{"create":{"constructor":{"prototype":{}}}}', 400, 'forbidden-key'],
    ['a NUL', { create: { originalLanguage: 'en\0' } }, 422, 'invalid-field', '/create'],
    ['a misspelt member', story('x', { secton: 'x' }), 422, 'unknown-field', '/create/secton'],
    [
      'a bad edition',
      story('x', { editions: [{ language: 'en' }] }),
      422,
      'missing-field',
      '/create/editions/0/headline'
    ],
    ['an unknown section', story('x', { section: 'nowhere' }), 422, 'dangling-reference', '/create/section'],
    ['no version', { change: { id, patch: { urgency: 2 } } }, 422, 'missing-field', '/change/version'],
    ['a version that is none', change({ version: 'x' }), 422, 'invalid-field', '/change/version'],
    ['an old version', change({ version: 7 }), 412, 'precondition-failed'],
    ['an empty patch', change({ patch: {} }), 422, 'invalid-body', '/change/patch'],
    ['nobody', change({ id: nobody }), 404, 'not-found'],
    ['an id that leads elsewhere', change({ id: '../authors/x' }), 422, 'invalid-field', '/change/id'],
    [
      'a language that leads elsewhere',
      { changeEdition: { article: id, language: 'en/publish', version: '*', patch: { publish: true } } },
      422,
      'invalid-field',
      '/changeEdition/language'
    ],
    [
      'an edition that is there',
      { createEdition: { article: id, edition: { language: 'en', headline: 'x' } } },
      409,
      'duplicate'
    ],
    [
      'a bad slug',
      { changeEdition: { article: id, language: 'en', version: '*', patch: { slug: 'NOT ONE' } } },
      422,
      'invalid-field',
      '/changeEdition/patch/slug'
    ],
    ['too large', story('x'.repeat(1_048_576)), 413, 'body-too-large']
  ]
  const before = await countRows(db)
  const outcomes = await bulk(cases.map(([, line]) => line))
  t.same(await countRows(db), before, 'nothing was written')
  for (const [n, [name, , status, code, pointer]] of cases.entries()) {
    t.match(outcomes[n], { line: n + 1, status, problem: { status, code } }, name)
    if (pointer) t.equal(outcomes[n]!.problem.errors[0]!.pointer, pointer, name)
  }
  t.equal(outcomes[10]!.problem.errors[0]!.suggestion, 'section')
  const mixed = await bulk([cases[0]![1], story('Good'), cases[3]![1], story('Also good')])
  t.same(
    mixed.map(({ status }) => status),
    [400, 201, 422, 201]
  )
  const [first] = await bulk(['x'], { ...headers, 'x-request-id': 'my-bulk-1' })
  t.equal(first!.problem.requestId, 'my-bulk-1')

  await t.test('what is no list of lines is refused whole', async t => {
    t.match((await post('')).json(), { status: 400, code: 'empty-body' })
    t.match((await post('\n \n')).json(), { status: 400, code: 'empty-body' })
    t.match((await post(written(Array(1001).fill('{}')))).json(), { status: 413, code: 'body-too-large' })
    t.equal((await bulk(Array(1000).fill('{}'))).length, 1000)
    t.match((await post(Buffer.from([0x7b, 0xff]))).json(), { status: 400, code: 'invalid-encoding' })
    t.match((await post('{}', { ...headers, 'idempotency-key': 'a b' })).json(), { code: 'invalid-idempotency-key' })
    t.match((await post('x'.repeat(17 * 1_048_576))).json(), { status: 413 })
  })
  await t.test('other media types are not taken', async t => {
    const { send } = await openDesk(t)
    for (const type of ['application/json', 'application/merge-patch+json'])
      t.equal(
        (await send('POST', url, { headers: { ...(await keyFor(db, '*:*')), 'content-type': type }, payload: '{}' }))
          .statusCode,
        401,
        'a key of another house'
      )
    const answer = await send('POST', url, {
      headers: { ...headers, 'content-type': 'application/json' },
      payload: '{}'
    })
    t.equal(answer.statusCode, 401)
  })
})

t.test('scopes are those of every single line', async t => {
  const { bulk, db, make, post } = await openDesk(t)
  const { id } = await make('Scoped')
  const writer = await keyFor(db, 'articles:write;language=fr')
  const edition = (language: string, publish: boolean) => ({
    createEdition: {
      article: id,
      edition: { language, headline: 'x', body: text('x'), translation: { method: 'human' }, publish }
    }
  })
  const statuses = (
    await bulk([story('x'), edition('vi', false), edition('fr', true), edition('fr', false)], writer)
  ).map(({ status }) => status)
  t.match(statuses, [403, /40[34]/, 403, 201])
  t.equal((await post('{}', await keyFor(db, 'articles:read'))).statusCode, 403)
  t.equal((await post('{}', {})).statusCode, 401)
})

t.test('a repeated request does what is left', async t => {
  const { bulk, app, db, connection, headers, send } = await openDesk(t)
  const count = async () => (await countRows(db)).articles!
  const once = { ...headers, 'idempotency-key': 'night-1' }

  await t.test('a line that was done is told again, another at its place is refused', async t => {
    const [kept] = await bulk([story('Kept')])
    const lines = [story('First'), 'broken', { change: { id: kept!.id, version: 1, patch: { urgency: 1 } } }]
    const before = await count()
    const first = await bulk(lines, once)
    t.match(first, [{ status: 201 }, { status: 400 }, { status: 200, version: 2 }])
    const again = await bulk(lines, once)
    t.match(again[0], { ...first[0], replayed: true })
    t.match(again[2], { ...first[2], replayed: true }, 'a change is not made twice')
    t.equal(await count(), before + 1)
    const other = await bulk(
      [story('Another'), story('Second'), { change: { id: kept!.id, version: 2, patch: { urgency: 1 } } }],
      once
    )
    t.match(other, [
      { status: 422, problem: { code: 'idempotency-key-reused' } },
      { status: 201 },
      { status: 422, problem: { code: 'idempotency-key-reused' } }
    ])
    t.equal(await count(), before + 2, 'what had failed may be mended')
    const shifted = await bulk([story('First')], { ...headers, 'idempotency-key': 'night-2' })
    t.equal(shifted[0]!.status, 201, 'another key is another request')
  })

  await t.test('a client that goes away leaves what is done, and a new process does the rest once', async t => {
    const before = await count()
    const lines = Array.from({ length: 120 }, (_, n) => story(`Long ${n}`))
    const key = { ...headers, 'idempotency-key': 'night-3' }
    await app.listen({ port: 0 })
    const { port } = app.server.address() as AddressInfo
    await new Promise<void>((resolve, reject) => {
      const asked = request(
        { port, host: '127.0.0.1', path: url, method: 'POST', headers: { ...key, ...media } },
        answer => {
          answer.once('data', () => asked.destroy())
          answer.once('close', resolve)
          answer.on('error', () => {})
        }
      )
      asked.on('error', reject)
      asked.end(written(lines))
    })
    const seen: number[] = []
    while (seen.length < 2 || seen.at(-1) !== seen.at(-2)) {
      await new Promise(resolve => setTimeout(resolve, 500))
      seen.push(await count())
    }
    t.ok(seen.at(-1)! > before && seen.at(-1)! < before + 120, `${seen.at(-1)! - before} of 120 were done`)

    const other = openDatabase({ connection, size: 2, statementTimeout: 5_000 })
    const second = await buildApp(testConfig(), other)
    t.teardown(async () => {
      await second.close()
      await other.close()
    })
    const rest = await second.inject({ method: 'POST', url, headers: { ...key, ...media }, payload: written(lines) })
    const outcomes = outcomesIn(rest.body)
    t.same([...new Set(outcomes.map(({ status }) => status))], [201])
    t.equal(outcomes.filter(({ replayed }) => replayed).length, seen.at(-1)! - before, 'what was done is told again')
    t.equal(await count(), before + 120)
  })

  await t.test('single changes are repeated with a key as well', async t => {
    const [made] = await bulk([story('Single')])
    const change = (patch: object, tag: string) =>
      send('PATCH', made!.location, {
        headers: { ...headers, 'if-match': tag, 'idempotency-key': 'single' },
        payload: patch
      })
    const first = await change({ urgency: 1 }, made!.etag)
    const again = await change({ urgency: 1 }, made!.etag)
    t.equal(again.body, first.body)
    t.equal(again.headers['idempotent-replayed'], 'true')
    t.match((await change({ urgency: 1 }, '"v2"')).json(), { code: 'idempotency-key-reused' })
  })
})

t.test('while the database is away the lines that are left are told so, and none waits for it', async t => {
  const { connection, headers } = await openDesk(t)
  const proxy = await openProxy(t, connection)
  const db = openDatabase({ connection: proxy.connection, size: 2, statementTimeout: 2_000 })
  const app = await buildApp(testConfig(), db)
  t.teardown(async () => {
    await app.close()
    await db.close()
  })
  let line = 0
  app.addHook('onRequest', async request => {
    if (request.url === '/v1/desk/articles' && ++line === 3) proxy.cut()
  })
  const lines = Array.from({ length: 150 }, (_, n) => story(`Away ${n}`))
  const ask = async () =>
    outcomesIn(
      (
        await app.inject({
          method: 'POST',
          url,
          headers: { ...headers, ...media, 'idempotency-key': 'away' },
          payload: written(lines)
        })
      ).body
    )
  const outcomes = await ask()
  t.same(
    outcomes.slice(0, 2).map(({ status }) => status),
    [201, 201]
  )
  t.ok(outcomes.slice(2).every(({ status }) => status === 503))
  t.equal(outcomes.length, 150)
  t.ok(line < 10, 'nobody asked it for every line')
  proxy.heal()
  t.same([...new Set((await ask()).map(({ status }) => status))], [201])
})
