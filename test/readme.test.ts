import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { Settings } from '../src/config.ts'
import { catalogue } from '../src/contract/errors.ts'
import { openChecker } from '../src/features/import/check.ts'
import { importFiles } from '../src/features/import/run.ts'
import { keyFor, openHouse, openTestDatabase } from './helpers.ts'

/** The papers are true: every example in them is executed. */

const read = (file: string) => readFileSync(file, 'utf8')
const decisions = readdirSync('docs/decisions').filter(name => name.endsWith('.md'))
const papers = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/architecture.md',
  'docs/newsroom-ndjson.md',
  ...decisions.map(name => `docs/decisions/${name}`)
]
const example = /```sh\ncurl -s 'http:\/\/localhost:3000([^']+)'\n```\s+```json\n([\s\S]*?)```/g

const settings = Object.entries(
  Settings.properties as unknown as Record<string, { default: unknown; description: string }>
)

/** Where the answer lacks what the example shows, or null; lists may go on after what is shown. */
function lacks(answer: unknown, shown: unknown, path = ''): string | null {
  if (Array.isArray(shown)) {
    if (!Array.isArray(answer)) return `${path} is no list`
    if (shown.length === 0 && answer.length > 0) return `${path} is not empty`
    return shown.map((item, index) => lacks(answer[index], item, `${path}/${index}`)).find(Boolean) ?? null
  }
  if (shown === null || typeof shown !== 'object')
    return answer === shown ? null : `${path} is ${JSON.stringify(answer)}`
  if (answer === null || typeof answer !== 'object') return `${path} is ${JSON.stringify(answer)}`
  return (
    Object.entries(shown)
      .map(([name, member]) => lacks((answer as Record<string, unknown>)[name], member, `${path}/${name}`))
      .find(Boolean) ?? null
  )
}

t.test('the examples of the papers get the answers they show', async t => {
  const { get } = await openHouse(t, { demo: true })
  for (const paper of papers) {
    const examples = [...read(paper).matchAll(example)]
    t.equal(examples.length, read(paper).split('\ncurl ').length - 1, `${paper}: each request has its answer`)
    for (const [, url, json] of examples) t.equal(lacks((await get(url!)).json(), JSON.parse(json!)), null, url!)
  }
  t.ok([...read('README.md').matchAll(example)].length >= 7)
})

t.test('the lines for the desk in the papers are taken as they stand', async t => {
  const { db, send } = await openHouse(t, { demo: true })
  const headers = { ...(await keyFor(db, 'articles:*')), 'content-type': 'application/x-ndjson' }
  const [, payload] = /```ndjson\n([\s\S]*?)```/.exec(read('README.md'))!
  const answer = await send('POST', '/v1/desk/articles/bulk', { headers, payload: payload! })
  t.match(JSON.parse(answer.body), { line: 1, status: 201, version: 1 })
})

t.test('the comparison notices a wrong, missing or surplus value', async t => {
  const answer = { slug: 'a', next: null, items: [{ id: 1 }, { id: 2 }] }
  t.equal(lacks(answer, { next: null, items: [{ id: 1 }] }), null)
  t.equal(lacks(answer, { slug: 'b' }), '/slug is "a"')
  t.equal(lacks(answer, { source: null }), '/source is undefined')
  t.equal(lacks(answer, { items: [{ id: 2 }] }), '/items/0/id is 1')
  t.equal(lacks(answer, { items: [] }), '/items is not empty')
  t.equal(lacks(answer, { items: [{ id: 1 }, { id: 2 }, {}] }), '/items/2 is undefined')
  t.equal(lacks(answer, { items: { id: 1 } }), '/items/id is undefined')
})

t.test('the configuration table is the configuration', async t => {
  const rows = [...read('README.md').matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]*)`|none) \| (.+) \|$/gm)]
  const documented = rows.map(([, name, initial, description]) => [name, initial ?? '', description])
  t.same(
    documented,
    settings.map(([name, setting]) => [name, String(setting.default), setting.description])
  )
})

t.test('the example environment names every setting, with its default where it has one', async t => {
  const rows = [...read('.env.example').matchAll(/^# (.+)\n# ([A-Z_]+)=(.+)$/gm)]
  t.same(
    rows.map(([, description, name, value]) => [name, description, value]),
    settings.map(([name, setting], index) => [
      name,
      setting.description,
      setting.default === '' ? rows[index]?.[3] : String(setting.default)
    ])
  )
})

t.test('the table of errors is the catalogue', async t => {
  const rows = [...read('README.md').matchAll(/^\| (\d{3}(?:, \d{3})*) \| (.+) \|$/gm)]
  const documented = rows.flatMap(([, statuses, codes]) =>
    [...codes!.matchAll(/`([a-z-]+)`/g)].map(([, code]) => ({ code: code!, statuses: statuses!.split(', ') }))
  )
  t.same(documented.map(({ code }) => code).sort(), Object.keys(catalogue).sort())
  for (const { code, statuses } of documented)
    t.ok(statuses.includes(String(catalogue[code as keyof typeof catalogue]?.status)), `${code} is ${statuses}`)
})

t.test('every file the papers point at exists', async t => {
  for (const paper of papers) {
    for (const [, target] of read(paper).matchAll(/\]\((?!http|#)([^)#]+)\)/g))
      t.ok(existsSync(join(dirname(paper), target!)), `${paper}: ${target}`)
  }
})

t.test('every place on the map of the house exists', async t => {
  const [, map] = read('README.md').match(/## The map of the house\s+```\n([\s\S]*?)```/)!
  const places = [...map!.matchAll(/(?<![\w/.])([\w.-]+(?:\/[\w.-]+)*(?:\/(?=[\s,]|$)|\.ts))/g)].map(match => match[1]!)
  t.ok(places.length >= 14)
  for (const place of places) t.ok(existsSync(place) || existsSync(join('src', place)), place)
})

t.test('every npm script the papers name exists', async t => {
  const { scripts } = JSON.parse(read('package.json'))
  for (const paper of papers) {
    for (const [, name] of read(paper).matchAll(/npm run ([\w:]+)/g)) t.ok(scripts[name!], `${paper}: ${name}`)
  }
})

t.test('decisions are numbered without gap, each on one page with its four parts', async t => {
  t.same(
    decisions.map(name => Number(name.slice(0, 4))),
    decisions.map((_, index) => index + 1)
  )
  for (const name of decisions) {
    const text = read(`docs/decisions/${name}`)
    t.ok(text.startsWith(`# ${Number(name.slice(0, 4))}. `), name)
    for (const part of ['Context', 'Decision', 'Consequence', 'Status']) t.match(text, `**${part}.**`, name)
    t.ok(text.length < 3_000, `${name} is one page`)
  }
})

t.test('the example of newsroom NDJSON', async t => {
  const lines = [...read('docs/newsroom-ndjson.md').matchAll(/```json\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    block!.trim().split('\n')
  )

  await t.test('has every kind of record, and each passes the checker', async t => {
    const check = openChecker()
    const kinds = new Set(lines.map(line => check(line).kind))
    t.equal(kinds.size, 10, 'one of every kind')
  })

  await t.test('is a whole file: an empty house takes all of it, and the second time nothing is new', async t => {
    const { db } = await openTestDatabase(t)
    const folder = t.testdir()
    const file = join(folder, 'stories.ndjson')
    writeFileSync(file, lines.join('\n'))
    mkdirSync(join(folder, 'pictures'))
    copyFileSync('demo/pictures/river-dawn.png', join(folder, 'pictures', 'river.png'))
    const options = { rejects: join(folder, 'rejects'), at: '2026-10-01T00:00:00.000Z', media: join(folder, 'media') }
    t.match(await importFiles(db, [file], options), { lines: lines.length, rejected: 0 })
    const { created, updated, unchanged, rejected } = await importFiles(db, [file], options)
    t.same(
      { created, updated, unchanged, rejected },
      { created: {}, updated: {}, unchanged: lines.length, rejected: 0 }
    )
  })
})
