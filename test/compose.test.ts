import fc from 'fast-check'
import t from 'tap'
import { compose, type Filled, type Pin, type Plan } from '../src/features/related/compose.ts'
import type { Candidate } from '../src/features/related/rules.ts'
import { runs } from './stories.ts'

/** However a page is made up, these hold. */

t.setTimeout(170_000)

const self = 'story-0'
const asOf = '2026-10-01T00:00:00.000Z'
const groups = ['topic', 'similar', 'author']
const rails = ['first', 'second', 'third']
const spare = 'latest'

interface Case {
  plans: Plan[]
  candidates: Map<string, Candidate[]>
  pins: Map<string, Pin[]>
  page: { limit: number; asOf: string; self: string; publishedAt: string; variety: boolean }
}

/** Sixteen articles, some of them copies of one story; everything about an article is the same in every list. */
const archive = fc.array(
  fc.record({
    story: fc.integer({ min: 0, max: 11 }).map(n => `story-${n}`),
    day: fc.integer({ min: 1, max: 30 }),
    likeness: fc.constantFrom(0, 0.1, 0.2, 0.5),
    weight: fc.constantFrom(0.5, 1, 3)
  }),
  { minLength: 16, maxLength: 16 }
)

const listed = fc.subarray([...Array(16).keys()])
const plansOf = fc
  .tuple(
    fc.subarray(groups),
    fc.subarray(rails),
    fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.boolean()), { minLength: 6, maxLength: 6 })
  )
  .map(([somegroups, somerails, ways]): Plan[] =>
    [...somegroups, ...somerails].map((name, n) => ({
      name,
      minimum: ways[n]![0],
      similar: name === 'similar',
      rail: rails.includes(name),
      fallback: ways[n]![1] ? { rule: 'latest', list: spare } : null
    }))
  )

const pages: fc.Arbitrary<Case> = fc
  .record({
    archive,
    plans: plansOf,
    lists: fc.array(listed, { minLength: 7, maxLength: 7 }),
    pinned: fc.array(fc.tuple(fc.constantFrom(...groups, ...rails), fc.integer({ min: 0, max: 15 })), { maxLength: 4 }),
    limit: fc.integer({ min: 1, max: 5 }),
    variety: fc.boolean()
  })
  .map(({ archive, plans, lists, pinned, limit, variety }) => {
    const articles = archive.map(({ story, day, likeness, weight }, n): Candidate => {
      const publishedAt = new Date(Date.UTC(2026, 8, day)).toISOString()
      return { id: `article-${n}`, story, publishedAt, likeness, shared: [{ kind: 'topic', slug: 'x', weight }] }
    })
    const names = [...groups, ...rails, spare]
    const pins = new Map<string, Pin[]>()
    for (const [list, n] of pinned) {
      const { id: target, story } = articles[n]!
      pins.set(list, [...(pins.get(list) ?? []), { target, story }])
    }
    return {
      plans,
      candidates: new Map(names.map((name, n) => [name, lists[n]!.map(index => articles[index]!)])),
      pins,
      page: { limit, asOf, self, publishedAt: asOf, variety }
    }
  })

const filledOf = ({ plans, candidates, pins, page }: Case) => compose(plans, candidates, pins, page)
const shownOn = (filled: Map<string, Filled>) => [...filled.values()].flatMap(({ items }) => items)
const storiesIn = (candidates: readonly Candidate[] = []) =>
  new Set(candidates.map(({ story }) => story).filter(story => story !== self))

const holds = (what: string, property: (page: Case, filled: Map<string, Filled>) => unknown) =>
  t.test(what, async () => {
    fc.assert(
      fc.property(pages, page => {
        const outcome = property(page, filledOf(page))
        if (outcome === false) throw new Error(what)
      }),
      runs(2_000)
    )
  })

holds('no story stands twice on a page, nor the one the page is about', (_, filled) => {
  const stories = shownOn(filled).map(({ story }) => story)
  return new Set(stories).size === stories.length && !stories.includes(self)
})

holds('a list is hidden, or has as many as it needs and no more than were asked for', ({ plans, page }, filled) =>
  plans.every(({ name, minimum }) => {
    const { status, items } = filled.get(name)!
    const enough = Math.max(1, Math.min(minimum, page.limit))
    return status === 'hidden' ? items.length === 0 : items.length >= enough && items.length <= page.limit
  })
)

holds('what stands in a list was found for it, is pinned to it or fills it up, and says so', (given, filled) =>
  given.plans.every(({ name, fallback }) => {
    const { status, fallback: used, items } = filled.get(name)!
    const has = (list: string, id: string) => given.candidates.get(list)!.some(each => each.id === id)
    const filling = items.filter(({ reasons }) => reasons.some(({ kind }) => kind === 'fallback'))
    return (
      (status === 'fallback') === filling.length > 0 &&
      (used !== null) === (status === 'fallback') &&
      items.every(({ id, pinned }) =>
        pinned
          ? given.pins.get(name)!.some(pin => pin.target === id)
          : has(name, id) || (fallback !== null && has(fallback.list, id))
      )
    )
  })
)

holds('pins come first, all that are not pinned higher up, as many as fit', ({ plans, pins, page }, filled) => {
  const taken = new Set([self])
  return plans.every(({ name }) => {
    const { status, items } = filled.get(name)!
    if (status === 'hidden') return true
    const wanted = (pins.get(name) ?? []).filter(({ story }) => !taken.has(story)).map(({ story }) => story)
    const placed = [...new Set(wanted)].slice(0, page.limit)
    for (const story of placed) taken.add(story)
    const shown = items.filter(({ pinned }) => pinned)
    const first = items.slice(0, shown.length).every(({ pinned }) => pinned)
    return first && JSON.stringify(shown.map(({ story }) => story)) === JSON.stringify(placed)
  })
})

holds('the weights of the reasons add up to the score', (_, filled) =>
  shownOn(filled).every(({ score, reasons }) => {
    const sum = reasons.reduce((total, { weight }) => total + weight, 0)
    return Math.abs(sum - score) < 1e-9
  })
)

holds('the same is answered to the same, in whatever order it was found', (given, filled) => {
  const turned = new Map([...given.candidates].map(([name, found]) => [name, [...found].reverse()]))
  const again = filledOf({ ...given, candidates: turned })
  return JSON.stringify([...again]) === JSON.stringify([...filled])
})

holds('what a list has room for stands somewhere on the page', (given, filled) => {
  const shown = new Set(shownOn(filled).map(({ story }) => story))
  return given.plans.every(({ name }) => {
    const { status, items } = filled.get(name)!
    const left = [...storiesIn(given.candidates.get(name))].filter(story => !shown.has(story))
    return status === 'hidden' || items.length === given.page.limit || left.length === 0
  })
})

/** Stories that only this rail could show, and that no editor has put elsewhere. */
function ownOf({ plans, candidates, pins }: Case, rail: string): number {
  const others = plans.filter(plan => plan.rail && plan.name !== rail)
  const elsewhere = new Set([
    ...others.flatMap(({ name }) => [...storiesIn(candidates.get(name))]),
    ...[...pins.values()].flat().map(({ story }) => story)
  ])
  return [...storiesIn(candidates.get(rail))].filter(story => !elsewhere.has(story)).length
}

holds('a rail that has enough of its own is shown, whatever else wants it', (given, filled) =>
  given.plans.every(
    ({ name, rail, minimum }) =>
      !rail || minimum === 0 || ownOf(given, name) < minimum || filled.get(name)!.status !== 'hidden'
  )
)

holds('the first rail is shown when it could be filled, though the next one wants the same', (given, filled) => {
  const rail = given.plans.find(plan => plan.rail)
  if (!rail || rail.minimum === 0 || given.pins.size > 0) return true
  return storiesIn(given.candidates.get(rail.name)).size < rail.minimum || filled.get(rail.name)!.status === 'ok'
})

t.test('who gave up for want of what another list gives back is filled after all', async t => {
  const story = (n: number): Candidate => ({
    id: `article-${n}`,
    story: `story-${n}`,
    publishedAt: asOf,
    likeness: 0,
    shared: [{ kind: 'topic', slug: 'x', weight: 1 }]
  })
  const filled = compose(
    [
      { name: 'topic', minimum: 3, fallback: { rule: 'latest', list: spare } },
      { name: 'similar', minimum: 2, similar: true, fallback: null }
    ],
    new Map([
      ['topic', [story(2)]],
      ['similar', [story(3), story(2), story(1)]]
    ]),
    new Map([['topic', [{ target: 'article-3', story: 'story-3' }]]]),
    { limit: 3, asOf, self, publishedAt: asOf, variety: false }
  )
  t.same(
    [...filled].map(([name, { status, items }]) => [name, status, items.length]),
    [
      ['topic', 'hidden', 0],
      ['similar', 'ok', 3]
    ]
  )
})

t.test('one more candidate never empties the list it is for', async () => {
  const more = fc.tuple(pages, fc.constantFrom(...groups, ...rails), fc.integer({ min: 0, max: 11 }))
  fc.assert(
    fc.property(more, ([given, name, story]) => {
      const plan = given.plans.find(plan => plan.name === name)
      if (!plan || filledOf(given).get(name)!.status === 'hidden') return
      const added: Candidate = {
        id: 'article-more',
        story: `story-${story}`,
        publishedAt: asOf,
        likeness: 0.3,
        shared: [{ kind: 'topic', slug: 'x', weight: 2 }]
      }
      const candidates = new Map(given.candidates).set(name, [...given.candidates.get(name)!, added])
      if (filledOf({ ...given, candidates }).get(name)!.status === 'hidden') throw new Error(`${name} is hidden`)
    }),
    runs(2_000)
  )
})
