import { type SQL, sql } from 'drizzle-orm'
import { ApiError } from '../contract/errors.ts'
import { isId } from '../lib/id.ts'
import { commentShown, imageShown } from './cards.ts'
import type { Db } from './client.ts'

/** A filter that names a row of another noun, by id or slug. */
export interface Reference {
  /** The parameter. */
  name: string
  /** Where the row stands; of nouns that can be hidden only what readers may know of. */
  table: SQL
  key: string | undefined
}

/** What readers may know of: the id of a hidden thing is refused in the very words an unknown one is. */
export const known = {
  articles: sql.raw(`(select v.article_id as id from visible_editions v) known`),
  images: sql.raw(`(select i.id from images i where ${imageShown}) known`),
  comments: sql.raw(`(select m.id from comments m where ${commentShown}) known`)
}

/** The id a key stands for; a slug costs one probe of its unique index inside the same statement. */
export const idOf = (table: SQL, key: string): SQL =>
  isId(key) ? sql`${key}::uuid` : sql`(select id from ${table} where slug = ${key})`

/** A member of a body that names a row: by id, or by slug where the noun has one. */
export interface Mention {
  /** RFC 6901, into the body. */
  pointer: string
  table:
    | 'articles'
    | 'authors'
    | 'categories'
    | 'captions'
    | 'comments'
    | 'consumers'
    | 'images'
    | 'languages'
    | 'sources'
    | 'topics'
  key: string | null | undefined
}

const withSlug = new Set(['authors', 'categories', 'consumers', 'sources', 'topics'])

/** The ids of what a body names, by pointer, in one statement; what does not exist is refused, all of it at once. */
export async function resolveMentions(db: Db, mentions: readonly Mention[]): Promise<Map<string, string>> {
  const given = mentions.flatMap(({ pointer, table, key }) => (key ? [{ pointer, table, key }] : []))
  if (given.length === 0) return new Map()
  const rows = await db.rows<{ n: number; id: string }>(
    sql.join(
      given.map(({ table, key }, n) => lookUp(n, table, key)),
      sql` union all `
    )
  )
  const found = new Map(rows.map(({ n, id }) => [given[n]!.pointer, id]))
  const errors = given
    .filter(({ pointer }) => !found.has(pointer))
    .map(({ pointer, table, key }) => ({
      pointer,
      detail: `There is nothing called "${key.slice(0, 120)}" among the ${table}.`
    }))
  if (errors.length > 0)
    throw new ApiError(
      'dangling-reference',
      errors
        .map(error => error.detail)
        .slice(0, 3)
        .join(' '),
      { errors: errors.slice(0, 20) }
    )
  return found
}

function lookUp(n: number, table: Mention['table'], key: string): SQL {
  const number = sql.raw(String(n))
  if (table === 'languages') return sql`select ${number} as n, tag as id from languages where tag = ${key}`
  if (isId(key)) return sql`select ${number} as n, id::text as id from ${sql.raw(table)} where id = ${key}::uuid`
  if (withSlug.has(table)) return sql`select ${number} as n, id::text as id from ${sql.raw(table)} where slug = ${key}`
  return sql`select ${number} as n, '' as id where false`
}

/** An empty list is worth a second look: a filter that names nothing is a mistake to be told, not an empty answer. */
export async function refuseUnknown(db: Db, references: readonly Reference[]): Promise<void> {
  const given = references.flatMap(({ name, table, key }) => (key === undefined ? [] : [{ name, table, key }]))
  if (given.length === 0) return
  const checks = given.map(
    ({ name, table, key }) =>
      sql`select ${name}::text as name, exists (select 1 from ${table} where id = ${idOf(table, key)}) as known`
  )
  const rows = await db.rows<{ name: string; known: boolean }>(sql.join(checks, sql` union all `))
  const errors = rows
    .filter(row => !row.known)
    .map(({ name }) => ({
      pointer: name,
      detail: `There is no ${name} "${given.find(one => one.name === name)?.key}".`
    }))
  if (errors.length > 0)
    throw new ApiError('unknown-reference', errors.map(error => error.detail).join(' '), { errors })
}
