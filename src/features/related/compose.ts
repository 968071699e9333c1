import { RailNeeds } from './rail-needs.ts'
import { byScore, type Candidate, type Choice, isSameEvent, judge, judgeSimilar } from './rules.ts'

/** How the lists of a page are filled together. Pure decisions. */

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
  /** It stands on every page, and must not starve beside a story of its own section. */
  rail?: boolean
  /** The list that fills it when its own candidates are too few. */
  fallback: { rule: 'section' | 'latest' | 'parent'; list: string } | null
}

export interface Filled {
  status: 'ok' | 'fallback' | 'hidden'
  fallback: string | null
  items: Choice[]
}

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

const hidden: Filled = { status: 'hidden', fallback: null, items: [] }

/**
 * Fills the lists: pins first, then in turn what is their own, each up to its minimum before any gets more, then in turn what their fallbacks have
 * left. What stands on the page once never stands there again, and nobody takes from a rail what it needs to be shown; a list that stays below its
 * minimum is hidden and gives back what it had claimed. Who asks for fewer than a list needs gets those.
 */
export function compose(
  plans: readonly Plan[],
  candidates: ReadonlyMap<string, Candidate[]>,
  pins: ReadonlyMap<string, Pin[]>,
  page: Page
): Map<string, Filled> {
  const judged = new Map<string, Choice[]>()
  // A list that all there is for it would not fill claims nothing: others may need it.
  let open = plans
    .map(plan => ({ ...plan, minimum: Math.min(plan.minimum, page.limit) }))
    .filter(plan => storiesFor(plan, candidates, pins, page).size >= plan.minimum)
  for (;;) {
    const filling = new Filling(open, candidates, page, judged)
    const filled = fill(filling, open, pins, page)
    const [first] = filling.gaveBack
    if (first === undefined) return new Map(plans.map(({ name }) => [name, filled.get(name) ?? hidden]))
    // What a list gave back in the end came too late for the others: they are filled once more, as if it had never claimed anything.
    open = open.filter(({ name }) => name !== first)
  }
}

/** All that could stand in a list, were there no other. */
function storiesFor(
  { name, fallback }: Plan,
  candidates: ReadonlyMap<string, Candidate[]>,
  pins: ReadonlyMap<string, Pin[]>,
  { self }: Page
): ReadonlySet<string> {
  const found = [
    ...(pins.get(name) ?? []),
    ...(candidates.get(name) ?? []),
    ...((fallback && candidates.get(fallback.list)) ?? [])
  ]
  const stories = new Set(found.map(({ story }) => story))
  stories.delete(self)
  return stories
}

function fill(
  filling: Filling,
  plans: readonly Plan[],
  pins: ReadonlyMap<string, Pin[]>,
  page: Page
): Map<string, Filled> {
  for (const { name } of plans) filling.add(name, (pins.get(name) ?? []).map(pinned), page.limit)
  filling.settle()
  for (const plan of plans) {
    filling.add(plan.name, filling.best(plan.name), plan.minimum)
    if (!plan.fallback && filling.of(plan.name).length < plan.minimum) filling.release(plan.name)
  }
  for (const { name } of plans) filling.add(name, filling.best(name), page.limit)
  return new Map(plans.map(plan => [plan.name, finish(filling, plan, page)]))
}

/** A list as it is shown, with what its fallback gives it. */
function finish(filling: Filling, { name, minimum, fallback }: Plan, { limit }: Page): Filled {
  const own = filling.of(name).length
  if (own < minimum && fallback) {
    const because = { kind: 'fallback', slug: fallback.rule, weight: 0 }
    const others = filling.best(fallback.list).map(choice => ({ ...choice, reasons: [...choice.reasons, because] }))
    filling.add(name, others, limit)
  }
  const items = [...filling.of(name)]
  if (items.length < Math.max(1, minimum)) {
    filling.release(name)
    return hidden
  }
  const used = items.length > own ? fallback!.rule : null
  return { status: used ? 'fallback' : 'ok', fallback: used, items }
}

/** A page on its way: what each list has, and what stands on the page already. */
class Filling {
  readonly #candidates: ReadonlyMap<string, Candidate[]>
  readonly #page: Page
  readonly #taken: Set<string>
  readonly #chosen: Map<string, Choice[]>
  readonly #judged: Map<string, Choice[]>
  readonly #similar: ReadonlySet<string>
  /** The lists that had claimed something and could not be shown, in the order they gave up. */
  readonly gaveBack: string[] = []
  readonly #needs: RailNeeds

  constructor(
    plans: readonly Plan[],
    candidates: ReadonlyMap<string, Candidate[]>,
    page: Page,
    judged: Map<string, Choice[]>
  ) {
    this.#candidates = candidates
    this.#judged = judged
    this.#page = page
    this.#taken = new Set([page.self])
    this.#chosen = new Map(plans.map(({ name }) => [name, []]))
    this.#similar = new Set(plans.filter(plan => plan.similar).map(plan => plan.name))
    const storiesOf = (list: string) => new Set((candidates.get(list) ?? []).map(({ story }) => story))
    const rails = plans.filter(plan => plan.rail).map(rail => ({ ...rail, stories: storiesOf(rail.name) }))
    for (const { stories } of rails) stories.delete(page.self)
    this.#needs = new RailNeeds(rails)
  }

  of(name: string): readonly Choice[] {
    return this.#chosen.get(name)!
  }

  /** The pins stand; from here on nobody takes from a rail what it needs. */
  settle(): void {
    this.#needs.settle()
  }

  /** The candidates of a list, the best first; judged once, though asked for up to three times. */
  best(list: string): Choice[] {
    if (!this.#judged.has(list)) this.#judged.set(list, this.#judge(list))
    return this.#judged.get(list)!
  }

  #judge(list: string): Choice[] {
    const { asOf, publishedAt, variety } = this.#page
    const found = this.#candidates.get(list) ?? []
    if (!this.#similar.has(list)) return found.map(each => judge(each, asOf)).sort(byScore)
    const judged = judgeSimilar(found, publishedAt).sort(byScore)
    return variety ? varied(judged, found, this.#page) : judged
  }

  /** Puts choices on a list until it has so many. */
  add(name: string, choices: readonly Choice[], most: number): void {
    const list = this.#chosen.get(name)!
    for (const choice of choices) {
      if (list.length >= Math.min(most, this.#page.limit)) return
      if (this.#taken.has(choice.story) || (!choice.pinned && this.#needs.isReserved(name, choice.story))) continue
      list.push(choice)
      this.#taken.add(choice.story)
      this.#needs.take(name, choice.story)
    }
  }

  /** Gives back what a list has claimed. */
  release(name: string): void {
    if (this.#chosen.get(name)!.length > 0) this.gaveBack.push(name)
    const stories = this.#chosen
      .get(name)!
      .splice(0)
      .map(({ story }) => story)
    for (const story of stories) this.#taken.delete(story)
    this.#needs.giveBack(stories)
  }
}

/** Not six of one event: half the places are for its reports, the others go to the next best of something else while there is any. */
function varied(choices: Choice[], candidates: readonly Candidate[], { limit, publishedAt }: Page): Choice[] {
  const reports = new Set(candidates.filter(each => isSameEvent(each, publishedAt)).map(({ id }) => id))
  const first = choices.filter(({ id }) => reports.has(id)).slice(0, Math.ceil(limit / 2))
  const others = choices.filter(({ id }) => !reports.has(id)).slice(0, limit - first.length)
  const rest = choices.filter(choice => !first.includes(choice) && !others.includes(choice))
  return [...[...first, ...others].sort(byScore), ...rest]
}

const pinned = ({ target, story }: Pin): Choice => ({
  id: target,
  story,
  pinned: true,
  score: 1,
  reasons: [{ kind: 'pin', slug: null, weight: 1 }]
})
