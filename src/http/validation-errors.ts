import type { FastifyError, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { ApiError, type ErrorCode, type Fault } from '../contract/errors.ts'
import { nearest } from '../lib/nearest.ts'

type Complaint = NonNullable<FastifyError['validation']>[number]

/** What only the house sets: sent back to us it is told apart from a misspelt name. */
const serverOwned = new Set(
  'id version createdAt updatedAt state revision head firstPublishedAt publishedAt publishAt unpublishAt failure withdrawnAt editions wordCount readingMinutes likes editedAt stale staleBlocks file bytes sha256 lastUsedAt revokedAt prefix secret hash'.split(
    ' '
  )
)

/** What ajv found in a request, said per place and with the nearest valid name. */
export function validationFailure(error: FastifyError, request: FastifyRequest): ApiError {
  const part = error.validationContext === 'body' ? 'body' : (error.validationContext as 'querystring')
  const schema = named(request.routeOptions.schema?.[part] as TSchema | undefined, request)
  if (part === 'body') return bodyFailure(error.validation!, schema)
  const errors = error.validation!.slice(0, 10).map(complaint => parameterFault(complaint, namesOf(schema)))
  const unknown = error.validation!.every(complaint => complaint.keyword === 'additionalProperties')
  return new ApiError(unknown ? 'unknown-parameter' : 'invalid-parameter', inWords(errors), { errors })
}

/** What ajv found in a body. The code says of which kind all complaints are, if they are of one. */
export function bodyFailure(complaints: Complaint[], schema: TSchema | undefined): ApiError {
  const told = complaints.filter(({ keyword }) => !['if', 'anyOf', 'oneOf'].includes(keyword))
  const shown = (told.length > 0 ? told : complaints).slice(0, 10)
  const codes = new Set(shown.map(codeOf))
  const errors = shown.map(complaint => bodyFault(complaint, namesOf(schema)))
  return new ApiError(codes.size === 1 ? [...codes][0]! : 'invalid-body', inWords(errors), { errors })
}

/** The schema itself, where a route only names it. */
function named(schema: TSchema | undefined, { server }: FastifyRequest) {
  const { $ref } = (schema ?? {}) as { $ref?: string }
  return $ref ? (server.getSchema($ref.replace(/#$/, '')) as TSchema | undefined) : schema
}

const namesOf = (schema: TSchema | undefined) =>
  Object.keys((schema as { properties?: object } | undefined)?.properties ?? {})
const inWords = (errors: Fault[]) => [...new Set(errors.map(fault => fault.detail))].join(' ')

function codeOf({ keyword, params, instancePath }: Complaint): ErrorCode {
  if (keyword === 'required') return 'missing-field'
  if (keyword === 'additionalProperties')
    return serverOwned.has(String(params.additionalProperty)) ? 'read-only-field' : 'unknown-field'
  return instancePath === '' ? 'invalid-body' : 'invalid-field'
}

/** RFC 6901: a name as one step of a pointer. */
const step = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')

function bodyFault({ keyword, instancePath, params, message }: Complaint, names: string[]): Fault {
  const pointer = instancePath || '/'
  if (keyword === 'additionalProperties') return unknownName(String(params.additionalProperty), instancePath, names)
  if (keyword === 'required')
    return {
      pointer: `${instancePath}/${step(String(params.missingProperty))}`,
      detail: `"${params.missingProperty}" is missing.`
    }
  return { pointer, detail: `${pointer} ${expectation(keyword, params, message)}.` }
}

function unknownName(name: string, path: string, names: string[]): Fault {
  const short = name.slice(0, 60)
  const pointer = `${path}/${step(short)}`
  if (serverOwned.has(name)) return { pointer, detail: `"${short}" is set by the house alone; leave it out.` }
  const suggestion = path === '' ? nearest(name, names) : undefined
  const hint = suggestion ? ` Did you mean "${suggestion}"?` : ''
  return { pointer, detail: `"${short}" is not known here.${hint}`, ...(suggestion ? { suggestion } : {}) }
}

function parameterFault({ keyword, instancePath, params, message }: Complaint, names: string[]): Fault {
  if (keyword === 'additionalProperties') {
    const fault = unknownName(String(params.additionalProperty), '', names)
    return { ...fault, pointer: fault.pointer.slice(1) }
  }
  if (keyword === 'required')
    return { pointer: String(params.missingProperty), detail: `"${params.missingProperty}" is missing.` }
  const pointer = instancePath.slice(1)
  return { pointer, detail: `"${pointer}" ${expectation(keyword, params, message)}.` }
}

const expectation = (keyword: string, params: Record<string, unknown>, message?: string) =>
  keyword === 'enum' ? `must be one of ${(params.allowedValues as string[]).join(', ')}` : (message ?? 'is not valid')
