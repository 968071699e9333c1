import { sql } from 'drizzle-orm'
import t from 'tap'
import { catchUp } from '../src/features/changes/readers.ts'
import { similarReader } from '../src/features/similar/reader.ts'
import { fill, openHouse } from './helpers.ts'
import { storyRecord } from './stories.ts'

/** What is similar is kept by a reader of the log: for what was published, changed or withdrawn, in both directions. */

/** Texts about one thing, none made from another: the same words in other sentences. */
const floods = {
  'Hoi An':
    'At Hoi An the river rose above the dyke before dawn. Flood wardens opened a sluice gate and counted the crest.',
  Hue: 'Wardens of Hue met the flood crest after dusk. A sluice gate was opened where the river had reached the dyke.',
  'Da Nang':
    'The dyke of Da Nang held. Its sluice gate stayed shut until wardens saw the river and the flood crest fall.'
}
const flood = (place: keyof typeof floods) =>
  `<p>${floods[place]}</p><p>In ${place} nobody was hurt, and the ferry ran again.</p>`
const games = [
  'A rook endgame won the chess tournament for Linh. Grandmasters had called the endgame drawn.',
  'Grandmasters praised the rook endgame of Tuan, who left the chess tournament undefeated.',
  'No chess tournament had seen such a rook endgame, wrote two grandmasters about Mai.'
]
const chess = (n: number) => `<p>${games[n]}</p>`

const story = (id: string, html: string, more: object = {}) => storyRecord(id, {}, { html, ...more })

const house = [
  { kind: 'language', tag: 'en', name: 'English', position: 1 },
  { kind: 'category', slug: 'news', labels: { en: 'News' } }
]
const filler = Array.from({ length: 30 }, (_, n) =>
  story(`filler-${n}`, `<p>Council number ${n} discussed budget item ${n * 7} and street lamp ${n * 13} at length.</p>`)
)

t.test('similar stories', async t => {
  const { db, get } = await openHouse(t)
  const read = () => catchUp(db, similarReader())
  const similar = async (slug: string, query = '') => {
    const { groups } = (await get(`/v1/articles/${slug}/related?language=en&groups=similar&limit=20${query}`)).json()
    return (groups[0].items as { slug: string }[]).map(item => item.slug)
  }
  await fill(db, [
    ...house,
    ...filler,
    story('flood-at-hoi-an', flood('Hoi An')),
    story('flood-at-da-nang', flood('Da Nang')),
    ...['linh', 'tuan', 'mai'].map((player, n) => story(`chess-${player}`, chess(n)))
  ])
  await read()

  await t.test('are those that say the same', async t => {
    t.same((await similar('chess-linh')).slice(0, 2).sort(), ['chess-mai', 'chess-tuan'])
    t.same((await similar('chess-tuan')).slice(0, 2).sort(), ['chess-linh', 'chess-mai'])
  })

  await t.test('come when they are published, in both directions', async t => {
    t.notOk((await similar('flood-at-hoi-an')).includes('flood-at-hue'))
    await fill(db, [story('flood-at-hue', flood('Hue'))])
    await read()
    t.ok((await similar('flood-at-hoi-an')).slice(0, 2).includes('flood-at-hue'))
    t.ok((await similar('flood-at-hue')).slice(0, 2).includes('flood-at-hoi-an'))
    const [entry] = await db.rows<{ groups: string[] }>(
      sql`select groups from changes where noun = 'related' order by id desc limit 1`
    )
    t.ok(entry!.groups.length >= 2, 'and the caches of both are told')
  })

  await t.test('a copy is the same story: one of the two is shown', async t => {
    await fill(db, [story('agency-text', `${flood('Hoi An')}<p>Copyright of the agency.</p>`)])
    await read()
    const shown = await similar('flood-at-hue')
    t.equal(shown.filter(slug => ['flood-at-hoi-an', 'agency-text'].includes(slug)).length, 1, shown.join(' '))
    const all = await similar('flood-at-hue', '&variety=0')
    t.ok(all.includes('flood-at-hoi-an') && all.includes('agency-text'))
    t.notOk((await similar('flood-at-hoi-an')).includes('agency-text'), 'nor beside its own other version')
  })

  await t.test('a story that is rewritten leaves its cluster', async t => {
    await fill(db, [story('agency-text', chess(1))])
    await read()
    const [row] = await db.rows<{ count: number }>(sql`select count(*)::int as count from clusters c
      join editions e on e.article_id = c.article_id where e.slug in ('agency-text', 'flood-at-hoi-an')
        and c.cluster_id in (select article_id from editions where slug = 'flood-at-hoi-an')`)
    t.equal(row!.count, 0)
    t.ok((await similar('chess-linh', '&variety=0')).includes('agency-text'))
    t.notOk((await similar('flood-at-hue', '&variety=0')).slice(0, 1).includes('agency-text'))
  })

  await t.test('go when they are withdrawn', async t => {
    await fill(db, [
      story('flood-at-hue', flood('Hue'), {
        state: 'withdrawn',
        withdrawn: { at: '2026-06-01T00:00:00.000Z', reason: 'Wrong.' }
      })
    ])
    t.notOk((await similar('flood-at-hoi-an', '&variety=0')).includes('flood-at-hue'), 'at once')
    await read()
    const [row] = await db.rows<{ count: number }>(sql`select count(*)::int as count from neighbours n, editions e
      where e.slug = 'flood-at-hue' and e.article_id = any(n.others)`)
    t.equal(row!.count, 0, 'and from what is kept')
  })

  await t.test('are the same when the log is read once more', async t => {
    const lists = () => db.rows(sql`select article_id, language, others, scores from neighbours order by 1, 2`)
    const before = await lists()
    await db.rows(sql`update change_readers set position = 0 where name = 'similar'`)
    await read()
    t.equal((await lists()).length, before.length)
    t.same((await similar('chess-linh', '&variety=0')).slice(0, 3).sort(), ['agency-text', 'chess-mai', 'chess-tuan'])
  })
})

t.test('a story that is there in one language more', async t => {
  const { db, get } = await openHouse(t)
  const french = (id: string, html: string) => {
    const english = story(id, flood(id === 'hoi-an' ? 'Hoi An' : 'Da Nang'))
    const translation = { method: 'human', of: { language: 'en' } }
    const [{ publishedAt }] = english.editions as unknown as [{ publishedAt: string }]
    const edition = {
      language: 'fr',
      slug: `${id}-fr`,
      headline: id,
      html,
      state: 'published',
      publishedAt,
      translation
    }
    return { ...english, editions: [...english.editions, edition] }
  }
  const read = () => catchUp(db, similarReader())
  const lists = (language: string) =>
    db.rows<{ slug: string; scores: number[] }>(sql`select e.slug, n.scores from neighbours n
      join editions e on e.article_id = n.article_id and e.language = 'en' where n.language = ${language} order by 1`)
  await fill(db, [
    ...house,
    { kind: 'language', tag: 'fr', name: 'Français', position: 2, fallback: ['en'] },
    ...filler,
    french('da-nang', '<p>La digue de Da Nang a tenu.</p>'),
    story('hoi-an', flood('Hoi An'))
  ])
  await read()
  const [english, described] = [
    await lists('en'),
    await db.rows(sql`select number, terms from descriptions order by number`)
  ]
  await fill(db, [french('hoi-an', '<p>Le fleuve est monté à Hoi An.</p>')])
  await read()
  const { groups } = (await get('/v1/articles/da-nang-fr/related?language=fr&groups=similar&limit=1')).json()
  t.equal(groups[0].items[0]?.slug, 'hoi-an-fr', 'stands beside what it is like in that language, too')
  t.same(await lists('en'), english, 'and where it stood before nothing is another')
  const now = await db.rows(sql`select number, terms from descriptions order by number`)
  t.same(now.slice(0, described.length), described, 'what said the same was not described again')
  t.equal(now.length, described.length + 1)
})
