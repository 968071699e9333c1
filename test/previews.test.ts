import { sql } from 'drizzle-orm'
import t, { type Test } from 'tap'
import { loggedRequest } from '../src/http/access.ts'
import { encodeCursor } from '../src/lib/cursor.ts'
import { sealPreview } from '../src/lib/preview.ts'
import { seal } from '../src/lib/secret.ts'
import { keyFor, type Method, openHouse } from './helpers.ts'

/** A newsroom with one story at the desk, in English and French, and the ways to it. */
async function openDesk(t: Parameters<typeof openHouse>[0]) {
  const house = await openHouse(t, { demo: true })
  const headers = await keyFor(house.db, '*:*')
  const call = async (method: Method, url: string, payload?: object, more: Record<string, string> = {}) =>
    house.send(method, url, { headers: { ...headers, ...more }, ...(payload ? { payload } : {}) })
  const work = { originalLanguage: 'en', section: 'politics', topics: [{ topic: 'rice', weight: 1 }] }
  const made = await call('POST', '/v1/desk/articles', work)
  const id = made.json().id as string
  const story = `/v1/desk/articles/${id}`
  const words = {
    headline: 'The bridge opens',
    standfirst: 'At last',
    body: { format: 'text', content: 'Cars cross.' }
  }
  await call('POST', `${story}/editions`, { language: 'en', ...words })
  const link = async (language = 'en') => (await call('POST', `${story}/editions/${language}/previews`, {})).json()
  const save = (change: object) => call('PATCH', `${story}/editions/en`, change, { 'if-match': '*' })
  const move = (verb: string, body?: object) => call('POST', `${story}/editions/en/${verb}`, body)
  /** Everything of the story that a write could leave, and the log. */
  const stored = async () => {
    const [row] = await house.db.rows<object>(sql`select
      (select json_agg(e order by e.language) from editions e where e.article_id = ${id}::uuid) as editions,
      (select to_json(a) from articles a where a.id = ${id}::uuid) as article,
      (select json_agg(p order by p.kind, p.facet, p.language) from postings p where p.article_id = ${id}::uuid) as postings,
      (select json_agg(i) from article_images i where i.article_id = ${id}::uuid) as images,
      (select json_agg(to_jsonb(c) - 'position' order by c.id) from changes c) as changes`)
    return row
  }
  const { secret } = await house.app.house()
  return { ...house, headers, call, story, link, save, move, stored, id, secret }
}

/** What differs between two publications at different times. */
const stamps = new Set(['publishedAt', 'firstPublishedAt', 'updatedAt', 'version'])
const timeless = (answer: unknown) =>
  JSON.parse(JSON.stringify(answer, (name, value) => (stamps.has(name) ? undefined : value)))

t.test('a preview shows what readers will get', async t => {
  const { get, link, move, stored, id } = await openDesk(t)
  const before = await stored()
  const made = await link()
  const more = `language=en&include=related,comments&explain=1&body=html&asOf=2026-10-01T00:00:00Z`
  const answer = await get(`/v1/articles/${id}?preview=${made.token}&${more}`)
  const lists = await get(`/v1/articles/${id}/related?preview=${made.token}&asOf=2026-10-01T00:00:00Z&language=en`)
  t.equal(answer.statusCode, 200)
  t.match(answer.json(), { headline: 'The bridge opens', body: { content: /Cars cross\./ } })
  t.equal((await get(`/v1/articles/the-bridge-opens?preview=${made.token}`)).json().id, id, 'by its slug too')
  t.equal((await get(made.url)).json().id, id, 'the address is whole')
  t.equal((await get(`/v1/articles/${id}?language=en`)).statusCode, 404, 'nobody else sees it')
  t.equal((await get('/v1/articles/the-bridge-opens')).statusCode, 404)
  t.same(await stored(), before, 'nothing of it stays, in the log neither')

  await move('publish')
  t.same(timeless(answer.json()), timeless((await get(`/v1/articles/${id}?${more}`)).json()), 'and so it came')
  const public_ = await get(`/v1/articles/${id}/related?asOf=2026-10-01T00:00:00Z&language=en`)
  t.same(lists.json(), public_.json())
  const current = await get(made.url)
  t.same(
    current.json(),
    (await get(`/v1/articles/${id}?language=en`)).json(),
    'what is public already is shown as it is'
  )
})

t.test('whatever the state of an edition', async t => {
  const { db, get, call, link, save, move, stored, id, story } = await openDesk(t)
  const { url } = await link()
  const shows = async (t: Test, headline: string, publicly: number | string) => {
    const before = await stored()
    const answer = await get(url)
    t.match([answer.statusCode, answer.json().headline], [200, headline])
    t.same(await stored(), before, 'nothing stays')
    const open = await get(`/v1/articles/${id}?language=en&fallback=none`)
    t.equal(typeof publicly === 'number' ? open.statusCode : open.json().headline, publicly)
  }
  const set = (columns: string) => db.rows(sql`update editions set ${sql.raw(columns)} where article_id = ${id}::uuid`)

  await t.test('without a body', async t => {
    await save({ body: { format: 'text', content: '' } })
    await shows(t, 'The bridge opens', 404)
    await save({ body: { format: 'text', content: 'Cars cross.' } })
  })
  await t.test('in review', async t => {
    await move('submit')
    await shows(t, 'The bridge opens', 404)
  })
  await t.test('scheduled', async t => {
    await set(`state = 'scheduled', publish_at = now() + interval '1 day'`)
    await shows(t, 'The bridge opens', 404)
    await set(`state = 'draft', publish_at = null`)
  })
  await t.test('a newer draft of a live one', async t => {
    await move('publish')
    await save({ headline: 'The bridge is open', slug: 'open-bridge' })
    await shows(t, 'The bridge is open', 'The bridge opens')
  })
  await t.test('withdrawn', async t => {
    await move('withdraw', { reason: 'It closed again.' })
    await shows(t, 'The bridge is open', 410)
  })
  await t.test('under embargo, run out, or dated ahead', async t => {
    await move('publish')
    await call('PATCH', story, { embargoUntil: '2099-01-01T00:00:00Z' }, { 'if-match': '*' })
    await shows(t, 'The bridge is open', 404)
    await call('PATCH', story, { embargoUntil: null }, { 'if-match': '*' })
    await set(`unpublish_at = now() - interval '1 day'`)
    await shows(t, 'The bridge is open', 404)
    await set(`unpublish_at = null, published_at = now() + interval '1 day'`)
    await shows(t, 'The bridge is open', 404)
  })
  await t.test('the language of the link wins over what the browser prefers', async t => {
    const answer = await get(url.replace('language=en&', ''), { 'accept-language': 'vi' })
    t.match(answer.json().language, { requested: 'en', served: 'en' })
  })
})

t.test('no cache, page or search engine keeps a preview', async t => {
  const { app, link, id } = await openDesk(t)
  const { url, token, expiresAt } = await link()
  const hours = (Date.parse(expiresAt) - Date.now()) / 3_600_000
  t.ok(hours > 0.5 && hours <= 1, 'an hour unless asked otherwise')
  for (const method of ['GET', 'HEAD'] as const)
    for (const address of [url, `/v1/articles/${id}/related?preview=${token}`]) {
      const { statusCode, headers } = await app.inject({ method, url: address, headers: { 'if-none-match': '*' } })
      t.equal(statusCode, 200)
      t.match(headers, {
        'cache-control': 'private, no-store',
        'x-robots-tag': 'noindex',
        'referrer-policy': 'no-referrer',
        'content-language': 'en'
      })
      for (const name of ['etag', 'last-modified', 'cache-groups', 'surrogate-key', 'cache-tag'])
        t.notOk(headers[name], name)
    }
})

t.test('a link that is not valid tells nothing', async t => {
  const { get, call, link, id, secret, story } = await openDesk(t)
  await call('POST', `${story}/editions`, {
    language: 'fr',
    headline: 'Le pont ouvre',
    translation: { method: 'human' }
  })
  const { token } = await link()
  const french = (await link('fr')).token
  const soon = Date.now() + 60_000
  const [body = '', signature = ''] = token.split('.')
  const other = id.replace(/.$/, digit => (digit === '0' ? '1' : '0'))
  const published = (await get('/v1/articles?language=en&limit=1')).json().items[0]
  const wrong: Record<string, string> = {
    changed: `${id}?preview=${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
    'another claim': `${id}?preview=${Buffer.from(JSON.stringify({ article: id, language: 'en', expires: soon * 2 })).toString('base64url')}.${signature}`,
    unsigned: `${id}?preview=${body}`,
    'signed with another secret': `${id}?preview=${sealPreview('guess', { article: id, language: 'en' }, soon)}`,
    'sealed for another purpose': `${id}?preview=${seal(secret, 'cursor', { article: id, language: 'en', expires: soon })}`,
    'a cursor': `${id}?preview=${encodeCursor(secret, 'preview', ['a', id])}`,
    expired: `${id}?preview=${sealPreview(secret, { article: id, language: 'en' }, Date.now() - 1)}`,
    'of another language': `${id}?language=en&preview=${french}`,
    'of another article': `${published.id}?preview=${token}`,
    'of another slug': `${published.slug}?preview=${token}`,
    'at an article that is not there': `${other}?preview=${token}`,
    'of an article that is not there': `${other}?preview=${sealPreview(secret, { article: other, language: 'en' }, soon)}`,
    'no token at all': `${other}?preview=x`,
    empty: `${id}?preview=`
  }
  const details = new Set<string>()
  for (const [name, address] of Object.entries(wrong))
    for (const path of [address, address.replace('?', '/related?')]) {
      const answer = await get(`/v1/articles/${path}`)
      t.match(answer.json(), { status: 404, code: 'not-found' }, name)
      t.match(answer.headers, { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
      t.notMatch(answer.body, /eyJ/)
      details.add(answer.json().detail)
    }
  t.equal(details.size, 1, 'one answer for all')
  t.equal((await get(`/v1/articles/${id}?preview=${token}&preview=${token}`)).json().code, 'invalid-parameter')
  t.equal((await get(`/v1/topics/rice?preview=${token}`)).json().code, 'unknown-parameter')
  t.equal((await get(`/v1/articles?preview=${token}`)).json().code, 'unknown-parameter')
  t.equal((await get(`/v1/articles?cursor=${token}`)).json().code, 'invalid-cursor')
})

t.test('who may read an edition at the desk may show it', async t => {
  const { db, send, story } = await openDesk(t)
  const ask = async (scope: string, payload: object | string = {}, language = 'en') =>
    send('POST', `${story}/editions/${language}/previews`, { headers: await keyFor(db, scope), payload })
  t.equal((await ask('articles:read', { minutes: 10_080 })).statusCode, 201)
  t.equal((await ask('articles:read;language=en')).statusCode, 201)
  t.equal((await ask('articles:read;language=fr')).statusCode, 404)
  t.equal((await ask('comments:read')).statusCode, 403)
  t.equal((await ask('articles:read', {}, 'fr')).statusCode, 404)
  t.equal((await send('POST', `${story}/editions/en/previews`, { payload: {} })).statusCode, 401)
  for (const minutes of [0, -1, 10_081, 1.5, '60', null])
    t.equal((await ask('articles:read', { minutes })).json().code, 'invalid-field', `${minutes}`)
  t.equal((await ask('articles:read', { hours: 1 })).json().code, 'unknown-field')
})

t.test('a rehearsal is always taken back', async t => {
  const { db, link, get, stored, id } = await openDesk(t)
  const before = await stored()
  const publish = sql`update editions set headline = 'Kept' where article_id = ${id}::uuid returning headline`

  await t.test('when it went well', async t => {
    t.match(await db.rehearse(tx => tx.rows(publish)), [{ headline: 'Kept' }])
    t.same(await stored(), before)
  })
  await t.test('when it throws, and what it still asks afterwards is refused', async t => {
    let late: Promise<unknown> | undefined
    const failed = db.rehearse(async tx => {
      await tx.rows(publish)
      setImmediate(() => {
        late = tx.rows(publish)
        late.catch(() => {})
      })
      throw new Error('in the middle')
    })
    await t.rejects(failed, /in the middle/)
    await new Promise(resolve => setTimeout(resolve, 20))
    await t.rejects(late!, /the transaction has ended/)
    t.same(await stored(), before)
  })
  await t.test('when its connection is cut, and the pool goes on', async t => {
    const cut = db.rehearse(async tx => {
      await tx.rows(publish)
      const [{ pid } = { pid: 0 }] = await tx.rows<{ pid: number }>(sql`select pg_backend_pid() as pid`)
      await db.rows(sql`select pg_terminate_backend(${pid})`)
      return tx.rows(publish)
    })
    await t.rejects(cut)
    t.same(await stored(), before)
  })
  await t.test('two questions at once come one after the other', async t => {
    const [one, two] = await db.rehearse(tx => Promise.all([tx.rows(publish), tx.rows(sql`select 1 as n`)]))
    t.match([one, two], [[{ headline: 'Kept' }], [{ n: 1 }]])
  })
  await t.test('it waits for a writer of the story, but not for long', async t => {
    const { url } = await link()
    const answer = await db.rehearse(async tx => {
      await tx.rows(sql`select 1 from articles where id = ${id}::uuid for update`)
      return get(url)
    })
    t.match(answer.json(), { status: 503, code: 'timeout' })
    t.equal((await get(url)).statusCode, 200)
  })
})

t.test('an edition published within a millisecond is visible in its own preview', async t => {
  const { get, link } = await openDesk(t)
  const { url } = await link()
  for (let time = 0; time < 30; time++) t.equal((await get(url)).statusCode, 200)
})

t.test('no log line holds the token of a preview', async t => {
  const token = sealPreview('secret', { article: 'a', language: 'en' }, Date.now())
  const logged = (url: string) => loggedRequest({ method: 'GET', url, host: 'x', ip: '::1' } as never).url
  t.equal(
    logged(`/v1/articles/a?language=en&preview=${token}&body=html`),
    '/v1/articles/a?language=en&preview=…&body=html'
  )
  t.equal(logged(`/v1/articles/a?preview=%65${token.slice(1)}`), '/v1/articles/a?preview=…')
  t.notMatch(logged(`/v1/articles/a?%70review=${token}`), token.split('.')[1])
})
