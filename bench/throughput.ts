import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { isDeepStrictEqual } from 'node:util'
import autocannon from 'autocannon'
import pg from 'pg'
import { addressOf } from './archive.ts'
import { limit } from './limit.ts'
import { median } from './numbers.ts'

export interface Throughput {
  page: 'article' | 'list'
  bytes: number
  /** Requests a second, medians. */
  house: number
  memory: number
  statement: number
  p99: number
  /** Milliseconds of CPU of our server per request. */
  cpu: number
  ofMemory: number
  ofStatement: number
}

interface Plan {
  database: string
  page: 'article' | 'list'
  path: (key: string) => string
  /** The first is measured; what the two sides say is compared for all of them. */
  keys: string[]
  rounds: number
  seconds: number
}

/** Seconds: a server lives long, so what is measured is compiled code. */
const warmUp = 5

const kinds = ['house', 'memory', 'statement'] as const
type Server = Awaited<ReturnType<typeof start>>

/** One page of the house beside the two limits, in interleaved rounds, so that a noisy minute hits all three. */
export async function measureThroughput({ database, page, path, keys, rounds, seconds }: Plan): Promise<Throughput> {
  const children: ChildProcess[] = []
  try {
    const [key] = keys
    const order = { url: addressOf(database), page, key, bytes: '' }
    const house = await start(children, { ...order, kind: 'house' }, path(key!))
    await compare(database, page, keys, key => read(new URL(path(key), house.page).href))
    const bytes = await read(house.page)
    const memory = await start(children, { ...order, kind: 'memory', bytes }, '/page')
    const statement = await start(children, { ...order, kind: 'statement' }, '/page')
    if ((await read(memory.page)) !== bytes) throw new Error(`${memory.page} does not send the same bytes`)
    const measured = await measure({ house, memory, statement }, rounds, seconds)
    return { page, bytes: Buffer.byteLength(bytes), ...measured }
  } finally {
    for (const child of children) child.kill()
  }
}

async function measure(servers: Record<(typeof kinds)[number], Server>, rounds: number, seconds: number) {
  const rates = { house: [] as number[], memory: [] as number[], statement: [] as number[] }
  const latencies: number[] = []
  const cpu: number[] = []
  for (const kind of kinds) await load(servers[kind].page, warmUp)
  for (let round = 0; round < rounds; round++) {
    for (const turn of kinds.keys()) {
      const kind = kinds[(round + turn) % kinds.length]!
      const before = await servers[kind].cpu()
      const { requests, duration, latency } = await load(servers[kind].page, seconds)
      rates[kind].push(requests.total / duration)
      if (kind !== 'house') continue
      latencies.push(latency.p99)
      cpu.push(((await servers.house.cpu()) - before) / requests.total)
    }
  }
  const ratio = (kind: 'memory' | 'statement') => median(rates.house.map((rate, round) => rate / rates[kind][round]!))
  return {
    house: median(rates.house),
    memory: median(rates.memory),
    statement: median(rates.statement),
    p99: median(latencies),
    cpu: median(cpu),
    ofMemory: ratio('memory'),
    ofStatement: ratio('statement')
  }
}

/** The hand-written statement must say what the house says, or the ratio means nothing; only the signed cursor is the house's own. */
async function compare(database: string, page: Plan['page'], keys: string[], ours: (key: string) => Promise<string>) {
  const client = new pg.Client({ connectionString: addressOf(database), options: '-c timezone=UTC' })
  await client.connect()
  try {
    for (const key of keys) {
      const { next: _, ...house } = JSON.parse(await ours(key))
      const { rows } = await client.query(limit[page], [key])
      const statement = JSON.parse(rows[0].page)
      if (isDeepStrictEqual(house, statement)) continue
      const [left, right] = [house, statement].map(value => JSON.stringify(value).slice(0, 4000))
      throw new Error(`the hand-written statement says something else of ${key}:\n${left}\n${right}`)
    }
  } finally {
    await client.end()
  }
}

async function read(url: string): Promise<string> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return response.text()
}

/** A load whose answers are all good ones; errors are fast and would look like a record. */
async function load(url: string, duration: number) {
  const result = await autocannon({ url, connections: 16, duration })
  const { non2xx, errors, timeouts } = result
  if (non2xx + errors + timeouts > 0)
    throw new Error(`${url}: ${non2xx} answers were not 2xx, ${errors} errors, ${timeouts} timeouts`)
  return result
}

/** A server in a process of its own, and where it is reached. */
export async function start(children: ChildProcess[], order: object, path: string) {
  const child = fork(new URL('./server.js', import.meta.url), { execArgv: ['--max-semi-space-size=64'] })
  children.push(child)
  const end = once(child, 'exit').then(([code]) => {
    throw new Error(`a server ended with ${code}`)
  })
  end.catch(() => {})
  const ask = async (question: object | string) => {
    const answer = once(child, 'message')
    child.send(question)
    const [told] = await Promise.race([answer, end])
    return told
  }
  const { address } = await ask(order)
  const cpu = async () => {
    const { user, system } = (await ask('cpu')).cpu
    return (user + system) / 1000
  }
  return { page: address + path, cpu }
}
