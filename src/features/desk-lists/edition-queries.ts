import { type SQL, sql } from 'drizzle-orm'
import { editionStates } from '../../contract/words.ts'
import { instantText } from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { editionKey, merged, type Order, ordered, placeOf, toPage, type Window } from '../../db/keyset.ts'
import { reachedBy, sectionsBelow } from '../../db/reach.ts'
import { refuseUnknown } from '../../db/references.ts'
import type { Place } from '../../lib/cursor.ts'
import type { Scope } from '../../lib/scope.ts'
import type { EditionFilter, QueuedEdition } from './schema.ts'

/** The key of what these lists walk: an edition, there or not. */
export const key = editionKey('p')
const updatedAt = sql`p.updated_at`

export const editionOrders: Record<string, Order> = {
  '-updatedAt': { by: updatedAt, cast: 'timestamptz', descending: true },
  updatedAt: { by: updatedAt, cast: 'timestamptz', descending: false }
}

/** What the archive holds is looked back on so far, unless it is asked for: what a list costs depends on the window and not on the archive. */
export const usualWindow = sql`now() - interval '30 days'`

/** Conditions on the article of a row `p`, as one scalar subquery: a join would have the planner read all articles first. */
export function ofArticle(grants: readonly Scope[], section: string | undefined, more: SQL = sql``): SQL {
  const reached = reachedBy(grants, {
    language: tags => sql`p.language = any(${tags})`,
    source: sql`a.source_id`,
    section: sql`a.section_id`
  })
  const conditions = [
    ...(reached ? [reached] : []),
    ...(section === undefined ? [] : [sql`a.section_id = any(${sectionsBelow([section])})`])
  ]
  if (conditions.length === 0) return more
  return sql` and (select ${sql.join(conditions, sql` and `)} from articles a where a.id = p.article_id)${more}`
}

/** An empty list by a section is worth a second look: nobody may have heard of it. */
export const refuseUnknownSection = (db: Db, key: string | undefined) =>
  refuseUnknown(db, [{ name: 'section', table: sql`categories`, key }])

/** What the lists show of an edition `e` and its newest revision `h`. */
export const editionMembers = {
  state: 'e.state',
  slug: 'e.slug',
  headline: 'h.headline',
  method: 'coalesce(h.method, e.method)',
  revision: 'e.revision',
  head: 'e.head',
  publishAt: instantText('e.publish_at'),
  updatedAt: instantText('e.updated_at')
}
const columns = Object.entries(editionMembers).map(([name, text]) => `${text} as "${name}"`)

/** A state's range; what piles up over the years only in its window. */
function rangeOf(state: (typeof editionStates)[number], { updatedAfter }: EditionFilter, where: SQL): SQL {
  const piles = state === 'published' || state === 'withdrawn'
  const from = updatedAfter ? sql`${updatedAfter}::timestamptz` : piles ? usualWindow : null
  return sql`select p.article_id, p.language, p.updated_at from editions p
    where p.state = ${state}${from ? sql` and p.updated_at > ${from}` : sql``}${where}`
}

/** A page of editions by state, in one statement: one range a state, merged. */
export async function listEditions(db: Db, grants: readonly Scope[], filter: EditionFilter, window: Window) {
  const { state, language, section } = filter
  const where = ofArticle(grants, section, language ? sql` and p.language = ${language}` : sql``)
  const ranges = editionStates.filter(one => !state || one === state).map(one => rangeOf(one, filter, where))
  const rows = await db.items<
    QueuedEdition & { place: Place }
  >(sql`with page as materialized (${merged(ranges, window, key)})
    select p.article_id as article, p.language, ${sql.raw(columns.join(', '))}, c.slug as section,
      cardinality(e.stale_blocks || e.draft_stale_blocks) > 0 as stale, ${sql.raw(instantText('e.published_at'))} as "publishedAt",
      ${sql.raw(instantText('h.saved_at'))} as "savedAt", h.saved_by as "savedBy", ${placeOf(window.order, key)} as place
    from page p join editions e on e.article_id = p.article_id and e.language = p.language
    join revisions h on h.article_id = e.article_id and h.language = e.language and h.number = e.head
    join articles a on a.id = p.article_id join categories c on c.id = a.section_id
    where true${ordered(window, key)}`)
  if (rows.length === 0 && !window.after) await refuseUnknownSection(db, section)
  return toPage(rows, window.limit)
}
