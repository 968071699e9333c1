import type { FrontPage } from '../../contract/front-page.ts'
import type { Context } from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { everything } from '../../db/postings.ts'
import { groupBy } from '../../lib/group.ts'
import { show, startOfHour } from './lists.ts'
import { findCandidates, readCards } from './queries.ts'
import { readFront } from './rail-queries.ts'
import { railPicks, railPlans } from './rails.ts'
import { type Candidate, compose, type Filled } from './rules.ts'

/** How few are still worth a heading. */
const minimums = { picks: 1, mostViewed: 3 }

/** Of no article: nothing is left out, and nothing is alike. */
const nobody = everything

/** The rails of a front page with the editors' picks and what is most viewed, without a repetition, in three statements. */
export async function frontPage(db: Db, context: Context, limit: number): Promise<FrontPage> {
  const now = new Date()
  const asOf = startOfHour(now)
  const language = context.reader.requested
  const { rails, pins, hot } = await readFront(db, context, now.toISOString())
  const rows = await findCandidates(db, language, nobody, asOf, railPicks(rails), null)
  const candidates = groupBy<Candidate & { list: string }>(rows, row => row.list)
  // What is most viewed has its order already and takes its places as pins do, after all pins and before the rails fill.
  const given = groupBy([...pins, ...hot.map(each => ({ ...each, group: 'mostViewed' }))], pin => pin.group)
  const plans = [
    { name: 'picks', minimum: minimums.picks, fallback: null },
    ...railPlans(rails),
    { name: 'mostViewed', minimum: minimums.mostViewed, fallback: null }
  ]
  const filled = compose(plans, candidates, given, { limit, asOf, self: nobody, publishedAt: asOf })
  const chosen = [...filled.values()].flatMap(list => list.items.map(item => item.id))
  const cards = await readCards(db, { ...context, reader: { ...context.reader, chain: [language] } }, chosen)
  const front = (name: keyof typeof minimums) => {
    const { status, items } = filled.get(name)!
    const unpinned = items.map(item => ({ ...item, pinned: name === 'picks' }))
    return { status: status as 'ok' | 'hidden', minimum: minimums[name], items: shown({ status, fallback: null, items: unpinned }).items }
  }
  const shown = (list: Filled) => show(list, cards, false)
  return {
    language,
    asOf,
    picks: front('picks'),
    rails: rails.map(({ category, position, minimum, slug }) => ({
      category: category as never,
      position,
      minimum,
      ...shown(filled.get(slug)!)
    })),
    mostViewed: front('mostViewed')
  }
}
