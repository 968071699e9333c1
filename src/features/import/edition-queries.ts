import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'

export interface EditionRow {
  articleId: string
  language: string
  slug: string
  headline: string
  kicker: string | null
  standfirst: string | null
  body: unknown
  byline: string | null
  seoTitle: string | null
  seoDescription: string | null
  sourceId: string | null
  state: string
  method: string
  engine: string | null
  translator: string | null
  reviewer: string | null
  translatedAt: string | null
  ofLanguage: string | null
  ofRevision: number | null
  publishedAt: string | null
  updatedAt: string
  publishAt: string | null
  unpublishAt: string | null
  withdrawnAt: string | null
  withdrawnReason: string | null
  wordCount: number
  readingMinutes: number
  revision: number
  head: number
}

const editionColumns = {
  slug: 'text',
  headline: 'text',
  kicker: 'text',
  standfirst: 'text',
  body: 'jsonb',
  byline: 'text',
  seoTitle: 'text',
  seoDescription: 'text',
  sourceId: 'uuid',
  state: 'text',
  method: 'text',
  engine: 'text',
  translator: 'text',
  reviewer: 'text',
  translatedAt: 'timestamptz',
  ofLanguage: 'text',
  ofRevision: 'int',
  publishedAt: 'timestamptz',
  updatedAt: 'timestamptz',
  publishAt: 'timestamptz',
  unpublishAt: 'timestamptz',
  withdrawnAt: 'timestamptz',
  withdrawnReason: 'text',
  wordCount: 'int',
  readingMinutes: 'smallint',
  revision: 'int',
  head: 'int'
}
const snake = (name: string) => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
const names = Object.keys(editionColumns)
const insertEditions = {
  columns: names.map(snake).join(', '),
  values: names.map(name => `e."${name}"`).join(', '),
  types: Object.entries(editionColumns)
    .map(([name, type]) => `"${name}" ${type}`)
    .join(', '),
  updates: names.map(name => `${snake(name)} = excluded.${snake(name)}`).join(', ')
}

/** An edition in its present state; an existing one keeps the day it was first published and gets a new version. */
export async function writeEditions(db: Db, editions: EditionRow[]): Promise<void> {
  await db.rows(sql`insert into editions as x (article_id, language, first_published_at, created_at, ${sql.raw(insertEditions.columns)})
    select e."articleId", e.language, e."publishedAt", e."updatedAt", ${sql.raw(insertEditions.values)}
    from json_to_recordset(${JSON.stringify(editions)}::json) as e ("articleId" uuid, language text, ${sql.raw(insertEditions.types)})
    on conflict (article_id, language) do update set ${sql.raw(insertEditions.updates)}, successor_id = null,
      first_published_at = least(x.first_published_at, excluded.first_published_at), version = x.version + 1`)
}

export interface RevisionRow {
  articleId: string
  language: string
  number: number
  headline: string
  kicker: string | null
  standfirst: string | null
  body: unknown
  byline: string | null
  savedAt: string
}

export async function writeRevisions(db: Db, revisions: RevisionRow[]): Promise<void> {
  await db.rows(sql`insert into revisions (article_id, language, number, headline, kicker, standfirst, body, byline, saved_at, saved_by,
      seo_title, seo_description, method, engine, translator, reviewer, translated_at, of_language, of_revision)
    select r."articleId", r.language, r.number, r.headline, r.kicker, r.standfirst, r.body, r.byline, r."savedAt", 'import',
      e.seo_title, e.seo_description, e.method, e.engine, e.translator, e.reviewer, e.translated_at, e.of_language, e.of_revision
    from json_to_recordset(${JSON.stringify(revisions)}::json) as r ("articleId" uuid, language text, number int, headline text, kicker text,
      standfirst text, body jsonb, byline text, "savedAt" timestamptz)
    join editions e on e.article_id = r."articleId" and e.language = r.language on conflict do nothing`)
}

export async function writeFormerSlugs(db: Db, article: string, language: string, slugs: string[]): Promise<void> {
  if (slugs.length === 0) return
  await db.rows(sql`insert into former_slugs (slug, language, article_id)
    select s, ${language}, ${article}::uuid from unnest(${sql.param(slugs)}::text[]) s on conflict do nothing`)
}

export interface Known {
  articleId: string
  language: string
  revision: number
  head: number
  headline: string
  kicker: string | null
  standfirst: string | null
  body: unknown
  byline: string | null
  slug: string
  method: string
  ofLanguage: string | null
  ofRevision: number | null
  state: string
  publishedAt: Date | null
}

/** The editions articles have already: their slugs stay, their block keys are passed on. */
export async function readEditions(db: Db, articles: readonly string[]): Promise<Known[]> {
  if (articles.length === 0) return []
  return db.rows<Known>(
    sql`select article_id as "articleId", language, revision, head, headline, kicker, standfirst, body, byline, slug, method,
    of_language as "ofLanguage", of_revision as "ofRevision", state, published_at as "publishedAt" from editions where article_id = any(${sql.param([...articles])}::uuid[])`
  )
}

/** An original has come after its translations: until now one of them stood in for it. */
export async function adoptTranslations(db: Db, article: string, language: string): Promise<void> {
  await db.rows(sql`update editions set method = 'human', of_language = ${language}, of_revision = 1
    where article_id = ${article}::uuid and language <> ${language}`)
}
