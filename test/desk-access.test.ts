import { sql } from 'drizzle-orm'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { openDatabase } from '../src/db/client.ts'
import { actions, resources } from '../src/lib/scope.ts'
import { makeKey } from '../src/lib/secret.ts'
import { deskNouns } from '../src/resources/index.ts'
import { examples, worldOf } from './desk-examples.ts'
import { keyFor, type Method, openHouse, openKey, testConfig } from './helpers.ts'

/** Who may do what: every route with every scope, every broken key, every language a key was narrowed to. */

const nobody = '018d2a7e-5c00-7b3a-9d1e-2f6a4c8b0e11'
const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

/** What needs no key: reading, health, the document, files. A route that is neither here nor in the desk fails the test. */
const open = /^\/(v1\/(?!desk\/|views$)|docs|livez|readyz|media|openapi)/

/** The scope an address asks for, said here a second time and in other words than in the routes. */
const scopeOf = (method: string, url: string) => {
  const [, , , room = '', part] = url.split('/')
  const rooms = { keys: 'consumers', changes: 'log', audit: 'log' }
  const ofArticles = ['bodies', 'corrections', 'editions', 'translations']
  const noun = rooms[room as 'keys'] ?? (ofArticles.includes(room) ? 'articles' : room)
  if (url === '/v1/views') return 'views:write'
  if (part === 'snapshots') return 'log:write'
  if (url.endsWith('/previews')) return 'articles:read'
  if (/\/(publish|unpublish|withdraw|schedule|unschedule)$/.test(url)) return `${noun}:publish`
  return `${noun}:${method === 'get' ? 'read' : method === 'delete' ? 'delete' : 'write'}`
}

/** Labels stand with two nouns: the scope of either opens the list. */
const scopesOf = (method: string, url: string) =>
  url === '/v1/desk/labels' ? ['categories:read', 'topics:read'] : [scopeOf(method, url)]

/** Parameters some lists cannot do without. */
const needed: Record<string, string> = {
  '/v1/desk/labels': 'language=fr&',
  '/v1/desk/translations': 'state=stale&',
  '/v1/desk/views': `article=${nobody}&language=fr&`
}

/** Method and address of every route in the tree the router prints. */
function routesOf(tree: string): string[] {
  const path: string[] = []
  return tree.split('\n').flatMap(line => {
    const [, indent = '', part = '', names = ''] = /^([│├└─ ]*)(\S+)(?: \(([^)]*)\))?$/.exec(line) ?? []
    path.splice(indent.length / 4 - 1, path.length, part)
    return names === '' ? [] : names.split(', ').map(name => `${name.toLowerCase()} ${path.join('')}`)
  })
}

t.test('every route asks for its scope and for no other', async t => {
  const { app, db, send } = await openHouse(t)
  const document = app.swagger() as { paths: Record<string, Record<string, { security?: Record<string, string[]>[] }>> }
  const routes = Object.entries(document.paths).flatMap(([url, operations]) =>
    methods.flatMap(method => (operations[method] ? [{ method, url, operation: operations[method] }] : []))
  )
  const documented = new Set(routes.map(({ method, url }) => `${method} ${url.replace(/\{(\w+)\}/g, ':$1')}`))
  for (const route of routesOf(app.printRoutes({ commonPrefix: false })))
    t.ok(
      documented.has(route) || open.test(route.split(' ')[1]!) || /^(head|options) /.test(route),
      `${route} is documented or open`
    )

  const closed = routes.filter(({ url }) => !open.test(url))
  t.ok(closed.length >= deskNouns.length * 5 + 3)
  const keys = new Map<string, Record<string, string>>()
  for (const resource of resources)
    for (const action of actions) keys.set(`${resource}:${action}`, await keyFor(db, `${resource}:${action}`))

  for (const { method, url, operation } of routes.filter(({ url }) => open.test(url)))
    t.notOk(operation.security?.length, `${method} ${url} is open`)

  for (const { method, url, operation } of closed) {
    await t.test(`${method} ${url}`, async t => {
      const scopes = scopesOf(method, url)
      t.same(
        operation.security,
        scopes.map(scope => ({ key: [scope] })),
        'the document says so'
      )
      const address = url
        .replace('{language}', 'fr')
        .replace('{number}', '1')
        .replace(/\{\w+\}/, nobody)
      const ask = (headers: Record<string, string> = {}) =>
        send(method.toUpperCase() as Method, address, {
          headers: method === 'get' ? headers : { ...headers, 'content-type': 'application/json' },
          ...(method === 'get' || method === 'delete' ? {} : { payload: '{}' })
        })
      const refused = await ask()
      t.match(refused.json(), { status: 401, code: 'unauthenticated' })
      t.match(refused.headers['www-authenticate'], /^Bearer/)
      for (const [held, key] of keys) {
        const answer = await ask(key)
        const may = scopes.some(scope => {
          const [resource, action] = scope.split(':')
          return held.startsWith(`${resource}:`) && (action === 'read' || held === scope)
        })
        if (may) t.notOk([401, 403].includes(answer.statusCode), `${held} opens it`)
        else if (answer.statusCode !== 403) t.fail(`${held} opened it: ${answer.statusCode}`)
      }
      const [resource, action] = scopes[0]!.split(':')
      for (const held of ['*:*', `${resource}:*`, `*:${action}`])
        t.notOk([401, 403].includes((await ask(await keyFor(db, held))).statusCode), held)
      const { secret } = await openKey(db, { scopes: ['*:*'] })
      const inAddress = {
        method: method.toUpperCase() as Method,
        url: `${address}?${needed[url] ?? ''}key=${secret}`
      }
      t.equal((await send(inAddress.method, inAddress.url)).statusCode, 401)
      const both = await send(inAddress.method, inAddress.url, {
        headers: { authorization: `Bearer ${secret}`, 'if-match': '*' },
        ...(method === 'get' || method === 'delete' ? {} : { payload: {} })
      })
      t.ok([400, 415, 422].includes(both.statusCode), both.body)
      if (both.statusCode === 400) t.equal(both.json().code, 'unknown-parameter')
      t.notMatch(both.body, secret)
    })
  }
})

t.test('a key that is none opens nothing', async t => {
  const { db, send } = await openHouse(t)
  const good = await openKey(db, { scopes: ['*:*'] })
  const revoked = await openKey(db, { scopes: ['*:*'] })
  await db.rows(sql`update api_keys set revoked_at = now() where id = ${revoked.id}::uuid`)
  const expired = await openKey(db, { scopes: ['*:*'], expiresAt: '2020-01-01T00:00:00.000Z' })
  const { secret } = good
  const other = secret[20] === 'A' ? 'B' : 'A'
  const cases: [name: string, header: string, code: string][] = [
    ['unknown', `Bearer ${makeKey().secret}`, 'invalid-key'],
    ['mistyped', `Bearer ${secret.slice(0, 20)}${other}${secret.slice(21)}`, 'invalid-key'],
    ['cut off', `Bearer ${secret.slice(0, -1)}`, 'invalid-key'],
    ['longer', `Bearer ${secret}x`, 'invalid-key'],
    ['in the wrong case', `Bearer ${secret.toLowerCase()}`, 'invalid-key'],
    ['its prefix', `Bearer ${secret.slice(0, 12)}`, 'invalid-key'],
    ['revoked', revoked.authorization, 'invalid-key'],
    ['expired', expired.authorization, 'invalid-key'],
    ['Basic', `Basic ${Buffer.from(`x:${secret}`).toString('base64')}`, 'invalid-key'],
    ['bare', secret, 'invalid-key'],
    ['twice', `Bearer ${secret} ${secret}`, 'invalid-key'],
    ['a list', `Bearer ${secret}, Bearer ${secret}`, 'invalid-key'],
    ['empty', 'Bearer ', 'invalid-key'],
    ['not ours', 'Bearer eyJhbGciOiJub25lIn0.e30.', 'invalid-key'],
    ['very long', `Bearer bsk_${'x'.repeat(8000)}`, 'invalid-key'],
    ['nothing', '', 'unauthenticated']
  ]
  for (const [name, authorization, code] of cases) {
    for (const noun of deskNouns) {
      const answer = await send('GET', `/v1/desk/${noun.name}`, { headers: { authorization } })
      t.match(answer.json(), { status: 401, code }, name)
      t.match(answer.headers['www-authenticate'], /^Bearer/)
      t.equal(answer.headers['cache-control'], 'private, no-store')
    }
  }
  for (const header of [`Bearer ${secret}`, `bearer ${secret}`, `BEARER   ${secret}`])
    t.equal((await send('GET', '/v1/desk/authors', { headers: { authorization: header } })).statusCode, 200)
})

t.test('a key narrowed to languages', async t => {
  const { db, send } = await openHouse(t, { demo: true })
  const world = await worldOf(db)
  const all = await keyFor(db, '*:*')
  for (const name of ['captions', 'comments'] as const) {
    await t.test(`knows nothing of other ${name}`, async t => {
      const base = `/v1/desk/${name}`
      const input = examples[name]!.input(1, world)
      const make = async (language: string, as = all) => {
        const answer = await send('POST', base, { headers: as, payload: { ...input, language } })
        return { status: answer.statusCode, address: String(answer.headers.location), body: answer.json() }
      }
      const french = await make('fr')
      const english = await make('en')
      for (const more of [[], ['articles:*'], ['articles:read', 'sources:*']]) {
        const narrow = await keyFor(db, `${name}:write;language=fr`, `${name}:delete;language=fr,ar`, ...more)
        const headers = { ...narrow, 'if-match': '*', 'x-request-id': 'same-for-both' }
        t.equal((await send('GET', french.address, { headers })).statusCode, 200)
        for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
          const rest = { headers, ...(method === 'PATCH' ? { payload: { language: 'fr' } } : {}) }
          const hidden = await send(method, english.address, rest)
          const absent = await send(method, `${base}/${nobody}`, rest)
          t.equal(hidden.statusCode, 404, `${method} with ${more}`)
          t.equal(hidden.body.replaceAll(english.address.split('/').at(-1)!, nobody), absent.body, 'the same bytes')
          t.same(
            { ...hidden.headers, date: '', 'content-length': '' },
            { ...absent.headers, date: '', 'content-length': '' }
          )
        }
        for (const query of ['?limit=100', '?limit=100&inLanguage=en', '?limit=100&order=updatedAt']) {
          const page = (await send('GET', base + query, { headers })).json()
          t.ok(
            page.items.every((item: { language: string }) => ['fr', 'ar'].includes(item.language)),
            query
          )
        }
        t.match((await make('en', narrow)).body, { status: 403, code: 'forbidden' })
        t.match((await make('ar', narrow)).body, { status: 403, code: 'forbidden' }, 'it may remove there, not write')
        const moved = await send('PATCH', french.address, { headers, payload: { language: 'en' } })
        t.match(moved.json(), { status: 403, code: 'forbidden' })
        t.equal((await send('GET', french.address, { headers: all })).json().language, 'fr')
        t.equal((await send('GET', french.address, { headers: all })).json().version, 1)
      }
      const reader = await keyFor(db, `${name}:read`, `${name}:write;language=fr`)
      const answer = await send('PATCH', english.address, {
        headers: { ...reader, 'if-match': '*' },
        payload: { language: 'en' }
      })
      t.equal(answer.statusCode, 403, 'who may read it is told the reason')
      t.equal((await send('GET', english.address, { headers: all })).json().version, 1)
    })
  }
})

t.test('a revoked key is refused by every process within a second, under load', async t => {
  const { db, connection, send } = await openHouse(t)
  const other = openDatabase({ connection, size: 3, statementTimeout: 5_000 })
  const second = await buildApp(testConfig(), other)
  t.teardown(async () => {
    await second.close()
    await other.close()
  })
  const admin = await keyFor(db, 'consumers:delete')
  const key = await openKey(db, { scopes: ['authors:*'] })
  const headers = { authorization: key.authorization }
  const seen: { at: number; status: number }[] = []
  let running = true
  const load = Array.from({ length: 8 }, async () => {
    while (running) {
      const at = performance.now()
      const { statusCode } = await second.inject({ url: '/v1/desk/authors', headers })
      seen.push({ at, status: statusCode })
      await new Promise(resolve => setTimeout(resolve, 2))
    }
  })
  await new Promise(resolve => setTimeout(resolve, 400))
  t.equal((await send('DELETE', `/v1/desk/keys/${key.id.toUpperCase()}`, { headers: admin })).statusCode, 204)
  const revoked = performance.now()
  await new Promise(resolve => setTimeout(resolve, 1_600))
  running = false
  await Promise.all(load)
  t.ok(seen.some(({ at, status }) => at < revoked && status === 200))
  t.same(
    seen.filter(({ at, status }) => at > revoked + 1_000 && status !== 401),
    []
  )
})
