import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import t from 'tap'
import { auditReader, canonical, sealOf, verifyAudit } from '../src/features/changes/audit.ts'
import { readLog } from '../src/features/changes/queries.ts'
import { type Change, loggedNouns } from '../src/features/changes/schema.ts'
import { trimChanges } from '../src/features/changes/trim.ts'
import { createKey, revokeKey } from '../src/features/keys/queries.ts'
import { hashKey, makeKey } from '../src/lib/secret.ts'
import { type Method, openHouse, openKey } from './helpers.ts'
import { eventually, start, writeTopics } from './log.ts'

const cli = join(import.meta.dirname, '..', 'bin', 'cli.js')

/** The change log and the audit trail as the desk reads them. */

type House = Awaited<ReturnType<typeof openHouse>>

async function withKey(house: House, scopes = ['*:*']) {
  const { id, secret, authorization } = await openKey(house.db, { scopes })
  const send = (method: Method, url: string, payload?: object, headers = {}) =>
    house.send(method, `/v1/desk/${url}`, {
      headers: { authorization, ...(method === 'GET' ? {} : { 'if-match': '*' }), ...headers },
      ...(payload ? { payload } : {})
    })
  const get = (url: string) => send('GET', url)
  /** Everything there is after a position. */
  const changes = async (after?: string) => {
    const items: Change[] = []
    for (let at = after; ; ) {
      const response = await get(`changes?limit=500${at ? `&after=${at}` : ''}`)
      if (response.statusCode !== 200) throw new Error(response.body)
      const page = response.json()
      items.push(...page.items)
      at = page.next
      if (!page.more) return { items, next: at as string }
    }
  }
  return { id, secret, send, get, changes }
}

t.test('every noun the triggers log can be asked for', async t => {
  const { db } = await openHouse(t)
  const rows = await db.rows<{
    noun: string
  }>(sql`select distinct split_part(encode(tgargs, 'escape'), '\\000', 1) as noun
    from pg_trigger join pg_proc p on p.oid = tgfoid where p.proname in ('log_noun', 'log_part')`)
  t.same(
    rows
      .map(row => row.noun)
      .concat('edition', 'related')
      .sort(),
    [...loggedNouns].sort()
  )
})

t.test('every noun written at the desk is told, with who did it', async t => {
  const house = await openHouse(t, { demo: true })
  const { db } = house
  const { id, send, changes } = await withKey(house)
  const [some] = await db.rows<Record<'article' | 'other' | 'image', string>>(sql`select a.id as article, i.id as image,
    (select id from articles where id <> a.id limit 1) as other from articles a, images i limit 1`)
  const { article, other, image } = some!
  const words = (text: object) => ({ texts: { en: text } })
  const nouns: [string, string, object, object][] = [
    ['languages', 'language', { tag: 'pt-BR', name: 'Português', position: 90 }, { name: 'Português do Brasil' }],
    ['sources', 'source', { slug: 's', type: 'newspaper', ...words({ name: 'S' }) }, words({ name: 'T' })],
    ['authors', 'author', { slug: 'x', type: 'person', ...words({ name: 'X' }) }, words({ name: 'Y' })],
    [
      'categories',
      'category',
      { slug: 'c', ...words({ label: 'C', reviewed: true }) },
      words({ label: 'D', reviewed: true })
    ],
    [
      'topics',
      'topic',
      { slug: 't', type: 'subject', ...words({ label: 'T', reviewed: true, aliases: [] }) },
      { type: 'place' }
    ],
    [
      'images',
      'image',
      { url: 'https://example.org/a.jpg', mime: 'image/jpeg', width: 2, height: 1 },
      { rights: 'Ours' }
    ],
    ['captions', 'caption', { image, article: other, language: 'ar', text: 'A' }, { text: 'B' }],
    ['comments', 'comment', { article, language: 'en', authorName: 'N', body: 'Well' }, { state: 'approved' }],
    ['pins', 'pin', { article, target: other, group: 'topic', position: 7 }, { position: 8 }],
    ['consumers', 'consumer', { slug: 'app', name: 'App' }, { name: 'The app' }]
  ]
  for (const [name, noun, input, change] of nouns) {
    const { next } = await changes()
    const made = await send('POST', name, input)
    t.equal(made.statusCode, 201, `${name}: ${made.body.slice(0, 300)}`)
    const record = made.json()
    const subject = record.id ?? record.tag
    const changed = await send('PATCH', `${name}/${subject}`, change)
    t.equal(changed.statusCode, 200, `${name}: ${changed.body.slice(0, 300)}`)
    t.equal((await send('DELETE', `${name}/${subject}`)).statusCode, 204)
    const { items } = await changes(next)
    t.same(
      items.filter(item => item.noun === noun).map(item => [item.subject, item.action, item.actor]),
      ['created', 'updated', 'deleted'].map(action => [subject, action, `key:${id}`]),
      name
    )
  }
  const { next } = await changes()
  t.equal((await send('POST', 'sources', { slug: 's2', type: 'nothing' })).statusCode, 422)
  t.equal((await send('POST', 'languages', { tag: 'en', name: 'English', position: 1 })).statusCode, 409)
  t.same((await changes(next)).items, [], 'what was refused is not told')
})

t.test('a change names the groups of the public answers that show it', async t => {
  const house = await openHouse(t, { demo: true })
  const { db, get } = house
  const { send, changes } = await withKey(house)
  const shown = async (query: ReturnType<typeof sql>) =>
    db.rows<{
      id: string
      pages: string[]
    }>(sql`select x.id::text as id, array_agg(distinct x.page) as pages from (${query}) x
      group by 1 order by count(*) desc limit 2`)
  const article = sql`'articles/' || e.article_id || '?language=' || e.language`
  const editions = sql`visible_editions e`
  const caption = (text: string) => ({ text })
  const cases: [string, Awaited<ReturnType<typeof shown>>, object][] = [
    [
      'authors',
      await shown(
        sql`select a.author_id as id, ${article} as page from ${editions} join article_authors a using (article_id)`
      ),
      { texts: { en: { name: 'New' } } }
    ],
    [
      'topics',
      await shown(
        sql`select a.topic_id as id, ${article} as page from ${editions} join article_topics a using (article_id)`
      ),
      { texts: { en: { label: 'New', reviewed: true, aliases: [] } } }
    ],
    [
      'categories',
      await shown(
        sql`select a.category_id as id, ${article} as page from ${editions} join article_categories a using (article_id)`
      ),
      { texts: { en: { label: 'New', reviewed: true } } }
    ],
    [
      'categories',
      await shown(
        sql`select a.section_id as id, ${article} as page from ${editions} join articles a on a.id = e.article_id where a.section_id is not null`
      ),
      { position: 77 }
    ],
    [
      'sources',
      await shown(
        sql`select a.source_id as id, ${article} as page from ${editions} join articles a on a.id = e.article_id where a.source_id is not null`
      ),
      { texts: { en: { name: 'New' } } }
    ],
    [
      'images',
      await shown(
        sql`select s.logo_id as id, ${article} as page from ${editions} join articles a on a.id = e.article_id join sources s on s.id = a.source_id where s.logo_id is not null`
      ),
      { dominantColour: '#123456' }
    ],
    [
      'images',
      await shown(
        sql`select a.image_id as id, ${article} as page from ${editions} join article_images a using (article_id)`
      ),
      { rights: 'New' }
    ],
    [
      'captions',
      await shown(
        sql`select c.id, ${article} as page from ${editions} join captions c using (article_id) where c.language = e.language`
      ),
      caption('New')
    ],
    [
      'captions',
      await shown(sql`select c.id, 'images/' || c.image_id as page from captions c where c.article_id is null`),
      caption('New')
    ],
    [
      'captions',
      await shown(
        sql`select c.id, ${article} as page from ${editions} join article_images a using (article_id) join captions c on c.image_id = a.image_id where c.article_id is null`
      ),
      caption('Newer')
    ],
    [
      'comments',
      await shown(
        sql`select c.id, 'comments?article=' || c.article_id as page from comments c join visible_editions e using (article_id) where c.state = 'approved'`
      ),
      { body: 'New' }
    ],
    [
      'comments',
      await shown(
        sql`select c.id, ${article} || '&include=comments' as page from ${editions} join comments c using (article_id) where c.state = 'approved'`
      ),
      { state: 'rejected' }
    ],
    [
      'pins',
      await shown(
        sql`select p.id, 'articles/' || e.article_id || '/related?language=' || e.language as page from ${editions} join pins p on p.article_id = e.article_id or p.article_id is null`
      ),
      { position: 9 }
    ],
    ['languages', await shown(sql`select tag as id, 'languages' as page from languages`), { name: 'New' }]
  ]
  for (const [noun, things, change] of cases) {
    t.ok(things.length > 0, noun)
    for (const { id, pages } of things) {
      const { next } = await changes()
      const before = await Promise.all(pages.slice(0, 20).map(page => get(`/v1/${page}`)))
      const changed = await send('PATCH', `${noun}/${id}`, change)
      t.equal(changed.statusCode, 200, `${noun}: ${changed.body.slice(0, 300)}`)
      const touched = new Set((await changes(next)).items.flatMap(item => item.groups))
      for (const [index, response] of before.entries()) {
        if (response.statusCode === 404) continue
        const groups = String(response.headers['cache-groups'])
          .split(', ')
          .map(group => group.slice(1, -1))
        t.ok(
          groups.some(group => touched.has(group)),
          `${noun} ${id} on ${pages[index]}: ${[...touched]}`
        )
      }
    }
  }
})

t.test('pages of the log', async t => {
  const house = await openHouse(t)
  const { db } = house
  const { send, get, changes } = await withKey(house, ['log:read', 'log:write'])
  const { next: begin } = await changes()
  await writeTopics(db, 12)
  await db.rows(sql`insert into languages (tag, name, direction, position) values ('fr', 'Français', 'ltr', 1)`)

  await t.test('go on where the last one ended', async t => {
    const first = await get(`changes?after=${begin}&limit=5`)
    t.match(first.json(), { more: true, next: String(BigInt(begin) + 5n) })
    t.equal(first.json().items.length, 5)
    t.equal(first.headers.link, `</v1/desk/changes?after=${first.json().next}&limit=5>; rel="next"`)
    t.equal(first.headers['cache-control'], 'private, no-store')
    const rest = await changes(first.json().next)
    t.equal(rest.items.length, 8)
    const last = (await get(`changes?after=${rest.next}`)).json()
    t.same(last, { items: [], next: rest.next, more: false })
  })

  await t.test('are narrowed by a filter, and go on all the same', async t => {
    const languages = (await get(`changes?after=${begin}&noun=language`)).json()
    t.match(languages, { items: [{ noun: 'language', language: 'fr' }], more: false })
    t.equal(languages.items.length, 1)
    const nothing = (await get(`changes?after=${begin}&noun=pin`)).json()
    t.same(nothing, { items: [], next: languages.next, more: false })
    t.equal((await get(`changes?after=${begin}&language=fr&limit=1`)).json().items[0].subject, 'fr')
  })

  await t.test('refuse what cannot be', async t => {
    t.match((await get('changes?after=999999')).json(), { status: 400, code: 'invalid-parameter' })
    t.match((await get('changes?noun=topics')).json(), { status: 400 })
    t.match((await get('changes?after=-1')).json(), { status: 400 })
    t.match((await get('changes?wait=26')).json(), { status: 400 })
    t.equal((await house.app.inject('/v1/desk/changes')).statusCode, 401)
    const reader = await withKey(house, ['log:read'])
    t.equal((await reader.send('POST', 'changes/snapshots', {})).statusCode, 403)
    const other = await withKey(house, ['articles:*'])
    t.equal((await other.get('changes')).statusCode, 403)
    t.equal((await other.get('audit')).statusCode, 403)
  })

  await t.test('answer 410 for what is no longer kept, with the way out: a snapshot', async t => {
    const taken = await send('POST', 'changes/snapshots', { hours: 2 })
    t.equal(taken.statusCode, 201)
    const snapshot = taken.json()
    const { next } = await changes()
    t.equal(snapshot.position, next)
    t.ok(Math.abs(Date.parse(snapshot.expiresAt) - Date.now() - 7_200_000) < 60_000)
    await writeTopics(db, 4, 'later')
    await changes(next)
    await db.rows(sql`alter table changes disable trigger keep`)
    await db.rows(sql`update changes set at = now() - interval '40 days'`)
    await db.rows(sql`alter table changes enable trigger keep`)
    await trimChanges(db, 30)
    const gone = await get(`changes?after=${begin}`)
    t.match(gone.json(), { status: 410, code: 'log-trimmed', detail: /snapshot/ })
    t.equal((await changes(snapshot.position)).items.length, 4, 'who took the snapshot loses nothing')
    t.equal((await changes()).items.length, 4, 'without a position: from the oldest that is kept')
    t.equal((await send('DELETE', taken.headers.location!.replace('/v1/desk/', ''))).statusCode, 204)
    t.equal((await send('DELETE', `changes/snapshots/${snapshot.id}`)).statusCode, 404)
    await trimChanges(db, 30)
    t.equal((await get(`changes?after=${snapshot.position}`)).statusCode, 410)
    t.match((await get('changes')).json(), { items: [], more: false })
  })

  await t.test(
    'a snapshot lasts a day unless said otherwise, a week at most; a repeated wish gets the same',
    async t => {
      const headers = { 'idempotency-key': 'once' }
      const first = await send('POST', 'changes/snapshots', {}, headers)
      t.ok(Math.abs(Date.parse(first.json().expiresAt) - Date.now() - 86_400_000) < 60_000)
      t.same((await send('POST', 'changes/snapshots', {}, headers)).json(), first.json())
      for (const hours of [0, 169, 1.5, '2'])
        t.equal((await send('POST', 'changes/snapshots', { hours })).statusCode, 422, String(hours))
    }
  )
})

t.test('waiting for the next change', async t => {
  const house = await openHouse(t)
  const { app, db, connection } = house
  const { send, get, changes } = await withKey(house)
  const { next } = await changes()
  const timed = async <T>(work: Promise<T>): Promise<[T, number]> => {
    const since = Date.now()
    return [await work, Date.now() - since]
  }
  const asked = (query: string) => timed(get(`changes?${query}`))
  const soon = () => new Promise(resolve => setTimeout(resolve, 300))

  await t.test('ends after the time, when there was none', async t => {
    const [response, took] = await asked(`after=${next}&wait=1`)
    t.same(response.json(), { items: [], next, more: false })
    t.ok(took >= 950 && took < 15_000, `${took} ms`)
  })

  await t.test('ends at once when this process writes', async t => {
    const waiting = asked(`after=${next}&wait=20`)
    await soon()
    await send('POST', 'consumers', { slug: 'one', name: 'One' })
    const [response, took] = await waiting
    t.match(response.json(), { items: [{ noun: 'consumer', action: 'created' }] })
    t.ok(took < 10_000, `${took} ms`)
  })

  await t.test('ends within a second when somebody else writes, also without the listening connection', async t => {
    const { next } = await changes()
    const waiting = asked(`after=${next}&wait=20`)
    await soon()
    await writeTopics(db, 1, 'elsewhere')
    const [response, took] = await waiting
    t.match(response.json(), { items: [{ noun: 'topic' }] })
    t.ok(took < 10_000, `${took} ms, 300 of them before the write`)
  })

  await t.test('ends at once when another process writes and the database tells', async t => {
    const { startReaders } = await import('../src/features/changes/readers.ts')
    const readers = startReaders({
      db,
      connection,
      readers: [],
      log: { warn() {} },
      numbering: app.numbering,
      pollMilliseconds: 60_000
    })
    t.teardown(() => readers.stop())
    await eventually(() => app.numbering.arrivals.isListening)
    const { next } = await changes()
    const waiting = asked(`after=${next}&wait=20&noun=consumer`)
    await soon()
    const other = new pg.Client(connection)
    await other.connect()
    await other.query(`insert into topics (id, slug, type) values (gen_random_uuid(), 'not-asked-for', 'subject')`)
    await other.query('select number_changes()')
    await soon()
    await other.query(`insert into consumers (id, slug, name) values (gen_random_uuid(), 'two', 'Two')`)
    await other.query('select number_changes()')
    await other.end()
    const [response, took] = await waiting
    t.match(response.json(), { items: [{ noun: 'consumer' }] })
    t.ok(took < 10_000, `${took} ms, 600 of them before the write`)
  })

  await t.test('ends when the house closes', async t => {
    const { next } = await changes()
    const waiting = asked(`after=${next}&wait=20`)
    await soon()
    await app.close()
    const [response, took] = await waiting
    t.equal(response.statusCode, 200)
    t.ok(took < 10_000, `${took} ms`)
  })
})

t.test('the audit trail', async t => {
  const house = await openHouse(t)
  const { app, db, connection } = house
  const { id, secret, send, get } = await withKey(house)
  const readers = start(t, db, connection, [auditReader], { pollMilliseconds: 100 })
  for (const name of ['A', 'B', 'C'])
    t.equal((await send('POST', 'consumers', { slug: name.toLowerCase(), name })).statusCode, 201)
  await writeTopics(db, 25)
  const second = makeKey()
  const made = await db.transaction(
    tx => createKey(tx, { ...second, consumer: 'a', name: 'secret agent', scopes: ['log:read'], expiresAt: null }),
    'command:keys'
  )
  await db.transaction(tx => revokeKey(tx, made), 'command:keys')
  const head = await app.numbering.number()
  const count = async () => (await verifyAudit(db)).entries
  await eventually(async () => (await count()) === Number(head))

  await t.test('is whole', async t => {
    t.match(await verifyAudit(db), { entries: Number(head), broken: null, head: /^[0-9a-f]{64}$/ })
    const { items } = await readLog(db, { after: '0', limit: 500, noun: undefined, language: undefined })
    t.equal(items.length, Number(head))
  })

  await t.test('has a form that is said, not guessed', async t => {
    const entry = {
      position: '1',
      at: '2026-01-02T03:04:05.678Z',
      actor: 'é',
      noun: 'n',
      subject: 's',
      action: 'a',
      language: null
    }
    t.equal(
      canonical({ ...entry, detail: { b: [{ d: 1, c: null }], a: 'x' } }),
      '{"position":"1","at":"2026-01-02T03:04:05.678Z","actor":"é","noun":"n","subject":"s","action":"a","language":null,"detail":{"a":"x","b":[{"c":null,"d":1}]}}'
    )
    t.match(sealOf('0'.repeat(64), { ...entry, detail: {} }), /^[0-9a-f]{64}$/)
  })

  await t.test('is read newest first, page by page, by noun, subject, actor and time', async t => {
    const positions: number[] = []
    let cursor = ''
    for (let page = 0; page < 50; page++) {
      const { items, next } = (await get(`audit?limit=4${cursor && `&cursor=${cursor}`}`)).json()
      positions.push(...items.map((item: { position: string }) => Number(item.position)))
      if (next === null) break
      cursor = next
    }
    t.same(
      positions,
      Array.from({ length: Number(head) }, (_, index) => Number(head) - index)
    )
    t.match((await get(`audit?cursor=${cursor}&noun=key`)).json(), { code: 'invalid-cursor' })
    const mine = (await get(`audit?actor=key:${id}`)).json()
    t.same(new Set(mine.items.map((item: Change) => item.noun)), new Set(['consumer']))
    t.equal(mine.items.length, 3)
    t.match((await get(`audit?noun=key&subject=${made}`)).json(), {
      items: [
        { action: 'updated', actor: 'command:keys', detail: { changed: ['revoked_at'] } },
        { action: 'created', actor: 'command:keys', detail: {} }
      ]
    })
    t.equal((await get('audit?before=2020-01-01T00:00:00Z')).json().items.length, 0)
    t.equal((await get('audit?after=2020-01-01T00:00:00Z&limit=100')).json().items.length, Number(head))
  })

  await t.test('holds no secret', async t => {
    const [row] = await db.rows<{ all: string }>(
      sql`select (select json_agg(a) from audit_entries a)::text || (select json_agg(c) from changes c)::text as all`
    )
    for (const word of [secret, hashKey(secret), secret.slice(0, 12), ...Object.values(second)])
      t.notOk(row!.all.includes(word))
    t.notMatch(row!.all, /secret agent|log:read/)
  })

  await t.test('cannot be changed, not even by the owner of the tables', async t => {
    for (const statement of [
      sql`update audit_entries set actor = 'nobody'`,
      sql`update audit_entries set hash = hash where position = 1`,
      sql`delete from audit_entries where position = 3`,
      sql`truncate audit_entries`
    ])
      await t.rejects(db.rows(statement), { code: '23001', message: /audit trail/ })
    for (const method of ['POST', 'PATCH', 'DELETE'] as const)
      t.equal((await send(method, 'audit', method === 'DELETE' ? undefined : {})).statusCode, 405)
  })

  await t.test('shows where somebody got behind the trigger', async t => {
    await readers.stop()
    const tamper = async (query: ReturnType<typeof sql>, broken: string | null) => {
      const [before] = await db.rows<{ rows: object[] }>(sql`select json_agg(a) as rows from audit_entries a`)
      await db.rows(sql`alter table audit_entries disable trigger keep`)
      await db.rows(query)
      t.equal((await verifyAudit(db)).broken, broken)
      await db.rows(sql`delete from audit_entries`)
      await db.rows(
        sql`insert into audit_entries select * from jsonb_populate_recordset(null::audit_entries, ${JSON.stringify(before!.rows)}::jsonb)`
      )
      await db.rows(sql`alter table audit_entries enable trigger keep`)
      t.equal((await verifyAudit(db)).broken, null)
    }
    await tamper(sql`update audit_entries set actor = 'user:somebody' where position = 7`, '7')
    await tamper(sql`update audit_entries set detail = '{"changed": []}' where position = 9`, '9')
    await tamper(sql`update audit_entries set at = at + interval '1 ms' where position = 11`, '11')
    await tamper(sql`delete from audit_entries where position = 5`, '6')
    await tamper(sql`delete from audit_entries where position = 1`, '2')
    await tamper(sql`delete from audit_entries where position > 20`, '21')
    await tamper(
      sql`update audit_entries set position = position + 1000 where position = ${head}`,
      String(Number(head) + 1_000)
    )
    await tamper(sql`update audit_entries set at = at`, null)
  })

  await t.test('broadsheet audit verify says so and ends with 1', async t => {
    const { host, port, user, database, password } = new pg.Client(connection)
    const url = `postgres://${user}${password ? `:${password}` : ''}@${host.startsWith('/') ? '' : `${host}:${port}`}/${database}`
    const address = host.startsWith('/') ? `${url}?host=${encodeURIComponent(host)}&port=${port}` : url
    const env = { ...process.env, DATABASE_URL: address, DATA_DIR: t.testdir() }
    const run = () => promisify(execFile)(process.execPath, [cli, 'audit', 'verify'], { env })
    t.match((await run()).stdout, `whole: ${head} entries`)
    await db.rows(sql`alter table audit_entries disable trigger keep`)
    await db.rows(sql`update audit_entries set actor = 'user:somebody' where position = 7`)
    await t.rejects(run(), { code: 1, stderr: /broken at position 7;/ })
  })
})
