import { sql } from 'drizzle-orm'
import t from 'tap'
import { catchUp } from '../src/features/changes/readers.ts'
import { groupCopies, unknownKin } from '../src/features/similar/clusters.ts'
import { similarReader } from '../src/features/similar/reader.ts'
import { type Db, fill, openHouse } from './helpers.ts'
import { storyRecord } from './stories.ts'

/** Which stories are one: copies of one text are, and what only passes a piece on is not. */

const copy = (article: string, other: string, share: number) => ({ article, other, share })
const sorted = (groups: readonly (readonly string[])[]) => groups.map(group => [...group].sort()).sort()

t.test('groups of copies', async t => {
  const kinOf =
    (...pairs: string[]) =>
    (one: string, other: string) =>
      pairs.includes([one, other].sort().join(''))
  const never = () => false

  t.same(sorted(groupCopies([copy('a', 'b', 0.9)], never)), [['a', 'b']])
  t.same(groupCopies([], never), [])
  const chain = [copy('a', 'b', 0.6), copy('b', 'c', 0.5)]
  t.same(sorted(groupCopies(chain, never)), [['a', 'b']], 'a chain ends where nothing is left of its beginning')
  t.same(sorted(groupCopies([...chain].reverse(), never)), [['a', 'b']], 'in whatever order the copies come')
  t.same(sorted(groupCopies(chain, kinOf('ac'))), [['a', 'b', 'c']], 'and holds as long as something is')
  const roundUp = [copy('a', 'r', 1), copy('b', 'r', 1), copy('a', 'd', 0.8), copy('b', 'e', 0.8), copy('d', 'r', 0.8)]
  t.same(
    sorted(groupCopies(roundUp, never)),
    [
      ['a', 'd', 'r'],
      ['b', 'e']
    ],
    'a round-up does not make one story of two'
  )
  t.same(
    unknownKin([copy('a', 'b', 1), copy('a', 'c', 1), copy('b', 'c', 1)]),
    [],
    'where each is a copy of each, nothing is asked'
  )
  t.same(unknownKin([...chain, copy('x', 'y', 1)]).sort(), ['a', 'b', 'c'])
})

/** No two of them have a word in common. */
const words = (seed: number, count = 40) => `${Array.from({ length: count }, (_, n) => `word${seed}x${n}`).join(' ')}.`
const agency = [1, 2, 3, 4, 5, 6].map(seed => words(seed))
const termsOfUse = words(99, 60)

const story = (id: string, day: number, texts: readonly string[], more: object = {}) =>
  storyRecord(id, more, {
    headline: `Headline of ${id}`,
    html: texts.map(text => `<p>${text}</p>`).join(''),
    publishedAt: new Date(Date.UTC(2026, 0, day)).toISOString()
  })

const house = [
  { kind: 'language', tag: 'en', name: 'English', position: 1 },
  { kind: 'category', slug: 'news', labels: { en: 'News' } },
  { kind: 'topic', slug: 'harbour', type: 'subject', labels: { en: 'Harbour' } },
  ...Array.from({ length: 30 }, (_, n) => story(`filler-${n}`, 1, [words(200 + n), words(300 + n)]))
]

/** Twelve newspapers have it: whole, cut, with leads and endings of their own, and terms of use below. */
const family = Array.from({ length: 12 }, (_, n) => {
  const own = words(500 + n)
  const texts = [
    agency,
    [own, ...agency.slice(1)],
    agency.slice(0, 3 + (n % 3)),
    [...agency, termsOfUse],
    [own, ...agency.slice(1, 5), termsOfUse],
    [...agency.slice(0, 3), own, ...agency.slice(3)]
  ]
  return story(`paper-${n}`, 20 - n, texts[n % 6]!)
})

const clustersOf = async (db: Db) => {
  const rows = await db.rows<{
    name: string
    slugs: string[]
  }>(sql`select f.slug as name, array_agg(e.slug order by e.slug) as slugs
    from clusters c join editions e on e.article_id = c.article_id join editions f on f.article_id = c.cluster_id group by 1 order by 1`)
  return new Map(rows.map(({ name, slugs }) => [name, slugs]))
}

for (const [how, arrivals] of [
  ['at once', [family]],
  ['one by one', family.map(one => [one])]
] as const) {
  t.test(`twelve copies that arrive ${how} are one story`, async t => {
    const { db, get } = await openHouse(t)
    await fill(db, house)
    for (const lines of arrivals) {
      await fill(db, [...lines])
      await catchUp(db, similarReader())
    }
    const clusters = await clustersOf(db)
    t.same([...clusters.keys()], ['paper-11'], 'named by the one published first')
    t.equal(clusters.get('paper-11')!.length, 12)
    t.equal((await get('/v1/articles/paper-3/versions?language=en')).json().total, 11)
  })
}

t.test('different stories stay different', async t => {
  const { db } = await openHouse(t)
  await fill(db, house)
  const read = () => catchUp(db, similarReader())

  await t.test('whatever terms of use stand below them', async t => {
    const seeds = [601, 602, 603]
    const cut = (seed: number) => words(seed, 70).replace('.', '')
    const short = seeds.map((seed, n) => story(`short-${n}`, 2, [words(seed, 110)]))
    const copies = seeds.map((seed, n) => story(`short-copy-${n}`, 3, [cut(seed), termsOfUse]))
    await fill(db, [...short, ...copies])
    await read()
    const [row] = await db.rows<{ count: number }>(sql`select count(*)::int as count from copies`)
    t.ok(row!.count > 3, 'though by these alone some are copies of others')
    t.same(
      [...(await clustersOf(db)).values()],
      [0, 1, 2].map(n => [`short-${n}`, `short-copy-${n}`].sort())
    )
  })

  await t.test('when a third text has half of each', async t => {
    const [first, last] = [
      [701, 702, 703, 704],
      [711, 712, 713, 714]
    ].map(seeds => seeds.map(seed => words(seed))) as [string[], string[]]
    await fill(db, [story('chain-a', 4, first), story('chain-c', 5, last)])
    await read()
    await fill(db, [story('chain-b', 6, [...first.slice(0, 3), ...last.slice(0, 2)])])
    await read()
    t.same((await clustersOf(db)).get('chain-a'), ['chain-a', 'chain-b'], 'it belongs to the one of which it has more')
    t.notOk([...(await clustersOf(db)).values()].flat().includes('chain-c'))
    await fill(db, [story('chain-b', 6, [...first.slice(0, 2), ...last.slice(0, 3)])])
    await read()
    t.same((await clustersOf(db)).get('chain-c'), ['chain-b', 'chain-c'], 'and goes over when that changes')
  })

  await t.test('when a long one has a short one among others', async t => {
    const brief = words(801, 60)
    await fill(db, [
      story('brief', 7, [brief]),
      story('briefing', 8, [brief, ...[802, 803, 804, 805].map(seed => words(seed, 60))])
    ])
    await read()
    t.notOk([...(await clustersOf(db)).values()].flat().some(slug => slug.startsWith('brief')))
  })
})

t.test('of a story that list shows which scores best, or what an editor pinned', async t => {
  const { db, get } = await openHouse(t)
  const about = { topics: ['harbour'] }
  await fill(db, [
    ...house,
    story('subject', 28, [words(901), words(902)], about),
    story('early', 5, agency, about),
    story('late', 25, [words(910), ...agency.slice(1)], about)
  ])
  await catchUp(db, similarReader())
  const shown = async () => {
    const { groups } = (await get('/v1/articles/subject/related?language=en&groups=topic,similar')).json()
    return (groups as { items: { slug: string }[] }[])
      .flatMap(({ items }) => items.map(({ slug }) => slug))
      .filter(slug => /early|late/.test(slug))
  }
  t.same(await shown(), ['late'], 'the fresher one scores more')
  await fill(db, [{ kind: 'pin', article: 'subject', group: 'topic', target: 'early', position: 0 }])
  t.same(await shown(), ['early'], 'and then stands nowhere else')
})
