import { type SQL, sql } from 'drizzle-orm'
import { instantText } from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { merged, type Order, ordered, placeOf, toPage, type Window } from '../../db/keyset.ts'
import { everything } from '../../db/postings.ts'
import { idOf } from '../../db/references.ts'
import type { Place } from '../../lib/cursor.ts'
import { reaches, type Scope } from '../../lib/scope.ts'
import { editionMembers, key, ofArticle, refuseUnknownSection, usualWindow } from './edition-queries.ts'
import type { TranslationFilter, TranslationTask } from './schema.ts'

const since = sql`p.since`

export const translationOrders: Record<string, Order> = {
  '-since': { by: since, cast: 'timestamptz', descending: true },
  since: { by: since, cast: 'timestamptz', descending: false }
}

/**
 * The visible originals in one language, by publication, that have no published edition in another: a range of a posting list in a window.
 * What is asked of each row are scalar subqueries, as an `exists` makes the planner read the whole list before its first row.
 */
function missingFrom(original: string, into: string, { section, publishedAfter }: TranslationFilter, where: SQL): SQL {
  const [kind, facet] = section
    ? [sql`'section'`, idOf(sql`categories`, section)]
    : [sql`'all'`, sql`${everything}::uuid`]
  const from = publishedAfter ? sql`${publishedAfter}::timestamptz` : usualWindow
  return sql`select p.article_id, p.language, p.original_language, p.since from (
      select v.article_id, ${into}::text as language, v.language as original_language, v.published_at as since from visible_postings v
      where v.kind = ${kind} and v.facet = ${facet} and v.language = ${original} and v.original and v.published_at > ${from}) p
    where (select true from editions x where x.article_id = p.article_id and x.language = ${into} and x.state = 'published') is null${where}`
}

/** The translations into one language whose originals say something else by now. */
const staleIn = (language: string, { publishedAfter }: TranslationFilter, where: SQL): SQL =>
  sql`select p.article_id, p.language, p.original_language, p.since from (
      select e.article_id, e.language, e.of_language as original_language, e.stale_since as since from editions e
      where e.stale_since is not null and e.language = ${language}) p
    where true${
      publishedAfter
        ? sql` and (select o.published_at > ${publishedAfter}::timestamptz from editions o
            where o.article_id = p.article_id and o.language = p.original_language)`
        : sql``
    }${where}`

const edition = Object.entries(editionMembers).flatMap(([name, text]) => [`'${name}'`, text])

const columns = sql.raw(`p.article_id as article, p.language, ${instantText('p.since')} as since, c.slug as section,
  json_build_object('language', o.language, 'slug', o.slug, 'headline', o.headline, 'publishedAt', ${instantText('o.published_at')}) as original,
  case when e.article_id is not null then json_build_object(${edition.join(', ')}) end as edition,
  to_json(coalesce(e.stale_blocks, '{}')) as "staleBlocks", to_json(coalesce(e.draft_stale_blocks, '{}')) as "draftStaleBlocks"`)

/** A page of missing or of stale translations, in one statement: one range a language, merged. `languages` are those of the house. */
export async function listTranslations(
  db: Db,
  grants: readonly Scope[],
  { filter, languages }: { filter: TranslationFilter; languages: readonly string[] },
  window: Window
) {
  const { state, language, section } = filter
  const wanted = languages.filter(tag => (!language || tag === language) && reaches(grants, { language: tag }))
  const ranges = wanted.flatMap(into =>
    state === 'stale'
      ? [staleIn(into, filter, ofArticle(grants, section))]
      : languages
          .filter(tag => tag !== into)
          .map(original => missingFrom(original, into, filter, ofArticle(grants, undefined)))
  )
  if (ranges.length === 0) return { items: [], next: null }
  const rows = await db.items<
    TranslationTask & { place: Place }
  >(sql`with page as materialized (${merged(ranges, window, key)})
    select ${columns}, ${state}::text as state, ${placeOf(window.order, key)} as place
    from page p join articles a on a.id = p.article_id join categories c on c.id = a.section_id
    join editions o on o.article_id = p.article_id and o.language = p.original_language
    left join editions e on e.article_id = p.article_id and e.language = p.language
    left join revisions h on h.article_id = e.article_id and h.language = e.language and h.number = e.head
    where true${ordered(window, key)}`)
  if (rows.length === 0 && !window.after) await refuseUnknownSection(db, section)
  return toPage(rows, window.limit)
}
