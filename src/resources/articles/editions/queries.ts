import { sql } from 'drizzle-orm'
import { instantText } from '../../../db/cards.ts'
import type { Db } from '../../../db/client.ts'
import type { BodyNode } from '../../../lib/portable-text/model.ts'
import type { EditionRecord } from './schema.ts'

/** The words of a revision, as both the edition's own row and its revisions hold them. */
const words = [
  'headline',
  'kicker',
  'standfirst',
  'body',
  'byline',
  'seo_title',
  'seo_description',
  'method',
  'engine',
  'translator',
  'reviewer',
  'translated_at',
  'of_language',
  'of_revision'
]
const list = (prefix = '') => sql.raw(words.map(word => prefix + word).join(', '))

/** What a save writes, by column. */
export type Words = Record<string, unknown> & { headline: string; standfirst: string | null; body: BodyNode[] }

/** An edition as an address names it. */
export interface EditionKey {
  article: string
  language: string
}

/** Rows that name editions, as a table of their columns. */
const table = (rows: readonly object[]) => sql`json_populate_recordset(null::editions, ${JSON.stringify(rows)}::json)`
const named = (keys: readonly EditionKey[]) =>
  table(keys.map(({ article, language }) => ({ article_id: article, language })))

/** Articles as their editions need them, locked: writers of one story come one after the other, and all lock in the same order. */
export async function lockWorks(db: Db, articles: readonly string[]) {
  return db.rows<{ id: string; originalLanguage: string; section: string; source: string | null }>(
    sql`select id, original_language as "originalLanguage", section_id as section, source_id as source
      from articles where id = any(${sql.param([...articles])}::uuid[]) order by id for no key update`
  )
}

export async function findWork(db: Db, article: string) {
  const [work] = await db.rows<{ originalLanguage: string; section: string; source: string | null }>(
    sql`select original_language as "originalLanguage", section_id as section, source_id as source from articles where id = ${article}::uuid`
  )
  return work
}

/** An edition with its newest words. */
export async function findEdition(db: Db, article: string, language: string): Promise<EditionRecord | undefined> {
  const [edition] = await findEditions(db, [{ article, language }])
  return edition
}

/** Those of these editions that exist, by article and language. */
export async function findEditions(db: Db, keys: readonly EditionKey[]): Promise<EditionRecord[]> {
  return db.items<EditionRecord>(sql`select e.article_id as article, e.language, e.state, e.slug,
      h.headline, h.kicker, h.standfirst, json_build_object('format', 'blocks', 'blocks', h.body) as body, h.byline,
      json_build_object('title', h.seo_title, 'description', h.seo_description) as seo, e.source_id as source,
      json_build_object('method', h.method, 'engine', h.engine, 'translator', h.translator, 'reviewer', h.reviewer,
        'translatedAt', ${sql.raw(instantText('h.translated_at'))},
        'of', case when h.of_language is not null then json_build_object('language', h.of_language, 'revision', h.of_revision) end,
        'stale', cardinality(e.draft_stale_blocks) > 0, 'staleBlocks', to_json(e.draft_stale_blocks)) as translation,
      e.revision, e.head, ${sql.raw(instantText('e.first_published_at'))} as "firstPublishedAt",
      ${sql.raw(instantText('e.published_at'))} as "publishedAt", ${sql.raw(instantText('e.publish_at'))} as "publishAt",
      ${sql.raw(instantText('e.unpublish_at'))} as "unpublishAt",
      case when e.state = 'withdrawn' then json_build_object('at', ${sql.raw(instantText('e.withdrawn_at'))},
        'reason', e.withdrawn_reason, 'successor', e.successor_id) end as withdrawn,
      ${sql.raw(instantText('h.saved_at'))} as "savedAt", h.saved_by as "savedBy", h.note, e.version,
      ${sql.raw(instantText('e.created_at'))} as "createdAt", ${sql.raw(instantText('e.updated_at'))} as "updatedAt"
    from ${named(keys)} k join editions e on e.article_id = k.article_id and e.language = k.language
    join revisions h on h.article_id = e.article_id and h.language = e.language and h.number = e.head
    order by e.article_id, e.language`)
}

/** A saved body of an edition; the newest without a number. */
export async function findBody(db: Db, article: string, language: string, number: number | null) {
  const [row] = await db.rows<{ number: number; body: BodyNode[] }>(sql`select r.number, r.body from revisions r
    join editions e on e.article_id = r.article_id and e.language = r.language
    where r.article_id = ${article}::uuid and r.language = ${language} and r.number = coalesce(${number}::int, e.head)`)
  return row
}

/** A new edition, a draft with its first revision. */
export async function insertEdition(db: Db, key: { article: string; language: string }, row: Record<string, unknown>) {
  const { article, language } = key
  await db.rows(sql`insert into editions (article_id, language, slug, source_id, state, ${list()}, word_count, reading_minutes)
    select ${article}::uuid, ${language}, r.slug, r.source_id, 'draft', ${list('r.')}, r.word_count, r.reading_minutes
    from json_populate_record(null::editions, ${JSON.stringify(row)}::json) r`)
}

/** Saves words as the newest revision. */
export async function insertRevision(db: Db, article: string, language: string, row: Record<string, unknown>) {
  await db.rows(sql`insert into revisions (article_id, language, number, ${list()}, saved_by, note)
    select ${article}::uuid, ${language}, r.number, ${list('r.')}, r.saved_by, r.note
    from json_populate_record(null::revisions, ${JSON.stringify(row)}::json) r`)
}

/** The words of a saved state as its columns hold them. */
export async function findWords(db: Db, article: string, language: string, number: number): Promise<Words | undefined> {
  const [row] = await db.items<Words>(sql`select ${list('r.')} from revisions r
    where r.article_id = ${article}::uuid and r.language = ${language} and r.number = ${number}`)
  return row
}

/** Moves the head; of an edition nobody can read the row follows, a live one keeps showing what it shows. */
export async function moveHead(db: Db, article: string, language: string, row: Record<string, unknown>) {
  const follows = ['revision', ...words, 'word_count', 'reading_minutes']
  const followed = follows.map(
    name =>
      `${name} = case when e.state = 'published' then e.${name} else ${name === 'revision' ? 'r.head' : `r.${name}`} end`
  )
  await db.rows(sql`update editions e set head = r.head, slug = r.slug, source_id = r.source_id, ${sql.raw(followed.join(', '))},
      version = e.version + 1, updated_at = case when e.state = 'published' and e.slug = r.slug then e.updated_at else now() end
    from json_populate_record(null::editions, ${JSON.stringify(row)}::json) r
    where e.article_id = ${article}::uuid and e.language = ${language}`)
}

/** Keeps the address an edition leaves, if readers ever knew it. */
export async function retireSlug(db: Db, article: string, language: string, left: string) {
  await db.rows(sql`insert into former_slugs (slug, language, article_id) select ${left}, ${language}, ${article}::uuid
    from editions where article_id = ${article}::uuid and language = ${language} and first_published_at is not null on conflict do nothing`)
}

/**
 * Brings rows to their newest revision and to another state, in one statement. A plan to publish ends with it; the end of an edition that is or
 * becomes public stays, unless it has passed.
 */
export async function moveEditions(db: Db, rows: readonly Record<string, unknown>[]) {
  await db.rows(sql`update editions e set (${list()}) = (select ${list('h.')} from revisions h
      where h.article_id = e.article_id and h.language = e.language and h.number = e.head),
    revision = e.head, state = r.state, word_count = r.word_count, reading_minutes = r.reading_minutes,
    published_at = case when r.state = 'published' then case when e.state = 'published' then e.published_at else now() end else e.published_at end,
    first_published_at = case when r.state = 'published' then coalesce(e.first_published_at, now()) else e.first_published_at end,
    publish_at = null, unpublish_at = case when r.state = 'published' and e.unpublish_at > now() then e.unpublish_at end,
    withdrawn_at = case when r.state = 'withdrawn' then now() end, withdrawn_reason = r.withdrawn_reason, successor_id = r.successor_id,
    version = e.version + 1, updated_at = now()
    from ${table(rows)} r where e.article_id = r.article_id and e.language = r.language`)
}

/** What a plan would be, to the precision it is kept in, and what of it does not lie ahead or not in order, by the clock of the database. */
export async function weighPlan(db: Db, { publishAt, unpublishAt }: Plan) {
  const [plan] = await db.items<Plan & { hasBegun: boolean; hasEnded: boolean; isBackward: boolean }>(
    sql`select ${sql.raw(instantText('p.publish_at'))} as "publishAt", ${sql.raw(instantText('p.unpublish_at'))} as "unpublishAt",
      coalesce(p.publish_at <= now(), false) as "hasBegun", coalesce(p.unpublish_at <= now(), false) as "hasEnded",
      coalesce(p.unpublish_at <= p.publish_at, false) as "isBackward"
    from (select ${publishAt}::timestamptz(3) as publish_at, ${unpublishAt}::timestamptz(3) as unpublish_at) p`
  )
  return plan!
}

export interface Plan {
  publishAt: string | null
  unpublishAt: string | null
}

/** Writes the plan of an edition; what readers see of it stays as it is. */
export async function planEdition(
  db: Db,
  { article, language }: EditionKey,
  { state, publishAt, unpublishAt }: Plan & { state: string }
) {
  await db.rows(sql`update editions set state = ${state}, publish_at = ${publishAt}::timestamptz, unpublish_at = ${unpublishAt}::timestamptz,
      version = version + 1, updated_at = case when state = 'published' then updated_at else now() end
    where article_id = ${article}::uuid and language = ${language}`)
}

/**
 * Lifts what keeps a published edition from readers: embargo, end, a date to come. To the millisecond of this transaction's now and not
 * beyond, as what is rounded up to the next would not be visible yet.
 */
export async function liftHolds(db: Db, article: string, language: string) {
  await db.rows(sql`update articles set embargo_until = null where id = ${article}::uuid and embargo_until is not null`)
  await db.rows(sql`update editions set unpublish_at = null, published_at = least(published_at, date_trunc('milliseconds', now())),
      first_published_at = least(first_published_at, date_trunc('milliseconds', now()))
    where article_id = ${article}::uuid and language = ${language}
      and (unpublish_at is not null or published_at > now() or first_published_at > now())`)
}

/** Pictures that stand in the published texts are images of their articles, as readers' clients look them up there. */
export async function tieBodyImages(db: Db, uses: readonly { article: string; image: string }[]) {
  if (uses.length === 0) return
  await db.rows(sql`insert into article_images (article_id, image_id, role, position)
    select u.article, i.id, 'inline', 100 + row_number() over (partition by u.article)
    from (select distinct article, image from json_to_recordset(${JSON.stringify(uses)}::json) u (article uuid, image uuid)) u
    join images i on i.id = u.image on conflict do nothing`)
}

/** What would be orphaned without an edition: translations that any of their saved states was made from it, and releases it goes out with. */
export async function holdersOfEdition(db: Db, article: string, language: string) {
  return db.rows<{ pointer: string; detail: string }>(sql`
    select distinct '/v1/desk/articles/' || r.article_id || '/editions/' || r.language as pointer,
      format('the edition in "%s", which is translated from it', r.language) as detail
    from revisions r where r.article_id = ${article}::uuid and r.of_language = ${language} and r.language <> ${language}
    union all select '/v1/desk/releases/' || m.release_id, format('the release "%s"', l.name)
    from release_editions m join releases l on l.id = m.release_id where m.article_id = ${article}::uuid and m.language = ${language}
    order by 1`)
}

export async function deleteEdition(db: Db, article: string, language: string) {
  await db.rows(sql`delete from editions where article_id = ${article}::uuid and language = ${language}`)
}

/** Which of these images do not exist. */
export async function unknownImages(db: Db, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await db.rows<{ id: string }>(sql`select w.id from unnest(${sql.param([...ids])}::uuid[]) w (id)
    where not exists (select 1 from images i where i.id = w.id)`)
  return rows.map(row => row.id)
}
