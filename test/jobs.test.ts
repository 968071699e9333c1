import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type pg from 'pg'
import t from 'tap'
import type { Db } from '../src/db/client.ts'
import { addJob, type Job, newestMigration, removeJob } from '../src/db/jobs.ts'
import { startJobs, type Task } from '../src/features/jobs/runner.ts'
import { openTestDatabase } from './helpers.ts'
import { openProxy } from './proxy.ts'
import { inSeconds, notebook, until } from './workers.ts'

type Teardown = { teardown(work: () => Promise<void>): void }

t.setTimeout(170_000)

/** What an unhandled failure would do to a server, here it fails the file. */
for (const event of ['unhandledRejection', 'uncaughtException'])
  process.on(event, error => t.fail(`${event}: ${(error as Error).stack}`))

/** A database with a table of effects: what each job did, and when. */
async function openEffects(t: Teardown) {
  const { db, connection } = await openTestDatabase(t)
  await db.rows(sql`create table effects (name text, at timestamptz default clock_timestamp())`)
  const effects = async () =>
    (await db.rows<{ name: string }>(sql`select name from effects order by at`)).map(row => row.name)
  return { db, connection, effects }
}

const mark: Task = async (db, { name }) => {
  await db.rows(sql`insert into effects (name) values (${String(name)})`)
}

function work(t: Teardown, connection: pg.PoolConfig, tasks: Record<string, Task> = { mark }) {
  const { log, lines } = notebook()
  const jobs = startJobs({ connection, tasks, log })
  t.teardown(() => jobs.stop())
  return { ...jobs, lines }
}

const job = (name: string, more: Partial<Job> = {}): Job => ({
  task: 'mark',
  key: `mark:${name}`,
  runAt: null,
  payload: { name },
  ...more
})

const waiting = async (db: Db) => {
  const [row] = await db.rows<{ count: number }>(sql`select count(*)::int as count from graphile_worker.jobs`)
  return row!.count
}

t.test('the tables of the jobs are those of the installed library', async t => {
  const { db } = await openTestDatabase(t)
  const [row] = await db.rows<{ id: number }>(sql`select max(id) as id from graphile_worker.migrations`)
  t.equal(row!.id, newestMigration)
  t.equal(readdirSync('node_modules/graphile-worker/sql').length, newestMigration)
})

t.test('a job is part of the transaction that adds it', async t => {
  const { db } = await openTestDatabase(t)
  const adding = db.transaction(async db => {
    await addJob(db, job('never'))
    throw new Error('changed my mind')
  })
  await t.rejects(adding, /changed my mind/)
  t.equal(await waiting(db), 0, 'rolled back, it is not there')

  await db.transaction(db => addJob(db, job('once', { runAt: '2030-01-01T00:00:00Z' })))
  await db.transaction(db => addJob(db, job('once', { runAt: '2031-01-01T00:00:00Z', payload: { name: 'é\n"' } })))
  t.equal(await waiting(db), 1, 'the same key moves it')
  const [row] = await db.rows(sql`select run_at, payload, max_attempts from graphile_worker._private_jobs`)
  t.match(row, { run_at: new Date('2031-01-01T00:00:00Z'), payload: { name: 'é\n"' }, max_attempts: 25 })

  await addJob(db, job('once', { runAt: '2032-01-01T00:00:00Z' }), 'preserve_run_at')
  const [kept] = await db.rows<{ run_at: Date }>(sql`select run_at from graphile_worker.jobs`)
  t.same(kept!.run_at, new Date('2031-01-01T00:00:00Z'), 'what comes by itself keeps its time')

  const removing = db.transaction(async db => {
    await removeJob(db, 'mark:once')
    throw new Error('or not')
  })
  await t.rejects(removing, /or not/)
  t.equal(await waiting(db), 1)
  await removeJob(db, 'mark:once')
  t.equal(await waiting(db), 0, 'removed by its key')
  await removeJob(db, 'mark:once')
})

t.test('jobs run at their time', async t => {
  const { db, connection, effects } = await openEffects(t)
  await addJob(db, job('overdue', { runAt: await inSeconds(db, -3_600) }))
  const { ready, lines } = work(t, connection)
  await ready
  t.ok((await until(async () => (await effects()).length === 1)) < 2, 'also when nobody was there then')

  const due: Record<string, string> = {}
  for (const [name, seconds] of Object.entries({ a: 0.4, b: 1.1, c: 1.7, d: 2.6 })) {
    due[name] = await inSeconds(db, seconds)
    await addJob(db, job(name, { runAt: due[name] }))
  }
  await addJob(db, job('far', { runAt: await inSeconds(db, 3_600) }))
  await until(async () => (await effects()).length === 5)
  for (const [name, at] of Object.entries(due)) {
    const [row] = await db.rows<{ late: number }>(
      sql`select extract(epoch from at - ${at}::timestamptz)::float8 as late from effects where name = ${name}`
    )
    t.ok(row!.late >= 0 && row!.late < 2, `${name} ran ${row!.late} s after its time`)
  }
  t.equal(await waiting(db), 1, 'what is not due waits')
  t.notOk(
    lines.some(line => ['warn', 'error'].includes(line.level)),
    'without a word in the log'
  )
})

t.test('two workers do each of 200 jobs once', async t => {
  const { db, connection, effects } = await openEffects(t)
  for (let number = 0; number < 200; number++) await addJob(db, job(String(number)))
  work(t, connection)
  work(t, connection)
  await until(async () => (await waiting(db)) === 0, 30)
  const done = await effects()
  t.equal(done.length, 200)
  t.equal(new Set(done).size, 200)
})

t.test('a task that fails is tried again, and the last time is an error', async t => {
  const { db, connection, effects } = await openEffects(t)
  let attempts = 0
  const { lines } = work(t, connection, {
    mark: async (db, payload) => {
      await mark(db, payload)
      if (++attempts < 2) throw new Error('not yet')
    },
    fail: async () => {
      throw new Error('never')
    }
  })
  await addJob(db, job('second', { payload: { name: 'second', secret: 'canary' } }))
  await addJob(db, job('last', { task: 'fail' }))
  await until(() => lines.some(line => /never/.test(JSON.stringify(line.words))))
  await until(async () => (await effects()).length > 0)
  t.same(await effects(), ['second'], 'what the first attempt wrote is gone')
  t.equal(attempts, 2)

  // Not while an attempt runs: its end would put the next one hours away.
  const skip = sql`update graphile_worker._private_jobs set attempts = 24, run_at = now()
    where key = 'mark:last' and locked_at is null returning id`
  await until(async () => (await db.rows(skip)).length === 1)
  await until(() => lines.some(line => line.level === 'error'))
  t.match(lines.find(line => line.level === 'error')?.words, { task: 'fail', attempt: 25, reason: 'never' })
  t.notMatch(JSON.stringify(lines), /canary/, 'payloads stay out of the log')
})

t.test('the job of a worker that is killed', async t => {
  const { db, connection, effects } = await openEffects(t)
  const program = join(import.meta.dirname, 'programs', 'worker.js')
  const child = spawn(process.execPath, [program, JSON.stringify(connection)], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(async () => void child.kill('SIGKILL'))
  await addJob(db, job('killed'))
  await new Promise(resolve => child.stdout.once('data', resolve))
  const { ready, lines } = work(t, connection)
  await ready
  await delay(3_000)
  t.same(await effects(), [], 'is left to it while it lives')
  child.kill('SIGKILL')
  const seconds = await until(async () => (await effects()).length > 0)
  t.ok(seconds < 10, `is done by another one ${seconds} s later`)
  await until(async () => (await waiting(db)) === 0)
  t.same(await effects(), ['killed'], 'once')
  t.ok(
    lines.some(line => /took over/.test(line.message)),
    'and the log says so'
  )
})

t.test('two workers that both hold themselves for the owner have one effect', async t => {
  const { db, connection, effects } = await openEffects(t)
  let runs = 0
  const slowFirst: Task = async (db, payload) => {
    await mark(db, payload)
    if (++runs === 1) await delay(2_500)
  }
  work(t, connection, { mark: slowFirst })
  await addJob(db, job('fenced'))
  await until(() => runs === 1)
  const { ready } = work(t, connection, { mark: slowFirst })
  await ready
  await db.rows(sql`update graphile_worker._private_jobs set locked_by = 'a worker that is gone'`)
  await until(async () => (await waiting(db)) === 0)
  await delay(3_000)
  t.same(await effects(), ['fenced'])
  t.equal(runs, 2)
})

t.test('a database that goes away', async t => {
  const { db, connection, effects } = await openEffects(t)
  const proxy = await openProxy(t, connection)
  let runs = 0
  const { ready, lines } = work(t, proxy.connection, {
    mark: async (db, payload) => {
      runs++
      await mark(db, payload)
      await delay(Number(payload.milliseconds ?? 0))
    }
  })
  await ready

  await t.test('all connections are terminated, in the middle of a task', async t => {
    await addJob(db, job('terminated', { payload: { name: 'terminated', milliseconds: 1_000 } }))
    await until(() => runs === 1)
    await db.rows(sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`)
    await until(async () => (await waiting(db)) === 0, 15)
    t.same(await effects(), ['terminated'])
    await addJob(db, job('after'))
    t.ok((await until(async () => (await effects()).length === 2, 15)) < 5)
  })

  await t.test('it refuses connections for some seconds', async t => {
    proxy.cut()
    await addJob(db, job('meanwhile'))
    await delay(4_000)
    t.same(await effects(), ['terminated', 'after'])
    proxy.heal()
    await until(async () => (await effects()).length === 3, 15)
    await addJob(db, job('again'))
    await until(async () => (await effects()).length === 4, 5)
  })

  await t.test('it falls silent', async t => {
    proxy.silence()
    await delay(6_000)
    await addJob(db, job('unheard'))
    proxy.cut()
    proxy.heal()
    await until(async () => (await effects()).length === 5, 15)
    t.equal(new Set(await effects()).size, 5)
  })
  t.notMatch(JSON.stringify(lines), /postgres:\/\//)
})

t.test('a worker can start before its database', async t => {
  const { db, connection, effects } = await openEffects(t)
  const proxy = await openProxy(t, connection)
  proxy.cut()
  const { ready } = work(t, proxy.connection)
  await addJob(db, job('patient'))
  await delay(1_500)
  proxy.heal()
  await ready
  await until(async () => (await effects()).length === 1)
  proxy.cut()
  const start = Date.now()
  const other = work(t, proxy.connection)
  await other.stop()
  t.ok(Date.now() - start < 10_000, 'and stop without having had it')
})

t.test('stopping', async t => {
  const { db, connection, effects } = await openEffects(t)
  let runs = 0
  const slow: Task = async (db, payload) => {
    await mark(db, payload)
    runs++
    await delay(Number(payload.milliseconds))
  }

  await t.test('lets a running task finish and takes no other', async t => {
    const { stop, lines } = work(t, connection, { mark: slow })
    await addJob(db, job('finishes', { payload: { name: 'finishes', milliseconds: 1_000 } }))
    await until(() => runs === 1)
    const stopped = stop()
    await addJob(db, job('waits', { payload: { name: 'waits', milliseconds: 0 } }))
    await stopped
    t.same(await effects(), ['finishes'])
    t.equal(await waiting(db), 1)
    t.notOk(lines.some(line => ['warn', 'error'].includes(line.level)))
    await removeJob(db, 'mark:waits')
  })

  await t.test('gives back what takes longer than 5 seconds, at once', async t => {
    const { stop } = work(t, connection, { mark: slow })
    await addJob(db, job('long', { payload: { name: 'long', milliseconds: 20_000 } }))
    await until(() => runs === 2)
    const other = work(t, connection)
    await other.ready
    const start = Date.now()
    await stop()
    const took = Date.now() - start
    t.ok(took > 4_900 && took < 15_000, `${took} ms`)
    t.ok((await until(async () => (await effects()).length === 2)) < 10)
    t.same(await effects(), ['finishes', 'long'])
  })
})

t.test('the command line', async t => {
  const { db, connection } = await openTestDatabase(t)
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-jobs-'))
  t.teardown(async () => rmSync(folder, { recursive: true, force: true }))
  const url =
    connection.connectionString ?? `postgres://${connection.user}@/${connection.database}?host=${connection.host}`
  const housekept = async () => {
    const [row] = await db.rows<{ hours: number }>(sql`select extract(epoch from run_at - now())::float8 / 3600 as hours
      from graphile_worker.jobs where key = 'housekeeping'`)
    return row ? row.hours > 23 : false
  }
  const start = async (command: string, env: NodeJS.ProcessEnv, ready: RegExp) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'bin', 'cli.js'), command], {
      env: { ...process.env, NODE_OPTIONS: '', PORT: '0', DATABASE_URL: url, DATA_DIR: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    t.teardown(async () => void child.kill('SIGKILL'))
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (output += data))
    await until(() => ready.test(output))
    return child
  }
  const end = async (child: ChildProcess) => {
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGTERM')
    return ended
  }

  await t.test('a server with WORKER=apart does no background work', async t => {
    const server = await start('serve', { WORKER: 'apart' }, /the API/)
    await delay(2_000)
    t.equal(await waiting(db), 0)
    await t.test('broadsheet worker does it', async t => {
      const worker = await start('worker', {}, /worker is ready/)
      await until(housekept)
      t.equal(await end(worker), 0)
    })
    t.equal(await end(server), 0)
  })

  await t.test('a server does it by default, and a planned time survives its starts', async t => {
    await db.rows(sql`delete from graphile_worker._private_jobs`)
    const server = await start('serve', {}, /the API/)
    await until(housekept)
    t.equal(await end(server), 0)
    const runAt = async () => (await db.rows(sql`select run_at from graphile_worker.jobs`))[0]
    const before = await runAt()
    const again = await start('serve', {}, /the API/)
    await delay(1_500)
    t.same(await runAt(), before)
    t.equal(await end(again), 0)
  })
})
