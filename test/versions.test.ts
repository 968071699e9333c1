import t from 'tap'
import { catchUp } from '../src/features/changes/readers.ts'
import { similarReader } from '../src/features/similar/reader.ts'
import { compareParagraphs } from '../src/features/versions/difference.ts'
import { fill, openHouse } from './helpers.ts'

/** The versions of a story: who has it, who had it first, and how theirs differs. */

/** Of a vocabulary that all share, each in an order of its own. */
const words = (seed: number) =>
  Array.from({ length: 40 }, (_, n) => `word${(seed * 131 + n * (17 + seed)) % 401}`)
    .join(' ')
    .concat('.')
const paragraphs = [1, 2, 3, 4, 5, 6].map(words)

interface Told {
  day: number
  texts?: string[]
  source?: string
  state?: string
  more?: object
  languages?: string[]
}

const story = (
  id: string,
  { day, texts = paragraphs, source, state = 'published', more, languages = ['en'] }: Told
) => ({
  kind: 'article',
  id,
  originalLanguage: languages[0],
  section: 'news',
  ...(source ? { source } : {}),
  ...more,
  editions: languages.map((language, index) => ({
    language,
    slug: `${id}${index === 0 ? '' : `-${language}`}`,
    headline: `Headline of ${id}`,
    html: texts.map(text => `<p>${text}</p>`).join(''),
    state,
    ...(index === 0 ? {} : { translation: { method: 'human', of: { language: languages[0] } } }),
    ...(state === 'draft' ? {} : { publishedAt: new Date(Date.UTC(2026, 0, day)).toISOString() }),
    ...(state === 'withdrawn' ? { withdrawn: { at: '2026-02-01T00:00:00Z', reason: 'Wrong.' } } : {})
  }))
})

const house = [
  { kind: 'language', tag: 'en', name: 'English', position: 1 },
  { kind: 'language', tag: 'fr', name: 'Français', position: 2, fallback: ['en'] },
  { kind: 'source', slug: 'wire', type: 'agency', names: { en: 'Wire' } },
  { kind: 'source', slug: 'daily', type: 'newspaper', names: { en: 'Daily' } },
  { kind: 'category', slug: 'news', labels: { en: 'News' } }
]

interface Item {
  id: string
  slug: string
  first: boolean
  share: number | null
  source: { slug: string } | null
  differs: object | null
}

t.test('versions of a story', async t => {
  const { db, get } = await openHouse(t)
  await fill(db, [
    ...house,
    story('wire-first', { day: 1, source: 'wire' }),
    story('daily-copy', { day: 2, source: 'daily', texts: [words(9), ...paragraphs.slice(1), words(10)] }),
    story('cut-short', { day: 3, texts: paragraphs.slice(0, 4), languages: ['en', 'fr'] }),
    story('opted-out', { day: 4, more: { showInRelated: false } }),
    story('to-be-embargoed', { day: 5 }),
    story('something-else', { day: 6, texts: [11, 12, 13, 14, 15, 16].map(words) })
  ])
  await catchUp(db, similarReader())
  await fill(db, [story('to-be-embargoed', { day: 5, more: { embargoUntil: '2099-01-01T00:00:00Z' } })])
  const versions = async (key: string, query = 'language=en') =>
    (await get(`/v1/articles/${key}/versions?${query}`)).json() as { first: boolean; total: number; items: Item[] }

  await t.test('are listed with their sources, the first one first', async t => {
    const { first, total, items } = await versions('daily-copy')
    t.equal(first, false)
    t.equal(total, 2)
    t.same(
      items.map(({ slug, first, source }) => [slug, first, source?.slug ?? null]),
      [
        ['wire-first', true, 'wire'],
        ['cut-short', false, null]
      ]
    )
    t.equal((await versions('wire-first')).first, true)
    const named = (await get('/v1/articles/wire-first/versions?language=en')).headers['cache-groups']
    t.match(named, /"articles"/)
    for (const { id } of items) t.match(named, id === items[0]!.id ? /article-/ : new RegExp(id.slice(19)))
  })

  await t.test('say how they differ from the one that was asked for', async t => {
    const { items } = await versions('wire-first')
    t.match(items[0], { slug: 'daily-copy', differs: { headline: true, added: 1, removed: 0, changed: 1, words: 40 } })
    t.ok(items[0]!.share! > 0.5 && items[0]!.share! < 1)
    t.match(items[1], { slug: 'cut-short', share: 1, differs: { added: 0, removed: 2, changed: 0, words: -80 } })
    const back = await versions('daily-copy')
    t.match(back.items[0], { slug: 'wire-first', differs: { added: 0, removed: 1, changed: 1, words: -40 } })
  })

  await t.test(
    'show nothing hidden: no embargoed, no opted-out, nothing that exists in another language only',
    async t => {
      const shown = (await versions('cut-short')).items.map(({ slug }) => slug)
      t.same(shown, ['wire-first', 'daily-copy'])
      t.match(await versions('cut-short-fr', 'language=fr'), { total: 0, items: [] })
      const french = await versions('wire-first', 'language=fr')
      t.match(french.items, [{ slug: 'cut-short-fr', differs: null }])
      t.equal((await get('/v1/articles/to-be-embargoed/versions?language=en')).statusCode, 404)
    }
  )

  await t.test('of a story told once are none, and it is the first', async t => {
    t.match(await versions('something-else'), { first: true, total: 0, items: [] })
  })

  await t.test('are as many as asked for', async t => {
    const { total, items } = await versions('cut-short', 'language=en&limit=1')
    t.equal(total, 2)
    t.equal(items.length, 1)
    for (const bad of ['limit=0', 'limit=51', 'limit=x', 'cursor=a', 'preview=a'])
      t.equal((await get(`/v1/articles/cut-short/versions?${bad}`)).statusCode, 400, bad)
    t.equal((await get('/v1/articles/nothing/versions')).statusCode, 404)
  })

  await t.test('that only a hidden one joins are not told of each other', async t => {
    const half = [...paragraphs.slice(0, 3), ...[21, 22, 23].map(words)]
    const other = [paragraphs[2]!, ...[21, 22, 23, 24, 25].map(words)]
    await fill(db, [story('bridge', { day: 8, texts: half }), story('far', { day: 9, texts: other })])
    await catchUp(db, similarReader())
    const far = await versions('far')
    t.ok(far.items.some(({ slug }) => slug === 'bridge'))
    t.match(
      far.items.find(({ slug }) => slug === 'wire-first'),
      { share: null, first: true }
    )
    await fill(db, [story('bridge', { day: 8, texts: half, more: { embargoUntil: '2099-01-01T00:00:00Z' } })])
    t.match(await versions('far'), { first: true, total: 0, items: [] })
  })

  await t.test('are gone with their article, and move with it', async t => {
    await fill(db, [{ ...story('daily-copy', { day: 2, state: 'withdrawn' }) }])
    t.notOk((await versions('wire-first')).items.some(({ slug }) => slug === 'daily-copy'))
    const gone = await get('/v1/articles/daily-copy/versions?language=en')
    t.equal(gone.statusCode, 410)
    const moved = story('wire-first', { day: 1 })
    Object.assign(moved.editions[0]!, { slug: 'wire-anew', formerSlugs: ['wire-first'] })
    await fill(db, [moved])
    const answer = await get('/v1/articles/wire-first/versions?language=en')
    t.equal(answer.statusCode, 301)
    t.match(answer.headers.location, /^\/v1\/articles\/wire-anew\/versions/)
  })
})

t.test('paragraphs are counted as added, removed and changed', async t => {
  const cases: [from: string, to: string, added: number, removed: number, changed: number][] = [
    ['a b c', 'a b c', 0, 0, 0],
    ['', 'a b', 2, 0, 0],
    ['a b', '', 0, 2, 0],
    ['a b c', 'a x c', 0, 0, 1],
    ['a b c', 'x a y z c', 2, 0, 1],
    ['a b c d', 'b c', 0, 2, 0],
    ['a b', 'b a', 1, 1, 0]
  ]
  const list = (text: string) => text.split(' ').filter(Boolean)
  for (const [from, to, added, removed, changed] of cases)
    t.same(compareParagraphs(list(from), list(to)), { added, removed, changed }, `${from} -> ${to}`)
})
