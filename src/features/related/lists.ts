import type { Static } from 'typebox'
import { groupNames, type Related } from '../../contract/article.ts'
import type { Context } from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { everything } from '../../db/postings.ts'
import { groupBy } from '../../lib/group.ts'
import { compose, type Filled, type Plan } from './compose.ts'
import { findCandidates, type Pick, readCards, readSubject, type Subject } from './queries.ts'
import type { Candidate } from './rules.ts'

/** What a reader may ask of the lists. */
export interface Asked {
  limit: number
  explain: boolean
  /** The instant freshness is measured from; later articles are left out. Null: now. */
  asOf: string | null
  /** Only these groups, and no rails; null: all lists of the page. */
  groups: readonly Group[] | null
  /** Whether one of each story and not only one event is shown. */
  variety: boolean
}

export type Group = (typeof groupNames)[number]

/** How few items of a group are still worth a heading. */
const minimums = { topic: 2, category: 3, author: 1, source: 3, similar: 2 }

/** Who claims first: what is about the same thing, then what says the same, then by the same hand, then from the same place. */
const claims = ['topic', 'similar', 'author', 'category', 'source'] as const

/** All groups and rails beside one article, without a repetition, in three statements. */
export async function relatedLists(
  db: Db,
  context: Context,
  id: string,
  asked: Asked
): Promise<Static<typeof Related>> {
  const asOf = asked.asOf ?? startOfHour(new Date())
  const subject = await readSubject(db, context, id, asked.asOf ?? new Date().toISOString())
  const language = context.reader.requested
  const plans = plansOf(subject, asked.groups)
  const picks = picksOf(subject, plans)
  const rows = await findCandidates(db, language, id, subject.publishedAt, picks, asked)
  const found = asked.variety ? rows : rows.map(row => ({ ...row, story: row.id }))
  const candidates = groupBy<Candidate & { list: string }>(found, row => row.list)
  const pins = groupBy(subject.pins, pin => pin.group)
  const { limit, variety } = asked
  const { publishedAt } = subject
  const self = variety ? subject.story : id
  const filled = compose(plans, candidates, pins, { limit, asOf, self, publishedAt, variety })
  const chosen = [...filled.values()].flatMap(list => list.items.map(item => item.id))
  const cards = await readCards(db, { ...context, reader: { ...context.reader, chain: [language] } }, chosen)
  const shown = (list: Filled) => show(list, cards, asked.explain)
  return {
    language,
    asOf,
    groups: (asked.groups ?? groupNames).map(group => ({
      group,
      minimum: minimums[group],
      ...shown(filled.get(group)!)
    })),
    rails: (asked.groups ? [] : subject.rails).map(({ category, position, minimum, slug }) => ({
      category: category as never,
      position,
      minimum,
      ...shown(filled.get(slug)!)
    }))
  }
}

/** The default moment is coarse, so that an answer and its entity tag hold for a while. */
const startOfHour = (date: Date) => `${date.toISOString().slice(0, 13)}:00:00.000Z`

const sectionList = (id: string) => `section:${id}`

/** Every posting list that feeds one of the lists or its fallback, each once per list. */
function picksOf({ facets, rails, section }: Subject, plans: readonly Plan[]): Pick[] {
  const pick = (list: string, kind: Pick['kind'], facet: string, slug: string): Pick => ({
    list,
    kind,
    facet,
    slug,
    weight: 1,
    around: false
  })
  const parents = rails.flatMap(({ fallback, parent }) => (fallback === 'parent' && parent ? [parent] : []))
  const sections = new Map([section, ...parents].map(({ id, slug }) => [id, slug]))
  const wanted = new Set(plans.flatMap(({ name, fallback }) => [name, fallback?.list]))
  // What is alike is told of the topics and authors it shares, whether those lists are wanted or not.
  const isWanted = ({ list }: Pick) => wanted.has(list) || (wanted.has('similar') && /^(topic|author)$/.test(list))
  return [
    ...facets.map(facet => ({ ...facet, list: facet.kind, around: true })),
    ...rails.flatMap(rail => [
      pick(rail.slug, 'section', rail.id, rail.slug),
      pick(rail.slug, 'category', rail.id, rail.slug)
    ]),
    ...[...sections].map(([id, slug]) => pick(sectionList(id), 'section', id, slug)),
    pick('latest', 'all', everything, 'latest')
  ].filter(isWanted)
}

function plansOf({ rails, section }: Subject, groups: readonly Group[] | null): Plan[] {
  const bySection = { rule: 'section', list: sectionList(section.id) } as const
  return [
    ...claims
      .filter(name => groups === null || groups.includes(name))
      .map(name => ({
        name,
        minimum: minimums[name],
        similar: name === 'similar',
        fallback: name === 'topic' ? bySection : null
      })),
    ...(groups ? [] : rails).map(({ slug, minimum, fallback, parent }) => ({
      name: slug,
      minimum,
      rail: true,
      fallback:
        fallback === 'latest'
          ? ({ rule: 'latest', list: 'latest' } as const)
          : fallback === 'parent' && parent
            ? ({ rule: 'parent', list: sectionList(parent.id) } as const)
            : null
    }))
  ]
}

function show({ status, fallback, items }: Filled, cards: Map<string, object>, explain: boolean) {
  const shown = items.flatMap(({ id, pinned, score, reasons }) => {
    const card = cards.get(id)
    return card ? [{ ...card, pinned, ...(explain ? { score, reasons } : {}) } as never] : []
  })
  return { status, fallback: fallback as never, items: shown }
}
