import type { FacetKind } from '../../contract/words.ts'

/** The rules of related lists: which lists stand on a page, how they are filled, and when they hide. Pure decisions. */

/** A list longer than this is simply common: how much longer makes no difference to its rarity. */
export const commonAt = 300

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
  publishedAt: string
  shared: { kind: FacetKind; slug: string; weight: number }[]
}

export interface Reason {
  kind: string
  slug: string | null
  weight: number
}

export interface Choice {
  id: string
  pinned: boolean
  score: number
  reasons: Reason[]
}

/** One list of the page before it is filled. */
export interface Plan {
  name: string
  minimum: number
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

/** A candidate with its reasons (being in the house at all is none); the weights add up to the score, to the last digit shown. */
export function judge({ id, publishedAt, shared }: Candidate, asOf: string): Choice {
  const reasons: Reason[] = [
    ...shared
      .filter(({ kind }) => kind !== 'all')
      .map(({ kind, slug, weight }) => ({ kind, slug, weight: round(weight) })),
    { kind: 'recency', slug: null, weight: round(recency(publishedAt, asOf)) }
  ]
  return { id, pinned: false, reasons, score: round(reasons.reduce((sum, reason) => sum + reason.weight, 0)) }
}

const pin = (id: string): Choice => ({ id, pinned: true, score: 1, reasons: [{ kind: 'pin', slug: null, weight: 1 }] })

const targets = (pins: { target: string }[] = []) => pins.map(pin => pin.target)

/** The best first; equal scores by id, so that the same database gives the same answer. */
const byScore = (a: Choice, b: Choice) => b.score - a.score || (a.id < b.id ? 1 : -1)

/** What a page is filled with, and how much of it. */
export interface Page {
  limit: number
  asOf: string
  self: string
}

/**
 * Fills the lists: pins first, then in turn what is their own, each up to its minimum before any gets more, then in turn what
 * their fallbacks have left. What stands on
 * the page once never stands there again; a list that stays below its minimum is hidden and gives back what it had claimed.
 */
export function compose(
  plans: readonly Plan[],
  candidates: ReadonlyMap<string, Candidate[]>,
  pins: ReadonlyMap<string, { target: string }[]>,
  { limit, asOf, self }: Page
): Map<string, Filled> {
  const taken = new Set([self])
  const chosen = new Map<string, Choice[]>(plans.map(plan => [plan.name, []]))
  const add = (name: string, choices: Choice[], most = limit) => {
    for (const choice of choices) {
      if (chosen.get(name)!.length >= Math.min(most, limit) || taken.has(choice.id)) continue
      chosen.get(name)!.push(choice)
      taken.add(choice.id)
    }
  }
  const best = (list: string) => (candidates.get(list) ?? []).map(candidate => judge(candidate, asOf)).sort(byScore)
  const release = (name: string) => {
    for (const { id } of chosen.get(name)!.splice(0)) taken.delete(id)
  }
  for (const { name } of plans) add(name, targets(pins.get(name)).map(pin))
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

const becauseOf = (rule: string, choice: Choice): Choice => ({
  ...choice,
  reasons: [...choice.reasons, { kind: 'fallback', slug: rule, weight: 0 }]
})
