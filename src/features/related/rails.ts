import { everything } from '../../db/postings.ts'
import type { Plan } from './compose.ts'
import type { Pick } from './queries.ts'
import type { HouseRail } from './rail-queries.ts'

/** The rails of the house as lists of a page: what feeds them and what fills them up. */

/** The posting list of a section that fills another list up, beside the lists of the page. */
export const sectionList = (id: string) => `section:${id}`

const pick = (list: string, kind: Pick['kind'], facet: string, slug: string): Pick => ({
  list,
  kind,
  facet,
  slug,
  weight: 1,
  around: false
})

/** Every posting list that feeds a rail or its fallback, and of further sections that do; each once. */
export function railPicks(rails: readonly HouseRail[], further: { id: string; slug: string }[] = []): Pick[] {
  const parents = rails.flatMap(({ fallback, parent }) => (fallback === 'parent' && parent ? [parent] : []))
  const sections = new Map([...further, ...parents].map(({ id, slug }) => [id, slug]))
  return [
    ...rails.flatMap(rail => [
      pick(rail.slug, 'section', rail.id, rail.slug),
      pick(rail.slug, 'category', rail.id, rail.slug)
    ]),
    ...[...sections].map(([id, slug]) => pick(sectionList(id), 'section', id, slug)),
    pick('latest', 'all', everything, 'latest')
  ]
}

export const railPlans = (rails: readonly HouseRail[]): Plan[] =>
  rails.map(({ slug, minimum, fallback, parent }) => ({
    name: slug,
    minimum,
    rail: true,
    fallback:
      fallback === 'latest'
        ? { rule: 'latest', list: 'latest' }
        : fallback === 'parent' && parent
          ? { rule: 'parent', list: sectionList(parent.id) }
          : null
  }))
