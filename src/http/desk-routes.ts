import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type TProperties, Type } from 'typebox'
import { ApiError, notFound, overwriteProblems, problem, readProblems, writeProblems } from '../contract/errors.ts'
import { paging, NoParameters as querystring, Ref, Word } from '../contract/primitives.ts'
import { holdersOf } from '../db/conflicts.ts'
import {
  both,
  changeRecord,
  filtered,
  findRecord,
  insertRecord,
  listRecords,
  removeRecord,
  type Texts,
  updateRecord
} from '../db/records.ts'
import { resolveMentions } from '../db/references.ts'
import { isId, newId } from '../lib/id.ts'
import { mergePatch } from '../lib/merge-patch.ts'
import type { DeskNoun, Input } from '../resources/desk.ts'
import { isNarrowed, mustReach } from './access.ts'
import { openCursor, sealCursor } from './cursors.ts'
import { mustMatch } from './writes.ts'

/** Writes what may be sent along with a new record of a noun, in its transaction. */
export interface Along {
  /** The most statements that costs. */
  statements: number
  write(request: FastifyRequest, key: string, record: Input, ids: Map<string, string>): Promise<void>
}

const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1)
export const params = Type.Object({
  key: Type.String({ minLength: 1, maxLength: 200, description: 'Id; of a language its tag' })
})
const desk = { cache: 'desk' } as const

/** The five routes of a noun at the desk: its list, one, create, change, remove; said once for all nouns. */
export function deskRoutes(app: FastifyInstance, noun: DeskNoun, along?: Along) {
  listRoute(app, noun)
  findRoute(app, noun)
  createRoute(app, noun, along)
  changeRoute(app, noun)
  removeRoute(app, noun)
}

const schemaOf = (operationId: string, summary: string) => ({ operationId, tags: ['Desk'], summary })

function listRoute(app: FastifyInstance, noun: DeskNoun) {
  const { name, filters, orders, page, scope } = noun
  const parameters: TProperties = {
    ...Object.fromEntries(Object.entries(filters).map(([name, { schema }]) => [name, Type.Optional(schema)])),
    order: Word(Object.keys(orders), {
      default: Object.keys(orders)[0],
      description: 'Sorted by; a minus means descending'
    }),
    ...paging
  }
  app.get(`/desk/${name}`, {
    config: { access: `${scope}:read`, statements: 2, ...desk },
    schema: {
      ...schemaOf(`listDesk${capital(name)}`, `List ${name} as they are written`),
      querystring: Type.Partial(Type.Object(parameters), { additionalProperties: false }),
      response: { 200: { description: `One page of ${name}`, ...Ref(page) }, ...readProblems }
    },
    handler: request => readPage(app, noun, request)
  })
}

interface ListQuery {
  cursor?: string
  limit: number
  order: string
}

async function readPage(
  app: FastifyInstance,
  { name, filters, orders, table, language, narrow }: DeskNoun,
  request: FastifyRequest
) {
  const { cursor, limit, order, ...filter } = request.query as ListQuery & Record<string, string>
  const list = JSON.stringify(['desk', name, order, Object.entries(filter).sort()])
  const after = await openCursor(app, list, cursor)
  const equal = filtered(filter, filters, language ? languagesOf(request) : null, language)
  const where = narrow ? both(equal, narrow(request.grants)) : equal
  const { items, next } = await listRecords(request.db, table, { limit, order: orders[order]!, after }, where)
  return { items, next: await sealCursor(app, list, next) }
}

/** The languages narrowed scopes reach; null when one of them is not narrowed. */
const languagesOf = ({ grants }: FastifyRequest): string[] | null =>
  grants.some(grant => !grant.language) ? null : [...new Set(grants.flatMap(grant => grant.language ?? []))]

const absent = (noun: DeskNoun, key: string) => notFound(noun.noun, key.slice(0, 120))

/** The record, locked if it is to be changed; what the caller's scopes do not reach is not there. */
export async function recordAt(request: FastifyRequest, noun: DeskNoun, forUpdate = false) {
  const { key } = request.params as { key: string }
  if (!noun.table.key && !isId(key)) throw absent(noun, key)
  const record = await findRecord<Input & { version: number }>(request.db, noun.table, key, forUpdate)
  if (!record) throw absent(noun, key)
  if (noun.language) mustReach(request, { language: String(record[noun.language]) }, absent(noun, key))
  if (noun.target && isNarrowed(request))
    mustReach(request, await noun.target(record, idsIn(record), request.db), absent(noun, key))
  return record
}

/** A record as it was read names by id. */
const idsIn = (record: Input) =>
  new Map(
    Object.entries(record).flatMap(([name, value]) => (typeof value === 'string' ? [[`/${name}`, value] as const] : []))
  )

function findRoute(app: FastifyInstance, noun: DeskNoun) {
  app.get(`/desk/${noun.name}/:key`, {
    config: { access: `${noun.scope}:read`, statements: 2, ...desk },
    schema: {
      ...schemaOf(`getDesk${noun.noun}`, `Read one ${noun.noun.toLowerCase()} as it is written`),
      params,
      querystring,
      response: {
        200: { description: noun.noun, ...Ref(noun.record) },
        ...readProblems,
        404: problem('There is no such thing')
      }
    },
    handler: request => recordAt(request, noun)
  })
}

/** Rules beyond the schema, and the ids of what the body names. */
async function toRow(request: FastifyRequest, noun: DeskNoun, record: Input, key: string | null) {
  const ids = await resolveMentions(request.db, noun.mentions(record))
  const errors = await noun.check(withIds(record, ids), request.db, key)
  if (errors.length > 0) throw new ApiError('invalid-field', errors.map(error => error.detail).join(' '), { errors })
  if (noun.target && isNarrowed(request)) {
    const refusal = new ApiError('forbidden', 'The scopes of this key do not reach this language, source or section.')
    mustReach(request, await noun.target(record, ids, request.db), refusal)
  }
  const { texts: _, ...row } = noun.toRow(record, ids)
  return { row, ids }
}

/** Slugs and odd spellings of ids compare as nothing; the ids they stand for do. */
const withIds = (record: Input, ids: Map<string, string>): Input => ({
  ...record,
  ...Object.fromEntries(Object.keys(record).flatMap(name => (ids.has(`/${name}`) ? [[name, ids.get(`/${name}`)]] : [])))
})

/** A record may not be put where its writer could not have written it. */
function mustReachRecord(request: FastifyRequest, { language }: DeskNoun, record: Input) {
  if (!language) return
  const refusal = new ApiError('forbidden', 'The scopes of this key do not reach this language.')
  mustReach(request, { language: String(record[language]) }, refusal)
}

/** The noun with its article, as the document says it. */
const one = ({ noun }: DeskNoun) => `${/^[AEIOU]/.test(noun) ? 'an' : 'a'} ${noun.toLowerCase()}`

function createRoute(app: FastifyInstance, noun: DeskNoun, along?: Along) {
  const { table, defaults } = noun
  if (noun.creation !== noun.input && !along) throw new Error(`Nobody writes what comes along with ${noun.name}.`)
  app.post(`/desk/${noun.name}`, {
    config: { access: `${noun.scope}:write`, write: 'create', statements: 20 + (along?.statements ?? 0), ...desk },
    schema: {
      ...schemaOf(`create${noun.noun}`, `Create ${one(noun)}`),
      querystring,
      body: Ref(noun.creation),
      response: { 201: { description: 'Made; Location is its address', ...Ref(noun.record) }, ...writeProblems }
    },
    handler: async (request, reply) => {
      const record = { ...defaults, ...(request.body as Input) }
      mustReachRecord(request, noun, record)
      const { row, ids } = await toRow(request, noun, record, null)
      const key = table.key ? String(row[table.key]) : newId()
      await insertRecord(request.db, table, table.key ? row : { id: key, ...row }, record.texts as Texts)
      await noun.parts?.(request.db, key, record, ids, new Set(Object.keys(request.body as Input)))
      await along?.write(request, key, record, ids)
      reply.code(201).header('location', `/v1/desk/${noun.name}/${key}`)
      return findRecord(request.db, table, key)
    }
  })
}

const stamps = ['id', 'version', 'createdAt', 'updatedAt']

function changeRoute(app: FastifyInstance, noun: DeskNoun) {
  const { table, input } = noun
  app.patch(`/desk/${noun.name}/:key`, {
    config: { access: `${noun.scope}:write`, write: 'overwrite', statements: 20, ...desk },
    schema: {
      ...schemaOf(`change${noun.noun}`, `Change ${one(noun)}`),
      params,
      querystring,
      body: Ref(noun.change),
      response: { 200: { description: 'Changed', ...Ref(noun.record) }, ...overwriteProblems }
    },
    handler: async request => {
      const { key } = request.params as { key: string }
      const current = await recordAt(request, noun, true)
      mustMatch(request, current.version)
      const known = Object.keys(input.properties)
      const writable = Object.fromEntries(
        Object.entries(current).filter(
          ([name, value]) => known.includes(name) && !stamps.includes(name) && value !== null
        )
      )
      const merged = mergePatch(writable, request.body) as Input
      app.checkBody(input, merged)
      const record = { ...noun.defaults, ...merged }
      mustReachRecord(request, noun, record)
      const { row, ids } = await toRow(request, noun, record, key)
      return changeRecord(request.db, table, key, current, async () => {
        await updateRecord(request.db, table, key, row, record.texts as Texts)
        await noun.parts?.(request.db, key, record, ids, new Set(Object.keys(request.body as Input)), current)
      })
    }
  })
}

/** The first three of a list, and how many more there are. */
const inShort = (details: string[]) =>
  [...details.slice(0, 3), ...(details.length > 3 ? [`${details.length - 3} more`] : [])].join('; ')

function removeRoute(app: FastifyInstance, noun: DeskNoun) {
  app.delete(`/desk/${noun.name}/:key`, {
    config: { access: `${noun.scope}:delete`, write: 'overwrite', statements: 20, ...desk },
    schema: {
      ...schemaOf(`remove${noun.noun}`, `Remove ${one(noun)} nothing refers to`),
      params,
      querystring,
      response: { 204: { type: 'null', description: 'Removed' }, ...overwriteProblems }
    },
    handler: async (request, reply) => {
      const { key } = request.params as { key: string }
      mustMatch(request, (await recordAt(request, noun, true)).version)
      const kept = (await noun.removable?.(request.db, key)) ?? []
      const holders = [...kept, ...(await holdersOf(request.db, noun.table.table, key))]
      if (holders.length > 0)
        throw new ApiError('in-use', `It is still referred to by ${inShort(holders.map(holder => holder.detail))}.`, {
          errors: holders
        })
      await removeRecord(request.db, noun.table, key)
      reply.code(204)
      return null
    }
  })
}
