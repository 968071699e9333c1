import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { planLost, scheduleTasks } from '../src/features/schedules/tasks.ts'
import { newId } from '../src/lib/id.ts'
import { mayMove, moves, type State } from '../src/resources/articles/editions/rules.ts'
import { html, type Json, openDesk } from './desk-stories.ts'
import { fill, keyFor } from './helpers.ts'
import { hasCome, inSeconds, jobKeys, startWorker, until } from './workers.ts'

/** What is planned happens at its time by the database's clock: never early, once, whoever was away meanwhile. */

t.setTimeout(170_000)

/** A desk with as many stories as a test needs. */
async function openNewsroom(t: Parameters<typeof openDesk>[0]) {
  const desk = await openDesk(t)
  const { call, db, get } = desk
  const before = new Set(await jobKeys(db))
  const story = async (headline: string, body: object | null = html('Words.')) => {
    const { id } = (await call('POST', '/v1/desk/articles', { originalLanguage: 'en', section: 'politics' })).json()
    const at = `/v1/desk/articles/${id}/editions`
    await call('POST', at, { language: 'en', headline, ...(body ? { body } : {}) })
    const verb = async (name: string, payload?: object) => (await call('POST', `${at}/en/${name}`, payload)).json()
    return {
      id: id as string,
      at: `${at}/en`,
      schedule: (payload: object) => verb('schedule', payload),
      verb,
      record: async () => (await call('GET', `${at}/en`)).json(),
      save: async (change: object) => call('PATCH', `${at}/en`, change, { 'if-match': '*' }),
      isRead: async () => (await get(`/v1/articles/${id}?language=en&fallback=none`)).statusCode === 200
    }
  }
  /** What the log has of one thing, oldest first. */
  const told = (subject: string) =>
    db.rows<{ action: string; actor: string; groups: string[]; at: Date }>(
      sql`select action, actor, groups, at from changes where subject_id = ${subject} order by id`
    )
  const actions = async (subject: string) => (await told(subject)).map(entry => entry.action)
  /** How many jobs there are but for those of the demo newsroom. */
  const planned = async () => (await jobKeys(db)).filter(key => !before.has(key)).length
  return { ...desk, story, told, actions, planned }
}

const farAway = '2099-01-01T00:00:00.000Z'

t.test('stories go out at their time, each once, with two workers', async t => {
  const { db, connection, get, story, told, planned } = await openNewsroom(t)
  const stories = await Promise.all(Array.from({ length: 12 }, (_, n) => story(`Timed ${n}`)))
  const publishAt = await inSeconds(db, 2.5)
  for (const one of stories) t.match(await one.schedule({ publishAt }), { state: 'scheduled', publishedAt: null })
  t.equal(await planned(), 12)
  for (let n = 0; n < 2; n++) await startWorker(t, connection).ready
  t.notOk(await stories[0]!.isRead(), 'not before its time')
  await until(async () => (await planned()) === 0, 60)

  for (const { id, record, isRead } of stories) {
    t.match(await record(), { state: 'published', publishAt: null, unpublishAt: null })
    t.ok(await isRead())
    const [row] = await db.rows<{ early: boolean }>(
      sql`select published_at < ${publishAt}::timestamptz as early from editions where article_id = ${id}::uuid`
    )
    t.notOk(row!.early)
    const entries = (await told(id)).filter(({ action }) => action === 'published')
    t.equal(entries.length, 1)
    t.match(entries[0], { actor: 'worker', groups: ['articles', /^article-/] })
    t.ok(entries[0]!.at >= new Date(publishAt))
  }
  const listed = (await get('/v1/articles?language=en&section=politics&limit=50'))
    .json()
    .items.map((one: Json) => one.id)
  for (const { id } of stories) t.ok(listed.includes(id), 'and stands in its lists')
})

t.test('a plan that is moved or taken back does nothing at its old time', async t => {
  const { db, connection, story, planned, actions } = await openNewsroom(t)
  const [moved, back, gone, kept] = [
    await story('Moved'),
    await story('Back'),
    await story('Gone'),
    await story('Kept')
  ]
  const publishAt = await inSeconds(db, 2)
  for (const one of [moved, back, gone, kept]) await one.schedule({ publishAt })
  const first = await moved.schedule({ publishAt: farAway })
  t.match(first, { state: 'scheduled', publishAt: farAway })
  t.equal((await moved.schedule({ publishAt: '2099-01-01T01:00:00+01:00' })).version, first.version, 'twice is once')
  t.match(await back.verb('unschedule'), { state: 'draft', publishAt: null })
  t.match(await gone.schedule({ publishAt: null }), { state: 'draft', publishAt: null })
  t.equal(await planned(), 2)
  await startWorker(t, connection).ready
  await until(kept.isRead, 60)
  for (const one of [moved, back, gone]) t.notOk(await one.isRead())
  t.same(await actions(back.id), ['created', 'created', 'scheduled', 'unscheduled'])
  t.equal(await planned(), 1)

  t.match(await moved.verb('publish'), { state: 'published', publishAt: null }, 'now is possible as well')
  t.equal(await planned(), 0, 'and ends the plan')
  t.match(await moved.verb('unschedule'), { status: 409, code: 'invalid-transition' })
})

t.test('a plan whose time came while nobody was at work', async t => {
  const { db, connection, story, planned, actions } = await openNewsroom(t)
  const [late, over, ended] = [await story('Late'), await story('Over'), await story('Ended')]
  await ended.verb('publish')
  const [publishAt, unpublishAt] = [await inSeconds(db, 0.5), await inSeconds(db, 1)]
  await late.schedule({ publishAt, unpublishAt: farAway })
  await over.schedule({ publishAt, unpublishAt })
  t.match(await ended.schedule({ unpublishAt }), { state: 'published', unpublishAt })
  t.ok(await ended.isRead())
  await until(hasCome(db, unpublishAt))
  t.notOk(await late.isRead(), 'no clock alone makes a draft public')
  t.notOk(await ended.isRead(), 'but what has ended is not shown, worker or not')
  await startWorker(t, connection).ready
  await until(async () => (await late.isRead()) && (await planned()) === 1, 60)
  t.match(await late.record(), { state: 'published', unpublishAt: farAway }, 'its end is still to come')
  t.ok(await late.isRead())
  t.match(await over.record(), { state: 'draft', publishAt: null, unpublishAt: null })
  t.same(await actions(over.id), ['created', 'created', 'scheduled', 'unscheduled'], 'its whole time had passed')
  t.match(await ended.record(), { state: 'draft' })
  t.same((await actions(ended.id)).slice(-1), ['unpublished'])
})

t.test('a story ends at its time', async t => {
  const { db, connection, get, story, told, planned } = await openNewsroom(t)
  await startWorker(t, connection).ready
  const { id, schedule, isRead, record } = await story('Short')
  const [publishAt, unpublishAt] = [await inSeconds(db, 1), await inSeconds(db, 3)]
  await schedule({ publishAt, unpublishAt })
  await until(isRead, 60)
  t.equal(await planned(), 1, 'the end is planned when it has begun')
  await until(async () => (await record()).state === 'draft', 60)
  t.notOk(await isRead())
  const entries = await told(id)
  t.same(
    entries.map(({ action }) => action),
    ['created', 'created', 'scheduled', 'published', 'unpublished']
  )
  t.match(entries.at(-1), { actor: 'worker', groups: ['articles', /^article-/] })
  t.ok(entries.at(-1)!.at >= new Date(unpublishAt))
  const listed = (await get('/v1/articles?language=en&section=politics&limit=50')).json().items
  t.notOk(listed.some((one: Json) => one.id === id))
  const [row] = await db.rows(sql`select 1 from postings where article_id = ${id}::uuid`)
  t.notOk(row)
})

t.test('a newer draft of a live edition goes out at its time', async t => {
  const { db, connection, story, planned, get, told } = await openNewsroom(t)
  const { id, schedule, verb, save, record } = await story('First')
  const headline = async () => (await get(`/v1/articles/${id}?language=en`)).json().headline
  const { publishedAt } = await verb('publish')
  t.match(await schedule({ publishAt: farAway }), { status: 409, code: 'invalid-transition' }, 'there is nothing newer')
  await save({ headline: 'Second' })
  await schedule({ publishAt: farAway, unpublishAt: '2099-02-01T00:00:00.000Z' })
  t.equal(await planned(), 2)
  t.match(await verb('unschedule'), { state: 'published', publishAt: null, unpublishAt: '2099-02-01T00:00:00.000Z' })
  const publishAt = await inSeconds(db, 1)
  t.match(await schedule({ publishAt }), { state: 'published', publishAt, revision: 1, head: 2 })
  const quiet = (await told(id)).at(-1)
  t.match(quiet, { action: 'updated' })
  t.equal(await headline(), 'First')
  t.match((await save({ body: html() })).json(), { status: 409, code: 'not-publishable' })
  await startWorker(t, connection).ready
  await until(async () => (await headline()) === 'Second', 60)
  t.match(await record(), { state: 'published', publishAt: null, publishedAt, revision: 2 })
  t.match(await record(), { unpublishAt: '2099-02-01T00:00:00.000Z' }, 'the end stays')
  t.match(await schedule({ unpublishAt: null }), { state: 'published', unpublishAt: null })
  t.equal(await planned(), 0)
})

t.test('what time alone changes is told to the caches, once', async t => {
  const { db, connection, call, story, told, actions, planned } = await openNewsroom(t)
  const { id, verb } = await story('Under embargo')
  const other = await story('Pinned')
  await verb('publish')
  const patch = (url: string, change: object) => call('PATCH', url, change, { 'if-match': '*' })
  const [soon, later] = [await inSeconds(db, 2), await inSeconds(db, 3)]
  await patch(`/v1/desk/articles/${id}`, { embargoUntil: soon })
  await patch(`/v1/desk/articles/${other.id}`, { embargoUntil: soon })
  const image = (
    await call('POST', '/v1/desk/images', { url: 'https://example.org/r.jpg', rightsExpireAt: soon })
  ).json()
  const pin = (
    await call('POST', '/v1/desk/pins', {
      article: id,
      group: 'topic',
      target: other.id,
      position: 1,
      startsAt: soon,
      endsAt: later
    })
  ).json()
  t.equal(await planned(), 5)
  const article = (await call('GET', `/v1/desk/articles/${id}`)).json()
  await patch(`/v1/desk/articles/${other.id}`, { embargoUntil: null })
  t.equal(await planned(), 4, 'taken back it is told by the write')
  for (let n = 0; n < 2; n++) await startWorker(t, connection).ready
  await until(async () => (await planned()) === 0, 60)
  const last = async (subject: string) => (await told(subject)).at(-1)
  t.match(await last(id), { action: 'embargoEnded', actor: 'worker', groups: ['articles', /^article-/] })
  t.match(await last(image.id), { action: 'rightsExpired', groups: ['images', /^image-/] })
  t.same(await actions(pin.id), ['created', 'started', 'ended'])
  t.match(
    (await told(pin.id)).map(({ groups }) => groups),
    [[/^article-/], [/^article-/], [/^article-/]]
  )
  for (const [subject, at] of [
    [id, soon],
    [image.id, soon],
    [pin.id, later]
  ] as const)
    t.ok((await last(subject))!.at >= new Date(at), 'not early')
  t.notOk((await actions(other.id)).includes('embargoEnded'))
  t.equal((await call('GET', `/v1/desk/articles/${id}`)).json().version, article.version, 'no row has changed')
})

t.test('an import and a hand at psql plan too', async t => {
  const { db, connection, planned, actions } = await openNewsroom(t)
  const soon = await inSeconds(db, 2)
  const record = (key: string, edition: object, more: object = {}) => ({
    kind: 'article',
    id: newId(),
    type: 'article',
    originalLanguage: 'en',
    section: 'politics',
    ...more,
    editions: [{ language: 'en', headline: key, html: '<p>Words.</p>', ...edition }]
  })
  const records = [
    record('begins', { state: 'scheduled', publishAt: soon }),
    record('overdue', { state: 'scheduled', publishAt: '2020-01-01T00:00:00.000Z' }),
    record('ends', { state: 'published', publishedAt: '2026-01-01T00:00:00.000Z', unpublishAt: soon }),
    record('appears', { state: 'published', publishedAt: soon }),
    record('empty', { state: 'scheduled', publishAt: soon, html: '' }),
    record('draft', { state: 'draft', publishAt: soon, unpublishAt: farAway }),
    record('embargo', { state: 'draft' }, { embargoUntil: soon })
  ]
  await fill(db, records)
  t.equal(await planned(), 6, 'a draft with an instant waits for nothing')
  const ids = Object.fromEntries(
    (
      await db.rows<{ headline: string; id: string }>(sql`select headline, article_id as id from editions
        where headline in ('begins', 'overdue', 'ends', 'appears', 'empty', 'draft', 'embargo')`)
    ).map(({ headline, id }) => [headline, id])
  )
  await db.rows(sql`update articles set embargo_until = ${soon}::timestamptz where id = ${ids.begins!}::uuid`)
  t.equal(await planned(), 7)
  await startWorker(t, connection).ready
  await until(async () => (await planned()) === 0, 60)
  const last = async (headline: string) => (await actions(ids[headline]!)).slice(-1)
  t.ok((await actions(ids.begins!)).includes('published'))
  t.ok((await actions(ids.begins!)).includes('embargoEnded'))
  t.same(await last('overdue'), ['published'])
  t.same(await last('ends'), ['unpublished'])
  t.same(await last('appears'), ['appeared'])
  t.same(await last('empty'), ['unscheduled'], 'what cannot be shown goes back to the desk')
  t.notOk((await actions(ids.draft!)).includes('published'))
  t.same(await last('embargo'), ['embargoEnded'])
  await fill(db, records.slice(0, 2))
  const [still] = await db.rows(sql`select state, publish_at from editions where article_id = ${ids.begins!}::uuid`)
  t.same(still, { state: 'published', publish_at: null }, 'the import repeated asks for nothing again')
  t.equal((await actions(ids.begins!)).filter(action => action === 'published').length, 1)
  await t.rejects(
    fill(db, [record('backward', { state: 'scheduled', publishAt: farAway, unpublishAt: soon })]),
    /ends \(unpublishAt\) after/
  )
})

t.test('a worker that is killed while it publishes', async t => {
  const { db, connection, story, actions, planned } = await openNewsroom(t)
  const { id, schedule, record } = await story('Killed')
  await schedule({ publishAt: await inSeconds(db, 1) })
  const program = join(import.meta.dirname, 'programs', 'worker.js')
  const child = spawn(process.execPath, [program, JSON.stringify(connection)], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(async () => void child.kill('SIGKILL'))
  await new Promise(resolve => child.stdout.once('data', resolve))
  t.match(await record(), { state: 'scheduled' }, 'what is not committed has not happened')
  child.kill('SIGKILL')
  await startWorker(t, connection).ready
  await until(async () => (await planned()) === 0, 60)
  t.same(await actions(id), ['created', 'created', 'scheduled', 'published'])
})

t.test('a job that comes early or twice does nothing, and a lost one is planned again', async t => {
  const { db, story, planned, actions } = await openNewsroom(t)
  const [early, live] = [await story('Early'), await story('Live')]
  await early.schedule({ publishAt: farAway })
  await live.verb('publish')
  await live.schedule({ unpublishAt: farAway })
  const run = (name: string, payload: Json) => db.transaction(tx => scheduleTasks[name]!(tx, payload), 'worker')
  const jobs = () =>
    db.rows<{
      key: string
      at: string
      payload: Json
    }>(sql`select key, run_at as at, payload from graphile_worker._private_jobs
      where key like '%' || ${early.id} || '%' or key like '%' || ${live.id} || '%' order by key`)
  await db.rows(sql`update articles set embargo_until = ${farAway}::timestamptz where id = ${early.id}::uuid`)
  const before = await jobs()
  const lose = sql`delete from graphile_worker._private_jobs where key = any(${sql.param(before.map(({ key }) => key))}::text[])`
  await db.rows(lose)
  for (const language of ['en', 'fr'])
    for (const one of [early, live]) {
      await run('publishEdition', { moment: 'publish', id: one.id, language })
      await run('unpublishEdition', { moment: 'unpublish', id: one.id, language })
    }
  await run('passMoment', { moment: 'embargo', id: early.id })
  await run('passMoment', { moment: 'embargo', id: newId() })
  t.same(await jobs(), before, 'who comes early plans again')
  t.match(await early.record(), { state: 'scheduled' })
  t.match(await live.record(), { state: 'published' })
  t.notOk((await actions(early.id)).includes('embargoEnded'))

  await db.rows(lose)
  await db.transaction(planLost)
  t.same(await jobs(), before)
  const all = await planned()
  await db.transaction(planLost)
  t.equal(await planned(), all)

  await db.rows(sql`alter table editions disable trigger plan_update`)
  await db.rows(sql`update editions set publish_at = now() where article_id = ${early.id}::uuid`)
  for (let n = 0; n < 3; n++) await run('publishEdition', { moment: 'publish', id: early.id, language: 'en' })
  t.equal((await actions(early.id)).filter(action => action === 'published').length, 1)
})

t.test('what is published while a worker starts is told once', async t => {
  const { db, story, planned, actions } = await openNewsroom(t)
  const one = await story('Meanwhile')
  await db.transaction(async tx => {
    await tx.rows(sql`select now()`)
    await one.verb('publish')
    await planLost(tx)
  })
  t.equal(await planned(), 0)
  t.same(
    (await actions(one.id)).filter(action => action === 'appeared'),
    []
  )
})

t.test('what cannot be planned is refused', async t => {
  const { db, send, story, planned } = await openNewsroom(t)
  const [draft, bare, withdrawn, live] = [
    await story('Draft'),
    await story('Bare', null),
    await story('Withdrawn'),
    await story('Live')
  ]
  await withdrawn.verb('publish')
  await withdrawn.verb('withdraw', { reason: 'Wrong.' })
  await live.verb('publish')
  const past = await inSeconds(db, -60)
  const table: [name: string, story: typeof draft, body: object, status: number, code: string, pointer?: string][] = [
    ['nothing said', draft, {}, 422, 'invalid-body'],
    ['an unknown member', draft, { publishat: farAway }, 422, 'unknown-field', '/publishat'],
    ['no instant', draft, { publishAt: 'tomorrow' }, 422, 'invalid-field', '/publishAt'],
    ['a day', draft, { publishAt: '2099-01-01' }, 422, 'invalid-field', '/publishAt'],
    ['a number', draft, { publishAt: 4_070_908_800 }, 422, 'invalid-field', '/publishAt'],
    ['the past', draft, { publishAt: past }, 422, 'invalid-field', '/publishAt'],
    ['an end in the past', draft, { publishAt: farAway, unpublishAt: past }, 422, 'invalid-field', '/unpublishAt'],
    [
      'an end at the beginning',
      draft,
      { publishAt: farAway, unpublishAt: farAway },
      422,
      'invalid-field',
      '/unpublishAt'
    ],
    ['an end alone', draft, { unpublishAt: farAway }, 422, 'invalid-field', '/publishAt'],
    ['no body', bare, { publishAt: farAway }, 409, 'not-publishable', '/body'],
    ['a withdrawn edition', withdrawn, { publishAt: farAway }, 409, 'invalid-transition'],
    ['nothing newer', live, { publishAt: farAway }, 409, 'invalid-transition'],
    ['an end of a live one in the past', live, { unpublishAt: past }, 422, 'invalid-field', '/unpublishAt']
  ]
  for (const [name, { schedule }, body, status, code, pointer] of table)
    t.match(await schedule(body), { status, code, ...(pointer ? { errors: [{ pointer }] } : {}) }, name)
  t.match(await draft.schedule({ publishAt: null }), { state: 'draft' }, 'no plan is taken back')
  t.match(await draft.verb('unschedule'), { state: 'draft' })
  t.match(await withdrawn.verb('unschedule'), { status: 409, code: 'invalid-transition' })
  t.equal(await planned(), 0)

  await draft.schedule({ publishAt: farAway })
  t.match((await draft.save({ body: html() })).json(), { status: 409, code: 'not-publishable' })
  t.match((await draft.save({ publishAt: past })).json(), { status: 422, code: 'read-only-field' })
  for (const verb of ['submit', 'reopen', 'unpublish'])
    t.match(await draft.verb(verb), { status: 409, code: 'invalid-transition' }, verb)
  t.match(await draft.verb('withdraw', { reason: 'x' }), { status: 409, code: 'invalid-transition' })

  const as = async (...scopes: string[]) => {
    const headers = await keyFor(db, ...scopes)
    return (await send('POST', `${draft.at}/schedule`, { headers, payload: { publishAt: null } })).statusCode
  }
  t.equal(await as('articles:write'), 403)
  t.equal(await as('articles:publish;language=fr'), 404)
  t.equal(await as('articles:publish;section=sport'), 404)
  t.equal(await as('articles:publish;language=en;section=politics'), 200)
})

t.test('desk and database know the same moves', async t => {
  const { db, story } = await openNewsroom(t)
  const states = ['draft', 'review', 'scheduled', 'published', 'withdrawn'] as const satisfies State[]
  const ways: Record<State, string[]> = {
    draft: [],
    review: ['submit'],
    scheduled: ['schedule'],
    published: ['publish'],
    withdrawn: ['publish', 'withdraw']
  }
  const bodies: Record<string, object> = { schedule: { publishAt: farAway }, withdraw: { reason: 'x' } }
  for (const from of states) {
    const { id, verb } = await story(`From ${from}`)
    for (const way of ways[from]) await verb(way, bodies[way])
    for (const to of states.filter(state => state !== from)) {
      const known = Object.keys(moves).some(
        move => mayMove(move as keyof typeof moves, from) && moves[move as keyof typeof moves].to === to
      )
      const moved = await db
        .transaction(async tx => {
          await tx.rows(sql`update editions set state = ${to}, publish_at = ${farAway}::timestamptz, published_at = now(),
            first_published_at = now(), withdrawn_at = now(), withdrawn_reason = 'x' where article_id = ${id}::uuid`)
          throw new Error('it may')
        })
        .catch((error: Error) => error.message)
      t.match(moved, known ? /it may/ : /cannot become/, `${from} to ${to}`)
    }
  }
})

t.test('a scheduled draft leaks through no door before its time', async t => {
  const { get, call, story, told } = await openNewsroom(t)
  const canary = 'Zanzibar'
  const { id, at, schedule, save, record } = await story(canary, html(`${canary} words.`))
  const image = (await call('POST', '/v1/desk/images', { url: `https://example.org/${canary}.jpg` })).json().id
  await call('PATCH', `/v1/desk/articles/${id}`, { images: [{ image, role: 'lead' }] }, { 'if-match': '*' })
  const caption = (await call('POST', '/v1/desk/captions', { image, article: id, language: 'en', text: canary })).json()
    .id
  const comment = (
    await call('POST', '/v1/desk/comments', {
      article: id,
      language: 'en',
      authorName: 'R',
      body: canary,
      state: 'approved'
    })
  ).json().id
  await schedule({ publishAt: farAway })
  await save({ standfirst: canary })
  const { slug } = await record()
  const absent = newId()
  const like = (answer: string, key: string) => answer.replaceAll(key, 'KEY').replace(/"requestId":"[^"]*"/, '')
  for (const [room, key] of [
    ['articles', id],
    ['images', image],
    ['captions', caption],
    ['comments', comment]
  ] as const) {
    const [hidden, unknown] = [await get(`/v1/${room}/${key}`), await get(`/v1/${room}/${absent}`)]
    t.equal(hidden.statusCode, 404)
    t.equal(like(hidden.body, key), like(unknown.body, absent), `${room}: as if it were not there`)
  }
  t.equal(
    like((await get(`/v1/articles/${slug}`)).body, slug),
    like((await get('/v1/articles/nowhere')).body, 'nowhere')
  )
  const others = (await get('/v1/articles?language=en&limit=3')).json().items.map((one: Json) => one.id)
  const doors = [
    '/v1/articles?language=en&limit=100',
    '/v1/articles?language=en&limit=100&section=politics&fallback=chain',
    '/v1/images?limit=100',
    '/v1/captions?limit=100',
    '/v1/comments?limit=100',
    ...others.map((other: string) => `/v1/articles/${other}?language=en&include=related,comments`)
  ]
  for (const door of doors) {
    const answer = await get(door)
    t.equal(answer.statusCode, 200, door)
    t.notMatch(answer.body, new RegExp(`${canary}|${id}`, 'i'), door)
  }
  for (const entry of await told(id))
    t.same(
      entry.groups.filter(group => group !== 'articles' && !group.startsWith('article-')),
      []
    )
  t.match((await call('GET', at)).json(), { headline: canary }, 'the desk reads it')
})
