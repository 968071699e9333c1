import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type TProperties, Type } from 'typebox'
import { invalidParameter, notFound, problem, readProblems } from '../contract/errors.ts'
import { LanguageParameter, Ref, Word } from '../contract/primitives.ts'
import type { Include, Includes } from '../features/include.ts'
import { nearest } from '../lib/nearest.ts'
import type { Query, Resource } from '../resources/resource.ts'
import { openCursor, sealCursor } from './cursors.ts'

/** The two reading routes of a noun: its list and one of it, said once for all nouns. */
export function standardRoutes(app: FastifyInstance, resource: Resource, includes: Includes = {}) {
  listRoute(app, resource)
  findRoute(app, resource, includes)
}

/** A query string: nothing is required, nothing unknown is let through; a parameter with a default gets it. */
const queryOf = (parameters: TProperties) => Type.Partial(Type.Object(parameters), { additionalProperties: false })

const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1)

const namesParameter = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 1000, description, pattern: '^[A-Za-z]+(,[A-Za-z]+)*$' }))

function listRoute(app: FastifyInstance, resource: Resource) {
  const { name, page, filter, parameters = {}, orders, defaultOrder, count } = resource
  const querystring = queryOf({
    language: Type.Optional(LanguageParameter),
    ...filter,
    ...parameters,
    order: Word(Object.keys(orders), { default: defaultOrder, description: 'Sorted by; a minus means descending' }),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Items on one page' }),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 1024, description: '`next` of the page before' })),
    fields: namesParameter(`Only these members, joined by commas; ${resource.item.required?.join(', ')} always come`),
    ...(count
      ? {
          count: Type.Optional(
            Word(['exact', 'estimated'], { description: 'Also count; exact costs more the longer the list' })
          )
        }
      : {})
  })
  app.get(`/${name}`, {
    config: {
      access: 'public',
      cache: 'read',
      languages: true,
      statements: resource.statements.list,
      groups: (answer: { items: object[] }) => [name, ...answer.items.flatMap(item => resource.groups(item))]
    },
    schema: {
      operationId: `list${capital(name)}`,
      tags: ['Reading'],
      summary: `List ${name}`,
      querystring,
      response: { 200: { description: `One page of ${name}`, ...Ref(page) }, ...readProblems }
    },
    handler: request => readPage(app, resource, request)
  })
}

async function readPage(app: FastifyInstance, resource: Resource, request: FastifyRequest) {
  const { cursor, limit, count, ...query } = request.query as Query & ListQuery
  const { order, fields } = query
  const shown = membersOf(resource, fields)
  const list = JSON.stringify([resource.name, request.context.reader.chain, filtersOf(query)])
  const after = await openCursor(app, list, cursor)
  const window = { limit, order: resource.orders[order]!, after }
  const { items, next } = await resource.list(request.db, request.context, query, window)
  return {
    items: items.map(shown),
    next: await sealCursor(app, list, next),
    ...(count
      ? {
          count: { kind: count, value: await resource.count!(request.db, request.context, query, count) }
        }
      : {})
  }
}

/** What decides which items a list holds and in which order; how much of each is shown does not. */
const presentation = new Set(['fields', 'view', 'body', 'labels', 'language'])
const filtersOf = (query: Query) =>
  Object.entries(query)
    .filter(([name]) => !presentation.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))

interface ListQuery {
  cursor?: string
  limit: number
  order: string
  fields?: string
  count?: 'exact' | 'estimated'
}

function findRoute(app: FastifyInstance, resource: Resource, includes: Includes) {
  const { name, noun, item, key, parameters = {}, findParameters = {}, previews = false } = resource
  const included = Object.keys(includes)
  const querystring = queryOf({
    language: Type.Optional(LanguageParameter),
    ...parameters,
    ...findParameters,
    fields: namesParameter(`Only these members, joined by commas; ${item.required?.join(', ')} always come`),
    ...(included.length > 0 ? { include: namesParameter(`Also, joined by commas: ${included.join(', ')}`) } : {}),
    ...Object.assign({}, ...Object.values(includes).map(include => include.parameters))
  })
  app.get(`/${name}/:key`, {
    config: {
      access: 'public',
      cache: 'read',
      languages: true,
      previews,
      statements: Object.values(includes).reduce((sum, include) => sum + include.statements, resource.statements.find),
      groups: (answer: object) => [
        ...resource.groups(answer),
        ...included.flatMap(name => groupsOf(includes[name]!, (answer as Record<string, unknown>)[name]))
      ]
    },
    schema: {
      operationId: `get${noun}`,
      tags: ['Reading'],
      summary: `Read one ${noun.toLowerCase()}`,
      params: Type.Object({ key: Type.String({ minLength: 1, maxLength: 200, description: key }) }),
      querystring,
      response: {
        200: { description: noun, ...Ref(item) },
        ...resource.answers,
        ...readProblems,
        404: problem('There is no such thing, or the reader may not know of it')
      }
    },
    handler: request => readOne(resource, includes, request)
  })
}

const groupsOf = (include: Include, value: unknown) => (value && include.groups ? include.groups(value as never) : [])

async function readOne(resource: Resource, includes: Includes, request: FastifyRequest) {
  const { key } = request.params as { key: string }
  const { include, ...query } = request.query as Query & { fields?: string; include?: string }
  const { fields } = query
  const shown = membersOf(resource, fields, include)
  const wanted = names(include, Object.keys(includes), 'include')
  const item = await resource.find(request.db, request.context, key, query)
  if (!item) throw notFound(resource.noun, key.slice(0, 120))
  const extra = await Promise.all(
    wanted.map(async name => [name, await includes[name]!.load(request, item as { id: string }, query)] as const)
  )
  return shown({ ...item, ...Object.fromEntries(extra) })
}

/** The names of a comma list, or a refusal that says which name was meant. */
function names(list: string | undefined, valid: readonly string[], parameter: string): string[] {
  const given = list?.split(',') ?? []
  const wrong = given.find(name => !valid.includes(name))
  if (wrong === undefined) return [...new Set(given)]
  const suggestion = nearest(wrong, valid)
  throw invalidParameter(parameter, `"${wrong}" is not one of ${valid.join(', ')}.`, suggestion)
}

/** Cuts an item down to the members asked for; what identifies it and what was included stays. */
function membersOf(
  { item, includable = [] }: Resource,
  fields: string | undefined,
  include?: string
): (item: object) => object {
  const valid = Object.keys(item.properties).filter(name => !includable.includes(name))
  const chosen = names(fields, valid, 'fields')
  if (chosen.length === 0) return whole => whole
  const kept = new Set([...chosen, ...(item.required ?? []), ...(include?.split(',') ?? [])])
  return whole => Object.fromEntries(Object.entries(whole).filter(([name]) => kept.has(name)))
}
