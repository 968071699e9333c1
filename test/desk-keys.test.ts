import { sql } from 'drizzle-orm'
import pino from 'pino'
import t from 'tap'
import { examples, worldOf } from './desk-examples.ts'
import { keyFor, openHouse, openKey } from './helpers.ts'
import { countRows } from './rows.ts'

/** Keys at the desk: made once, shown once, granted by those who have, and never to be found anywhere again. */

const nobody = '018d2a7e-5c00-7b3a-9d1e-2f6a4c8b0e11'

t.test('keys of a consumer', async t => {
  const { db, send } = await openHouse(t)
  const headers = await keyFor(db, '*:*')
  const made = await send('POST', '/v1/desk/consumers', { headers, payload: { slug: 'paper', name: 'The Paper' } })
  const keys = `${made.headers.location}/keys`
  const make = (payload: object, as: Record<string, string> = headers) => send('POST', keys, { headers: as, payload })

  await t.test('are made with a secret that opens and is shown this once', async t => {
    const answer = await make({ name: 'Website', scopes: ['authors:read', 'captions:write;language=fr,vi'] })
    t.equal(answer.statusCode, 201, answer.body)
    t.equal(answer.headers['cache-control'], 'private, no-store')
    const { secret, ...record } = answer.json()
    t.match(secret, /^bsk_[0-9A-Za-z]{40}_[0-9A-Za-z]{6}$/)
    t.match(record, {
      consumer: 'paper',
      name: 'Website',
      state: 'active',
      prefix: secret.slice(0, 12),
      expiresAt: null
    })
    const opened = await send('GET', '/v1/desk/authors', { headers: { authorization: `Bearer ${secret}` } })
    t.equal(opened.statusCode, 200)
    const list = await send('GET', keys, { headers })
    t.match(list.json(), { items: [{ ...record, lastUsedAt: /Z$/ }], next: null })
    t.notMatch(list.body, secret.slice(12))
    t.notMatch(list.body, /hash|secret/)
    const stored = await db.rows(sql`select to_jsonb(k)::text as row from api_keys k`)
    t.notMatch(JSON.stringify(stored), secret)
  })

  await t.test('are never given more than their giver has', async t => {
    const giver = await keyFor(db, 'consumers:*', 'articles:write;language=fr;section=politics', 'captions:*')
    const tried = async (...scopes: string[]) => (await make({ name: 'x', scopes }, giver)).statusCode
    const before = await countRows(db)
    for (const scope of [
      '*:*',
      '*:read',
      'articles:*',
      'articles:write',
      'articles:read',
      'articles:write;language=fr',
      'articles:write;section=politics',
      'articles:write;language=fr,vi;section=politics',
      'articles:write;language=fr;section=politics,sport',
      'authors:read'
    ])
      t.equal(await tried(scope), 403, scope)
    t.equal(await tried('consumers:read', 'authors:read'), 403, 'one of them is too much')
    t.same(await countRows(db), before)
    t.equal(
      await tried('articles:write;language=fr;section=politics', 'captions:write;language=vi', 'consumers:*'),
      201
    )
  })

  await t.test('are refused with a sentence when they cannot be read', async t => {
    const before = await countRows(db)
    const unreadable: [scope: string, words: string][] = [
      ['stories:read', 'the resource must be one of'],
      ['articles:edit', 'the action must be one of'],
      ['articles', 'the action must be one of'],
      ['articles:read:write', 'the resource must be one of'],
      ['authors:read;language=fr', 'cannot be narrowed'],
      ['captions:read;language=', 'a list of tags'],
      ['captions:read;language=fr=vi', 'a list of tags'],
      ['captions:read;language=fr;language=vi', 'said twice'],
      ["captions:read;language=fr'--", 'a list of tags'],
      ['*:*;language=fr', 'cannot be narrowed']
    ]
    for (const [scope, words] of unreadable) {
      const answer = (await make({ name: 'x', scopes: ['authors:read', scope] })).json()
      t.match(answer, { status: 422, code: 'invalid-field', errors: [{ pointer: '/scopes/1' }] }, scope)
      t.match(answer.detail, words)
    }
    const bad: object[] = [
      { name: 'x', scopes: [] },
      { name: 'x', scopes: Array(51).fill('authors:read') },
      { name: 'x', scopes: ['authors:read', 'authors:read'] },
      { name: 'x', scopes: 'authors:read' },
      { name: ' ', scopes: ['authors:read'] },
      { scopes: ['authors:read'] },
      { name: 'x' },
      { name: 'x', scopes: ['authors:read'], expiresAt: '2020-01-01T00:00:00Z' },
      { name: 'x', scopes: ['authors:read'], expiresAt: 'tomorrow' },
      { name: 'x', scopes: ['authors:read'], expiresAt: '9999-12-31T23:59:60Z' },
      { name: 'x', scopes: ['authors:read'], secret: 'bsk_mine' },
      { name: 'x', scopes: ['authors:read'], hash: '00' },
      { name: 'x', scopes: ['authors:read'], consumer: 'other' }
    ]
    for (const payload of bad) t.equal((await make(payload)).statusCode, 422, JSON.stringify(payload).slice(0, 90))
    t.same(await countRows(db), before)
    t.equal((await make({ name: 'x', scopes: ['authors:read'], expiresAt: '2090-01-01T00:00:00Z' })).statusCode, 201)
  })

  await t.test('are not made with an Idempotency-Key: the answer would have to be kept', async t => {
    const before = await countRows(db)
    for (const key of ['fresh', '', 'x'.repeat(300)]) {
      const answer = await make({ name: 'x', scopes: ['authors:read'] }, { ...headers, 'idempotency-key': key })
      t.match(answer.json(), { status: 400, code: 'invalid-idempotency-key' })
    }
    t.same(await countRows(db), before)
  })

  await t.test('are of consumers who are there', async t => {
    for (const key of [nobody, 'paper', 'x'.repeat(200)]) {
      t.match((await send('GET', `/v1/desk/consumers/${key}/keys`, { headers })).json(), {
        status: 404,
        code: 'not-found'
      })
      const payload = { name: 'x', scopes: ['authors:read'] }
      t.equal((await send('POST', `/v1/desk/consumers/${key}/keys`, { headers, payload })).statusCode, 404)
    }
  })

  await t.test('are revoked once and for all, themselves included', async t => {
    const key = await openKey(db, { scopes: ['consumers:*'] })
    const own = { authorization: key.authorization }
    t.equal((await send('DELETE', `/v1/desk/keys/${nobody}`, { headers })).statusCode, 404)
    t.equal((await send('DELETE', '/v1/desk/keys/bsk_12345678', { headers })).statusCode, 404, 'not by its prefix')
    t.equal((await send('DELETE', `/v1/desk/keys/${key.id}`, { headers: own })).statusCode, 204)
    const [first] = await db.rows<object>(sql`select revoked_at, version from api_keys where id = ${key.id}::uuid`)
    t.equal((await send('DELETE', `/v1/desk/keys/${key.id}`, { headers })).statusCode, 204)
    t.same(await db.rows(sql`select revoked_at, version from api_keys where id = ${key.id}::uuid`), [first])
    t.same(await db.rows(sql`select action, actor from changes where subject_id = ${key.id} and action = 'updated'`), [
      { action: 'updated', actor: `key:${key.id}` }
    ])
    await new Promise(resolve => setTimeout(resolve, 600))
    t.match((await send('GET', '/v1/desk/consumers', { headers: own })).json(), { status: 401, detail: /revoked/ })
  })

  await t.test('go with their consumer', async t => {
    const { id } = (await make({ name: 'x', scopes: ['authors:read'] })).json()
    t.equal(
      (await send('DELETE', keys.replace(/\/keys$/, ''), { headers: { ...headers, 'if-match': '*' } })).statusCode,
      204
    )
    t.equal((await send('DELETE', `/v1/desk/keys/${id}`, { headers })).statusCode, 404)
  })
})

t.test('a secret is in no log line, error, list, table or answer', async t => {
  const lines: string[] = []
  const { app, db, send } = await openHouse(t, {
    demo: true,
    config: { LOG_LEVEL: 'trace' },
    prepare: app => {
      const stream = (app.log as unknown as Record<symbol, object>)[pino.symbols.streamSym]
      Object.assign(stream!, { write: (line: string) => void lines.push(line) })
      app.get('/broken', { config: { access: 'public' }, schema: { hide: true } as object }, async request => {
        throw Object.assign(new Error('broken'), { request: request.headers.host })
      })
    }
  })
  const world = await worldOf(db)
  const admin = await openKey(db, { scopes: ['*:*'] })
  const headers = { authorization: admin.authorization }
  const made = await send('POST', '/v1/desk/consumers', { headers, payload: { slug: 'canary', name: 'Canary' } })
  const payload = { name: 'x', scopes: ['authors:*'] }
  const issued = (await send('POST', `${made.headers.location}/keys`, { headers, payload })).json()
  const bodies: string[] = []
  const own = { authorization: `Bearer ${issued.secret}` }
  const mixed: (() => Promise<{ body: string; headers: object }>)[] = [
    () => send('GET', '/v1/desk/authors', { headers: own }),
    () => send('GET', `/v1/desk/authors?key=${issued.secret}`, { headers: own }),
    () => send('GET', `/v1/authors?access_token=${issued.secret}`),
    () => send('GET', `/v1/nowhere?key=${issued.secret}`, { headers: own }),
    () => app.inject(`/v1/%zz?key=${issued.secret}`),
    () => app.inject(`/v1/desk/${'x'.repeat(600)}?key=${issued.secret}`),
    () => send('GET', '/v1/desk/sources', { headers: own }),
    () => send('GET', '/v1/desk/authors', { headers: { authorization: `Bearer ${issued.secret}x` } }),
    () => send('GET', '/v1/desk/authors', { headers: { authorization: `Basic ${issued.secret}` } }),
    () =>
      send('GET', '/v1/articles?limit=2', {
        headers: { ...own, cookie: `s=${issued.secret}`, 'x-api-key': issued.secret }
      }),
    () => send('POST', '/v1/desk/authors', { headers: own, payload: { slug: 'X', secret: 1 } }),
    () => send('POST', '/v1/desk/authors', { headers: { ...own, 'content-type': 'application/json' }, payload: '{' }),
    () => send('POST', '/v1/desk/authors', { headers: own, payload: examples.authors!.input(bodies.length, world) }),
    () => send('PATCH', `/v1/desk/authors/${nobody}`, { headers: own, payload: { slug: 'x' } }),
    () => send('DELETE', `/v1/desk/keys/${issued.id}`, { headers: own }),
    () => send('GET', `${made.headers.location}/keys`, { headers }),
    () => send('GET', '/v1/desk/consumers', { headers }),
    () => app.inject({ url: '/broken', headers: own }),
    () => app.inject({ method: 'PUT', url: '/v1/desk/authors', headers: own })
  ]
  for (let n = 0; n < 204; n++) {
    const answer = await mixed[n % mixed.length]!()
    bodies.push(answer.body, JSON.stringify(answer.headers))
  }
  t.ok(lines.length > 400, 'the log was written')
  t.ok(
    lines.some(line => line.includes('broken')),
    'failures too'
  )
  const hidden = issued.secret.slice(12)
  for (const [what, texts] of [
    ['log', lines],
    ['answer', bodies]
  ] as const)
    t.same(texts.filter(text => text.includes(hidden) || text.includes(admin.secret.slice(12))).slice(0, 3), [], what)
  t.match(lines.join(''), '/v1/articles?limit=2', 'what is no secret is logged')
  const tables = await db.rows<{ name: string }>(
    sql`select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`
  )
  for (const { name } of tables) {
    const found = await db.rows(
      sql`select 1 from ${sql.identifier(name)} x where to_jsonb(x)::text like ${`%${hidden}%`}`
    )
    t.same(found, [], name)
  }
})
