import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import t from 'tap'

/** The law of the house: an import goes down or stays in its room; never up, never sideways, never in a circle. */

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))
const text = (file: string) => readFileSync(join('src', file), 'utf8')
const imports = (file: string) =>
  [...text(file).matchAll(/from '(\.[^']+)'/g)].map(match => normalize(join(dirname(file), match[1]!)))

const floors = [
  'lib',
  'contract',
  'db',
  'resources',
  'features',
  'http',
  'app.ts',
  'background.ts',
  'server.ts',
  'commands',
  'cli.ts'
]
const floorOf = (file: string) => (file === 'config.ts' ? 0 : floors.indexOf(file.split('/')[0]!))
const roomOf = (file: string) => file.split('/').slice(0, 2).join('/')
const isRoom = (file: string) => /^(resources|features)\/[^/]+\//.test(file)

t.test('every file stands on a floor', async t => {
  for (const file of files) t.ok(floorOf(file) >= 0, file)
})

t.test('imports only go down or stay on their floor', async t => {
  for (const file of files)
    for (const target of imports(file)) t.ok(floorOf(target) <= floorOf(file), `${file} -> ${target}`)
})

/** Two rooms are built on another: the lists of a front page are filled as those beside an article are, and versions are shown as the same cards. */
const extensions = [
  ['features/front-page', 'features/related'],
  ['features/versions', 'features/related']
]
const isExtension = (room: string, of: string) => extensions.some(([upper, lower]) => upper === room && lower === of)

t.test('rooms do not know their neighbours', async t => {
  for (const file of files.filter(isRoom)) {
    for (const target of imports(file).filter(isRoom)) {
      const beside = floorOf(target) === floorOf(file) && roomOf(target) !== roomOf(file)
      t.notOk(beside && !isExtension(roomOf(file), roomOf(target)), `${file} -> ${target}`)
    }
  }
})

t.test('no circle, types included', async t => {
  const state = new Map<string, 'open' | 'done'>()
  const visit = (file: string, path: string[]) => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') return void t.fail(`circle: ${[...path, file].join(' -> ')}`)
    state.set(file, 'open')
    for (const target of imports(file)) visit(target, [...path, file])
    state.set(file, 'done')
  }
  for (const file of files) visit(file, [])
  t.equal(state.size >= files.length, true)
})

/** Each kind of line has one home. */
const homes = [
  ['SQL', /from 'drizzle-orm/, /^db\/|queries\.ts$/],
  [
    'the environment',
    /process\.env/,
    /^config\.ts$|^db\/(binaries|cluster|postmaster)\.ts$|^commands\/(import|reindex)\.ts$/
  ],
  ['fastify', /from 'fastify'/, /^http\/|routes\.ts$|^app\.ts$|^server\.ts$/],
  ['sending', /\.send\(/, /^http\/errors\.ts$/]
] as const

t.test('every kind of line has one home', async t => {
  for (const [what, pattern, home] of homes) {
    for (const file of files.filter(file => pattern.test(text(file)))) t.match(file, home, `${what} in ${file}`)
  }
})

t.test('a file can be read in one sitting', async t => {
  for (const file of files) t.ok(text(file).trimEnd().split('\n').length <= 250, `${file} is longer than 250 lines`)
})

t.test('nothing from a request becomes an identifier of SQL', async t => {
  for (const file of files)
    t.notMatch(text(file), /sql\.(raw|identifier)\([^)]*\b(query|request|params|filter|key)\b/, file)
})

t.test('no access is forgotten: a route without a word about it does not boot', async t => {
  const { openHouse } = await import('./helpers.ts')
  await t.rejects(
    openHouse(t, { prepare: app => void app.get('/secret', async () => 'told') }),
    /GET \/secret does not say who may enter/
  )
})
