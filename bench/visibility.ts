import { setTimeout as delay } from 'node:timers/promises'
import { median, quantile } from './numbers.ts'
import { type Desk, type Places, storyOf } from './story.ts'

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
  groups: { items: { id: string }[] }[]
}
interface Log {
  items: { subject: string; action: string }[]
  next: string
  more: boolean
}

const samples = 20
const patience = 30_000

/** Lists and related lists are asked again and again, the log waits: each as its readers do it. */
export async function measureVisibility(desk: Desk, other: Desk, places: Places): Promise<Visible[]> {
  const reading = [
    { where: 'publication acknowledged', server: 'the same' as const, see: null },
    ...(['the same', 'another'] as const).flatMap(server => {
      const reader = server === 'the same' ? desk : other
      return [
        { where: 'list', server, see: seesList(reader) },
        { where: 'related', server, see: seesRelated(reader) },
        { where: 'log', server, see: null, log: reader }
      ]
    })
  ]
  const measured: Visible[] = []
  for (const { where, server, see, ...rest } of reading) {
    const times: number[] = []
    for (let sample = -5; sample < samples; sample++) {
      const name = `${where}-${server}-${sample + 5}`.replaceAll(' ', '-')
      const neighbour = await desk.draft(storyOf(places, `near-${name}`))
      await desk.publish(neighbour)
      const id = await desk.draft(storyOf(places, `seen-${name}`))
      const log = 'log' in rest ? await waitInLog(rest.log, id) : null
      const begin = performance.now()
      await desk.publish(id)
      if (see) await until(() => see(id, neighbour))
      await log?.arrival
      if (sample >= 0) times.push(performance.now() - begin)
    }
    measured.push({ where, server, p50: median(times), p95: quantile(times, 0.95) })
  }
  return measured
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + patience; !(await isSo()); )
    if (performance.now() > end) throw new Error('what was published is not visible within half a minute')
}

const seesList = (reader: Desk) => async (id: string) => {
  const { items } = await reader.send<List>('GET', '/v1/articles?language=en&limit=20')
  return items.some(item => item.id === id)
}

/** In the related lists of the story that came just before in the same section. */
const seesRelated = (reader: Desk) => async (id: string, neighbour: string) => {
  const { groups } = await reader.send<Related>('GET', `/v1/articles/${neighbour}/related?language=en`)
  return groups.some(group => group.items.some(item => item.id === id))
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
