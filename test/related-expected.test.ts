import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Type } from 'typebox'
import { Check, Errors } from 'typebox/value'
import { Closed, LanguageTag, Slug } from '../src/contract/primitives.ts'
import { openHouse } from './helpers.ts'

/** The lists of the demo newsroom against what an editor expects there: demo/related.expected.json. */

const story = Type.String({ pattern: '^[a-z]+(-[0-9]+)?$' })
const stories = Type.Array(story, { uniqueItems: true })
const Expected = Closed({
  about: Type.String(),
  never: Type.Record(story, Type.String({ minLength: 1 })),
  rails: Type.Record(Slug, stories),
  pages: Type.Array(
    Closed({
      article: story,
      language: LanguageTag,
      why: Type.String({ minLength: 1 }),
      must: stories,
      good: stories,
      unrelated: stories,
      never: stories
    })
  )
})

/** Of the first three that are similar so many must be what an editor would sign, over all pages. */
const precisionWanted = 0.7

/** Where the lists fall short of what a person expects, and why; whoever mends one takes it out here. */
const shortcomings: { [page: string]: string[] } = {
  // The portrait is the best the rail of portraits has, and a rail claims its three before a topic gets its third.
  'world-30 in fr': ['figures-02 is not beside it'],
  // Among sixty stories the last of six is alike in nothing but everyday words.
  'heritage-01 in fr': ['world-04 has nothing to do with it'],
  'special-09 in fr': ['culture-04 has nothing to do with it'],
  'world-32 in en': ['culture-04 has nothing to do with it']
}

interface Record {
  id: string
  type?: string
  section: string
  categories?: string[]
  authors?: (string | { author: string })[]
  editions: { language: string; slug: string; state: string }[]
}
interface Item {
  slug: string
  language: { served: string }
}
interface Related {
  groups: { group: string; items: Item[] }[]
  rails: { category: { slug: string }; status: string; items: Item[] }[]
}

const expected: unknown = JSON.parse(readFileSync('demo/related.expected.json', 'utf8'))
const newsroom = readdirSync('demo')
  .filter(name => /^(articles-.*|founding)\.ndjson$/.test(name))
  .flatMap(name => readFileSync(join('demo', name), 'utf8').trim().split('\n'))
  .map(line => JSON.parse(line) as Record)
const byId = new Map(newsroom.map(record => [record.id, record]))
const byEdition = new Map(
  newsroom.flatMap(({ id, editions }) => editions.map(({ language, slug }) => [`${language} ${slug}`, id] as const))
)
const namesOf = (items: Item[]) => items.map(({ language, slug }) => byEdition.get(`${language.served} ${slug}`)!)
const authorsOf = (id: string) =>
  (byId.get(id)!.authors ?? []).map(author => (typeof author === 'string' ? author : author.author))

t.test('what an editor expects beside thirty stories', async t => {
  if (!Check(Expected, expected)) return t.fail(JSON.stringify(Errors(Expected, expected)))
  const { get } = await openHouse(t, { demo: true })
  const ask = async (article: string, language: string, query = '') => {
    const slug = byId.get(article)!.editions.find(edition => edition.state === 'published')!.slug
    const answer = await get(
      `/v1/articles/${slug}/related?language=${language}&asOf=2026-10-01T00:00:00Z&explain=1${query}`
    )
    t.equal(answer.statusCode, 200, answer.body)
    return answer.json() as Related
  }

  await t.test(
    'the file names stories there are, of every language and type, and does not contradict itself',
    async t => {
      t.equal(new Set(expected.pages.map(page => page.article)).size, 30)
      t.same([...new Set(expected.pages.map(page => page.language))].sort(), ['ar', 'en', 'fr', 'vi'])
      const types = expected.pages.map(({ article }) => byId.get(article)?.type ?? 'article')
      t.same([...new Set(types)].sort(), ['article', 'audio', 'gallery', 'video'])
      for (const { article, must, good, unrelated, never } of expected.pages) {
        const named = [article, ...must, ...good, ...unrelated, ...never]
        t.equal(new Set(named).size, named.length, article)
        t.ok(good.length + must.length > 0, article)
      }
      const all = expected.pages.flatMap(({ article, must, good, unrelated, never }) => [
        article,
        ...must,
        ...good,
        ...unrelated,
        ...never
      ])
      const named = [...all, ...Object.keys(expected.never), ...Object.values(expected.rails).flat()]
      for (const id of new Set(named)) t.ok(byId.has(id), id)
      for (const { language, must, good } of expected.pages)
        for (const id of [...must, ...good])
          t.ok(
            byId.get(id)!.editions.some(edition => edition.language === language),
            `${id} in ${language}`
          )
    }
  )

  for (const { article, language, must, unrelated, never } of expected.pages) {
    const page = `${article} in ${language}`
    await t.test(page, async t => {
      const { groups, rails } = await ask(article, language)
      const all = [...groups, ...rails].flatMap(list => list.items)
      const shown = namesOf(all)
      t.equal(new Set(shown).size, shown.length, 'nothing twice')
      t.ok(
        all.every(item => item.language.served === language),
        'in the language asked for'
      )
      const group = (name: string) => namesOf(groups.find(list => list.group === name)!.items)
      const beside = [...group('topic'), ...group('similar')]
      const short = [
        ...must.filter(id => !beside.includes(id)).map(id => `${id} is not beside it`),
        ...unrelated.filter(id => beside.includes(id)).map(id => `${id} has nothing to do with it`)
      ]
      t.same(short, shortcomings[page] ?? [])
      for (const id of [article, ...never, ...Object.keys(expected.never)]) t.notOk(shown.includes(id), `never ${id}`)
      const authors = authorsOf(article)
      t.ok(
        group('author').every(id => authorsOf(id).some(author => authors.includes(author))),
        'by one of its authors'
      )
      for (const [rail, newest] of Object.entries(expected.rails)) {
        t.ok(
          rails.some(({ category, status }) => category.slug === rail && status === 'ok'),
          rail
        )
        for (const id of newest) t.ok(id === article || shown.includes(id), `${id} of the rail ${rail}`)
      }
    })
  }

  await t.test(`of the first three similar ones an editor signs ${precisionWanted * 100} %`, async t => {
    const precisions: number[] = []
    for (const { article, language, must, good } of expected.pages) {
      const { groups } = await ask(article, language, '&groups=similar&limit=3')
      const shown = namesOf(groups[0]!.items)
      const signed = [...must, ...good]
      const found = shown.filter(id => signed.includes(id)).length
      precisions.push(found / Math.min(3, signed.length))
      t.comment(`${article} ${language}: ${shown.map(id => (signed.includes(id) ? id : `(${id})`)).join(' ')}`)
    }
    const mean = precisions.reduce((sum, each) => sum + each, 0) / precisions.length
    t.comment(`precision@3 ${mean.toFixed(3)}`)
    t.ok(mean >= precisionWanted, `${mean}`)
  })
})
