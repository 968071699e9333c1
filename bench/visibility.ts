import { setTimeout as delay } from 'node:timers/promises'
import { median, quantile } from './numbers.ts'
import { alikeOf, type Desk, type Places } from './story.ts'

/** From the press of the button until readers see it. */

export interface Visible {
  where: string
  /** The server that took the write, or another one on the same database. */
  server: 'the same' | 'another'
  /** Milliseconds from sending the publication until an answer shows it, the asking included. */
  p50: number
  p95: number
}

interface List {
  items: { id: string }[]
}
interface Related {
  groups: { group: string; items: { id: string }[] }[]
}
interface Log {
  items: { subject: string; action: string }[]
  next: string
  more: boolean
}

type See = (id: string, neighbour: string) => Promise<boolean>

/** What is looked at, and for what: a publication, or that what was similar is gone. */
interface Reading {
  where: string
  server: Visible['server']
  see: See | null
  log?: Desk
  withdrawn?: boolean
}

const samples = 20
const patience = 30_000

/** Lists and related lists are asked again and again, the log waits: each as its readers do it. Somebody must be reading the log for what is similar. */
export async function measureVisibility(desk: Desk, other: Desk, places: Places): Promise<Visible[]> {
  const reading = [
    { where: 'publication acknowledged', server: 'the same' as const, see: null },
    ...(['the same', 'another'] as const).flatMap(server => {
      const reader = server === 'the same' ? desk : other
      return [
        { where: 'list', server, see: seesList(reader) },
        { where: 'related by topic or section', server, see: seesRelated(reader) },
        { where: 'related as similar', server, see: seesSimilar(reader) },
        { where: 'gone from similar', server, see: seesNoSimilar(reader), withdrawn: true },
        { where: 'log', server, see: null, log: reader }
      ]
    })
  ] satisfies Reading[]
  const measured: Visible[] = []
  for (const { where, server, see, log: reader, withdrawn } of reading as Reading[]) {
    const times: number[] = []
    for (let sample = -5; sample < samples; sample++) {
      const name = `${where}-${server}-${sample + 5}`.replaceAll(' ', '-')
      const neighbour = await desk.draft(alikeOf(places, `near-${name}`))
      await desk.publish(neighbour)
      const id = await desk.draft(alikeOf(places, `seen-${name}`))
      const log = reader ? await waitInLog(reader, id) : null
      if (withdrawn) {
        await desk.publish(id)
        await until(where, () => seesSimilar(desk)(id, neighbour))
      }
      const begin = performance.now()
      await (withdrawn ? desk.withdraw(id) : desk.publish(id))
      if (see) await until(where, () => see(id, neighbour))
      await log?.arrival
      if (sample >= 0) times.push(performance.now() - begin)
    }
    measured.push({ where, server, p50: median(times), p95: quantile(times, 0.95) })
  }
  return measured
}

async function until(where: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + patience; !(await isSo()); )
    if (performance.now() > end) throw new Error(`what was published is not visible within half a minute: ${where}`)
}

const seesList = (reader: Desk) => async (id: string) => {
  const { items } = await reader.send<List>('GET', '/v1/articles?language=en&limit=20')
  return items.some(item => item.id === id)
}

/** What says the same as the story that came just before: one, as nothing else does, and a longer list would need two. */
const similarTo = async (reader: Desk, neighbour: string) => {
  const { groups } = await reader.send<Related>(
    'GET',
    `/v1/articles/${neighbour}/related?language=en&groups=similar&limit=1`
  )
  return groups[0]!.items.map(item => item.id)
}
const seesSimilar =
  (reader: Desk): See =>
  async (id, neighbour) =>
    (await similarTo(reader, neighbour)).includes(id)
const seesNoSimilar =
  (reader: Desk): See =>
  async (id, neighbour) =>
    !(await similarTo(reader, neighbour)).includes(id)

/** In the related lists of the story that came just before that need no reader of the log: what is similar may have it before, and no story stands on two lists. */
const seesRelated = (reader: Desk) => async (id: string, neighbour: string) => {
  const path = `/v1/articles/${neighbour}/related?language=en&groups=topic,category,source`
  const { groups } = await reader.send<Related>('GET', path)
  return groups.some(({ items }) => items.some(item => item.id === id))
}

/** Follows the log to its end and waits there; `arrival` settles when the publication came. */
async function waitInLog(reader: Desk, id: string): Promise<{ arrival: Promise<void> }> {
  let after = ''
  const page = async (wait: number) => {
    const log = await reader.send<Log>(
      'GET',
      `/v1/desk/changes?limit=500&noun=edition&wait=${wait}${after && `&after=${after}`}`
    )
    after = log.next
    return log
  }
  while ((await page(0)).more);
  const arrival = (async () => {
    for (;;) {
      const { items } = await page(25)
      if (items.some(({ subject, action }) => subject === id && action === 'published')) return
    }
  })()
  await delay(20)
  return { arrival }
}
