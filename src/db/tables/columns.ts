import { sql } from 'drizzle-orm'
import { integer, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Instants keep the milliseconds that a cursor and a `Date` can carry; microseconds would make keyset pages skip rows. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'string' })

export const id = () => uuid('id').primaryKey()

/** What every noun that can be overwritten carries: the optimistic lock and its two instants. */
export const stamps = () => ({
  version: integer('version').notNull().default(1),
  createdAt: instant('created_at').notNull().default(sql`now()`),
  updatedAt: instant('updated_at').notNull().default(sql`now()`)
})

/** A closed list of words as text with a check: readable in psql and changed by an ordinary migration. */
export const word = <const W extends [string, ...string[]]>(name: string, words: W) => text(name, { enum: words })

/** The check that belongs to `word`. */
export const oneOf = (column: string, words: readonly string[]) =>
  sql.raw(`"${column}" in (${words.map(word => `'${word}'`).join(', ')})`)

export const slugShape = sql.raw(`slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120`)
