import { sql } from 'drizzle-orm'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { openDatabase } from '../src/db/client.ts'
import { type Json, nounsWithExamples, worldOf } from './desk-examples.ts'
import { keyFor, openHouse, testConfig } from './helpers.ts'
import { countRows } from './rows.ts'

/** Writes that are repeated, made at once, or made against each other: one effect, one answer, one entry in the log. */

t.test('a repeated request', async t => {
  const { app, db, connection, send } = await openHouse(t, { demo: true })
  const world = await worldOf(db)
  const all = await keyFor(db, '*:*')
  const post = (url: string, key: string, payload: object | string, as = all) =>
    send('POST', url, { headers: { ...as, 'idempotency-key': key, 'content-type': 'application/json' }, payload })
  const count = async (table: string) => (await countRows(db))[table]!

  for (const { noun, example } of nounsWithExamples) {
    await t.test(`${noun.name}: has one effect and the first answer`, async t => {
      const url = `/v1/desk/${noun.name}`
      const before = await count(noun.table.table)
      const first = await post(url, `${noun.name}-1`, example.input(1, world))
      const again = await post(url, `${noun.name}-1`, example.input(1, world))
      t.equal(first.statusCode, 201, first.body)
      t.equal(first.headers['idempotent-replayed'], undefined)
      t.equal(again.headers['idempotent-replayed'], 'true')
      t.equal(again.statusCode, 201)
      t.equal(again.body, first.body, 'the same bytes')
      for (const name of ['location', 'etag', 'content-type', 'cache-control'])
        t.equal(again.headers[name], first.headers[name], name)
      t.match((await post(url, `${noun.name}-1`, example.input(2, world))).json(), {
        status: 422,
        code: 'idempotency-key-reused'
      })
      t.equal(await count(noun.table.table), before + 1)
    })

    await t.test(`${noun.name}: twenty at once have one effect and one answer`, async t => {
      const before = await count(noun.table.table)
      const payload = example.input(3, world)
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => post(`/v1/desk/${noun.name}`, `${noun.name}-2`, payload))
      )
      const statuses = answers.map(answer => answer.statusCode)
      t.same([...new Set(statuses)], [201], statuses.join())
      t.equal(new Set(answers.map(answer => answer.body)).size, 1)
      t.equal(answers.filter(answer => answer.headers['idempotent-replayed'] === undefined).length, 1)
      t.equal(await count(noun.table.table), before + 1)
    })
  }

  const url = '/v1/desk/consumers'

  await t.test('is known to every process on the database, and after a restart', async t => {
    const first = await post(url, 'restart', { slug: 'restart', name: 'x' })
    const other = openDatabase({ connection, size: 2, statementTimeout: 5_000 })
    const second = await buildApp(testConfig(), other)
    t.teardown(async () => {
      await second.close()
      await other.close()
    })
    const again = await second.inject({
      method: 'POST',
      url,
      headers: { ...all, 'idempotency-key': 'restart' },
      payload: { slug: 'restart', name: 'x' }
    })
    t.equal(again.body, first.body)
    t.equal(again.headers['idempotent-replayed'], 'true')
  })

  await t.test('is of its caller: two callers may use the same key', async t => {
    const other = await keyFor(db, 'consumers:write')
    t.equal((await post(url, 'shared', { slug: 'shared-one', name: 'x' })).statusCode, 201)
    const answer = await post(url, 'shared', { slug: 'shared-two', name: 'x' }, other)
    t.equal(answer.statusCode, 201)
    t.equal(answer.json().slug, 'shared-two')
    t.match((await post(url, 'shared', { slug: 'shared-one', name: 'x' }, other)).json(), { status: 422 })
  })

  await t.test('is of its address: the same body elsewhere is another request', async t => {
    await post(url, 'address', { slug: 'address', name: 'x' })
    t.match((await post('/v1/desk/authors', 'address', { slug: 'address', type: 'desk', texts: {} })).json(), {
      status: 422,
      code: 'idempotency-key-reused'
    })
  })

  await t.test('that failed is not remembered: the mended one is the first', async t => {
    t.equal((await post(url, 'failed', { slug: 'NOT A SLUG', name: 'x' })).statusCode, 422)
    t.equal((await post(url, 'failed', { slug: 'shared-one', name: 'x' })).statusCode, 409)
    t.equal(
      (await post('/v1/desk/authors', 'failed', { slug: 'a', type: 'desk', source: 'nobody', texts: {} })).statusCode,
      422
    )
    const mended = await post(url, 'failed', { slug: 'mended', name: 'x' })
    t.equal(mended.statusCode, 201)
    t.equal(mended.headers['idempotent-replayed'], undefined)
  })

  await t.test('needs a key of 1 to 255 printable characters', async t => {
    const before = await countRows(db)
    for (const key of ['x'.repeat(256), '', 'a b', 'a\tb', 'é'])
      t.match(
        (await post(url, key, { slug: 'never', name: 'x' })).json(),
        { status: 400, code: 'invalid-idempotency-key' },
        key
      )
    t.same(await countRows(db), before)
    t.equal((await post(url, 'x'.repeat(255), { slug: 'longest', name: 'x' })).statusCode, 201)
  })

  await t.test('whose first is still running is told so', async t => {
    const own = (await db.rows<{ caller: string }>(sql`select caller from idempotency_keys where key = 'restart'`))[0]!
    await db.transaction(async tx => {
      await tx.rows(sql`insert into idempotency_keys (caller, key, digest) values (${own.caller}, 'running', 'x')`)
      t.match((await post(url, 'running', { slug: 'running', name: 'x' })).json(), {
        status: 409,
        code: 'idempotency-in-progress'
      })
    })
  })
  t.equal((await app.inject('/livez')).statusCode, 200)
})

t.test('of writers who have read the same version one wins', async t => {
  const { db, send } = await openHouse(t, { demo: true })
  const world = await worldOf(db)
  const all = await keyFor(db, '*:*')
  for (const { noun, example } of nounsWithExamples) {
    await t.test(noun.name, async t => {
      const made = await send('POST', `/v1/desk/${noun.name}`, { headers: all, payload: example.input(1, world) })
      const address = String(made.headers.location)
      let tag = String(made.headers.etag)
      const rounds = noun.name === 'authors' ? 20 : 3
      const [patch] = Object.values(example.changes(1, world)).slice(1)
      const record = (await send('GET', address, { headers: all })).json()
      // There and back, so that every round changes something: what changes nothing is no write, and no one loses by it.
      const patches = [patch!, Object.fromEntries(Object.keys(patch!).map(member => [member, record[member]]))]
      for (let round = 0; round < rounds; round++) {
        const answers = await Promise.all(
          Array.from({ length: 20 }, () =>
            send('PATCH', address, { headers: { ...all, 'if-match': tag }, payload: patches[round % patches.length]! })
          )
        )
        const statuses = answers.map(answer => answer.statusCode).sort()
        t.same(statuses, [200, ...Array(19).fill(412)], `round ${round}`)
        tag = String(answers.find(answer => answer.statusCode === 200)!.headers.etag)
      }
      t.equal((await send('GET', address, { headers: all })).json().version, rounds + 1)
      const removals = await Promise.all(
        Array.from({ length: 5 }, () => send('DELETE', address, { headers: { ...all, 'if-match': tag } }))
      )
      t.same(removals.map(answer => answer.statusCode).sort(), [204, 404, 404, 404, 404])
    })
  }

  await t.test('twenty creators of one slug: one has it, the others learn whose it is', async t => {
    for (const name of ['authors', 'consumers'] as const) {
      const { example } = nounsWithExamples.find(({ noun }) => noun.name === name)!
      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          send('POST', `/v1/desk/${name}`, { headers: all, payload: { ...example.input(1, world), slug: 'contested' } })
        )
      )
      const winner = answers.find(answer => answer.statusCode === 201)!
      const losers = answers.filter(answer => answer !== winner)
      for (const loser of losers)
        t.match(loser.json(), { status: 409, code: 'slug-taken', other: winner.headers.location })
    }
  })
})

t.test('writers who meet leave nothing broken', async t => {
  const { db, send } = await openHouse(t, { demo: true })
  const world = await worldOf(db)
  const all = await keyFor(db, '*:*')
  const headers = { ...all, 'if-match': '*' }
  const make = async (name: string, payload: Json) => {
    const answer = await send('POST', `/v1/desk/${name}`, { headers: all, payload })
    t.equal(answer.statusCode, 201, answer.body)
    return { address: String(answer.headers.location), id: answer.json().id as string }
  }

  await t.test('no circle is closed by two who each close half of it', async t => {
    for (let round = 0; round < 10; round++) {
      const one = await make('categories', { slug: `one-${round}`, texts: {} })
      const two = await make('categories', { slug: `two-${round}`, texts: {} })
      const answers = await Promise.all([
        send('PATCH', one.address, { headers, payload: { parent: `two-${round}` } }),
        send('PATCH', two.address, { headers, payload: { parent: one.id.toUpperCase() } })
      ])
      t.same(answers.map(answer => answer.statusCode).sort(), [200, 422], answers.map(a => a.body).join())
    }
    const [article] = world.articles
    for (let round = 0; round < 5; round++) {
      const comment = { article, language: 'en', authorName: 'x', body: 'x' }
      const [one, two] = [await make('comments', comment), await make('comments', comment)]
      const answers = await Promise.all([
        send('PATCH', one.address, { headers, payload: { parent: two.id } }),
        send('PATCH', two.address, { headers, payload: { parent: one.id } })
      ])
      t.same(answers.map(answer => answer.statusCode).sort(), [200, 422], answers.map(a => a.body).join())
    }
  })

  await t.test('nothing refers to what is removed at the same time', async t => {
    for (let round = 0; round < 15; round++) {
      const source = await make('sources', { slug: `fleeting-${round}`, type: 'agency', texts: {} })
      const [removed, made] = await Promise.all([
        send('DELETE', source.address, { headers }),
        send('POST', '/v1/desk/authors', {
          headers: all,
          payload: { slug: `clinging-${round}`, type: 'desk', source: source.id, texts: {} }
        })
      ])
      const ends = `${removed.statusCode} ${made.statusCode}`
      t.ok(['204 422', '409 201'].includes(ends), ends)
      t.match(removed.statusCode === 204 ? made.json().code : removed.json().code, /^(dangling-reference|in-use)$/)
      t.notMatch(removed.body + made.body, /table|constraint|key \(/i)
    }
  })
})

t.test('the log has one entry for every effect and none for what failed', async t => {
  const { db, send } = await openHouse(t, { demo: true })
  const world = await worldOf(db)
  const { authorization } = await keyFor(db, '*:*')
  const entries = async (id: string) =>
    (
      await db.rows<{ action: string; actor: string }>(
        sql`select action, actor from changes where subject_id = ${id} order by id`
      )
    ).map(({ action, actor }) => `${action} by ${actor.split(':')[0]}`)
  for (const { noun, example } of nounsWithExamples) {
    await t.test(noun.name, async t => {
      const base = `/v1/desk/${noun.name}`
      const headers = { authorization, 'idempotency-key': `log-${noun.name}` }
      const made = await send('POST', base, { headers, payload: example.input(1, world) })
      await send('POST', base, { headers, payload: example.input(1, world) })
      const address = String(made.headers.location)
      const id = address.split('/').at(-1)!
      t.same(await entries(id), ['created by key'])
      const [, patch] = Object.values(example.changes(1, world))
      const before = (await countRows(db)).changes!
      const failing = (method: 'PATCH' | 'DELETE', tag: string, payload?: Json) =>
        send(method, address, { headers: { authorization, 'if-match': tag }, ...(payload ? { payload } : {}) })
      await failing('PATCH', '"v9.x"', patch)
      await failing('PATCH', '*', { nothing: 1 })
      await failing('DELETE', '"v9.x"')
      if (example.duplicate)
        await send('POST', base, { headers: { authorization }, payload: example.duplicate(1, world)[0] })
      t.equal((await countRows(db)).changes, before, 'what fails is no change')
      await failing('PATCH', '*', patch)
      t.same(await entries(id), ['created by key', 'updated by key'])
      await failing('DELETE', '*')
      t.same(await entries(id), ['created by key', 'updated by key', 'deleted by key'])
    })
  }
})
