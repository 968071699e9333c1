import { once as happened } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import t, { type Test } from 'tap'
import { openDatabase } from '../src/db/client.ts'
import { post } from '../src/db/postings.ts'
import type { Db } from './helpers.ts'
import { openHousehold, type Victim } from './household.ts'
import { eventually } from './log.ts'
import { attempt, type Client, insist, type Json, type Promised, randomOf, Writer } from './writers.ts'

/**
 * Eight writers while things die. DURABILITY_ROUNDS says how often something is killed; without it 20 times, or as often as a slow machine can within
 * a minute. DURABILITY_SEED repeats what was killed and written, though not the moment: the machine has its share in that.
 */
const rounds = Number(process.env.DURABILITY_ROUNDS ?? 20)
const patience = process.env.DURABILITY_ROUNDS ? Number.POSITIVE_INFINITY : 60_000
const seed = Number(process.env.DURABILITY_SEED ?? Date.now() % 1_000_000)

const isForeign = Boolean(process.env.TEST_DATABASE_URL)
const victims = isForeign ? 'server, worker and every database session' : 'server, worker and PostgreSQL'

t.setTimeout(Math.max(240_000, rounds * 20_000))

t.test(`what was acknowledged survives the death of ${victims}, whole and with its log entry`, async t => {
  t.comment(`seed ${seed}, ${rounds} rounds`)
  const household = await openHousehold(t)
  await household.ready()
  const client = await newClient(household)
  const promised: Promised = {
    posts: [],
    topics: new Map(),
    articles: new Map(),
    editions: new Map(),
    live: new Map()
  }
  const stop = new AbortController()
  const writers = Array.from({ length: 8 }, (_, n) => new Writer(client, promised, `w${n}`, randomOf(seed + n + 1)))
  const followed = follow(client, stop.signal)
  const working = Promise.all(writers.map(writer => writer.work(stop.signal)))
  const killing = strikeAgainAndAgain(t, household).finally(() => stop.abort())
  const [, seen] = await Promise.all([working, followed, killing]).finally(() => stop.abort())

  const { posts, topics, articles, editions } = promised
  t.comment(`${posts.length} writes acknowledged with a key, ${client.lost} connections lost`)
  t.comment(
    `${topics.size} topics, ${articles.size} articles, ${editions.size} editions; ${seen.length} entries followed`
  )
  for (const failure of household.told.failedStarts) t.comment(failure)
  t.same(household.told.falls, [], 'who is ready stays, whatever dies around it')
  t.ok(posts.length > 0, 'there was something to lose')
  t.same(
    seen,
    seen.map((_, n) => String(n + 1)),
    'who follows the log meets every position once, in order'
  )
  await t.test(
    'a second server is refused, an orphaned database is adopted',
    { skip: isForeign && 'needs a PostgreSQL of its own' },
    t => takenOver(t, household)
  )
  const db = await household.open()
  await t.test('every acknowledged write is there, as it was acknowledged', t => kept(t, client, promised))
  await t.test('every key had one effect, and still has its first answer', t => once(t, db, client, promised))
  await t.test('no write is there by half', t => whole(t, db))
  await t.test('every write has its entry in the log', t => logged(t, db, promised))
  await t.test('the audit trail is whole', t => sealed(t, db, household))
})

type Household = Awaited<ReturnType<typeof openHousehold>>

/** A key to everything, and what the stories stand in. */
async function newClient({ address, run }: Household): Promise<Client> {
  const { stdout } = await run('keys', 'create', '--scope', '*:*')
  const client: Client = { address, authorization: `Bearer ${stdout.trim()}`, lost: 0 }
  const make = async (noun: string, payload: Json) => {
    const answer = (await attempt(client, 'POST', `/v1/desk/${noun}`, { payload }))!
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  }
  await make('languages', { tag: 'en', name: 'English', position: 1 })
  await make('languages', { tag: 'fr', name: 'Français', position: 2 })
  await make('categories', { slug: 'news', position: 1, texts: { en: { label: 'News', reviewed: true } } })
  return client
}

/** Kills one, two or all three, at a random moment: sometimes before the last victim is on its feet again. */
async function strikeAgainAndAgain(t: Test, { strike, ready }: Household): Promise<void> {
  const random = randomOf(seed)
  const all: Victim[] = ['server', 'worker', 'database']
  const start = Date.now()
  let round = 0
  for (; round < rounds && Date.now() - start < patience; round++) {
    if (random() < 0.7) await ready()
    await delay(100 + random() * 900)
    const chosen = all.filter((_, n) => n === round % 3 || random() < 0.25)
    t.comment(`${((Date.now() - start) / 1_000).toFixed(1)} s: ${chosen.join(', ')} killed`)
    await strike(chosen)
  }
  t.comment(`${round} rounds of ${rounds}`)
  await ready()
  await delay(500)
}

/** The positions somebody meets who reads the log all along, from wherever they came to. */
async function follow(client: Client, signal: AbortSignal): Promise<string[]> {
  const seen: string[] = []
  for (let more = true; more || !signal.aborted; ) {
    const after = seen.at(-1)
    const answer = await insist(client, 'GET', `/v1/desk/changes?limit=500${after ? `&after=${after}` : ''}`)
    if (answer!.status !== 200) throw new Error(JSON.stringify(answer!.body))
    const items = answer!.body.items as { position: string }[]
    seen.push(...items.map(item => item.position))
    more = answer!.body.more as boolean
    if (!more) await delay(20)
  }
  return seen
}

/** A second server is refused; a database whose processes all died is adopted, not started anew. */
async function takenOver(t: Test, { run, ready, strike, process: postgres }: Household) {
  await t.rejects(run('serve'), {
    code: 1,
    stderr:
      /Another Broadsheet server already runs on .* \(process \d+\)\. Stop it first, or give this one another DATA_DIR\./
  })
  const orphan = postgres()
  t.ok(orphan)
  await strike(['server', 'worker'])
  await ready()
  t.equal(postgres(), orphan)
}

async function kept(t: Test, client: Client, { topics, articles, editions, live }: Promised) {
  const read = async (url: string) => (await insist(client, 'GET', url))!
  const differences: object[] = []
  const compare = (url: string, found: Json, promised: Json) => {
    if (JSON.stringify(found) !== JSON.stringify(promised)) differences.push({ url, found, promised })
  }
  /** What an article says of its editions goes on changing. */
  const work = ({ editions: _, ...rest }: Json) => rest
  for (const [id, topic] of topics) {
    const url = `/v1/desk/topics/${id}`
    compare(url, (await read(url)).body, topic)
  }
  for (const [id, article] of articles) {
    const url = `/v1/desk/articles/${id}`
    compare(url, work((await read(url)).body), work(article))
  }
  for (const [id, edition] of editions) {
    const url = `/v1/desk/articles/${id}/editions/en`
    compare(url, (await read(url)).body, edition)
  }
  t.same(differences.slice(0, 3), [], `${differences.length} differ`)
  const unread: object[] = []
  for (const [id, headline] of live) {
    const { status, body } = await read(`/v1/articles/${id}?language=en`)
    if (status !== 200 || body.headline !== headline) unread.push({ id, headline, status, found: body.headline })
  }
  t.same(unread.slice(0, 3), [], `readers miss ${unread.length} of ${live.size}`)
}

async function once(t: Test, db: Db, client: Client, { posts }: Promised) {
  const [rows] = await db.rows<Record<string, number>>(sql`select
    (select count(*)::int from topics) as topics, (select count(*)::int from idempotency_keys where key like 'topic-%') as "topicKeys",
    (select count(*)::int from articles) as articles, (select count(*)::int from idempotency_keys where key like 'article-%') as "articleKeys",
    (select count(*)::int from editions) as editions, (select count(*)::int from idempotency_keys where key like 'edition-%') as "editionKeys",
    (select count(*)::int from idempotency_keys where status is null) as unanswered`)
  t.match(rows, { topics: rows!.topicKeys, articles: rows!.articleKeys, editions: rows!.editionKeys, unanswered: 0 })
  const wrong: object[] = []
  for (const { url, key, payload, answer } of posts) {
    const again = (await insist(client, 'POST', url, { payload, headers: { 'idempotency-key': key } }))!
    const isFirst = again.status === answer.status && JSON.stringify(again.body) === JSON.stringify(answer.body)
    if (!isFirst || again.headers.get('idempotent-replayed') !== 'true') wrong.push({ key, again: again.body })
  }
  t.same(wrong.slice(0, 3), [], `${wrong.length} of ${posts.length} are answered otherwise`)
}

/** Rows that belong together are there together: a draft with its first revision, a published edition with its posting lists. */
async function whole(t: Test, db: Db) {
  const halves = await db.rows<object>(sql`
    select e.article_id, 'revisions have gaps' as what from editions e where (select array_agg(r.number order by r.number) from revisions r
      where r.article_id = e.article_id and r.language = e.language) is distinct from (select array_agg(n) from generate_series(1, e.head) n)
    union all select e.article_id, 'shows other words than its revision' from editions e join revisions r
      on r.article_id = e.article_id and r.language = e.language and r.number = e.revision
      where (r.headline, r.body) is distinct from (e.headline, e.body)
    union all select t.id, 'has no words' from topics t where (select count(*) from topic_labels l where l.topic_id = t.id) <> 2
    union all select a.id, 'lost a topic' from articles a where (select array_agg(x.position order by x.position) from article_topics x
      where x.article_id = a.id) not in ('{0}', '{0,1}')`)
  t.same(halves, [])
  const lists = () =>
    db.rows<object>(sql`select p.* from postings p order by p.article_id, p.kind, p.facet, p.language`)
  const [stored, works] = [await lists(), await db.rows<{ id: string }>(sql`select id from articles`)]
  await post(
    db,
    works.map(work => work.id)
  )
  t.ok(stored.length > 0)
  t.same(stored, await lists(), 'posting lists made anew are the same')
}

async function logged(t: Test, db: Db, { topics, articles, editions }: Promised) {
  await eventually(async () => {
    const [row] = await db.rows<{ waiting: boolean }>(
      sql`select exists (select 1 from changes where position is null) as waiting`
    )
    return !row!.waiting
  })
  const created = await db.rows<{
    noun: string
    subject: string
    count: number
  }>(sql`select noun, subject_id as subject, count(*)::int as count
    from changes where action = 'created' and noun in ('topic', 'article', 'edition') group by 1, 2`)
  for (const [noun, promised] of Object.entries({ topic: topics, article: articles, edition: editions })) {
    const entries = new Map(created.filter(entry => entry.noun === noun).map(({ subject, count }) => [subject, count]))
    t.same(
      [...promised.keys()].filter(id => entries.get(id) !== 1),
      [],
      `every acknowledged ${noun} has one entry`
    )
  }
  const [row] = await db.rows<Record<string, number>>(sql`select
    (select count(*)::int from topics t where not exists (select 1 from changes c where c.noun = 'topic' and c.subject_id = t.id::text
      and c.action = 'created' and c.transaction::text::numeric % 4294967296 = t.xmin::text::numeric)) as "topicsFromElsewhere",
    (select count(*)::int from changes c where c.noun = 'topic' and not exists (select 1 from topics t where t.id::text = c.subject_id)) as "entriesOfNothing",
    (select count(*)::int from editions e where e.version <>
      (select count(*) from changes c where c.noun = 'edition' and c.subject_id = e.article_id::text)) as "editionsWithOtherEntries",
    (select count(*)::int from changes) - (select max(position)::int from changes) as "gaps",
    (select min(position)::int from changes) - 1 as "before",
    (select position::int from change_clock) - (select max(position)::int from changes) as "clock"`)
  if (row!.editionsWithOtherEntries! > 0)
    t.comment(
      JSON.stringify(
        await db.rows(sql`select e.article_id as article, e.language, e.state, e.version, e.head, c.action, c.position::int, c.detail from editions e
          left join changes c on c.noun = 'edition' and c.subject_id = e.article_id::text
          where e.version <> (select count(*) from changes c where c.noun = 'edition' and c.subject_id = e.article_id::text) order by 1, c.position limit 20`)
      )
    )
  t.same(row, {
    topicsFromElsewhere: 0,
    entriesOfNothing: 0,
    editionsWithOtherEntries: 0,
    gaps: 0,
    before: 0,
    clock: 0
  })
}

async function sealed(t: Test, db: Db, { run }: Household) {
  let entries = 0
  await eventually(async () => {
    const [row] = await db.rows<{ entries: number; changes: number }>(
      sql`select (select count(*)::int from audit_entries) as entries, (select count(*)::int from changes) as changes`
    )
    entries = row!.entries
    return row!.entries === row!.changes
  }, 60_000)
  const { stdout } = await run('audit', 'verify')
  t.match(stdout, `The audit trail is whole: ${entries} entries`)
}

/** What a PostgreSQL says that accepts a session and in the same breath ends it, as one does that is killed at this moment. */
const farewell = Buffer.concat([
  message('R', Buffer.from([0, 0, 0, 0])),
  message('Z', Buffer.from('I')),
  message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0'))
])

function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, body])
}

t.test('a session that ends in the moment it begins fails a transaction, not the process', async t => {
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(farewell))
  }).listen(0, '127.0.0.1')
  await happened(server, 'listening')
  const { port } = server.address() as { port: number }
  const connection = { host: '127.0.0.1', port, user: 'postgres', database: 'broadsheet', ssl: false }
  const db = openDatabase({ connection, size: 2, statementTimeout: 1_000 })
  t.teardown(async () => {
    await db.close()
    server.close()
  })
  await t.rejects(db.transaction(tx => tx.ping()))
  await t.rejects(db.ping())
})
