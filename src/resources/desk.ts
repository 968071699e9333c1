import { type TObject, type TProperties, type TSchema, Type } from 'typebox'
import type { Fault } from '../contract/errors.ts'
import { Closed, Id, Instant, LanguageTag, Named, Nullable, PageOf } from '../contract/primitives.ts'
import type { Db } from '../db/client.ts'
import type { Order } from '../db/keyset.ts'
import type { RecordTable, Condition as SQL, Texts } from '../db/records.ts'
import type { Mention } from '../db/references.ts'
import type { resources, Scope, Target } from '../lib/scope.ts'

/** A record as it came from a client, after validation. */
export type Input = Record<string, unknown>

/** A noun as the desk writes it: one list of members says input, change, answer and document; the queries are made of `table`. */
export interface DeskNoun {
  /** Plural, as in the address below /v1/desk. */
  name: string
  noun: string
  /** Whose scopes open it; its own as a rule. */
  scope: (typeof resources)[number]
  /** All members a client can write, at once; what a change makes of a record must fit it. */
  input: TObject
  /** The body of a creation: the input, and what may be sent along. */
  creation: TObject
  change: TSchema
  record: TSchema
  page: TSchema
  table: RecordTable
  orders: Record<string, Order>
  /** Filters of the list: parameter and the column it must equal. */
  filters: Record<string, { schema: TSchema; column: string }>
  /** Values of members a client leaves out. */
  defaults: Input
  /** What the body names, so that it is looked up before anything is written. */
  mentions(record: Input): Mention[]
  /** The record as its row, with the ids of what it names. */
  toRow(record: Input, ids: Map<string, string>): Record<string, unknown>
  /** Rules no schema can say. */
  check(record: Input, db: Db, key: string | null): Promise<Fault[]> | Fault[]
  /** The member that scopes can be narrowed by. */
  language?: string
  /** What scopes can be narrowed by where that is more than a language; `ids` are of what the record names. */
  target?(record: Input, ids: Map<string, string>, db: Db): Promise<Target>
  /** The condition that leaves of a list what scopes reach. */
  narrow?(grants: readonly Scope[]): SQL
  /** Writes what stands in tables of its own; `given` are the members that were sent, `before` the record that is changed. */
  parts?(
    db: Db,
    key: string,
    record: Input,
    ids: Map<string, string>,
    given: Set<string>,
    before?: Input
  ): Promise<void>
  /** What keeps it from being removed besides what refers to it. */
  removable?(db: Db, key: string): Promise<Fault[]>
}

type Hooks = 'language' | 'target' | 'narrow' | 'parts' | 'removable'

type Definition = Pick<DeskNoun, 'name' | 'noun' | 'table' | 'orders'> &
  Partial<Pick<DeskNoun, 'scope' | 'filters' | 'defaults' | 'mentions' | 'check' | 'toRow' | Hooks>> & {
    /** Members a client may write; optional ones may be null. */
    members: TProperties
    /** Members of the rows per language. */
    texts?: TProperties
    description: string
    /** Members only the house writes. */
    owned?: TProperties
    /** Members only a creation takes: parts with addresses of their own, which are changed there. */
    along?: TProperties
  }

const textsOf = (record: Input) => (record.texts ?? {}) as Texts

/** Makes a noun of the desk: schemas of input, change, record and page from one list of members. */
export function defineDeskNoun(definition: Definition): DeskNoun {
  const { name, noun, members, texts, description, owned = {}, along, table, defaults = {}, filters = {} } = definition
  const all: TProperties = texts ? { ...members, texts: textsPerLanguage(texts) } : members
  const written = { description: `${description}, as it is written` }
  const creation = Named(`${noun}Input`, Closed({ ...all, ...along }, written)) as unknown as TObject
  const record = Named(
    `${noun}Record`,
    Closed(
      {
        [table.key ?? 'id']: table.key ? LanguageTag : Id,
        ...required(all),
        ...owned,
        version: Type.Integer(),
        createdAt: Instant,
        updatedAt: Instant
      },
      { description: `${description}, as the desk reads it` }
    )
  )
  const mentions = definition.mentions ?? (() => [])
  return {
    name,
    noun,
    scope: definition.scope ?? (name as DeskNoun['scope']),
    input: along ? Closed(all, written) : creation,
    creation,
    change: Named(`${noun}Change`, changeOf(all, texts)),
    record,
    page: PageOf(`${noun}RecordPage`, record),
    table,
    orders: definition.orders,
    filters,
    defaults: texts ? { texts: {}, ...defaults } : defaults,
    mentions: value => [...mentions(value), ...languagesOf(textsOf(value))],
    toRow: definition.toRow ?? (value => value),
    check: definition.check ?? (() => []),
    ...hooksOf(definition)
  }
}

const hooksOf = ({ language, target, narrow, parts, removable }: Definition): Pick<DeskNoun, Hooks> => ({
  ...(language ? { language } : {}),
  ...(target ? { target } : {}),
  ...(narrow ? { narrow } : {}),
  ...(parts ? { parts } : {}),
  ...(removable ? { removable } : {})
})

const languagesOf = (texts: Texts): Mention[] =>
  Object.keys(texts).map(language => ({ pointer: `/texts/${language}`, table: 'languages', key: language }))

const textsPerLanguage = (texts: TProperties) =>
  Type.Record(LanguageTag, Closed(texts), {
    additionalProperties: false,
    maxProperties: mostLanguages,
    description: 'The words per language'
  })

/** More than any newsroom has, and few enough to be looked up at once. */
const mostLanguages = 200

const isOptional = (schema: TSchema) => '~optional' in schema

/** In an answer every member is there. */
const required = (members: TProperties): TProperties =>
  Object.fromEntries(
    Object.entries(members).map(([name, schema]) => [
      name,
      isOptional(schema) ? Nullable(Type.Required(Type.Object({ schema })).properties.schema as TSchema) : schema
    ])
  )

/** RFC 7396: any member alone, null removes; objects are merged member by member, words language by language. */
function changeOf(members: TProperties, texts: TProperties | undefined) {
  const words = texts && Nullable(Closed(someOf(texts)))
  const perLanguage =
    words && Type.Record(LanguageTag, words, { additionalProperties: false, maxProperties: mostLanguages })
  return Closed(
    { ...someOf(members), ...(perLanguage ? { texts: Type.Optional(perLanguage) } : {}) },
    { minProperties: 1, description: 'JSON Merge Patch (RFC 7396): only what changes; null removes' }
  )
}

const someOf = (members: TProperties): TProperties =>
  Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, Type.Optional(patchOf(schema))]))

function patchOf(schema: TSchema): TSchema {
  const { properties, description } = schema as { properties?: TProperties; description?: string }
  return Nullable(properties ? Closed(someOf(properties), description ? { description } : {}) : schema)
}
