import type { TProperties, TSchema } from 'typebox'
import type { Page } from '../contract/primitives.ts'
import type { Context } from '../db/cards.ts'
import type { Db } from '../db/client.ts'
import type { Order, Window } from '../db/keyset.ts'
import type { Place } from '../lib/cursor.ts'

/** What a list or a single read was asked with, after validation: filters and the noun's own parameters. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** A page before its cursor is signed. */
export type Slice<Item> = Omit<Page<Item>, 'next'> & { next: Place | null }

/** A noun as the house knows it: one schema, its orders and filters, and the queries behind the two reading routes. */
export interface Resource<Item extends object = object> {
  /** Plural, as in the address. */
  name: string
  /** Singular, as in messages and component names. */
  noun: string
  item: TSchema & { properties: TProperties; required?: string[] }
  page: TSchema
  /** Members that only `include` adds: no field to ask for. */
  includable?: readonly string[]
  /** What `:key` is called in words. */
  key: string
  filter: TProperties
  orders: Record<string, Order>
  defaultOrder: string
  /** Parameters that both routes understand, such as `view`. */
  parameters?: TProperties
  /** Parameters of the single read whose default differs. */
  findParameters?: TProperties
  /** Whether a preview link opens what readers may not see yet. */
  previews?: boolean
  /** What else a single read can answer, for the document. */
  answers?: object
  /** The most SQL statements each route may cost, whatever the page size. */
  statements: { list: number; find: number }
  list(db: Db, context: Context, query: Query, window: Window): Promise<Slice<Item>>
  find(db: Db, context: Context, key: string, query: Query): Promise<Item | undefined>
  count?(db: Db, context: Context, query: Query, kind: 'exact' | 'estimated'): Promise<number>
  /** Cache groups an answer belongs to: what must be dropped when one of them changes. */
  groups(item: Item): string[]
}

/** Lets the compiler compare what a noun's queries return with what its schema promises. */
export const defineResource = <Item extends object>(resource: Resource<Item>): Resource =>
  resource as unknown as Resource
