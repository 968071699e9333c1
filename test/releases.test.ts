import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { newId } from '../src/lib/id.ts'
import { html, type Json, openDesk } from './desk-stories.ts'
import { keyFor, type Method } from './helpers.ts'
import { inSeconds, startWorker, until } from './workers.ts'

/** A release publishes all of its editions at one instant, or none of them, now or at its time. */

t.setTimeout(170_000)

const farAway = '2099-01-01T00:00:00.000Z'

async function openNewsroom(t: Parameters<typeof openDesk>[0]) {
  const desk = await openDesk(t)
  const { call, db } = desk
  const story = async (headline: string, body: object | null = html('Words.'), section = 'politics') => {
    const { id } = (await call('POST', '/v1/desk/articles', { originalLanguage: 'en', section })).json()
    const at = `/v1/desk/articles/${id}/editions`
    await call('POST', at, { language: 'en', headline, ...(body ? { body } : {}) })
    return {
      id: id as string,
      member: { article: id as string, language: 'en' },
      at: `${at}/en`,
      verb: async (name: string, payload?: object) => (await call('POST', `${at}/en/${name}`, payload)).json(),
      record: async () => (await call('GET', `${at}/en`)).json(),
      save: (change: object) => call('PATCH', `${at}/en`, change, { 'if-match': '*' })
    }
  }
  const release = async (...editions: { article: string; language: string }[]) => {
    const { id } = (await call('POST', '/v1/desk/releases', { name: 'Tonight', editions })).json()
    const at = `/v1/desk/releases/${id}`
    return {
      id: id as string,
      at,
      verb: async (name: string, payload?: object) => (await call('POST', `${at}/${name}`, payload)).json(),
      record: async () => (await call('GET', at)).json(),
      change: async (change: object) => (await call('PATCH', at, change, { 'if-match': '*' })).json()
    }
  }
  const states = async (...stories: { record: () => Promise<Json> }[]) =>
    Promise.all(stories.map(async one => (await one.record()).state))
  const actions = async (subject: string) =>
    (await db.rows<{ action: string }>(sql`select action from changes where subject_id = ${subject} order by id`)).map(
      row => row.action
    )
  return { ...desk, story, release, states, actions }
}

t.test('all of it goes out at one instant, or nothing', async t => {
  const { story, release, states, actions, call, db, get } = await openNewsroom(t)
  const [one, two, bare, live] = [
    await story('One'),
    await story('Two'),
    await story('Bare', null),
    await story('Live')
  ]
  await two.verb('submit')
  const { publishedAt } = await live.verb('publish')
  const tonight = await release(one.member, two.member, bare.member, live.member)
  const other = await release(one.member)
  t.match(await tonight.record(), { state: 'open', publishAt: null, publishedAt: null, failure: null })

  const refused = await tonight.verb('publish')
  t.match(refused, { status: 409, code: 'not-publishable' })
  const { editions } = await tonight.record()
  const place = editions.findIndex((member: Json) => member.article === bare.id)
  t.same(refused.errors, [
    { pointer: `/editions/${place}`, detail: `The edition in "en" of ${bare.id}: The edition has no body yet.` }
  ])
  t.same(await states(one, two, bare), ['draft', 'review', 'draft'], 'nothing is out')

  await bare.save({ body: html('At last.') })
  const out = await tonight.verb('publish')
  t.match(out, { state: 'published', publishedAt: String, failure: null })
  for (const { record } of [one, two, bare])
    t.match(await record(), { state: 'published', publishedAt: out.publishedAt })
  t.match(await live.record(), { publishedAt }, 'what is out already stays')
  const listed = (await get('/v1/articles?language=en&section=politics&limit=50'))
    .json()
    .items.map((item: Json) => item.id)
  for (const { id } of [one, two, bare]) t.ok(listed.includes(id))
  t.equal((await tonight.verb('publish')).version, out.version, 'twice is once')
  t.same(
    (await actions(tonight.id)).filter(action => action === 'published'),
    ['published']
  )
  t.same((await actions(one.id)).filter(action => action === 'published').length, 1)

  for (const change of [{ name: 'Otherwise' }, { editions: [] }])
    t.match(await tonight.change(change), { status: 409, code: 'invalid-transition' })
  for (const verb of ['unschedule', 'schedule'])
    t.match(await tonight.verb(verb, verb === 'schedule' ? { publishAt: farAway } : undefined), {
      status: 409,
      code: 'invalid-transition'
    })
  for (const statement of [
    sql`update releases set name = 'x' where id = ${tonight.id}::uuid`,
    sql`delete from release_editions where release_id = ${tonight.id}::uuid`,
    sql`insert into release_editions values (${tonight.id}::uuid, ${one.id}::uuid, 'en')`
  ])
    await t.rejects(db.rows(statement), /does not change/)
  t.match(await other.verb('publish'), { state: 'published' }, 'an edition may stand in two')
  t.equal((await call('DELETE', other.at, undefined, { 'if-match': '*' })).statusCode, 204)
})

t.test('a release goes out at its time, once, with two workers', async t => {
  const { db, connection, story, release, states, actions } = await openNewsroom(t)
  const stories = await Promise.all(Array.from({ length: 8 }, (_, n) => story(`Part ${n}`)))
  await stories[0]!.verb('schedule', { publishAt: farAway })
  const tonight = await release(...stories.map(one => one.member))
  const publishAt = await inSeconds(db, 2)
  const planned = await tonight.verb('schedule', { publishAt })
  t.match(planned, { state: 'scheduled', publishAt })
  t.equal((await tonight.verb('schedule', { publishAt })).version, planned.version)
  t.match(await tonight.change({ name: 'x' }), { status: 409, detail: /unschedule/ }, 'nobody else adds to it')
  for (let n = 0; n < 2; n++) await startWorker(t, connection).ready
  t.same([...new Set(await states(...stories))].sort(), ['draft', 'scheduled'])
  await until(async () => (await tonight.record()).state === 'published', 60)
  const instants = new Set(await Promise.all(stories.map(async one => (await one.record()).publishedAt)))
  t.same([...instants], [(await tonight.record()).publishedAt])
  t.ok(Date.parse([...instants][0]) >= Date.parse(publishAt), 'not early')
  t.match(await stories[0]!.record(), { publishAt: null }, 'the plan of one edition ends with it')
  for (const { id } of [...stories, tonight])
    t.equal((await actions(id)).filter(action => action === 'published').length, 1)
})

t.test('a release that cannot go out at its time says why, and is not tried again', async t => {
  const { db, connection, story, release, states, actions } = await openNewsroom(t)
  const [good, bare, wrong] = [await story('Good'), await story('Bare', null), await story('Wrong')]
  await wrong.verb('publish')
  const tonight = await release(good.member, bare.member, wrong.member)
  await tonight.verb('schedule', { publishAt: await inSeconds(db, 1) })
  await wrong.verb('withdraw', { reason: 'It is.' })
  await startWorker(t, connection).ready
  await until(async () => (await tonight.record()).state === 'open', 60)
  const { failure, publishAt } = await tonight.record()
  t.equal(publishAt, null)
  t.equal(failure.errors.length, 2)
  t.match(failure.errors.map((error: Json) => error.detail).sort(), [/no body|withdrawn/, /no body|withdrawn/])
  t.same(await states(good, bare, wrong), ['draft', 'draft', 'withdrawn'])
  t.ok((await actions(tonight.id)).includes('failed'))
  const [row] = await db.rows(sql`select 1 from graphile_worker.jobs where key = ${`release:${tonight.id}`}`)
  t.notOk(row)

  await bare.save({ body: html('Mended.') })
  await wrong.verb('reopen')
  t.match(await tonight.verb('schedule', { publishAt: farAway }), { state: 'scheduled', failure: null })
  t.match(await tonight.verb('unschedule'), { state: 'open', publishAt: null })
  t.match(await tonight.verb('publish'), { state: 'published', failure: null })
})

t.test('a worker that is killed while a release goes out', async t => {
  const { db, connection, story, release, states, actions } = await openNewsroom(t)
  const stories = [await story('One'), await story('Two')]
  const tonight = await release(...stories.map(one => one.member))
  await tonight.verb('schedule', { publishAt: await inSeconds(db, 1) })
  const program = join(import.meta.dirname, 'programs', 'worker.js')
  const child = spawn(process.execPath, [program, JSON.stringify(connection)], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(async () => void child.kill('SIGKILL'))
  await new Promise(resolve => child.stdout.once('data', resolve))
  t.same(await states(...stories, tonight), ['draft', 'draft', 'scheduled'])
  child.kill('SIGKILL')
  await startWorker(t, connection).ready
  await until(async () => (await tonight.record()).state === 'published', 60)
  for (const { id } of [...stories, tonight])
    t.equal((await actions(id)).filter(action => action === 'published').length, 1)
})

t.test('releases that share editions do not stand in each other’s way', async t => {
  const { story, release, actions } = await openNewsroom(t)
  const stories = await Promise.all(Array.from({ length: 6 }, (_, n) => story(`Shared ${n}`)))
  const members = stories.map(one => one.member)
  const releases = await Promise.all(
    Array.from({ length: 4 }, (_, n) => release(...(n % 2 ? members : [...members].reverse())))
  )
  const answers = await Promise.all(releases.flatMap(({ verb }) => [verb('publish'), verb('publish')]))
  t.same([...new Set(answers.map(answer => answer.state))], ['published'])
  for (const { id } of stories) t.equal((await actions(id)).filter(action => action === 'published').length, 1)
})

t.test('who may not publish each edition publishes no release of them', async t => {
  const { db, send, story, release, states } = await openNewsroom(t)
  const [politics, sport] = [await story('Politics'), await story('Sport', html('Goal.'), 'sport')]
  const tonight = await release(politics.member, sport.member)
  const as = async (verb: string, ...scopes: string[]) => {
    const payload = verb === 'schedule' ? { payload: { publishAt: farAway } } : {}
    return send('POST', `${tonight.at}/${verb}`, { headers: await keyFor(db, ...scopes), ...payload })
  }
  for (const verb of ['publish', 'schedule', 'unschedule']) {
    t.equal((await as(verb, 'articles:publish')).statusCode, 403)
    t.equal((await as(verb, 'releases:publish')).statusCode, 403)
    t.equal((await as(verb, 'releases:publish', 'articles:write')).statusCode, 403)
    t.equal((await as(verb, 'releases:publish', 'articles:publish;language=fr')).statusCode, 403)
    const refused = (await as(verb, 'releases:publish', 'articles:publish;section=sport')).json()
    const place = (await tonight.record()).editions.findIndex((member: Json) => member.article === politics.id)
    t.same(
      refused.errors.map((error: Json) => error.pointer),
      [`/editions/${place}`]
    )
  }
  t.same(await states(politics, sport, tonight), ['draft', 'draft', 'open'])
  t.equal(
    (
      await as(
        'publish',
        'releases:publish',
        'articles:publish;section=sport',
        'articles:publish;section=politics;language=en'
      )
    ).statusCode,
    200
  )
})

t.test('what cannot be is refused', async t => {
  const { call, story, release, db } = await openNewsroom(t)
  const one = await story('One')
  const empty = await release()
  const open = await release(one.member)
  t.match(await empty.verb('publish'), { status: 409, code: 'not-publishable', errors: [{ pointer: '/editions' }] })
  t.match(await empty.verb('schedule', { publishAt: farAway }), { status: 409, code: 'not-publishable' })
  t.match(await open.verb('unschedule'), { state: 'open' }, 'there is no plan to take back')
  const bodies: [object, string, string?][] = [
    [{}, 'missing-field', '/publishAt'],
    [{ publishAt: null }, 'invalid-field', '/publishAt'],
    [{ publishAt: 'soon' }, 'invalid-field', '/publishAt'],
    [{ publishAt: await inSeconds(db, -60) }, 'invalid-field', '/publishAt'],
    [{ publishAt: farAway, unpublishAt: farAway }, 'read-only-field', '/unpublishAt']
  ]
  for (const [body, code, pointer] of bodies)
    t.match(await open.verb('schedule', body), { status: 422, code, errors: [{ pointer }] }, JSON.stringify(body))
  const post = async (editions: object[]) => (await call('POST', '/v1/desk/releases', { name: 'x', editions })).json()
  t.match(await post([one.member, one.member]), { code: 'invalid-field', errors: [{ pointer: '/editions/1' }] })
  t.match(await post([{ ...one.member, article: one.id.toUpperCase() }, one.member]), { code: 'invalid-field' })
  t.match(await post([{ ...one.member, language: 'fr' }]), {
    code: 'invalid-field',
    errors: [{ pointer: '/editions/0' }]
  })
  t.match(await post([{ ...one.member, language: 'xx' }]), { code: 'dangling-reference' })
  t.match(await post(Array(201).fill(one.member)), { code: 'invalid-field', errors: [{ pointer: '/editions' }] })
  for (const key of [newId(), 'x', 'x'.repeat(200)])
    for (const verb of ['publish', 'schedule', 'unschedule'])
      t.match(
        (
          await call(
            'POST' as Method,
            `/v1/desk/releases/${key}/${verb}`,
            verb === 'schedule' ? { publishAt: farAway } : undefined
          )
        ).json(),
        { status: 404, code: 'not-found' }
      )
  await open.verb('schedule', { publishAt: farAway })
  const key = sql`select 1 from graphile_worker.jobs where key = ${`release:${open.id}`}`
  t.equal((await db.rows(key)).length, 1)
  t.equal((await call('DELETE', open.at, undefined, { 'if-match': '*' })).statusCode, 204)
  t.equal((await db.rows(key)).length, 0, 'a release that is removed waits for nothing')
})
