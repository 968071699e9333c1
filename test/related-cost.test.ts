import { sql } from 'drizzle-orm'
import t from 'tap'
import type { Context } from '../src/db/cards.ts'
import type { Db } from '../src/db/client.ts'
import { post } from '../src/db/postings.ts'
import { relatedLists } from '../src/features/related/lists.ts'
import { countRead, fill, openTestDatabase } from './helpers.ts'

/** What lists beside an article read does not grow with the archive: rows and entries of indexes are counted, whatever the machine. */

const idOf = (n: string) => `('00000000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`
const subject = '00000000-0000-7000-8000-000000000064'
const context: Context = {
  reader: { requested: 'en', chain: ['en'], others: [], explicit: true },
  media: '',
  unreviewed: false
}
const asked = { limit: 6, explain: false, asOf: null, groups: null, variety: true }

/** Stories of one topic, section and source, an hour apart, each like the two dozen around it. */
async function publish(db: Db, from: number, to: number): Promise<void> {
  const each = `generate_series(${from}, ${to}) n`
  for (const statement of [
    `insert into articles (id, original_language, section_id, source_id)
      select ${idOf('n')}, 'en', (select id from categories), (select id from sources) from ${each}`,
    `insert into editions (article_id, language, slug, headline, body, state, method, published_at, first_published_at)
      select ${idOf('n')}, 'en', 'story-' || n, 'Story ' || n, '[]', 'published', 'original', at, at
      from ${each}, lateral (select timestamptz '2020-01-01' + n * interval '1 hour') i (at)`,
    `insert into article_topics (article_id, topic_id, position) select ${idOf('n')}, (select id from topics), 1 from ${each}`,
    `insert into neighbours (article_id, language, others, scores)
      select ${idOf('n')}, 'en', array_agg(${idOf('n + k')}), array_agg(0.5) from ${each}, generate_series(1, 24) k group by n`
  ])
    await db.rows(sql.raw(statement))
  const published = await db.rows<{ id: string }>(sql.raw(`select ${idOf('n')} as id from ${each}`))
  await post(
    db,
    published.map(({ id }) => id)
  )
  await db.rows(sql`vacuum analyze`)
}

/** How many rows and entries of indexes the lists beside the hundredth story are made from; what was counted before in the session is taken off. */
const readFor = (db: Db, asOf: string | null) =>
  db.rehearse(async tx => {
    const before = await countRead(tx)
    const { groups, rails } = await relatedLists(tx, context, subject, { ...asked, asOf })
    return { shown: [...groups, ...rails].flatMap(({ items }) => items).length, count: (await countRead(tx)) - before }
  })

t.test('lists beside a story of an archive five times as large', async t => {
  const { db } = await openTestDatabase(t)
  await fill(db, [
    { kind: 'language', tag: 'en', name: 'English', position: 1 },
    { kind: 'source', slug: 'wire', type: 'agency', names: { en: 'Wire' } },
    {
      kind: 'category',
      slug: 'news',
      labels: { en: 'News' },
      rail: { position: 1, minimum: 2, fallback: 'latest' }
    },
    { kind: 'topic', slug: 'talks', type: 'subject', labels: { en: 'Talks' } }
  ])
  const moments = { 'of now': null, 'of years ago': '2020-01-20T00:00:00Z' }
  await publish(db, 1, 2_000)
  const small = new Map<string, number>()
  for (const [name, asOf] of Object.entries(moments)) {
    const { shown, count } = await readFor(db, asOf)
    t.ok(shown >= 18, `${shown} are shown`)
    small.set(name, count)
  }
  await publish(db, 2_001, 10_000)
  for (const [name, asOf] of Object.entries(moments)) {
    const { count } = await readFor(db, asOf)
    t.ok(count < 1.2 * small.get(name)!, `${name}: made from ${count} rows, not more than from ${small.get(name)}`)
  }
})
