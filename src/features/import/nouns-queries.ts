import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'

/** Rows of the small nouns, written as sets. Every function can be repeated. */

type Named = 'sources' | 'authors' | 'categories' | 'topics'

const tables: Record<Named, { table: SQL; names: SQL; owner: SQL; word: SQL }> = {
  sources: { table: sql`sources`, names: sql`source_names`, owner: sql`source_id`, word: sql`name` },
  authors: { table: sql`authors`, names: sql`author_texts`, owner: sql`author_id`, word: sql`name` },
  categories: { table: sql`categories`, names: sql`category_labels`, owner: sql`category_id`, word: sql`label` },
  topics: { table: sql`topics`, names: sql`topic_labels`, owner: sql`topic_id`, word: sql`label` }
}

export async function idBySlug(db: Db, noun: Named, slug: string): Promise<string | undefined> {
  const [row] = await db.rows<{ id: string }>(sql`select id from ${tables[noun].table} where slug = ${slug}`)
  return row?.id
}

/** Inserts a row under the first free slug of slug, slug-2, … */
export async function insertNamed(db: Db, noun: Named, id: string, slug: string, values: Record<string, unknown>) {
  for (let number = 1; ; number++) {
    const free = number === 1 ? slug : `${slug}-${number}`
    const { columns, list } = split({ id, slug: free, ...values })
    const rows = await db.rows(
      sql`insert into ${tables[noun].table} (${columns}) values (${list}) on conflict (slug) do nothing returning id`
    )
    if (rows.length > 0) return
  }
}

/** Creates or overwrites the row of a slug; true when it was created. */
export async function upsertNamed(
  db: Db,
  noun: Named,
  id: string,
  slug: string,
  values: Record<string, unknown>
): Promise<{ id: string; created: boolean }> {
  const { columns, list, updates } = split({ id, slug, ...values })
  const { table } = tables[noun]
  const [row] = await db.rows<{ id: string; created: boolean }>(sql`insert into ${table} (${columns}) values (${list})
    on conflict (slug) do update set ${updates}, version = ${table}.version + 1 returning id, version = 1 as created`)
  return row!
}

/** The articles that change their path of sections when this category gets another parent: those of its whole subtree. */
export async function articlesMoving(db: Db, slug: string, parent: string | null): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(sql`with recursive down as (
      select id from categories where slug = ${slug} and parent_id is distinct from ${parent}::uuid
      union select c.id from categories c join down on c.parent_id = down.id)
    select a.id from articles a join down on down.id = a.section_id`)
  return rows.map(({ id }) => id)
}

/** Whether a category would stand below itself under this parent. */
export async function isBelow(db: Db, parent: string, slug: string): Promise<boolean> {
  const rows = await db.rows(sql`with recursive up as (
      select id, slug, parent_id from categories where id = ${parent}::uuid
      union select c.id, c.slug, c.parent_id from categories c join up on up.parent_id = c.id)
    select 1 from up where slug = ${slug}`)
  return rows.length > 0
}

const columnNames: Record<string, SQL> = Object.fromEntries(
  [
    'id',
    'slug',
    'type',
    'homepage',
    'country',
    'default_language',
    'default_credit',
    'default_rights',
    'logo_id',
    'source_id',
    'portrait_id',
    'links',
    'parent_id',
    'position',
    'rail_position',
    'rail_minimum',
    'rail_fallback',
    'external_ids',
    'show_in_related',
    'file',
    'url',
    'mime',
    'width',
    'height',
    'bytes',
    'sha256',
    'focal_x',
    'focal_y',
    'placeholder',
    'dominant_colour',
    'credit_name',
    'credit_role',
    'credit_source_id',
    'rights',
    'rights_expire_at',
    'created_at',
    'updated_at'
  ].map(name => [name, sql.raw(`"${name}"`)])
)

function split(values: Record<string, unknown>) {
  const names = Object.keys(values)
  const parameter = (value: unknown) =>
    value !== null && typeof value === 'object' ? sql`${JSON.stringify(value)}::jsonb` : sql`${value ?? null}`
  return {
    columns: sql.join(
      names.map(name => columnNames[name]!),
      sql`, `
    ),
    list: sql.join(
      names.map(name => parameter(values[name])),
      sql`, `
    ),
    updates: sql.join(
      names
        .filter(name => name !== 'id' && name !== 'slug' && name !== 'created_at')
        .map(name => sql`${columnNames[name]} = excluded.${columnNames[name]}`),
      sql`, `
    )
  }
}

export interface Word {
  language: string
  word: string
  reviewed?: boolean
  biography?: string | null
  aliases?: string[]
}

/** The words of a noun per language; `replace` overwrites, otherwise what stands stays. */
export async function writeWords(db: Db, noun: Named, id: string, words: Word[], replace: boolean): Promise<void> {
  const { names, owner, word } = tables[noun]
  const extra = {
    sources: { columns: sql``, values: sql``, updates: sql`` },
    authors: { columns: sql`, biography`, values: sql`, w.biography`, updates: sql`, biography = excluded.biography` },
    categories: { columns: sql`, reviewed`, values: sql`, w.reviewed`, updates: sql`, reviewed = excluded.reviewed` },
    topics: {
      columns: sql`, reviewed, aliases`,
      values: sql`, w.reviewed, coalesce((select array_agg(a) from json_array_elements_text(w.aliases) a), '{}')`,
      updates: sql`, reviewed = excluded.reviewed, aliases = excluded.aliases`
    }
  }[noun]
  await db.rows(sql`insert into ${names} (${owner}, language, ${word}${extra.columns})
    select ${id}::uuid, w.language, w.word${extra.values} from json_to_recordset(${JSON.stringify(words)}::json)
      as w (language text, word text, reviewed boolean, biography text, aliases json)
    on conflict (${owner}, language) do ${replace ? sql`update set ${word} = excluded.${word}${extra.updates}` : sql`nothing`}`)
}

export interface LanguageRow {
  tag: string
  name: string
  direction: string
  fallback: string[]
  position: number | null
  at: string
}

/** A language, at its position or the next free one; `replace` overwrites an existing one. True when it was created. */
export async function writeLanguage(
  db: Db,
  { tag, name, direction, fallback, position, at }: LanguageRow,
  replace: boolean
): Promise<boolean> {
  const [row] = await db.rows<{
    created: boolean
  }>(sql`insert into languages (tag, name, direction, fallback, position, created_at, updated_at)
    values (${tag}, ${name}, ${direction}, ${sql.param(fallback)}::text[],
      coalesce(${position}::int, (select coalesce(max(position), 0) + 1 from languages)), ${at}::timestamptz, ${at}::timestamptz)
    on conflict (tag) do update set ${
      replace
        ? sql`name = excluded.name, direction = excluded.direction, fallback = excluded.fallback, version = languages.version + 1, updated_at = excluded.updated_at`
        : sql`tag = excluded.tag`
    } returning version = 1 and xmax = 0 as created`)
  return row!.created
}

export async function knownLanguages(db: Db): Promise<string[]> {
  return (await db.rows<{ tag: string }>(sql`select tag from languages`)).map(row => row.tag)
}

/** Remote pictures by address: each is one image however many stories use it. */
export async function upsertRemoteImages(
  db: Db,
  images: {
    id: string
    url: string
    at: string
    width: number | null
    height: number | null
    credit: string | null
    role: string | null
  }[]
) {
  if (images.length === 0) return new Map<string, string>()
  const rows = await db.rows<{
    id: string
    url: string
  }>(sql`insert into images (id, url, width, height, credit_name, credit_role, created_at)
    select id, url, width, height, credit, role, at from json_to_recordset(${JSON.stringify(images)}::json)
      as i (id uuid, url text, width int, height int, credit text, role text, at timestamptz)
    on conflict (md5(url)) do update set credit_name = coalesce(images.credit_name, excluded.credit_name),
      credit_role = coalesce(images.credit_role, excluded.credit_role) returning id, url`)
  return new Map(rows.map(row => [row.url, row.id]))
}

export async function upsertImage(db: Db, id: string, values: Record<string, unknown>): Promise<boolean> {
  const { columns, list, updates } = split({ id, ...values })
  const [row] = await db.rows<{ created: boolean }>(sql`insert into images (${columns}) values (${list})
    on conflict (id) do update set ${updates}, version = images.version + 1 returning version = 1 as created`)
  return row!.created
}

export async function writeCredit(db: Db, image: string, name: string, role: string): Promise<void> {
  await db.rows(sql`update images set credit_name = ${name}, credit_role = ${role}
    where id = ${image}::uuid and credit_name is null`)
}
