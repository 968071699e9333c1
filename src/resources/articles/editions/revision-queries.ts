import { sql } from 'drizzle-orm'
import { instantText } from '../../../db/cards.ts'
import type { Db } from '../../../db/client.ts'
import { afterPlace, type Order, ordered, placeOf, toPage } from '../../../db/keyset.ts'
import type { Place } from '../../../lib/cursor.ts'
import type { Revision, RevisionRecord } from './revision-schema.ts'

/** The order of revisions: the newest first. */
const newestFirst: Order = { by: sql`r.number`, cast: 'int', descending: true }

/** A page of the saved states of an edition, each with what it changed. */
export async function listRevisions(
  db: Db,
  { article, language }: { article: string; language: string },
  page: { limit: number; after: Place | null }
) {
  const number = sql`r.number`
  const window = { ...page, order: newestFirst }
  const rows = await db.items<Revision & { place: Place }>(sql`select r.number, r.headline, r.standfirst,
      ${sql.raw(instantText('r.saved_at'))} as "savedAt", r.saved_by as "savedBy", r.note,
      to_json(changed_blocks(r.article_id, r.language, (select max(b.number) from revisions b
        where b.article_id = r.article_id and b.language = r.language and b.number < r.number), r.number)) as changed,
      ${placeOf(newestFirst, number)} as place
    from revisions r where r.article_id = ${article}::uuid and r.language = ${language}
      ${afterPlace(window, number, 'int')}${ordered(window, number)}`)
  return toPage(rows, page.limit)
}

/** Those of these saved states that exist, by number, each whole. */
export async function findRevisions(db: Db, article: string, language: string, numbers: readonly number[]) {
  const rows =
    await db.items<RevisionRecord>(sql`select r.number, r.headline, r.kicker, r.standfirst, json_build_object('format', 'blocks', 'blocks', r.body) as body, r.byline,
      json_build_object('title', r.seo_title, 'description', r.seo_description) as seo,
      json_build_object('method', r.method, 'engine', r.engine, 'translator', r.translator, 'reviewer', r.reviewer,
        'translatedAt', ${sql.raw(instantText('r.translated_at'))},
        'of', case when r.of_language is not null then json_build_object('language', r.of_language, 'revision', r.of_revision) end) as translation,
      ${sql.raw(instantText('r.saved_at'))} as "savedAt", r.saved_by as "savedBy", r.note
    from revisions r where r.article_id = ${article}::uuid and r.language = ${language}
      and r.number = any(${sql.param([...numbers])}::int[])`)
  return new Map(rows.map(row => [row.number, row]))
}
