import type { Db } from '../../db/client.ts'
import { compare, type Memory } from './compare.ts'
import { keepCopies } from './copies.ts'
import { type Desk, describe, type SplitterOf } from './describe.ts'
import { Filing } from './filing.ts'
import { file, openIndex } from './index-queries.ts'
import { dropForgotten } from './neighbour-queries.ts'
import { exchangeNeighbours, renewNeighbours } from './neighbours.ts'
import { clearDescriptions, descriptionsOf, keyOf, publishedAfter, readTexts, tellChanged } from './queries.ts'
import { Statistics } from './statistics.ts'

/** How far it has come: the stage and the last article of it, and how many articles have gone through how many stages. */
interface Rebuild {
  after: string | null
  done: number
}

/** Every story is described; then each asks what it is like, when rarities are known and all others are there; then each tells those it found. */
const stages = ['describe', 'compare', 'exchange'] as const
type Stage = (typeof stages)[number]

/** How many of so many articles are done, as far as can be said: all stages take about as long. */
export const articlesDone = (done: number): number => Math.floor(done / stages.length)

const first = '00000000-0000-0000-0000-000000000000'

/** How large a step is: so many articles at a time, for so long. Meanwhile what is published waits, and what many stories share is written once. */
export interface Steps {
  atOnce: number
  milliseconds: number
}

/** Counts of words that are remembered between steps: some 60 MB. */
const mostRemembered = 1_000_000

/**
 * All that is known of what is similar, made anew in three stages, each in the order of ids, which is about that of publication. Lists and clusters
 * stay until their stories are compared.
 */
export function openRebuild(splitterOf: SplitterOf, steps: Steps) {
  // What this process knows of words holds as long as nobody else makes a step.
  let statistics = new Statistics()
  let left: string | null = null
  return async (db: Db, { after, done }: Rebuild): Promise<Rebuild | null> => {
    if (after === null) {
      await clearDescriptions(db)
      return { after: `describe ${first}`, done: 0 }
    }
    if (left !== after || statistics.size > mostRemembered) statistics = new Statistics()
    left = null
    await openIndex(db)
    const [stage, last] = after.split(' ') as [Stage, string]
    const filing = new Filing()
    const changed: string[] = []
    const step = await inStep(db, last, steps, async articles => {
      if (stage === 'describe') await describeAll(db, articles, { splitterOf, statistics, filing })
      if (stage === 'compare') changed.push(...(await compareAll(db, articles, { statistics, filing })))
      if (stage === 'exchange') changed.push(...(await exchangeNeighbours(db, articles)))
    })
    await file(db, { counts: statistics.take(), pieces: filing.take() })
    await tellChanged(db, changed)
    const moved = done + step.articles
    if (step.last !== null) {
      left = `${stage} ${step.last}`
      return { after: left, done: moved }
    }
    const next = stages[stages.indexOf(stage) + 1]
    if (next) return { after: `${next} ${first}`, done: moved }
    await dropForgotten(db)
    return null
  }
}

/** Works on the next articles for as long as a step takes; the last of them, null when there are no more. */
async function inStep(
  db: Db,
  last: string,
  { atOnce, milliseconds }: Steps,
  work: (articles: readonly string[]) => Promise<void>
) {
  const ends = Date.now() + milliseconds
  let done = 0
  do {
    const articles = await publishedAfter(db, last, atOnce)
    if (articles.length > 0) await work(articles)
    done += articles.length
    if (articles.length < atOnce) return { last: null, articles: done }
    last = articles.at(-1)!
  } while (Date.now() < ends)
  return { last, articles: done }
}

async function describeAll(db: Db, articles: readonly string[], desk: Desk): Promise<void> {
  const known = new Map((await descriptionsOf(db, articles)).map(one => [keyOf(one), one]))
  await describe(db, await readTexts(db, articles), known, desk)
}

async function compareAll(db: Db, articles: readonly string[], memory: Memory): Promise<string[]> {
  const pairs = await compare(db, await descriptionsOf(db, articles), memory)
  const moved = await renewNeighbours(db, articles, pairs)
  return [...moved, ...(await keepCopies(db, articles, pairs, new Set(articles)))]
}
