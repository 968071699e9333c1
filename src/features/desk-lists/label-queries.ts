import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { merged, type Order, ordered, placeOf, toPage, type Window } from '../../db/keyset.ts'
import type { Place } from '../../lib/cursor.ts'
import type { LabelFilter, LabelTask, labelNouns } from './schema.ts'

const id = sql`p.id`

/** Labels go by the slug of what they name. */
export const labelOrder: Order = { by: sql`p.slug`, cast: 'text', descending: false }

const tables = {
  category: { noun: sql`'category'`, rows: sql`categories`, labels: sql`category_labels`, owner: sql`l.category_id` },
  topic: { noun: sql`'topic'`, rows: sql`topics`, labels: sql`topic_labels`, owner: sql`l.topic_id` }
} as const
type Noun = (typeof labelNouns)[number]

/** What of a noun has no reviewed label in the language, a walk of its slugs with one look at the labels each. */
function rangeOf(noun: Noun, { language, state }: LabelFilter): SQL {
  const { noun: name, rows, labels, owner } = tables[noun]
  const reviewed = sql`(select l.reviewed from ${labels} l where ${owner} = p.id and l.language = ${language})`
  const open = { missing: sql`is null`, unreviewed: sql`is false` }
  return sql`select p.id, p.slug, ${name}::text as noun from ${rows} p where ${reviewed} ${state ? open[state] : sql`is not true`}`
}

/** The labels of one noun of the page, all languages of each. */
const labelsOf = (noun: Noun) => {
  const { noun: name, labels, owner } = tables[noun]
  return sql`select l.language, l.label, l.reviewed from ${labels} l where p.noun = ${name} and ${owner} = p.id`
}

/** A page of the labels nobody has reviewed and of those that are missing, in one statement. */
export async function listLabels(db: Db, nouns: readonly Noun[], filter: LabelFilter, page: Omit<Window, 'order'>) {
  const window = { ...page, order: labelOrder }
  const ranges = nouns.map(noun => rangeOf(noun, filter))
  const rows = await db.items<
    LabelTask & { place: Place }
  >(sql`with page as materialized (${merged(ranges, window, id)})
    select p.noun, p.id, p.slug, ${filter.language}::text as language,
      case when w.own is null then 'missing' else 'unreviewed' end as state, w.own as label, w.others as labels,
      ${placeOf(labelOrder, id)} as place
    from page p cross join lateral (
      select max(w.label) filter (where w.language = ${filter.language}) as own,
        coalesce(json_agg(json_build_object('language', w.language, 'label', w.label, 'reviewed', w.reviewed) order by w.language)
          filter (where w.language <> ${filter.language}), '[]') as others
      from (${labelsOf('category')} union all ${labelsOf('topic')}) w) w
    where true${ordered(window, id)}`)
  return toPage(rows, page.limit)
}
