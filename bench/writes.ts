import type { ChildProcess } from 'node:child_process'
import { isDeepStrictEqual } from 'node:util'
import { sql } from 'drizzle-orm'
import type { Db } from '../src/db/client.ts'
import { catchUp, type Readers, startReaders } from '../src/features/changes/readers.ts'
import { createKey } from '../src/features/keys/queries.ts'
import { similarReader } from '../src/features/similar/reader.ts'
import { makeKey } from '../src/lib/secret.ts'
import { addressOf, administer, cloneDatabase, freshArchive, named, openNamed } from './archive.ts'
import { openBare } from './bare.ts'
import { median } from './numbers.ts'
import { Desk, type Kind, type Places, storyOf, topicOf, type Write, writesOf } from './story.ts'
import { start } from './throughput.ts'
import { measureVisibility } from './visibility.ts'

/** What writing costs: the house, the same rows by hand with the log that triggers write, and by hand without it. */

const sides = ['house', 'bare', 'silent'] as const
type Side = (typeof sides)[number]

export interface WriteRate {
  write: Kind
  writers: number
  /** Writes a second, medians: one write is one request of the house, one transaction by hand. */
  house: number
  bare: number
  silent: number
  ofBare: number
  /** By hand with the log against by hand without. */
  triggers: number
}

/** Articles that are there before. */
const size = 10_000

const names = { house: named('writes'), bare: named('writes_bare'), silent: named('writes_silent') }

/** Each side on its own copy of one archive, dropped afterwards. */
export async function measureWrites(rounds: number, seconds: number, say: (line: string) => void) {
  const children: ChildProcess[] = []
  const dbs: Db[] = []
  try {
    say(`making ${size.toLocaleString('en')} articles and two copies`)
    await (await freshArchive(names.house, size)).close()
    for (const name of [names.bare, names.silent]) await cloneDatabase(name, names.house)
    for (const side of sides) dbs.push(openNamed(names[side]))
    const [house, bare, silent] = dbs as [Db, Db, Db]
    await silence(silent)
    const key = await keyOf(house)
    const order = { kind: 'house', url: addressOf(names.house), page: 'article', key: '', bytes: '' }
    const nodes = [await start(children, order, ''), await start(children, order, '')] as const
    const [desk, other] = nodes.map(({ page }) => new Desk(page, key)) as [Desk, Desk]
    const places = await placesOf(house)
    await compare(desk, house, bare, places)
    const rates: WriteRate[] = []
    for (const write of ['topic', 'story'] as const)
      for (const writers of [1, 8]) {
        const rate = await measureRate(desk, places, { write, writers, rounds, seconds })
        rates.push(rate)
        say(`${write}, ${writers} writing: ${rate.ofBare.toFixed(2)} of bare`)
      }
    say('describing all of them, for what is similar')
    const readers = await startReading(house)
    const visible = await measureVisibility(desk, other, places).finally(() => readers.stop())
    for (const one of [desk, other]) one.close()
    return { rates, visible }
  } finally {
    for (const child of children) child.kill()
    for (const db of dbs) await db.close()
    for (const side of sides) await administer(`drop database if exists ${names[side]} with (force)`)
  }
}

/** The reader of what is similar as the background of a server has it, when it has caught up. */
async function startReading(db: Db): Promise<Readers> {
  const tell = (words: object, message: string) => console.error(message, words)
  const log = { debug: () => {}, info: () => {}, warn: tell, error: tell }
  await catchUp(db, similarReader())
  return startReaders({ db, connection: { connectionString: addressOf(names.house) }, readers: [similarReader()], log })
}

/** Without the log: what its triggers cost is the difference. */
async function silence(db: Db): Promise<void> {
  const triggers = await db.rows<{ table: string; name: string }>(
    sql`select tgrelid::regclass::text as "table", tgname as name from pg_trigger where tgname like 'zz_log%'`
  )
  for (const { table, name } of triggers) await db.rows(sql.raw(`alter table ${table} disable trigger ${name}`))
}

async function keyOf(db: Db): Promise<string> {
  const { secret, prefix, hash } = makeKey()
  await createKey(db, { prefix, hash, consumer: 'bench', name: 'Bench', scopes: ['*:*'], expiresAt: null })
  return secret
}

async function placesOf(db: Db): Promise<Places> {
  const [row] = await db.rows<Places>(sql`select (select id from categories where slug = 'section-7') as section,
    (select id from sources where slug = 'source-7') as source, (select array_agg(id::text) from (select id from topics order by slug limit 100) t) as topics`)
  return row!
}

let made = 0

interface Plan {
  write: Kind
  writers: number
  rounds: number
  seconds: number
}

async function measureRate(desk: Desk, places: Places, { write, writers, rounds, seconds }: Plan): Promise<WriteRate> {
  const [bare, silent] = [await openBare(names.bare), await openBare(names.silent)]
  const crew = {
    house: Array.from({ length: writers }, () => desk as Write),
    bare: await Promise.all(Array.from({ length: writers }, bare.writer)),
    silent: await Promise.all(Array.from({ length: writers }, silent.writer))
  }
  const work = (one: Write) => {
    const name = String(made++)
    return write === 'topic' ? one.topic(topicOf(name)) : one.story(storyOf(places, name))
  }
  const rates: Record<Side, number[]> = { house: [], bare: [], silent: [] }
  for (const side of sides) await rateOf(crew[side], work, 2)
  for (let round = 0; round < rounds; round++)
    for (const turn of sides.keys()) {
      const side = sides[(round + turn) % sides.length]!
      rates[side].push((await rateOf(crew[side], work, seconds)) * writesOf[write])
    }
  await Promise.all([bare.close(), silent.close()])
  const ratio = (one: Side, other: Side) => median(rates[one].map((rate, round) => rate / rates[other][round]!))
  const [house, byHand, untold] = sides.map(side => median(rates[side])) as [number, number, number]
  return {
    write,
    writers,
    house,
    bare: byHand,
    silent: untold,
    ofBare: ratio('house', 'bare'),
    triggers: ratio('bare', 'silent')
  }
}

/** How often a second the work is done by all of them together. */
async function rateOf(crew: readonly Write[], work: (one: Write) => Promise<unknown>, seconds: number) {
  const begin = performance.now()
  let done = 0
  const busy = async (one: Write) => {
    while (performance.now() - begin < seconds * 1_000) {
      await work(one)
      done++
    }
  }
  await Promise.all(crew.map(busy))
  return done / ((performance.now() - begin) / 1_000)
}

const written = ['articles', 'article_topics', 'editions', 'revisions', 'postings', 'topics', 'topic_labels', 'changes']
const own = ['id', 'article_id', 'topic_id', 'position', 'transaction', 'actor', 'saved_by', 'subject_id', 'groups']

/** By hand the same rows must be written, or the ratio means nothing: one topic and one story of each side are compared, but for ids and times. */
async function compare(desk: Desk, house: Db, bare: Db, places: Places) {
  const byHand = await openBare(names.bare)
  const rows = async (db: Db, writer: Write) => {
    const [before] = await db.rows<{ at: string }>(sql`select clock_timestamp()::text as at`)
    await writer.topic(topicOf('compared'))
    await writer.story(storyOf(places, 'compared'))
    const tables = written.map(
      table => sql`select ${table}::text as "table", to_jsonb(x) - ${sql.param(own)}::text[] as row
      from ${sql.raw(table)} x where ${mine(table, before!.at)}`
    )
    const found = await db.rows<{ table: string; row: Record<string, unknown> }>(sql.join(tables, sql` union all `))
    return found.map(({ table, row }) => JSON.stringify([table, timeless(row)])).sort()
  }
  const [ours, theirs] = [await rows(house, desk), await rows(bare, await byHand.writer())]
  await byHand.close()
  if (isDeepStrictEqual(ours, theirs)) return
  const [left, right] = [ours.filter(row => !theirs.includes(row)), theirs.filter(row => !ours.includes(row))]
  const inShort = (rows: string[]) => rows.map(row => row.slice(0, 2_000)).join('\n')
  throw new Error(`by hand other rows are written:\n${inShort(left)}\nagainst\n${inShort(right)}`)
}

/** The rows of the topic and the story that were just written. */
function mine(table: string, since: string) {
  if (table === 'changes') return sql`x.at > ${since}::timestamptz and x.noun <> 'key'`
  if (table === 'topics') return sql`x.slug = 'bench-compared'`
  if (table === 'topic_labels') return sql`x.topic_id = (select id from topics where slug = 'bench-compared')`
  const article = sql`(select article_id from editions where slug = 'bench-compared')`
  return table === 'articles' ? sql`x.id = ${article}` : sql`x.article_id = ${article}`
}

/** Instants differ, but stand in the same places; the keys of spans are made by the house. */
const timeless = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row)
      .sort()
      .map(([name, value]) => [name, /(_at|^at)$/.test(name) && value !== null ? 'then' : keyless(value)])
  )

const keyless = (value: unknown) => JSON.parse(JSON.stringify(value).replace(/"_key": *"(?!k\d)[^"]*"/g, '"_key":""'))
