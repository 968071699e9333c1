import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { Settings } from '../src/config.ts'
import { openDatabase } from '../src/db/client.ts'
import { migrateDatabase } from '../src/db/migrate.ts'
import { openTestDatabase, testConfig } from './helpers.ts'
import { openProxy } from './proxy.ts'

type Teardown = { teardown(work: () => Promise<void>): void }

t.setTimeout(170_000)
const cli = join(import.meta.dirname, '..', 'bin', 'cli.js')
const run = promisify(execFile)

/** A server process, its printed lines, and the address it listens on. */
async function serve(t: Teardown, folder: string, options: { args?: string[]; env?: NodeJS.ProcessEnv } = {}) {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    DATABASE_URL: '',
    PORT: '0',
    LOG_LEVEL: 'info',
    DATA_DIR: folder,
    ...options.env
  }
  const child = spawn(process.execPath, [cli, 'serve', ...(options.args ?? [])], {
    env,
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  t.teardown(async () => {
    child.kill('SIGINT')
    await ended
  })
  const address = await new Promise<string>((resolve, reject) => {
    const hear = (data: Buffer) => {
      output += data
      const found = /the API\s+(http:\S+)\/v1\/articles/.exec(output)
      if (found) resolve(found[1]!)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    ended.then(code => reject(new Error(`ended with ${code}: ${output}`)))
  })
  return { child, address, ended, output: () => output }
}

const urlOf = ({ connectionString, user, database, host }: pg.ClientConfig) =>
  connectionString ?? `postgres://${user}@/${database}?host=${host}`

const stop = async (
  { child, ended }: { child: ChildProcess; ended: Promise<number | null> },
  signal: NodeJS.Signals
) => {
  child.kill(signal)
  return ended
}

const headlines = async (address: string) =>
  (
    (await (await fetch(`${address}/v1/articles?language=fr&limit=3`)).json()) as { items: { headline: string }[] }
  ).items.map(item => item.headline)

t.test('a newcomer starts the house', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-house-'))
  t.teardown(async () => rmSync(folder, { recursive: true, force: true }))

  const first = await serve(t, folder, { args: ['--demo'] })
  await t.test('the first start fills the demo newsroom and prints the addresses', async t => {
    t.match(first.output(), /demo newsroom was filled in/)
    t.match(first.output(), /\/docs/)
    t.equal((await headlines(first.address)).length, 3)
    t.equal((await fetch(`${first.address}/readyz`)).status, 200)
  })

  await t.test('a second server on the same folder is refused in plain words', async t => {
    await t.rejects(serve(t, folder), /Another Broadsheet server|already runs/i)
    t.equal((await fetch(`${first.address}/readyz`)).status, 200, 'and the first one is not disturbed')
  })

  await t.test('Ctrl-C stops everything that was started', async t => {
    t.equal(await stop(first, 'SIGINT'), 0)
    const { stdout } = await run('ps', ['-eo', 'args'])
    t.notMatch(stdout, folder)
  })

  await t.test('the data is there on the next start, also after kill -9', async t => {
    const second = await serve(t, folder, { args: ['--demo'] })
    t.notMatch(second.output(), /was filled in/)
    const before = await headlines(second.address)
    await stop(second, 'SIGKILL')
    const third = await serve(t, folder)
    t.same(await headlines(third.address), before)
    await stop(third, 'SIGTERM')
  })
})

t.test('logs', async t => {
  const { connection } = await openTestDatabase(t, 'broadsheet_demo')
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-logs-'))
  t.teardown(async () => rmSync(folder, { recursive: true, force: true }))
  const server = await serve(t, folder, { env: { DATABASE_URL: urlOf(connection) } })
  await fetch(`${server.address}/v1/sources`, {
    headers: { authorization: 'Bearer canary-secret', cookie: 'canary-cookie', 'x-request-id': 'trace-12345678' }
  })
  t.equal(await stop(server, 'SIGTERM'), 0)
  t.match(server.output(), /"reqId":"trace-12345678"/, 'are JSON lines with the request id')
  t.notMatch(server.output(), /canary/, 'never hold a secret')
})

t.test('the command line', async t => {
  for (const command of [[], ['serve'], ['migrate'], ['import'], ['openapi'], ['schema']]) {
    await t.test(`${command.join(' ') || 'broadsheet'} --help says what it does`, async t => {
      const { stdout } = await run(process.execPath, [cli, ...command, '--help'])
      t.match(stdout, /Usage: broadsheet/)
    })
  }
  await t.test('help names every variable', async t => {
    const { stdout } = await run(process.execPath, [cli, '--help'])
    for (const name of Object.keys(Settings.properties)) t.match(stdout, name)
  })

  const wrong = {
    PORT: 'eighty',
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'mysql://secret-password@x',
    DATABASE_POOL: '0',
    STATEMENT_TIMEOUT: '1e9',
    PUBLIC_URL: 'ftp://x',
    SHUTDOWN_SECONDS: '0'
  }
  for (const [name, value] of Object.entries(wrong)) {
    await t.test(`a wrong ${name} is named, not repeated, and ends with 1`, async t => {
      const failure = await run(process.execPath, [cli, 'serve'], { env: { ...process.env, [name]: value } }).catch(
        error => error
      )
      t.equal(failure.code, 1)
      t.match(failure.stderr, name)
      t.notMatch(failure.stderr, /secret-password|\bat /)
    })
  }
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as AddressInfo
  const database = urlOf((await openTestDatabase(t, 'template0')).connection)
  const useless = {
    DATABASE_URL: { DATABASE_URL: 'postgres://secret-password@127.0.0.1:1/news' },
    DATA_DIR: { DATA_DIR: '/dev/null/news' },
    HOST: { DATABASE_URL: database, HOST: '300.1.1.1' },
    PORT: { DATABASE_URL: database, PORT: String(port) }
  }
  for (const [name, env] of Object.entries(useless)) {
    await t.test(`a ${name} that cannot be used is named, and ends with 1`, async t => {
      const failure = await run(process.execPath, [cli, 'serve'], { env: { ...process.env, ...env } }).catch(e => e)
      t.equal(failure.code, 1)
      t.match(failure.stderr, new RegExp(`^broadsheet: .*${name}.*: .+`))
      t.notMatch(failure.stderr, /secret-password|\n *at /)
    })
  }
  await t.test('an unknown command or option is refused', async t => {
    const failure = await run(process.execPath, [cli, 'srve']).catch(error => error)
    t.equal(failure.code, 1)
    t.match(failure.stderr, /Did you mean serve/)
  })
})

t.test('migrations', async t => {
  const { db, connection, name } = await openTestDatabase(t, 'template0')
  const folder = resolve('migrations')

  await t.test('run once when three servers start together', async t => {
    const results = await Promise.all([1, 2, 3].map(() => migrateDatabase(connection, folder)))
    t.same(results.map(result => result.applied).sort(), [0, 0, results[0]!.total])
  })

  await t.test('leave one secret behind, the same for all servers', async t => {
    const { sql } = await import('drizzle-orm')
    t.equal((await db.rows(sql`select secret from house`)).length, 1)
  })

  await t.test('of a newer Broadsheet are refused', async t => {
    const client = new pg.Client(connection)
    await client.connect()
    await client.query(
      `insert into drizzle.__drizzle_migrations (hash, created_at) values ('of tomorrow', 99999999999999)`
    )
    await client.end()
    await t.rejects(migrateDatabase(connection, folder), /newer than this Broadsheet/, name)
  })
})

t.test('a database that goes away and comes back', async t => {
  const { connection } = await openTestDatabase(t, 'broadsheet_demo')
  const proxy = await openProxy(t, connection)
  const db = openDatabase({ connection: proxy.connection, size: 3, statementTimeout: 1_000 })
  const app = await buildApp(testConfig(), db)
  t.teardown(async () => {
    await app.close()
    await db.close()
  })
  const status = async (url: string) => (await app.inject(url)).statusCode
  t.equal(await status('/v1/articles?language=fr'), 200)

  await t.test('gives 503 with Retry-After while it is gone, and 200 again without a restart', async t => {
    proxy.cut()
    const response = await app.inject('/v1/articles?language=fr')
    t.equal(response.statusCode, 503)
    t.match(response.headers['retry-after'], /^\d+$/)
    t.equal(await status('/readyz'), 503)
    t.equal(await status('/livez'), 200)
    proxy.heal()
    t.equal(await status('/v1/articles?language=fr'), 200)
    t.equal(await status('/readyz'), 200)
  })

  await t.test('gives 503 in bounded time when it falls silent', async t => {
    proxy.silence()
    t.equal(await status('/v1/articles?language=fr'), 503)
    proxy.cut()
    proxy.heal()
    t.equal(await status('/v1/articles?language=fr'), 200)
  })
})
