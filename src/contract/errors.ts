import { type Static, Type } from 'typebox'
import { Closed, Instant, Named, Ref } from './primitives.ts'

/** The catalogue of failures: part of the contract, never reused with another meaning. */
export const catalogue = {
  'invalid-parameter': { status: 400, title: 'A parameter is not valid' },
  'unknown-parameter': { status: 400, title: 'A parameter is not known here' },
  'unknown-reference': { status: 400, title: 'A parameter names something that does not exist' },
  'unknown-language': { status: 400, title: 'The language is not one of this house' },
  'invalid-cursor': { status: 400, title: 'The cursor cannot be used here' },
  'invalid-path': { status: 400, title: 'The address is not well formed' },
  'invalid-json': { status: 400, title: 'The body is not well-formed JSON' },
  'empty-body': { status: 400, title: 'The body is empty' },
  'invalid-encoding': { status: 400, title: 'The body is not UTF-8' },
  'forbidden-key': { status: 400, title: 'The body has a member no object may have' },
  'json-too-deep': { status: 400, title: 'The body is nested too deeply' },
  'invalid-precondition': { status: 400, title: 'If-Match is not a list of entity tags' },
  'invalid-idempotency-key': { status: 400, title: 'The Idempotency-Key cannot be used' },
  unauthenticated: { status: 401, title: 'A key or token is needed' },
  'invalid-key': { status: 401, title: 'The key or token is not valid' },
  forbidden: { status: 403, title: 'The key may not do this' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'The method is not offered here' },
  'not-acceptable': { status: 406, title: 'None of the accepted forms is offered' },
  'request-timeout': { status: 408, title: 'The request was not complete in time' },
  duplicate: { status: 409, title: 'Something like this is there already' },
  'slug-taken': { status: 409, title: 'The slug is in use' },
  'in-use': { status: 409, title: 'Something still refers to it' },
  'invalid-transition': { status: 409, title: 'It cannot go from its state to that one' },
  'not-publishable': { status: 409, title: 'Something is missing that readers need' },
  'idempotency-in-progress': { status: 409, title: 'The first request with this key is still running' },
  gone: { status: 410, title: 'The article was withdrawn' },
  'log-trimmed': { status: 410, title: 'The log no longer reaches back that far' },
  'precondition-failed': { status: 412, title: 'It was changed by somebody else' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'unsupported-encoding': { status: 415, title: 'The content coding is not supported' },
  'unsupported-media-type': { status: 415, title: 'The media type is not supported' },
  'invalid-body': { status: 422, title: 'The body does not fit the schema' },
  'unknown-field': { status: 422, title: 'The body has a member that is not known' },
  'missing-field': { status: 422, title: 'The body lacks a member' },
  'read-only-field': { status: 422, title: 'The body sets what only the house sets' },
  'invalid-field': { status: 422, title: 'A member of the body is not valid' },
  'invalid-picture': { status: 422, title: 'The picture is broken or too large' },
  'dangling-reference': { status: 422, title: 'The body names something that does not exist' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key belongs to another request' },
  'precondition-required': { status: 428, title: 'If-Match is needed' },
  'headers-too-large': { status: 431, title: 'The request headers are too large' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  'database-unavailable': { status: 503, title: 'The database is away' },
  'identity-unavailable': { status: 503, title: 'The identity provider cannot be asked' },
  timeout: { status: 503, title: 'The database took too long' }
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof catalogue

const Failure = Named(
  'Failure',
  Closed(
    {
      pointer: Type.String({ description: 'RFC 6901 pointer into the body, or the name of the parameter' }),
      detail: Type.String(),
      suggestion: Type.Optional(Type.String({ description: 'The nearest valid name' }))
    },
    { description: 'One place where the request does not fit' }
  )
)

/** RFC 9457 problem details. `code` is the last part of `type` and safe to branch on. */
export const Problem = Named(
  'Problem',
  Closed(
    {
      type: Type.String({ format: 'uri', examples: ['https://broadsheet.dev/problems/not-found'] }),
      title: Type.String(),
      status: Type.Integer({ minimum: 400, maximum: 599 }),
      code: Type.Unsafe<ErrorCode>({ type: 'string', enum: Object.keys(catalogue) }),
      detail: Type.Optional(Type.String({ description: 'What happened here, and how to mend it' })),
      instance: Type.Optional(Type.String({ description: 'The address that was asked for' })),
      requestId: Type.String(),
      errors: Type.Optional(Type.Array(Type.Unsafe<Static<typeof Failure>>({ $ref: 'Failure#' }))),
      reason: Type.Optional(Type.String({ description: 'Withdrawn: why' })),
      withdrawnAt: Type.Optional(Instant),
      other: Type.Optional(Type.String({ description: 'Address of what is in the way' })),
      successor: Type.Optional(Type.String({ description: 'Address of the article that stands in its place' }))
    },
    { description: 'RFC 9457 problem details' }
  )
)
export { Failure }

/** A failure as a response of a route. */
export const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Ref(Problem) } }
})

/** The failures any write can meet. */
export const writeProblems = {
  400: problem('The body is no JSON, or a parameter is unknown or not valid'),
  409: problem('It stands against what is there; `other` or `errors` name it'),
  413: problem('The body is too large'),
  415: problem('The body is not JSON in UTF-8'),
  422: problem('The body does not fit; `errors` names each place'),
  503: problem('The database is away; Retry-After says when to ask again')
}

/** The failures of a write that overwrites what somebody else may have changed. */
export const overwriteProblems = {
  ...writeProblems,
  404: problem('There is no such thing, or the caller may not know of it'),
  412: problem('It was changed since it was read'),
  428: problem('If-Match is needed')
}

/** The failures any read can meet. */
export const readProblems = {
  400: problem('A parameter is unknown or not valid; `errors` names it and the nearest valid one'),
  503: problem('The database is away; Retry-After says when to ask again')
}

export type Fault = Static<typeof Failure>
type Extra = Pick<Static<typeof Problem>, 'other' | 'errors' | 'reason' | 'withdrawnAt' | 'successor'>

/** A failure the reader is told about; everything else that is thrown becomes a silent 500. */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly extra: Partial<Extra>

  constructor(code: ErrorCode, detail: string, extra: Partial<Extra> = {}) {
    super(detail)
    this.code = code
    this.extra = extra
  }

  get status(): number {
    return catalogue[this.code].status
  }
}

const inside = (place: string, pointer: string) =>
  pointer.startsWith('/') && pointer !== '/' ? place + pointer : place

/** Faults of a part, told of the whole: their pointers begin at the place of the part. */
export const faultsWithin = (place: string, faults: readonly Fault[]): Fault[] =>
  faults.map(fault => ({ ...fault, pointer: inside(place, fault.pointer) }))

/** A failure of a part as one of the whole. */
export const within = (place: string, { code, message, extra }: ApiError) =>
  new ApiError(code, message, { ...extra, ...(extra.errors ? { errors: faultsWithin(place, extra.errors) } : {}) })

/** Does the work on a part of a body; what fails, also in the database, is told of its place. */
export async function atPlace<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof ApiError ? within(place, error) : Object.assign(error as Error, { place })
  }
}

export const notFound = (noun: string, key: string) => new ApiError('not-found', `There is no ${noun} "${key}".`)

export const invalidParameter = (pointer: string, detail: string, suggestion?: string) =>
  new ApiError('invalid-parameter', detail, {
    errors: [{ pointer, detail, ...(suggestion ? { suggestion } : {}) }]
  })
