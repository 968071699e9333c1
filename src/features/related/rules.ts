import type { FacetKind } from '../../contract/words.ts'

/** The rules of related lists: which lists stand on a page, how they are filled, and when they hide. Pure decisions. */

/** A list longer than this is simply common: how much longer makes no difference to its rarity. */
export const commonAt = 300

/** What likeness weighs beside what is shared: half alike counts as much as a rare topic. */
export const likenessWeight = 12

/** How fast freshness fades: an article of this age gets half of `freshest`. */
export const halfLifeDays = 30
export const freshest = 1

/** Something the article is about or from, as one posting list. */
export interface SharedFacet {
  kind: FacetKind
  facet: string
  slug: string
  weight: number
}

export interface Candidate {
  id: string
  /** The story it is a version of, or itself: of one story one stands on a page. */
  story: string
  publishedAt: string
  shared: { kind: FacetKind; slug: string; weight: number }[]
  /** How much it says the same, from 0 to 1, less what everything in its crowd has in common. */
  likeness: number
}

export interface Reason {
  kind: string
  slug: string | null
  weight: number
}

export interface Choice {
  id: string
  story: string
  pinned: boolean
  score: number
  reasons: Reason[]
}

/** An editor's choice. */
export interface Pin {
  target: string
  story: string
}

/** One list of the page before it is filled. */
export interface Plan {
  name: string
  minimum: number
  /** The list of what is alike is judged by that. */
  similar?: boolean
  /** The list that fills it when its own candidates are too few. */
  fallback: { rule: 'section' | 'latest' | 'parent'; list: string } | null
}

export interface Filled {
  status: 'ok' | 'fallback' | 'hidden'
  fallback: string | null
  items: Choice[]
}

const round = (weight: number) => Math.round(weight * 10_000) / 10_000

/** Freshness, between 0 and `freshest`; nothing is fresher than now. */
export function recency(publishedAt: string, asOf: string): number {
  const days = Math.max(0, Date.parse(asOf) - Date.parse(publishedAt)) / 86_400_000
  return freshest / (1 + days / halfLifeDays)
}

const reasonOf = (kind: string, weight: number, slug: string | null = null): Reason => ({
  kind,
  slug,
  weight: round(weight)
})

/** The weights add up to the score, to the last digit shown. */
function choose({ id, story }: Candidate, reasons: Reason[]): Choice {
  const score = round(reasons.reduce((sum, reason) => sum + reason.weight, 0))
  return { id, story, pinned: false, reasons, score }
}

/** A candidate with its reasons; being in the house at all is none. */
export function judge(candidate: Candidate, asOf: string): Choice {
  const { publishedAt, shared, likeness } = candidate
  return choose(candidate, [
    ...shared.filter(({ kind }) => kind !== 'all').map(({ kind, slug, weight }) => reasonOf(kind, weight, slug)),
    ...(likeness > 0 ? [reasonOf('content', likeness * likenessWeight)] : []),
    reasonOf('recency', recency(publishedAt, asOf))
  ])
}

/** Topics and authors decide among stories that are about as alike: measured, more of them makes lists worse (bench/README.md). */
const sharedInSimilar = 0.06
/** How many days apart two reports of one event are at most, as a rule. */
const eventDays = 4

/**
 * What is similar, with its reasons. Nearness in time counts as far as the alike stories stand together in time: those about an event do, and
 * its reports want each other; a guide and what it goes with may lie years apart, and freshness would ruin their list.
 */
export function judgeSimilar(candidates: readonly Candidate[], publishedAt: string): Choice[] {
  const nearness = candidates.map(candidate => closeness(candidate.publishedAt, publishedAt))
  const all = candidates.reduce((sum, { likeness }) => sum + likeness, 0)
  const near = candidates.reduce((sum, { likeness }, index) => sum + likeness * nearness[index]!, 0)
  const burst = all > 0 ? near / all : 0
  return candidates.map((candidate, index) => {
    const content = candidate.likeness * likenessWeight
    return choose(candidate, [
      reasonOf('content', content),
      ...candidate.shared.map(({ kind, slug, weight }) => reasonOf(kind, weight * sharedInSimilar, slug)),
      reasonOf('time', content * 0.5 * burst * nearness[index]!)
    ])
  })
}

/** From here on a story that is near in time reports the same event. */
const sameEventAt = 0.15

const isSameEvent = ({ likeness, publishedAt }: Candidate, own: string) =>
  likeness >= sameEventAt && closeness(publishedAt, own) > 0.4

/**
 * Not six of one event: half the places are for its reports, the others go to the next best of something else while there is any.
 */
function varied(choices: Choice[], candidates: readonly Candidate[], { limit, publishedAt }: Page): Choice[] {
  const reports = new Set(candidates.filter(each => isSameEvent(each, publishedAt)).map(({ id }) => id))
  const first = choices.filter(({ id }) => reports.has(id)).slice(0, Math.ceil(limit / 2))
  const others = choices.filter(({ id }) => !reports.has(id)).slice(0, limit - first.length)
  const rest = choices.filter(choice => !first.includes(choice) && !others.includes(choice))
  return [...[...first, ...others].sort(byScore), ...rest]
}

const closeness = (one: string, other: string) =>
  Math.exp(-Math.abs(Date.parse(one) - Date.parse(other)) / 86_400_000 / eventDays)

const pin = ({ target, story }: Pin): Choice => ({
  id: target,
  story,
  pinned: true,
  score: 1,
  reasons: [{ kind: 'pin', slug: null, weight: 1 }]
})

/** The best first; equal scores by id, so that the same database gives the same answer. */
const byScore = (a: Choice, b: Choice) => b.score - a.score || (a.id < b.id ? 1 : -1)

/** What a page is filled with, and how much of it. */
export interface Page {
  limit: number
  asOf: string
  /** The story the page is about, and when it was published. */
  self: string
  publishedAt: string
  /** Whether one of each story and not only one event is shown. */
  variety: boolean
}

/**
 * Fills the lists: pins first, then in turn what is their own, each up to its minimum before any gets more, then in turn what
 * their fallbacks have left. What stands on
 * the page once never stands there again; a list that stays below its minimum is hidden and gives back what it had claimed.
 */
export function compose(
  plans: readonly Plan[],
  candidates: ReadonlyMap<string, Candidate[]>,
  pins: ReadonlyMap<string, Pin[]>,
  page: Page
): Map<string, Filled> {
  const { limit, asOf, self, publishedAt, variety } = page
  const taken = new Set([self])
  const chosen = new Map<string, Choice[]>(plans.map(plan => [plan.name, []]))
  const add = (name: string, choices: Choice[], most = limit) => {
    for (const choice of choices) {
      if (chosen.get(name)!.length >= Math.min(most, limit) || taken.has(choice.story)) continue
      chosen.get(name)!.push(choice)
      taken.add(choice.story)
    }
  }
  const similar = new Set(plans.filter(plan => plan.similar).map(plan => plan.name))
  const best = remember((list: string) => {
    const found = candidates.get(list) ?? []
    if (!similar.has(list)) return found.map(each => judge(each, asOf)).sort(byScore)
    const judged = judgeSimilar(found, publishedAt).sort(byScore)
    return variety ? varied(judged, found, page) : judged
  })
  const release = (name: string) => {
    for (const { story } of chosen.get(name)!.splice(0)) taken.delete(story)
  }
  for (const { name } of plans) add(name, (pins.get(name) ?? []).map(pin))
  for (const { name, minimum, fallback } of plans) {
    add(name, best(name), minimum)
    if (chosen.get(name)!.length < minimum && !fallback) release(name)
  }
  for (const { name } of plans) add(name, best(name))
  const filled = new Map<string, Filled>()
  for (const { name, minimum, fallback } of plans) {
    const own = chosen.get(name)!.length
    if (own < minimum && fallback)
      add(
        name,
        best(fallback.list).map(choice => becauseOf(fallback.rule, choice))
      )
    const items = chosen.get(name)!
    const enough = items.length >= Math.max(1, minimum)
    const used = enough && items.length > own ? fallback!.rule : null
    filled.set(name, {
      status: enough ? (used ? 'fallback' : 'ok') : 'hidden',
      fallback: used,
      items: enough ? [...items] : []
    })
    if (!enough) release(name)
  }
  return filled
}

/** Each list is judged once, though it is asked up to three times. */
function remember<Value>(compute: (name: string) => Value): (name: string) => Value {
  const known = new Map<string, Value>()
  return name => {
    if (!known.has(name)) known.set(name, compute(name))
    return known.get(name)!
  }
}

const becauseOf = (rule: string, choice: Choice): Choice => ({
  ...choice,
  reasons: [...choice.reasons, { kind: 'fallback', slug: rule, weight: 0 }]
})
