import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { numberChanges, planRebuild, rebuildOf } from '../src/features/changes/queries.ts'
import { readSome } from '../src/features/changes/readers.ts'
import { trimChanges } from '../src/features/changes/trim.ts'
import { similarReader } from '../src/features/similar/reader.ts'
import { type Db, fill, openHouse, openTestDatabase } from './helpers.ts'

/** What is similar is made anew bit by bit: while it is served, from where it was stopped, and without the log that led to it. */

t.setTimeout(170_000)

const name = 'similar'
const small = { atOnce: 10, milliseconds: 0 }

/** The demo newsroom as one that was filled before anybody compared anything. */
async function openUncompared(t: Parameters<typeof openTestDatabase>[0]) {
  const opened = await openTestDatabase(t, 'broadsheet_demo')
  await opened.db.rows(sql`delete from change_readers`)
  await opened.db.rows(
    sql`truncate descriptions, description_counts, term_blocks, word_counts, neighbours, copies, clusters restart identity`
  )
  return opened
}

/** All a reader of ours does until it has nothing to do; `between` sees every step. */
async function readAll(db: Db, reader = similarReader(small), between: () => Promise<void> = async () => {}) {
  await numberChanges(db)
  while (await readSome(db, reader)) await between()
}

/** What is kept, without the numbers, which follow the order in which stories came. */
async function keptOf(db: Db) {
  const [row] = await db.rows<Record<string, unknown>>(sql`select
    (select json_agg(n order by n.article_id, n.language) from neighbours n) as neighbours,
    (select json_agg(c order by c.article_id) from clusters c) as clusters,
    (select json_agg(c order by c.article_id, c.other_id) from copies c) as copies,
    (select json_agg(json_build_array(article_id, language, length(terms), sketch) order by article_id, language) from descriptions) as descriptions,
    (select json_agg(c order by language) from description_counts c) as counts,
    (select json_agg(c order by bucket) from word_counts c) as words,
    (select sum(octet_length(postings))::int from term_blocks) as terms`)
  return row!
}

const pairsOf = async (db: Db) =>
  (
    await db.rows<{ pair: string }>(
      sql`select article_id || ' ' || language || ' ' || other as pair from neighbours, unnest(others) other`
    )
  ).map(({ pair }) => pair)

t.test('a newsroom whose log has been trimmed is compared all the same', async t => {
  const { db } = await openUncompared(t)
  await numberChanges(db)
  await db.rows(sql`alter table changes disable trigger keep`)
  await db.rows(sql`update changes set at = now() - interval '40 days'`)
  await db.rows(sql`alter table changes enable trigger keep`)
  t.ok((await trimChanges(db, 30)) > 0)
  t.equal((await db.rows(sql`select 1 from changes`)).length, 0, 'nothing is left to be read')
  await readAll(db)
  const [counts] = await db.rows<Record<string, string>>(sql`select (select count(*) from descriptions) as described,
    (select count(*) from editions where state = 'published') as published`)
  t.equal(counts!.described, counts!.published)
  t.ok((await pairsOf(db)).length > 0)
  t.equal(await rebuildOf(db, name), null)
})

t.test('made anew, everything is as it was', async t => {
  const { db } = await openUncompared(t)
  await readAll(db)
  const first = await keptOf(db)
  const pairs = new Set(await pairsOf(db))
  t.ok(pairs.size > 100)
  await planRebuild(db, name)
  let steps = 0
  await readAll(db, similarReader(small), async () => {
    steps++
    const now = new Set(await pairsOf(db))
    t.equal([...pairs].filter(pair => !now.has(pair)).length, 0, `nothing is missing after step ${steps}`)
  })
  t.ok(steps > 5)
  t.same(await keptOf(db), first)
})

t.test('hundreds of articles in a dozen languages are compared in one step', async t => {
  const { db } = await openTestDatabase(t)
  const languages = ['cs', 'da', 'de', 'en', 'es', 'fi', 'fr', 'it', 'nl', 'pl', 'pt', 'sv']
  await fill(db, [
    ...languages.map((tag, position) => ({ kind: 'language', tag, name: tag, position: position + 1 })),
    { kind: 'category', slug: 'news', labels: { en: 'News' } }
  ])
  const id = sql.raw(`('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`)
  await db.rows(sql`insert into articles (id, original_language, section_id)
    select ${id}, 'en', (select id from categories) from generate_series(1, 240) n`)
  await db.rows(sql`insert into editions (article_id, language, slug, headline, body, state, method, of_language, of_revision, published_at, first_published_at)
    select ${id}, l, 'story-' || n, 'Talks about harbour' || n % 3, '[]', 'published', case l when 'en' then 'original' else 'human' end,
      case when l <> 'en' then 'en' end, case when l <> 'en' then 1 end, now(), now()
    from generate_series(1, 240) n, unnest(${sql.param(languages)}::text[]) l`)
  await readAll(db, similarReader())
  const [lists] = await db.rows<Record<string, number>>(
    sql`select count(*)::int as count, min(cardinality(others)) as shortest from neighbours`
  )
  t.same(lists, { count: 240 * languages.length, shortest: 24 })
})

t.test('a rebuild that is killed goes on where it was', async t => {
  const { db, connection } = await openUncompared(t)
  await readAll(db)
  const first = await keptOf(db)
  await planRebuild(db, name)
  // The first step empties the index, the second describes ten stories; the tenth compares some.
  for (const [last, reached] of [
    ['3', { done: 10, after: /^describe / }],
    ['9', { after: /^compare / }]
  ] as const) {
    const child = spawn(process.execPath, ['dist/test/programs/reindex.js', JSON.stringify(connection), last], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    await once(child.stdout, 'data')
    t.equal(await readSome(db, similarReader(small)), false, 'who holds the lease is not disturbed')
    child.kill('SIGKILL')
    await once(child, 'exit')
    t.match(await rebuildOf(db, name), reached)
  }
  for (let rebuild = await rebuildOf(db, name); rebuild; rebuild = await rebuildOf(db, name))
    await readSome(db, similarReader(small))
  t.same(await keptOf(db), first)
})

t.test('what happens during a rebuild is read at once', async t => {
  const { db, get } = await openHouse(t, { demo: true })
  await readAll(db)
  await planRebuild(db, name)
  const reader = similarReader(small)
  for (let step = 0; step < 3; step++) t.ok(await readSome(db, reader))
  const story = {
    kind: 'article',
    id: 'meanwhile',
    originalLanguage: 'en',
    section: 'environment',
    editions: [
      {
        language: 'en',
        slug: 'meanwhile',
        headline: 'Meanwhile, the river rose',
        html: '<p>The river rose while dykes and embankments along the delta were raised, farmers and engineers say.</p>',
        state: 'published',
        publishedAt: '2026-09-30T00:00:00.000Z'
      }
    ]
  }
  await fill(db, [story])
  await numberChanges(db)
  t.ok(await readSome(db, reader), 'the rebuild is not over')
  const [described] = await db.rows(
    sql`select 1 from descriptions d join editions e using (article_id, language) where e.slug = 'meanwhile'`
  )
  t.ok(described)
  await get('/v1/articles/meanwhile/related?language=en')
  await db.rows(
    sql`update editions set state = 'withdrawn', withdrawn_at = now(), withdrawn_reason = 'error', version = version + 1 where slug = 'meanwhile'`
  )
  await readAll(db, reader)
  const [left] = await db.rows(sql`select n.article_id from neighbours n, editions e where e.slug = 'meanwhile'
    and (e.article_id = any(n.others) or e.article_id = n.article_id)`)
  t.notOk(left, 'and nothing remembers what was withdrawn')
})
