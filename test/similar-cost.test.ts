import { sql } from 'drizzle-orm'
import t from 'tap'
import { type Db, openDatabase } from '../src/db/client.ts'
import { numberChanges, planRebuild } from '../src/features/changes/queries.ts'
import { readSome } from '../src/features/changes/readers.ts'
import { rememberSplitters } from '../src/features/similar/describe.ts'
import { compareAnew, similarReader } from '../src/features/similar/reader.ts'
import { countRead, fill, openTestDatabase } from './helpers.ts'

/** What one changed story costs does not grow with the archive: rows and entries of indexes are counted, whatever the machine. */

const idOf = (n: string) => `('00000000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`
const subject = '00000000-0000-7000-8000-00000000000a'

/** Stories of forty words of three thousand, each tenth a copy of the one before. */
async function publish(db: Db, from: number, to: number): Promise<void> {
  const each = `generate_series(${from}, ${to}) n`
  const words = `(select string_agg('w' || (('x' || substr(md5((n - (n % 10 = 0)::int) || ':' || k), 1, 6))::bit(24)::int % 3000), ' ') from generate_series(1, 40) k)`
  for (const statement of [
    `insert into articles (id, original_language, section_id) select ${idOf('n')}, 'en', (select id from categories) from ${each}`,
    `insert into editions (article_id, language, slug, headline, body, state, method, published_at, first_published_at)
      select ${idOf('n')}, 'en', 'story-' || n, 'Story ' || n, json_build_array(json_build_object('_type', 'block', '_key', 'a', 'style', 'normal', 'markDefs', '[]'::json,
        'children', json_build_array(json_build_object('_type', 'span', '_key', 'b', 'marks', '[]'::json, 'text', ${words})))), 'published', 'original', at, at
      from ${each}, lateral (select timestamptz '2020-01-01' + n * interval '1 hour') i (at)`
  ])
    await db.rows(sql.raw(statement))
}

async function compareAll(db: Db): Promise<void> {
  await planRebuild(db, 'similar')
  await numberChanges(db)
  const reader = similarReader()
  while (await readSome(db, reader));
}

/** How many rows and entries of indexes are read when the tenth story is described from another revision. */
const readForChange = (db: Db) =>
  db.rehearse(async tx => {
    await tx.rows(sql`update descriptions set revision = 0 where article_id = ${subject}`)
    const before = await countRead(tx)
    await compareAnew(tx, [subject], rememberSplitters())
    return (await countRead(tx)) - before
  })

t.test('a story of an archive five times as large is changed', async t => {
  const { db: filled, connection } = await openTestDatabase(t)
  await fill(filled, [
    { kind: 'language', tag: 'en', name: 'English', position: 1 },
    { kind: 'category', slug: 'news', labels: { en: 'News' } }
  ])
  // One connection for everything: its plans are made while nothing is known yet, and kept.
  const db = openDatabase({ connection, size: 1, statementTimeout: 60_000 })
  t.teardown(() => db.close())
  await publish(db, 1, 20)
  await compareAll(db)
  await readForChange(db)
  await publish(db, 21, 600)
  await compareAll(db)
  const small = await readForChange(db)
  const [lists] = await db.rows<Record<string, number>>(sql`select
    (select count(*)::int from neighbours) as neighbours, (select count(*)::int from copies) as copies, (select count(*)::int from clusters) as clusters`)
  t.same(lists, { neighbours: 600, copies: 60, clusters: 120 })
  await publish(db, 601, 3_000)
  await compareAll(db)
  const large = await readForChange(db)
  // From 600 to 1,130, with entries of what was rewritten and not cleared away yet. With plans that read a table whole it was 3,700.
  t.ok(small < 2_000, `made from ${small} rows`)
  t.ok(large < 2_000, `made from ${large} rows, five times as many stories`)
})
