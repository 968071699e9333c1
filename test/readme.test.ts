import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { Settings } from '../src/config.ts'
import { openChecker } from '../src/features/import/check.ts'
import { openHouse } from './helpers.ts'

/** The papers are true: every example in them is executed. */

const read = (file: string) => readFileSync(file, 'utf8')
const example = /```sh\ncurl -s 'http:\/\/localhost:3000([^']+)'\n```\s+```json\n([\s\S]*?)```/g

/** Whether the answer holds everything the example shows; lists may go on after what is shown. */
function shows(answer: unknown, shown: unknown, path = ''): string | null {
  if (Array.isArray(shown)) {
    if (!Array.isArray(answer)) return path
    if (shown.length === 0 && answer.length > 0) return path
    return shown.map((item, index) => shows(answer[index], item, `${path}/${index}`)).find(Boolean) ?? null
  }
  if (shown === null || typeof shown !== 'object')
    return answer === shown ? null : `${path} is ${JSON.stringify(answer)}`
  if (answer === null || typeof answer !== 'object') return path
  return (
    Object.entries(shown)
      .map(([name, member]) => shows((answer as Record<string, unknown>)[name], member, `${path}/${name}`))
      .find(Boolean) ?? null
  )
}

t.test('the examples of the README get the answers they show', async t => {
  const { get } = await openHouse(t, { demo: true })
  const examples = [...read('README.md').matchAll(example)]
  t.ok(examples.length >= 3)
  for (const [, url, json] of examples) t.equal(shows((await get(url!)).json(), JSON.parse(json!)), null, String(url))
})

t.test('the configuration table is the configuration', async t => {
  const rows = [...read('README.md').matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]*)`|none) \| (.+) \|$/gm)]
  const documented = rows.map(([, name, initial, description]) => [name, initial ?? '', description])
  const settings = Object.entries(
    Settings.properties as unknown as Record<string, { default: unknown; description: string }>
  )
  t.same(
    documented,
    settings.map(([name, setting]) => [name, String(setting.default), setting.description])
  )
})

t.test('every file the papers point at exists', async t => {
  for (const paper of ['README.md', 'CONTRIBUTING.md', 'docs/architecture.md']) {
    const folder = paper.includes('/') ? `${paper.split('/')[0]}/` : ''
    for (const [, target] of read(paper).matchAll(/\]\((?!http)([^)#]+)\)/g))
      t.ok(existsSync(`${folder}${target}`), `${paper}: ${target}`)
  }
})

t.test('every npm script the papers name exists', async t => {
  const { scripts } = JSON.parse(read('package.json'))
  for (const paper of ['README.md', 'CONTRIBUTING.md']) {
    for (const [, name] of read(paper).matchAll(/npm run ([\w:]+)/g)) t.ok(scripts[name!], `${paper}: ${name}`)
  }
})

t.test('every example line of newsroom NDJSON passes the checker', async t => {
  const check = openChecker()
  const lines = [...read('docs/newsroom-ndjson.md').matchAll(/```json\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    block!.trim().split('\n')
  )
  const kinds = new Set(lines.map(line => check(line).kind))
  t.equal(kinds.size, 10, 'one of every kind')
})
