import { connect } from 'node:net'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { keyFor, openHouse } from './helpers.ts'

t.test('what is not even a request is answered and cut', async t => {
  const { app, db } = await openHouse(t)
  const { authorization } = await keyFor(db, '*:*')
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
      socket.setTimeout(3_000, () => socket.destroy())
    })
  const start = `POST /v1/desk/authors HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\n`
  const cases: [name: string, bytes: string, answer: RegExp][] = [
    ['two lengths', `${start}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, /^HTTP\/1\.1 400 /],
    [
      'a length and chunks',
      `${start}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 400 /
    ],
    ['a bad chunk', `${start}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, /^HTTP\/1\.1 400 /],
    ['a folded header', `GET /livez HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n`, /^HTTP\/1\.1 400 /],
    ['two hosts', 'GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['TRACE', 'TRACE /v1/authors HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 (404|405) /],
    ['no host', 'GET /livez HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a header of 20 kB', `GET /livez HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    ['a path of 20 kB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, /^HTTP\/1\.1 (414|431) /],
    ['64 MiB announced', `${start}Content-Length: 67108864\r\n\r\n`, /^HTTP\/1\.1 413 [\s\S]*body-too-large/],
    [
      'chunks beyond the limit',
      `${start}Transfer-Encoding: chunked\r\n\r\n100001\r\n${'x'.repeat(0x100001)}\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 413 [\s\S]*body-too-large/
    ]
  ]
  for (const [name, bytes, answer] of cases) t.match(await raw(bytes).catch(String), answer, name)
  t.equal((await app.inject('/livez')).statusCode, 200)
})

t.test('a body of exactly the limit is read, one byte more is not', async t => {
  const { db, send } = await openHouse(t)
  const headers = { ...(await keyFor(db, 'authors:write')), 'content-type': 'application/json' }
  const start = '{"slug":5}'
  const post = async (length: number) =>
    (await send('POST', '/v1/desk/authors', { headers, payload: start.padEnd(length) })).statusCode
  t.equal(await post(1_048_576), 422)
  t.equal(await post(1_048_577), 413)
})

t.test('a database that only reads is one that is away for writers, and there for readers', async t => {
  const { db, send, get } = await openHouse(t, { demo: true })
  const headers = await keyFor(db, 'authors:write')
  const payload = { slug: 'nobody', type: 'person', texts: {} }
  await db.rows(
    sql`do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$`
  )
  await db.rows(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
  )
  await db.rows(sql`set default_transaction_read_only = on`)
  const answer = await send('POST', '/v1/desk/authors', { headers, payload })
  t.match(answer.json(), { status: 503, code: 'database-unavailable' })
  t.ok(answer.headers['retry-after'])
  t.equal((await get('/v1/articles?language=en')).statusCode, 200)
})
