import type { FacetKind } from '../../contract/words.ts'

/** The rules of related lists: why one story is beside another, and how much. Pure decisions; `compose` fills the page. */

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

/**
 * A shared topic makes what is alike count for more, the rarer by far the more (its weight squared): added up, the coarse tags of a site with few
 * outweighed what stories say (0.487 nDCG instead of 0.513 on one site's links), and shared authors made every list worse.
 */
const topicInSimilar = 0.03
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
      ...candidate.shared.map(({ kind, slug, weight }) => reasonOf(kind, content * weight ** 2 * topicInSimilar, slug)),
      reasonOf('time', content * 0.5 * burst * nearness[index]!)
    ])
  })
}

/** From here on a story that is near in time reports the same event. */
const sameEventAt = 0.15

export const isSameEvent = ({ likeness, publishedAt }: Candidate, own: string) =>
  likeness >= sameEventAt && closeness(publishedAt, own) > 0.4

const closeness = (one: string, other: string) =>
  Math.exp(-Math.abs(Date.parse(one) - Date.parse(other)) / 86_400_000 / eventDays)

/** The best first; equal scores by id, so that the same database gives the same answer. */
export const byScore = (a: Choice, b: Choice) => b.score - a.score || (a.id < b.id ? 1 : -1)
