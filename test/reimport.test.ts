import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { fill, openHouse } from './helpers.ts'
import { countRows } from './rows.ts'
import type { House } from './stories.ts'

/** What changes between two imports changes here, and nothing else: blocks keep their keys, translations learn that they are stale. */

interface Block {
  _key: string
  children?: { text: string }[]
}
interface Read {
  id: string
  headline: string
  revision: number
  updatedAt: string
  translation: { stale: boolean; staleBlocks: string[]; of: { language: string; revision: number } | null }
  body: { blocks: Block[] }
}

const textOf = (block: Block) => (block.children ?? []).map(span => span.text).join('')
const textsOf = (blocks: Block[]) => blocks.map(textOf)
const keysOf = (blocks: Block[]) => blocks.map(block => block._key)
const read = async ({ get }: House, slug: string, language = 'en') =>
  (await get(`/v1/articles/${slug}?language=${language}`)).json() as Read

/** The blocks of a saved state. */
const revision = async ({ db }: House, id: string, language: string, number: number) => {
  const [row] = await db.rows<{ body: Block[]; headline: string; standfirst: string | null }>(sql`
    select body, headline, standfirst from revisions where article_id = ${id}::uuid and language = ${language} and number = ${number}`)
  return row!
}

const paragraphs = (...texts: string[]) => texts.map(text => `<p>${text}</p>`).join('')
const flat = (more: object = {}) => ({
  id: 'flat:1',
  language: 'en',
  title: 'The bridge',
  body_html: paragraphs('One stays.', 'Two is old.', 'Three stays.', 'Four stays.'),
  published_at: '2026-05-01T00:00:00Z',
  authors: ['Ann', 'Bo'],
  tags: ['Bridges', 'Rivers'],
  ...more
})
const changed = { body_html: paragraphs('Zero is new.', 'One stays.', 'Two is changed.', 'Four stays.') }

t.test('a changed document', async t => {
  const house = await openHouse(t)
  const other = flat({ id: 'flat:2', title: 'The tower' })
  await fill(house.db, [flat(), other])
  const before = await read(house, 'the-bridge')
  const summary = await fill(house.db, [flat(changed), other])
  const after = await read(house, 'the-bridge')
  t.match(summary, { lines: 2, unchanged: 1, updated: { edition: 1 } })
  t.equal(summary.created.edition, undefined)

  await t.test('is a new revision of the same article', async t => {
    t.equal(after.id, before.id)
    t.equal(after.revision, before.revision + 1)
    t.same(textsOf((await revision(house, before.id, 'en', 1)).body), textsOf(before.body.blocks), 'the old is kept')
    t.same((await revision(house, before.id, 'en', 2)).body, after.body.blocks)
    t.equal((await read(house, 'the-tower')).revision, 1, 'its neighbour is untouched')
  })

  await t.test('keeps the keys of the blocks that stay, and gives new blocks keys of their own', async t => {
    const [one, two, three, four] = keysOf(before.body.blocks)
    const [zero, ...rest] = keysOf(after.body.blocks)
    t.same([rest[0], rest[2]], [one, four])
    t.notOk([one, two, three, four].includes(zero))
    t.equal(rest[1], two, 'a block that was rewritten in its place is the same block')
    t.equal(new Set(keysOf(after.body.blocks)).size, 4)
  })

  await t.test('keeps its address when its headline changes', async t => {
    await fill(house.db, [flat({ ...changed, title: 'The new bridge' })])
    const { headline, revision } = await read(house, 'the-bridge')
    t.match({ headline, revision }, { headline: 'The new bridge', revision: 3 })
  })

  await t.test('says when it was changed', async t => {
    t.ok(after.updatedAt > before.updatedAt, `${before.updatedAt} → ${after.updatedAt}`)
  })

  await t.test('loses what it no longer names', async t => {
    await fill(house.db, [flat({ authors: ['Bo'], tags: ['Rivers'] })])
    const { authors, topics } = (await house.get('/v1/articles/the-bridge')).json()
    t.same(
      authors.map((author: { name: string }) => author.name),
      ['Bo']
    )
    t.same(
      topics.map((topic: { label: string }) => topic.label),
      ['Rivers']
    )
  })
})

t.test('a changed original makes its translation stale by exactly the changed blocks', async t => {
  const house = await openHouse(t)
  const french = flat({
    id: 'flat:1:fr',
    language: 'fr',
    title: 'Le pont',
    body_html: paragraphs('Un.', 'Deux.', 'Trois.', 'Quatre.'),
    translation_of: 'flat:1'
  })
  await fill(house.db, [flat(), french])
  const before = await read(house, 'the-bridge')
  const fresh = await read(house, 'le-pont', 'fr')
  t.match(fresh.translation, { stale: false, staleBlocks: [], of: { language: 'en', revision: 1 } })
  t.same(keysOf(fresh.body.blocks), keysOf(before.body.blocks), 'a block has one key in all languages')
  await fill(house.db, [
    flat({ body_html: paragraphs('One stays.', 'Two is changed.', 'Three stays.', 'Four stays.') }),
    french
  ])
  const stale = await read(house, 'le-pont', 'fr')
  t.match(stale.translation, { stale: true, of: { language: 'en', revision: 1 } })
  t.same(stale.translation.staleBlocks, [before.body.blocks[1]!._key])
})

const story = (html: string, more: object = {}) => ({
  kind: 'article',
  id: 'own',
  originalLanguage: 'en',
  section: 'news',
  editions: [
    {
      language: 'en',
      slug: 'own',
      headline: 'Own',
      html,
      state: 'published',
      publishedAt: '2026-05-01T00:00:00.000Z',
      ...more
    }
  ]
})
const news = [
  { kind: 'language', tag: 'en', name: 'English', position: 1 },
  { kind: 'category', slug: 'news', labels: { en: 'News' } }
]

t.test('a changed record of the newsroom', async t => {
  const house = await openHouse(t)
  await fill(house.db, [...news, story(paragraphs('One stays.', 'Two is old.', 'Three stays.'))])
  const before = await read(house, 'own')

  await t.test('that is the same costs nothing', async t => {
    const rows = await countRows(house.db)
    t.match(await fill(house.db, [...news, story(paragraphs('One stays.', 'Two is old.', 'Three stays.'))]), {
      unchanged: 3
    })
    t.same(await countRows(house.db), rows)
    t.same(await read(house, 'own'), before)
  })

  await t.test('is a new revision whose unchanged blocks keep their keys', async t => {
    await fill(house.db, [story(paragraphs('Zero is new.', 'One stays.', 'Two is changed.', 'Three stays.'))])
    const after = await read(house, 'own')
    t.match(after, { id: before.id, revision: 2 })
    t.same(keysOf(after.body.blocks).slice(1), keysOf(before.body.blocks))
    t.same(textsOf((await revision(house, before.id, 'en', 1)).body), textsOf(before.body.blocks))
  })

  await t.test('is no new revision when only what stands beside the words changes', async t => {
    const before = await read(house, 'own')
    await fill(house.db, [
      story(paragraphs('Zero is new.', 'One stays.', 'Two is changed.', 'Three stays.'), {
        seo: { title: 'For machines' }
      })
    ])
    const after = (await house.get('/v1/articles/own?language=en')).json()
    t.equal(after.revision, before.revision)
    t.equal(after.seo.title, 'For machines')
  })

  await t.test('keeps the editions it does not name', async t => {
    const french = {
      language: 'fr',
      slug: 'propre',
      headline: 'Propre',
      html: paragraphs('Un.'),
      state: 'published',
      publishedAt: '2026-05-01T00:00:00.000Z',
      translation: { method: 'human', of: { language: 'en' } }
    }
    const own = story(paragraphs('Zero is new.', 'One stays.', 'Two is changed.', 'Three stays.'))
    await fill(house.db, [{ kind: 'language', tag: 'fr', name: 'Français', position: 2 }])
    await fill(house.db, [{ ...own, editions: [...own.editions, french] }])
    await fill(house.db, [own])
    const { alternates } = (await house.get('/v1/articles/own?language=en')).json()
    t.match(alternates, [{ language: 'en' }, { language: 'fr', slug: 'propre' }])
  })

  await t.test('moves when its slug changes', async t => {
    await fill(house.db, [story(paragraphs('One stays.'), { slug: 'moved' })])
    const response = await house.get('/v1/articles/own?language=en')
    t.equal(response.statusCode, 301)
    t.match(response.headers.location, '/v1/articles/moved')
  })
})

t.test('a category that gets another parent takes its stories along', async t => {
  const house = await openHouse(t)
  const category = (slug: string, parent?: string) => ({
    kind: 'category',
    slug,
    labels: { en: slug },
    ...(parent ? { parent } : {})
  })
  const tree = [news[0]!, category('world'), category('home'), category('asia', 'world'), category('news', 'asia')]
  await fill(house.db, [...tree, story(paragraphs('One.'))])
  const found = async (section: string) =>
    (await house.get(`/v1/articles?language=en&section=${section}`)).json().items.length
  t.same([await found('world'), await found('home')], [1, 0])
  await fill(house.db, [category('asia', 'home')])
  t.same([await found('world'), await found('home'), await found('asia')], [0, 1, 1])
})

t.test('small nouns are as old as their import says', async t => {
  const house = await openHouse(t)
  await fill(house.db, [...news, { kind: 'source', slug: 'the-daily', type: 'newspaper', names: { en: 'The Daily' } }])
  const { createdAt, updatedAt } = (await house.get('/v1/sources/the-daily?language=en')).json()
  t.equal(updatedAt, createdAt)
})

interface Edition {
  language: string
  slug?: string
  headline: string
  standfirst?: string
  html: string
  state: string
  history?: { headline?: string; standfirst?: string; html: string }[]
  translation?: { of?: { language: string; revision?: number } }
}

/** The texts of a body as a reader of the file sees them: an independent look at what the importer makes of it. */
const textsIn = (html: string) =>
  [...html.matchAll(/<(p|li|h[2-6]|blockquote)>(.*?)<\/\1>/gs)].map(([, , inner]) => inner!.replace(/<[^>]+>/g, ''))

t.test('the stale translations of the demo newsroom name exactly the blocks that changed', async t => {
  const house = await openHouse(t, { demo: true })
  const folder = resolve('demo')
  const articles = readdirSync(folder)
    .filter(name => name.endsWith('.ndjson'))
    .flatMap(name => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map(line => JSON.parse(line))
    .filter(record => record.kind === 'article') as { id: string; editions: Edition[] }[]
  let found = 0
  for (const { id, editions } of articles) {
    for (const { language, state, translation } of editions) {
      const original = editions.find(edition => edition.language === translation?.of?.language)
      const past = original?.history?.[(translation?.of?.revision ?? Number.POSITIVE_INFINITY) - 1]
      if (!original || !past || state !== 'published') continue
      found++
      await t.test(`${id} in ${language}`, async t => {
        const [row] = await house.db.rows<{ id: string }>(
          sql`select id from external_keys where noun = 'article' and key = ${id}`
        )
        const { staleBlocks, stale } = (await read(house, row!.id, language)).translation
        const now = (await read(house, row!.id, original.language)).body.blocks
        const then = (await revision(house, row!.id, original.language, translation!.of!.revision!)).body
        const named = (blocks: Block[]) => textsOf(blocks.filter(block => staleBlocks.includes(block._key))).sort()
        const [before, after] = [textsIn(past.html), textsIn(original.html)]
        t.equal(stale, true)
        t.same(named(now), after.filter(text => !before.includes(text)).sort(), 'new and changed ones')
        t.same(named(then), before.filter(text => !after.includes(text)).sort(), 'changed and lost ones')
        t.equal(staleBlocks.includes('headline'), (past.headline ?? original.headline) !== original.headline)
        t.equal(staleBlocks.includes('standfirst'), (past.standfirst ?? original.standfirst) !== original.standfirst)
        t.equal(new Set(staleBlocks).size, staleBlocks.length)
      })
    }
  }
  t.ok(found >= 2, `${found} translations are stale`)
})

t.test('a changed original of a record', async t => {
  const house = await openHouse(t)
  const french = (more: object = {}) => ({
    language: 'fr',
    slug: 'propre',
    headline: 'Propre',
    html: paragraphs('Un.', 'Deux.'),
    state: 'published',
    publishedAt: '2026-05-01T00:00:00.000Z',
    translation: { method: 'human', of: { language: 'en', revision: 1 } },
    ...more
  })
  const first = story(paragraphs('One.', 'Two.'))
  const second = story(paragraphs('One.', 'Two is changed.'))
  const languages = [...news, { kind: 'language', tag: 'fr', name: 'Français', position: 2 }]
  await fill(house.db, [...languages, { ...first, editions: [...first.editions, french()] }])
  const stale = [(await read(house, 'own')).body.blocks[1]!._key]
  t.same((await read(house, 'propre', 'fr')).translation.staleBlocks, [])

  await t.test('makes a translation stale that the record does not name', async t => {
    await fill(house.db, [second])
    t.same((await read(house, 'propre', 'fr')).translation.staleBlocks, stale)
  })
  await t.test(
    'makes a translation stale that is of the revision the house saved, not of one in the record',
    async t => {
      await fill(house.db, [{ ...second, editions: [...second.editions, french({ kicker: 'Fleuve' })] }])
      t.same((await read(house, 'propre', 'fr')).translation.staleBlocks, stale)
    }
  )
  await t.test('is translated anew', async t => {
    const translation = { method: 'human', of: { language: 'en', revision: 2 } }
    await fill(house.db, [{ ...second, editions: [...second.editions, french({ translation })] }])
    t.match((await read(house, 'propre', 'fr')).translation, { stale: false, staleBlocks: [] })
  })
})
