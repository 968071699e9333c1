import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { levels } from '../../lib/levels.ts'
import { Rejection } from './check.ts'

/** The work, as an import writes it. */
export interface WorkRow {
  id: string
  type: string
  sourceId: string | null
  origin: {
    url?: string | null
    id?: string | null
    headline?: string | null
    language?: string | null
    publishedAt?: string | null
  }
  originalLanguage: string
  sectionId: string
  urgency: number
  rights: { holder?: string | null; notice?: string | null; terms?: string | null; licence?: string | null }
  embargoUntil: string | null
  showInRelated: boolean
  commentPolicy: string
  commentsCloseAt: string | null
  createdAt: string
}

export async function writeWorks(db: Db, works: readonly WorkRow[]): Promise<void> {
  if (works.length === 0) return
  await db.rows(sql`insert into articles as a (id, type, source_id, origin_url, origin_id, origin_headline, origin_language, origin_published_at,
      original_language, section_id, urgency, rights_holder, rights_notice, rights_terms, rights_licence, embargo_until, show_in_related,
      comment_policy, comments_close_at, created_at, updated_at)
    select id, type, "sourceId", origin->>'url', origin->>'id', origin->>'headline', origin->>'language', (origin->>'publishedAt')::timestamptz,
      "originalLanguage", "sectionId", urgency, rights->>'holder', rights->>'notice', rights->>'terms', rights->>'licence', "embargoUntil",
      "showInRelated", "commentPolicy", "commentsCloseAt", "createdAt", "createdAt"
    from json_to_recordset(${JSON.stringify(works)}::json) as w (id uuid, type text, "sourceId" uuid, origin json, "originalLanguage" text,
      "sectionId" uuid, urgency smallint, rights json, "embargoUntil" timestamptz, "showInRelated" boolean, "commentPolicy" text,
      "commentsCloseAt" timestamptz, "createdAt" timestamptz)
    on conflict (id) do update set type = excluded.type, source_id = excluded.source_id, origin_url = excluded.origin_url,
      origin_id = excluded.origin_id, origin_headline = excluded.origin_headline, origin_language = excluded.origin_language,
      origin_published_at = excluded.origin_published_at, original_language = excluded.original_language, section_id = excluded.section_id,
      urgency = excluded.urgency, rights_holder = excluded.rights_holder, rights_notice = excluded.rights_notice,
      rights_terms = excluded.rights_terms, rights_licence = excluded.rights_licence, embargo_until = excluded.embargo_until,
      show_in_related = excluded.show_in_related, comment_policy = excluded.comment_policy,
      comments_close_at = excluded.comments_close_at, version = a.version + 1, updated_at = now()`)
}

export interface Ties {
  article: string
  categories: string[]
  topics: { id: string; weight: number }[]
  authors: { id: string; role: string }[]
  images: { id: string; role: string }[]
}

/** Takes away what hangs on these works. */
export async function clearTies(db: Db, articles: readonly string[]): Promise<void> {
  if (articles.length === 0) return
  const ids = sql`any(${sql.param([...articles])}::uuid[])`
  await db.rows(sql`with c as (delete from article_categories where article_id = ${ids}),
    t as (delete from article_topics where article_id = ${ids}),
    a as (delete from article_authors where article_id = ${ids})
    delete from article_images where article_id = ${ids}`)
}

/** What hangs on works, united with what hangs there already; each work stands in the list once. */
export async function writeTies(db: Db, ties: readonly Ties[]): Promise<void> {
  if (ties.length === 0) return
  await db.rows(sql`with t as materialized (
      select * from json_to_recordset(${JSON.stringify(ties)}::json) as t (article uuid, categories json, topics json, authors json, images json)),
    c as (insert into article_categories (article_id, category_id, position)
      select article, value::uuid, n from t, json_array_elements_text(categories) with ordinality as x (value, n) on conflict do nothing),
    o as (insert into article_topics (article_id, topic_id, weight, position)
      select article, (value->>'id')::uuid, (value->>'weight')::real, n from t, json_array_elements(topics) with ordinality as x (value, n) on conflict do nothing),
    a as (insert into article_authors (article_id, author_id, role, position)
      select article, (value->>'id')::uuid, value->>'role', n from t, json_array_elements(authors) with ordinality as x (value, n) on conflict do nothing)
    insert into article_images (article_id, image_id, role, position)
      select article, (value->>'id')::uuid,
        case when value->>'role' = 'lead' and exists (select 1 from article_images i where i.article_id = article and i.role = 'lead') then 'inline' else value->>'role' end, n
      from t, json_array_elements(images) with ordinality as x (value, n) on conflict do nothing`)
}

export interface CaptionRow {
  id: string
  imageId: string
  articleId: string | null
  language: string
  text: string
  alt: string | null
  /** The language of the caption it was translated from; linked when that caption exists. */
  from: string | null
  method: string
  engine: string | null
  reviewer: string | null
  at: string
}

const placeOf = (caption: CaptionRow, language: string) => `${caption.imageId} ${caption.articleId} ${language}`

/**
 * Captions, each after the one it was translated from, so that pairs can be tied; a translation whose original was never written counts
 * as original. Each half of the look is one probe of an index: in one condition, the planner reads the whole table instead.
 */
export async function writeCaptions(db: Db, captions: CaptionRow[]): Promise<void> {
  const ordered = levels(
    captions,
    caption => placeOf(caption, caption.language),
    caption => (caption.from ? placeOf(caption, caption.from) : null)
  )
  if (!ordered) throw new Rejection('Captions are translated from each other in a circle.', '/captions')
  for (const rows of ordered) {
    await db.rows(sql`insert into captions as c (id, image_id, article_id, language, text, alt, translated_from, method, engine, reviewer, created_at, updated_at)
      select k.id, k."imageId", k."articleId", k.language, k.text, k.alt, o.id, case when o.id is null then 'original' else k.method end,
        k.engine, k.reviewer, k.at, k.at
      from json_to_recordset(${JSON.stringify(rows)}::json) as k (id uuid, "imageId" uuid, "articleId" uuid, language text, text text, alt text,
        "from" text, method text, engine text, reviewer text, at timestamptz)
      left join lateral (
        select id from captions where article_id = k."articleId" and image_id = k."imageId" and language = k."from"
        union all
        select id from captions where k."articleId" is null and article_id is null and image_id = k."imageId" and language = k."from"
      ) o on true
      on conflict (image_id, article_id, language) do update set text = excluded.text, alt = excluded.alt,
        translated_from = excluded.translated_from, method = excluded.method, engine = excluded.engine, reviewer = excluded.reviewer,
        version = c.version + 1, updated_at = excluded.updated_at
      where (c.text, c.alt, c.translated_from, c.method, c.engine, c.reviewer)
        is distinct from (excluded.text, excluded.alt, excluded.translated_from, excluded.method, excluded.engine, excluded.reviewer)`)
  }
}

export interface CorrectionRow {
  id: string
  at: string
  texts: Record<string, string>
}

/** Corrections of an article with their words; a language one no longer has is gone, a correction that is not named stays. */
export async function writeCorrections(db: Db, article: string, corrections: readonly CorrectionRow[]): Promise<void> {
  if (corrections.length === 0) return
  const given = JSON.stringify(
    corrections.flatMap(({ id, at, texts }) =>
      Object.entries(texts).map(([language, text]) => ({ id, at, language, text }))
    )
  )
  const rows = sql`json_to_recordset(${given}::json) as k (id uuid, at timestamptz, language text, text text)`
  await db.rows(sql`insert into corrections (id, article_id, at) select distinct k.id, ${article}::uuid, k.at from ${rows}
    on conflict (id) do nothing`)
  await db.rows(sql`delete from correction_texts t where t.correction_id in (select k.id from ${rows})
    and (t.correction_id, t.language) not in (select k.id, k.language from ${rows})`)
  await db.rows(sql`insert into correction_texts as t (correction_id, language, text) select k.id, k.language, k.text from ${rows}
    on conflict (correction_id, language) do update set text = excluded.text where t.text <> excluded.text`)
}

export async function writeSuccessor(db: Db, article: string, language: string, successor: string): Promise<void> {
  await db.rows(
    sql`update editions set successor_id = ${successor}::uuid where article_id = ${article}::uuid and language = ${language}`
  )
}

export async function writeComment(db: Db, comment: Record<string, unknown>): Promise<void> {
  await db.rows(sql`insert into comments (id, article_id, language, author_name, body, state, likes, parent_id, created_at, updated_at, edited_at)
    select id, article, language, author, body, state, likes, parent, at, coalesce(edited, at), edited
    from json_to_record(${JSON.stringify(comment)}::json) as c (id uuid, article uuid, language text, author text, body text, state text,
      likes int, parent uuid, at timestamptz, edited timestamptz)
    on conflict (id) do update set body = excluded.body, state = excluded.state, likes = excluded.likes, edited_at = excluded.edited_at,
      version = comments.version + 1, updated_at = now()`)
}

export async function writePin(db: Db, pin: Record<string, unknown>): Promise<void> {
  await db.rows(sql`insert into pins (id, article_id, "group", target_id, position, starts_at, ends_at)
    select id, article, "group", target, position, starts, ends from json_to_record(${JSON.stringify(pin)}::json)
      as p (id uuid, article uuid, "group" text, target uuid, position smallint, starts timestamptz, ends timestamptz)
    on conflict (id) do update set position = excluded.position, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
      version = pins.version + 1, updated_at = now()`)
}
