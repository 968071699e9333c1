import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import type { State } from './bodies.ts'

/** Whether an address is free in a language for this article: neither now nor formerly another's. */
export async function slugIsFree(db: Db, slug: string, language: string, article: string): Promise<boolean> {
  const rows =
    await db.rows(sql`select 1 from editions where slug = ${slug} and language = ${language} and article_id <> ${article}::uuid
    union all select 1 from former_slugs where slug = ${slug} and language = ${language} and article_id <> ${article}::uuid`)
  return rows.length === 0
}

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
  staleBlocks: string[]
  publishedAt: string | null
  updatedAt: string
  publishAt: string | null
  unpublishAt: string | null
  withdrawnAt: string | null
  withdrawnReason: string | null
  wordCount: number
  readingMinutes: number
  revision: number
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
  revision: 'int'
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
  await db.rows(sql`insert into editions as x (article_id, language, stale_blocks, first_published_at, created_at, ${sql.raw(insertEditions.columns)})
    select e."articleId", e.language, coalesce((select array_agg(b) from json_array_elements_text(e."staleBlocks") b), '{}'),
      e."publishedAt", e."updatedAt", ${sql.raw(insertEditions.values)}
    from json_to_recordset(${JSON.stringify(editions)}::json) as e ("articleId" uuid, language text, "staleBlocks" json, ${sql.raw(insertEditions.types)})
    on conflict (article_id, language) do update set ${sql.raw(insertEditions.updates)}, stale_blocks = excluded.stale_blocks,
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
  await db.rows(sql`insert into revisions (article_id, language, number, headline, kicker, standfirst, body, byline, saved_at, saved_by)
    select "articleId", language, number, headline, kicker, standfirst, body, byline, "savedAt", 'import'
    from json_to_recordset(${JSON.stringify(revisions)}::json) as r ("articleId" uuid, language text, number int, headline text, kicker text,
      standfirst text, body jsonb, byline text, "savedAt" timestamptz) on conflict do nothing`)
}

export async function writeFormerSlugs(db: Db, article: string, language: string, slugs: string[]): Promise<void> {
  if (slugs.length === 0) return
  await db.rows(sql`insert into former_slugs (slug, language, article_id)
    select s, ${language}, ${article}::uuid from unnest(${sql.param(slugs)}::text[]) s on conflict do nothing`)
}

export interface Known {
  language: string
  revision: number
  headline: string
  standfirst: string | null
  body: unknown
  slug: string
  method: string
  ofLanguage: string | null
  ofRevision: number | null
}

/** The editions an article has already: their slugs stay, their block keys are passed on. */
export async function readEditions(db: Db, article: string): Promise<Known[]> {
  return db.rows<Known>(
    sql`select language, revision, headline, standfirst, body, slug, method,
    of_language as "ofLanguage", of_revision as "ofRevision" from editions where article_id = ${article}::uuid`
  )
}

/** An original has come after its translations: until now one of them stood in for it. */
export async function adoptTranslations(db: Db, article: string, language: string): Promise<void> {
  await db.rows(sql`update editions set method = 'human', of_language = ${language}, of_revision = 1
    where article_id = ${article}::uuid and language <> ${language}`)
}

export async function readRevision(
  db: Db,
  article: string,
  language: string,
  number: number
): Promise<State | undefined> {
  const [state] = await db.rows<State>(sql`select headline, standfirst, body from revisions
    where article_id = ${article}::uuid and language = ${language} and number = ${number}`)
  return state
}

export async function writeStale(db: Db, article: string, language: string, blocks: string[]): Promise<void> {
  await db.rows(sql`update editions set stale_blocks = ${sql.param(blocks)}::text[], version = version + 1
    where article_id = ${article}::uuid and language = ${language}`)
}
