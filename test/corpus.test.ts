import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import type { FlatDocument } from '../src/features/import/document-schema.ts'
import { importFiles } from '../src/features/import/run.ts'
import { foldLabel } from '../src/lib/slug.ts'
import { openHouse } from './helpers.ts'
import { countRows } from './rows.ts'

/** A whole archive of real articles goes in, and every one of them comes out where a reader looks for it. */

const file = resolve('../shared/corpora/articles/articles-demo.jsonl.gz')
const minutes = (number: number) => number * 60_000
t.setTimeout(minutes(6))

interface Named {
  id: string
  names?: { name: string }[]
  labels?: { label: string }[]
}
type Noun = 'sources' | 'authors' | 'categories'

const read = async () => {
  const { db, app, get } = await openHouse(t)
  const all = async <Item>(address: string): Promise<Item[]> => {
    const items: Item[] = []
    for (let next: string | null = ''; next !== null; ) {
      const response = await get(next ? `${address}&cursor=${encodeURIComponent(next)}` : address)
      if (response.statusCode !== 200) throw new Error(`${address}: ${response.body}`)
      const page: { items: Item[]; next: string | null } = response.json()
      items.push(...page.items)
      next = page.next
    }
    return items
  }
  /** Every name a noun goes by, in any language, and its id. */
  const named = async (noun: Noun) => {
    const found = await all<Named>(`/v1/${noun}?limit=100`)
    const words = ({ names, labels }: Named) => names?.map(one => one.name) ?? labels!.map(one => one.label)
    return new Map(found.flatMap(item => words(item).map(word => [foldLabel(word), item.id] as const)))
  }
  return { db, app, get, all, named }
}

const options = {
  skip: existsSync(file) ? false : `there is no ${file}: the archive of real articles is not part of the project`,
  timeout: minutes(5)
}

t.test('an archive of real articles', options, async t => {
  const documents = gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as FlatDocument)
  const house = await read()
  const rejects = join(mkdtempSync(join(tmpdir(), 'broadsheet-corpus-')), 'rejects')
  const run = () => importFiles(house.db, [file], { rejects, at: '2026-10-01T00:00:00.000Z' })
  const titleOf = ({ language, title }: { language: string; title: string }) => `${language} ${title}`
  const editionOf = (item: Item) => titleOf({ language: item.language.served, title: item.headline })

  await t.test('goes in whole', async t => {
    const summary = await run()
    t.match(summary, { lines: documents.length, rejected: 0, unchanged: 0 })
    t.equal(summary.created.edition, documents.length)
    t.notOk(existsSync(rejects), 'no rejects, no file of rejects')
    t.comment(`${summary.lines} documents in ${summary.seconds} s`)
  })

  const languages = [...new Set(documents.map(document => document.language))]
  await t.test('makes no language that no document is in', async t => {
    const made = await house.all<{ tag: string }>('/v1/languages?limit=100')
    t.same(made.map(language => language.tag).sort(), languages.sort())
  })

  await t.test('can be listed whole and read one by one, by slug', async t => {
    const found: string[] = []
    for (const language of languages) {
      for (const item of await house.all<Item>(`/v1/articles?language=${language}&limit=100`)) {
        found.push(editionOf(item))
        const one = await house.get(`/v1/articles/${item.slug}?language=${language}&view=card`)
        if (one.statusCode !== 200 || one.json().id !== item.id || one.json().headline !== item.headline)
          t.fail(`${item.slug} in ${language}: ${one.body.slice(0, 200)}`)
      }
    }
    t.same(found.sort(), documents.map(titleOf).sort())
  })

  const facets: Record<Noun, [filter: string, names: (document: FlatDocument) => string[]]> = {
    sources: ['source', ({ source }) => (source ? [source] : [])],
    authors: ['author', ({ authors = [] }) => authors],
    categories: ['category', ({ categories = [] }) => categories]
  }
  for (const [noun, [filter, names]] of Object.entries(facets)) {
    await t.test(`is listed under its ${noun}`, async t => {
      const ids = await house.named(noun as Noun)
      const lists = new Map<string, string[]>()
      for (const document of documents) {
        for (const name of names(document)) {
          const id = ids.get(foldLabel(name))
          if (!id) t.fail(`no ${filter} is called "${name}"`)
          const list = `/v1/articles?language=${document.language}&${filter}=${id}&limit=100`
          lists.set(list, [...(lists.get(list) ?? []), titleOf(document)])
        }
      }
      for (const [list, wanted] of lists) {
        const listed = new Set((await house.all<Item>(list)).map(editionOf))
        const missing = wanted.filter(title => !listed.has(title))
        if (missing.length > 0) t.fail(`${list} lacks ${missing.length}: ${missing[0]}`)
      }
      t.ok(lists.size > 100, `${lists.size} lists hold what they should`)
    })
  }

  await t.test('can be imported again, and nothing changes', async t => {
    const before = await countRows(house.db)
    const summary = await run()
    t.match(summary, { unchanged: documents.length, created: {}, updated: {}, rejected: 0 })
    t.same(Object.keys({ ...summary.created, ...summary.updated }), [])
    t.same(await countRows(house.db), before)
  })
})

interface Item {
  id: string
  slug: string
  headline: string
  language: { served: string }
}
