import { type ChildProcess, fork } from 'node:child_process'
import { isDeepStrictEqual } from 'node:util'
import autocannon from 'autocannon'
import { addressOf } from './archive.ts'
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
  path: string
  key: string
  rounds: number
  seconds: number
}

/** One page of the house beside the two limits, in interleaved rounds, so that a noisy minute hits all three. */
export async function measureThroughput({ database, page, path, key, rounds, seconds }: Plan): Promise<Throughput> {
  const children: ChildProcess[] = []
  try {
    const order = { url: addressOf(database), page, key, bytes: '' }
    const house = await start(children, { ...order, kind: 'house' })
    const bytes = await (await fetch(house.address + path)).text()
    const memory = await start(children, { ...order, kind: 'memory', bytes })
    const statement = await start(children, { ...order, kind: 'statement' })
    compare(JSON.parse(bytes), JSON.parse(await (await fetch(`${statement.address}/page`)).text()))
    const addresses = {
      house: house.address + path,
      memory: `${memory.address}/page`,
      statement: `${statement.address}/page`
    }
    const rates: Record<string, number[]> = { house: [], memory: [], statement: [] }
    const latencies: number[] = []
    const cpu: number[] = []
    for (const url of Object.values(addresses)) await load(url, 1)
    for (let round = 0; round < rounds; round++) {
      for (const [name, url] of Object.entries(addresses)) {
        const before = name === 'house' ? await house.cpu() : 0
        const result = await load(url, seconds)
        rates[name]!.push(result.requests.total / result.duration)
        if (name !== 'house') continue
        latencies.push(result.latency.p99)
        cpu.push(((await house.cpu()) - before) / result.requests.total)
      }
    }
    const [own, l2, l3] = [median(rates.house!), median(rates.memory!), median(rates.statement!)]
    const ratio = (name: string) => median(rates.house!.map((rate, round) => rate / rates[name]![round]!))
    return {
      page,
      bytes: bytes.length,
      house: own,
      memory: l2,
      statement: l3,
      p99: median(latencies),
      cpu: median(cpu),
      ofMemory: ratio('memory'),
      ofStatement: ratio('statement')
    }
  } finally {
    for (const child of children) child.kill()
  }
}

/** The limits must send what the house sends, or the ratio means nothing. */
function compare(ours: { next?: unknown }, theirs: object) {
  const { next: _, ...same } = ours
  if (!isDeepStrictEqual(same, theirs))
    throw new Error(
      `the hand-written statement says something else:\n${JSON.stringify(same).slice(0, 4000)}\n${JSON.stringify(theirs).slice(0, 4000)}`
    )
}

const load = (url: string, duration: number) => autocannon({ url, connections: 16, duration })

async function start(children: ChildProcess[], order: object) {
  const child = fork(new URL('./server.js', import.meta.url))
  children.push(child)
  const answer = () =>
    new Promise<{ address: string; cpu: { user: number; system: number } }>(resolve =>
      child.once('message', resolve as () => void)
    )
  const ready = answer()
  child.send(order)
  const { address } = await ready
  const cpu = async () => {
    const told = answer()
    child.send('cpu')
    const { user, system } = (await told).cpu
    return (user + system) / 1000
  }
  return { address, cpu }
}
