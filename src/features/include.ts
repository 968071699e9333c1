import type { TProperties, TSchema } from 'typebox'
import type { Context } from '../db/cards.ts'
import type { Db } from '../db/client.ts'
import type { Query } from '../resources/resource.ts'

/** What a feature offers beside one item of a noun, as `include=NAME`; handed to the standard routes where the house is put together. */
export interface Include {
  schema: TSchema
  /** The most statements loading it may cost. */
  statements: number
  /** Parameters the single read understands because of it. */
  parameters: TProperties
  load(request: { db: Db; context: Context }, item: { id: string }, query: Query): Promise<unknown>
  /** Cache groups of what was loaded. */
  groups?(value: never): string[]
}
export type Includes = Record<string, Include>
