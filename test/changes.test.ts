import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import t from 'tap'
import { openDatabase } from '../src/db/client.ts'
import { changesAfter, numberChanges, readLog } from '../src/features/changes/queries.ts'
import type { Change } from '../src/features/changes/schema.ts'
import { trimChanges } from '../src/features/changes/trim.ts'
import { type Db, openTestDatabase } from './helpers.ts'
import { effects, eventually, makeEffects, positionOf, quiet, start, topicsOf, writeTopics } from './log.ts'
import { openProxy } from './proxy.ts'

/** The change log: nothing is lost, doubled or seen out of turn, whatever order transactions commit in and whoever dies. */

const all = { limit: 500, noun: undefined, language: undefined }

async function openClient(t: { teardown(work: () => Promise<void>): void }, connection: pg.ClientConfig) {
  const client = new pg.Client(connection)
  client.on('error', () => {})
  await client.connect()
  t.teardown(() => client.end().catch(() => {}))
  return client
}

const seconds = () => new Promise(resolve => setTimeout(resolve, Math.random() * 6))

/** Numbers and reads all the time, as a reader does, until it is told to end and nothing more comes. */
async function watch(db: Db, signal: AbortSignal): Promise<Change[]> {
  const seen: Change[] = []
  for (let after = '0'; ; ) {
    const isLast = signal.aborted
    await numberChanges(db)
    const { items, next } = await readLog(db, { ...all, after })
    seen.push(...items)
    after = next
    if (isLast && items.length === 0) return seen
  }
}

/** The same by the order of writing, as one would without positions: what it never sees shows that there was something to miss. */
async function watchIds(db: Db, signal: AbortSignal): Promise<number> {
  for (let [after, count] = ['0', 0]; ; ) {
    const isLast = signal.aborted
    const rows = await db.rows<{ id: string }>(
      sql`select id::text from changes where id > ${after}::bigint order by id`
    )
    count += rows.length
    after = rows.at(-1)?.id ?? after
    if (isLast && rows.length === 0) return count
  }
}

t.test('eight writers that commit in any order, and a reader that looks all the time', async t => {
  const { db, connection } = await openTestDatabase(t)
  // What was really written, in which order: numbered while the row is locked.
  await db.rows(sql`create table truth (seq bigserial, transaction xid8 default pg_current_xact_id(), subject text)`)
  await writeTopics(db, 5)
  const [shared] = await db.rows<{ ids: string[] }>(sql`select array_agg(id::text order by slug) as ids from topics`)
  const over = new AbortController()
  const watching = watch(db, over.signal)
  const naive = watchIds(db, over.signal)

  const writer = async (number: number) => {
    const client = await openClient(t, connection)
    for (let round = 0; round < 100; round++) {
      await client.query('begin')
      if (round % 2) await seconds()
      const made = `l${number}x${round}`
      await client.query(`insert into topics (id, slug, type) values (gen_random_uuid(), $1, 'subject')`, [made])
      await seconds()
      const subject = shared!.ids[Math.floor(Math.random() * 5)]
      await client.query('update topics set external_ids = $2, version = version + 1 where id = $1', [
        subject,
        { wikidata: `Q${number}${round}` }
      ])
      await client.query('insert into truth (subject) values ($1)', [subject])
      if (round % 3) await seconds()
      await client.query(Math.random() < 0.25 ? 'rollback' : 'commit')
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, number) => writer(number)))
  over.abort()
  const seen = await watching
  t.ok((await naive) < seen.length, `by the order of writing ${seen.length - (await naive)} would have been missed`)

  t.same(
    seen.map(change => change.position),
    seen.map((_, index) => String(index + 1)),
    'positions are dense, and none is seen before an earlier one'
  )
  const [stored] = await db.rows<{ count: number; waiting: number }>(
    sql`select count(*)::int as count, count(*) filter (where position is null)::int as waiting from changes`
  )
  t.same(stored, { count: seen.length, waiting: 0 }, 'every committed entry was seen, once')
  const created = seen.filter(change => change.action === 'created').map(change => change.subject)
  t.same([...created].sort(), (await topicsOf(db)).sort(), 'what was rolled back left no entry')
  const [order] = await db.rows<{ written: number; wrong: number }>(sql`select count(*)::int as written,
    count(*) filter (where position < previous)::int as wrong from (select c.position, lag(c.position) over (partition by t.subject order by t.seq) as previous
      from truth t join changes c on c.transaction = t.transaction and c.subject_id = t.subject and c.action = 'updated') x`)
  t.equal(order!.wrong, 0, 'what happened to one thing is told in the order it happened')
  const [truth] = await db.rows<{ count: number }>(sql`select count(*)::int as count from truth`)
  t.equal(order!.written, truth!.count)
  t.ok(order!.written > 400, `${order!.written} updates, ${seen.length} entries`)
})

t.test('a transaction that stays open stalls nobody; its entries come later, with later numbers', async t => {
  const { db, connection } = await openTestDatabase(t)
  const slow = await openClient(t, connection)
  await slow.query('begin')
  await slow.query(`insert into topics (id, slug, type) values (gen_random_uuid(), 'slow', 'subject')`)
  await writeTopics(db, 3)
  t.equal(await numberChanges(db), 3n)
  const before = await readLog(db, { ...all, after: '0' })
  t.equal(before.items.length, 3)
  await slow.query('commit')
  await numberChanges(db)
  const after = await readLog(db, { ...all, after: before.next })
  t.match(after.items, [{ position: '4', noun: 'topic', action: 'created' }])
  const [first] = await db.rows<{ position: string }>(sql`select position::text from changes order by id limit 1`)
  t.equal(first!.position, '4', 'it was written first')
})

t.test('more than one call numbers is numbered in several', async t => {
  const { db } = await openTestDatabase(t)
  await db.rows(
    sql`insert into topics (id, slug, type) select gen_random_uuid(), 't' || n, 'subject' from generate_series(1, 12001) n`
  )
  t.equal(await numberChanges(db), 12_001n)
  const [row] = await db.rows<{ first: number; last: number; all: number }>(
    sql`select min(position)::int as first, max(position)::int as last, count(distinct position)::int as all from changes`
  )
  t.same(row, { first: 1, last: 12_001, all: 12_001 })
})

t.test('SQL by hand is told too, with who did it; what was rolled back is not', async t => {
  const { db, connection } = await openTestDatabase(t)
  const client = await openClient(t, connection)
  await client.query(`insert into consumers (id, slug, name) values (gen_random_uuid(), 'reader', 'Reader')`)
  await client.query(`begin; update consumers set name = 'Other'; rollback`)
  await client.query(`update consumers set name = 'New', slug = 'new'`)
  await numberChanges(db)
  const { items } = await readLog(db, { ...all, after: '0' })
  const { rows } = await client.query('select session_user as name')
  t.match(items, [
    { action: 'created', detail: {} },
    { action: 'updated', detail: { changed: ['name', 'slug'] } }
  ])
  t.same([...new Set(items.map(item => item.actor))], [`database:${rows[0].name}`])
})

t.test('what moves from one answer to another names the groups of both', async t => {
  const { db } = await openTestDatabase(t, 'broadsheet_demo')
  const [articles] = await db.rows<{ ids: string[] }>(
    sql`select array_agg(id::text) as ids from (select id from articles limit 3) a`
  )
  const [was, becomes, target] = articles!.ids
  await db.rows(sql`insert into pins (id, article_id, "group", target_id, position)
    values (gen_random_uuid(), ${was}::uuid, 'topic', ${target}::uuid, 99)`)
  await db.rows(sql`update pins set article_id = ${becomes}::uuid where position = 99`)
  await db.rows(sql`update pins set position = 98 where position = 99`)
  await numberChanges(db)
  const changes = await db.rows<{ groups: string[] }>(
    sql`select groups from changes where noun = 'pin' and action = 'updated' order by position`
  )
  const group = (id?: string) => `article-${id!.slice(19)}`
  t.same(changes, [{ groups: [group(becomes), group(was)] }, { groups: [group(becomes)] }])
})

t.test('the log is kept as it was written', async t => {
  const { db } = await openTestDatabase(t)
  await writeTopics(db, 2)
  await t.rejects(db.rows(sql`update changes set position = 1, actor = 'nobody'`), { code: '23001' })
  await numberChanges(db)
  await t.rejects(db.rows(sql`update changes set actor = 'nobody'`), { code: '23001' })
  await t.rejects(db.rows(sql`delete from changes`), { code: '23001' })
  await t.rejects(db.rows(sql`truncate changes`), { code: '23001' })
})

t.test('readers', async t => {
  await t.test('each has its own position, and one that fails holds up nobody', async t => {
    const { db, connection } = await openTestDatabase(t)
    await writeTopics(db, 30)
    const fast: string[] = []
    let failures = 0
    const readers = start(t, db, connection, [
      { name: 'fast', batch: 7, read: async (_, changes) => void fast.push(...changes.map(c => c.position)) },
      {
        name: 'broken',
        read: async () => {
          failures++
          throw new Error('no: postgres://user:password@host/db?secret=1 bsk_0123456789')
        }
      }
    ])
    await eventually(() => fast.length === 30)
    t.same(
      fast,
      fast.map((_, index) => String(index + 1))
    )
    await eventually(() => failures >= 2)
    // A position is kept with the reader's transaction, which ends after the reader has all changes.
    const positions = () =>
      db.rows<{ name: string; position: number }>(sql`select name, position::int from change_readers order by 1`)
    await eventually(async () => (await positions()).some(({ position }) => position === 30))
    t.same(await positions(), [
      { name: 'broken', position: 0 },
      { name: 'fast', position: 30 }
    ])
    const told = JSON.stringify(readers.told)
    t.match(told, /"reader":"broken"/)
    t.notMatch(told, /password@|secret=1|bsk_0/)
  })

  await t.test(
    'what one puts off happens once its effects are seen, and holds up no reading when it fails',
    async t => {
      const { db, connection } = await openTestDatabase(t)
      await makeEffects(db)
      await writeTopics(db, 9)
      const seen: number[] = []
      const readers = start(t, db, connection, [
        {
          name: 'effects',
          batch: 5,
          read: (db, changes) => effects(db, changes, 'a'),
          afterwards: async () => {
            // On another connection: what is read here is committed.
            seen.push((await db.rows(sql`select 1 from effects`)).length)
            if (seen.length === 1) throw new Error('not now')
          }
        }
      ])
      await eventually(() => seen.length === 1)
      t.same(seen, [9], 'once, after two batches')
      await eventually(() => /not now/.test(JSON.stringify(readers.told)))
      await writeTopics(db, 2, 'later')
      await eventually(() => seen.at(-1) === 11)
      t.equal((await db.rows(sql`select 1 from effects`)).length, 11, 'nothing was read twice')
    }
  )

  await t.test(
    'one that throws half-way, or whose connection is cut, loses and doubles nothing in the database',
    async t => {
      const { db, connection } = await openTestDatabase(t)
      await makeEffects(db)
      const client = await openClient(t, connection)
      let [calls, thrown, cut] = [0, 0, 0]
      start(t, db, connection, [
        {
          name: 'effects',
          batch: 10,
          read: async (db, changes) => {
            await effects(db, changes.slice(0, 4), 'a')
            if (++calls === 2) {
              thrown++
              throw new Error('half-way')
            }
            if (calls === 4) {
              cut++
              const [{ pid }] = (await db.rows(sql`select pg_backend_pid() as pid`)) as [{ pid: number }]
              await client.query('select pg_terminate_backend($1)', [pid])
            }
            await effects(db, changes.slice(4), 'a')
          }
        }
      ])
      await writeTopics(db, 60)
      const done = () => db.rows<{ position: string }>(sql`select position::text from effects order by n`)
      await eventually(async () => (await done()).length >= 60)
      await delay(200)
      t.same(
        (await done()).map(row => row.position),
        Array.from({ length: 60 }, (_, index) => String(index + 1))
      )
      t.same({ thrown, cut }, { thrown: 1, cut: 1 })
    }
  )

  await t.test('of two processes one reads, and the other goes on when it dies in the middle', async t => {
    const { db, connection } = await openTestDatabase(t)
    await makeEffects(db)
    const other = openDatabase({ connection, size: 3, statementTimeout: 10_000 })
    t.teardown(() => other.close())
    const client = await openClient(t, connection)
    let isHanging = false
    const reader = (who: string) => ({
      name: 'shared',
      batch: 5,
      read: async (db: Db, changes: Change[]) => {
        await effects(db, changes, who)
        if (who !== 'one' || isHanging || changes[0]!.position < '2') return void (await delay(2))
        isHanging = true
        // A process that dies: its connection ends, its transaction with it.
        const [{ pid }] = (await db.rows(sql`select pg_backend_pid() as pid`)) as [{ pid: number }]
        await client.query('select pg_terminate_backend($1)', [pid])
        await delay(60_000, undefined, { ref: false, signal: dead.signal }).catch(() => {})
      }
    })
    const dead = new AbortController()
    t.teardown(async () => dead.abort())
    start(t, db, connection, [reader('one')], { pollMilliseconds: 100, before: async () => dead.abort() })
    await writeTopics(db, 8)
    await eventually(() => isHanging)
    start(t, other, connection, [reader('two')], { pollMilliseconds: 100 })
    for (let round = 0; round < 20; round++) await writeTopics(db, 10, `r${round}`)
    const rows = () =>
      db.rows<{ position: string; who: string }>(sql`select position::text, who from effects order by n`)
    await eventually(async () => (await rows()).length >= 208)
    dead.abort()
    await delay(300)
    t.same(
      (await rows()).map(row => row.position),
      Array.from({ length: 208 }, (_, index) => String(index + 1)),
      'each was handled once, in order'
    )
    t.ok((await rows()).some(row => row.who === 'two'))
  })

  await t.test('two at work share the reading and each entry is handled once', async t => {
    const { db, connection } = await openTestDatabase(t)
    await makeEffects(db)
    const other = openDatabase({ connection, size: 3, statementTimeout: 10_000 })
    t.teardown(() => other.close())
    const reader = (who: string) => ({
      name: 'shared',
      batch: 3,
      read: (db: Db, changes: Change[]) => effects(db, changes, who)
    })
    start(t, db, connection, [reader('one')], { pollMilliseconds: 20 })
    start(t, other, connection, [reader('two')], { pollMilliseconds: 20 })
    for (let round = 0; round < 30; round++) await writeTopics(db, 10, `r${round}`)
    const rows = () =>
      db.rows<{ position: string; who: string }>(sql`select position::text, who from effects order by n`)
    await eventually(async () => (await rows()).length >= 300)
    await delay(100)
    t.same(
      (await rows()).map(row => row.position),
      Array.from({ length: 300 }, (_, index) => String(index + 1))
    )
  })

  await t.test('are woken at once; without the listening connection they look, and then listen again', async t => {
    const { db, connection } = await openTestDatabase(t)
    const client = await openClient(t, connection)
    const seen: string[] = []
    const reader = {
      name: 'woken',
      read: async (_: Db, changes: Change[]) => void seen.push(...changes.map(change => change.position))
    }
    const listeners = () =>
      client.query(`select pid from pg_stat_activity where datname = current_database() and query ilike 'listen %'`)
    const lazy = start(t, db, connection, [reader], { pollMilliseconds: 60_000 })
    await eventually(() => lazy.isListening())
    await delay(100)
    const since = Date.now()
    await writeTopics(db, 1)
    await client.query('select number_changes()')
    await eventually(() => seen.length === 1, 20_000)
    t.ok(Date.now() - since < 20_000, 'told by the database')

    await lazy.stop()
    t.equal((await listeners()).rows.length, 0, 'nobody listens any more')
    const eager = start(t, db, connection, [reader], { pollMilliseconds: 100 })
    await eventually(() => eager.isListening())
    const [{ pid }] = (await listeners()).rows
    await client.query('select pg_terminate_backend($1)', [pid])
    await eventually(() => !eager.isListening())
    await writeTopics(db, 1, 'polled')
    await eventually(() => seen.length === 2)
    await eventually(() => eager.isListening())
    t.not((await listeners()).rows[0].pid, pid, 'on a new connection')
    await writeTopics(db, 1, 'again')
    await eventually(() => seen.length === 3)
    t.same(seen, ['1', '2', '3'])
  })

  await t.test('outlive a database that is away', async t => {
    const { db, connection } = await openTestDatabase(t)
    const proxy = await openProxy(t, connection)
    const over = openDatabase({ connection: proxy.connection, size: 3, statementTimeout: 2_000 })
    t.teardown(() => over.close())
    const seen: string[] = []
    const read = async (_: Db, changes: Change[]) => void seen.push(...changes.map(change => change.position))
    const readers = start(t, over, proxy.connection, [{ name: 'patient', read }], { pollMilliseconds: 100 })
    await writeTopics(db, 1)
    // Until the position is committed the entry would be read again: at least once is what is promised.
    await eventually(async () => (await positionOf(db, 'patient')) === '1')
    proxy.cut()
    await writeTopics(db, 1, 'meanwhile')
    await delay(2_500)
    t.same(seen, ['1'])
    t.ok(readers.told.length > 0)
    proxy.heal()
    await eventually(() => seen.length === 2, 120_000)
    t.same(seen, ['1', '2'])
    proxy.cut()
    await delay(200)
    const since = Date.now()
    await readers.stop()
    t.ok(Date.now() - since < 60_000, 'and stop while it is away')
  })

  await t.test('stop although the database has gone silent', async t => {
    const { db, connection } = await openTestDatabase(t)
    const proxy = await openProxy(t, connection)
    const over = openDatabase({ connection: proxy.connection, size: 3, statementTimeout: 1_000 })
    t.teardown(() => over.close())
    const readers = start(t, over, proxy.connection, [{ name: 'deaf', read: async () => {} }], {
      pollMilliseconds: 100
    })
    await writeTopics(db, 1)
    await eventually(() => readers.isListening())
    proxy.silence()
    await delay(300)
    const since = Date.now()
    await readers.stop()
    t.ok(Date.now() - since < 60_000, `${Date.now() - since} ms`)
    proxy.cut()
  })

  await t.test('end the batch under way before they stop', async t => {
    const { db, connection } = await openTestDatabase(t)
    await makeEffects(db)
    let isReading = false
    const readers = start(t, db, connection, [
      {
        name: 'slow',
        read: async (db, changes) => {
          isReading = true
          await delay(300)
          await effects(db, changes, 'slow')
        }
      }
    ])
    await writeTopics(db, 3)
    readers.wake()
    await eventually(() => isReading)
    await readers.stop()
    const [row] = await db.rows<{ position: number; done: number }>(sql`select position::int as position,
      (select count(*)::int from effects) as done from change_readers where name = 'slow'`)
    t.same(row, { position: row!.done, done: row!.done })
    t.ok(row!.done > 0)
  })
})

t.test('the log is trimmed by age, but not past a slow reader nor a snapshot', async t => {
  const { db } = await openTestDatabase(t)
  await writeTopics(db, 50)
  await numberChanges(db)
  await db.rows(sql`alter table changes disable trigger keep`)
  await db.rows(sql`update changes set at = now() - interval '40 days' where position <= 40`)
  await db.rows(sql`alter table changes enable trigger keep`)
  const trimmed = async () => {
    const [row] = await db.rows<{ trimmed: number; first: number }>(
      sql`select trimmed::int as trimmed, (select min(position)::int from changes) as first from change_clock`
    )
    t.equal(row!.first, row!.trimmed + 1, 'what the clock says is gone is gone, and no more')
    return row!.trimmed
  }
  await db.rows(sql`insert into change_readers (name, position) values ('slow', 10), ('fast', 50)`)
  t.equal(await trimChanges(db, 60), 0)
  t.equal(await trimChanges(db, 30), 10)
  t.equal(await trimmed(), 10, 'held by the slow reader')
  await db.rows(sql`update change_readers set position = 50`)
  await db.rows(sql`insert into change_snapshots (id, position, expires_at) values (gen_random_uuid(), 25, now() + interval '1 hour'),
    (gen_random_uuid(), 5, now() - interval '1 hour')`)
  t.equal(await trimChanges(db, 30), 15)
  t.equal(await trimmed(), 25, 'held by the snapshot that has not expired')
  t.equal((await db.rows(sql`select 1 from change_snapshots`)).length, 1, 'the expired one is gone')
  await db.rows(sql`delete from change_snapshots`)
  t.equal(await trimChanges(db, 30), 15)
  t.equal(await trimmed(), 40, 'what is young stays')
  t.equal((await changesAfter(db, '40', 100)).length, 10)
  await t.rejects(db.rows(sql`delete from changes where position = 41`), { code: '23001' })
})

t.test('trimming goes in steps', async t => {
  const { db } = await openTestDatabase(t)
  await db.rows(
    sql`insert into topics (id, slug, type) select gen_random_uuid(), 't' || n, 'subject' from generate_series(1, 4500) n`
  )
  await numberChanges(db)
  await db.rows(sql`alter table changes disable trigger keep`)
  await db.rows(sql`update changes set at = now() - interval '2 days'`)
  await db.rows(sql`alter table changes enable trigger keep`)
  t.equal(await trimChanges(db, 1), 4_500)
  t.equal(await trimChanges(db, 1), 0)
  await writeTopics(db, 1)
  t.equal(await numberChanges(db), 4_501n, 'positions go on')
})

t.test('numbering is asked once for many commits', async t => {
  const { openNumbering } = await import('../src/features/changes/numbering.ts')
  const { db } = await openTestDatabase(t)
  let [calls, underWay, most] = [0, 0, 0]
  const counting = {
    forRequest: () => ({
      rows: async (query: never) => {
        calls++
        most = Math.max(most, ++underWay)
        await delay(20)
        return db.rows(query).finally(() => underWay--)
      }
    })
  } as unknown as Db
  const numbering = openNumbering(counting, quiet())
  await numbering.number()
  calls = 0
  for (let commit = 0; commit < 50; commit++) numbering.committed()
  await numbering.number()
  t.same({ calls, most }, { calls: 2, most: 1 })
})
