import type { FrontPage } from '../../contract/front-page.ts'
import type { Context } from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { everything } from '../../db/postings.ts'
import { groupBy } from '../../lib/group.ts'
import { compose, type Filled, type Pin, type Plan } from '../related/compose.ts'
import { show, startOfHour } from '../related/lists.ts'
import { findCandidates, readCards } from '../related/queries.ts'
import { railPicks, railPlans } from '../related/rails.ts'
import type { Candidate } from '../related/rules.ts'
import { readFront } from './queries.ts'

/** What a reader may ask of a front page. */
export interface Asked {
  limit: number
  explain: boolean
  /** The instant of the page; later articles are left out. Null: now. What is most viewed is always of now. */
  asOf: string | null
}

/** How few are still worth a heading. */
const minimums = { picks: 1, mostViewed: 3 }

/** Of no article: nothing is left out, and nothing is alike. */
const nobody = everything

/** The rails of a front page with the editors' picks and what is most viewed, without a repetition, in three statements. */
export async function frontPage(db: Db, context: Context, { limit, explain, asOf: wanted }: Asked): Promise<FrontPage> {
  const now = new Date()
  const asOf = wanted ?? startOfHour(now)
  const language = context.reader.requested
  const { rails, pins, hot } = await readFront(db, context, wanted ?? now.toISOString())
  const found = await findCandidates(db, language, nobody, asOf, railPicks(rails), { asOf: wanted, limit })
  const candidates = new Map<string, Candidate[]>([...found, ['mostViewed', inOrder(hot, asOf)]])
  const plans: Plan[] = [
    { name: 'picks', minimum: minimums.picks, fallback: null },
    { name: 'mostViewed', minimum: minimums.mostViewed, fallback: null },
    ...railPlans(rails)
  ]
  const page = { limit, asOf, self: nobody, publishedAt: asOf, variety: true }
  const pinned = groupBy(pins, pin => pin.group)
  const filled = compose(plans, candidates, pinned, page)
  const chosen = [...filled.values()].flatMap(list => list.items.map(item => item.id))
  const cards = await readCards(db, { ...context, reader: { ...context.reader, chain: [language] } }, chosen)
  const shown = (name: string) =>
    show(name === 'mostViewed' ? viewed(filled.get(name)!) : filled.get(name)!, cards, explain)
  const front = (name: keyof typeof minimums) => {
    const { status, items } = shown(name)
    return { status: status as 'ok' | 'hidden', minimum: minimums[name], items }
  }
  return {
    language,
    asOf,
    picks: front('picks'),
    rails: rails.map(({ category, position, minimum, slug }) => ({
      category: category as never,
      position,
      minimum,
      ...shown(slug)
    })),
    mostViewed: front('mostViewed')
  }
}

/** What is most viewed stands there for that alone. */
const viewed = (list: Filled): Filled => ({
  ...list,
  items: list.items.map(item => ({ ...item, reasons: [{ kind: 'views', slug: null, weight: item.score }] }))
})

/** What is most viewed has its order already: each weighs so much more than the next that nothing else decides. */
const inOrder = (hot: Pin[], asOf: string): Candidate[] =>
  hot.map(({ target, story }, index) => ({
    id: target,
    story,
    publishedAt: asOf,
    shared: [],
    likeness: hot.length - index
  }))
