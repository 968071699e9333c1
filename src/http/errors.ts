import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ApiError, catalogue, type ErrorCode } from '../contract/errors.ts'
import { Moved } from '../contract/moved.ts'
import { nearest } from '../lib/nearest.ts'
import { databaseFailure } from './database-errors.ts'
import { validationFailure } from './validation-errors.ts'

/** Where the meaning of a problem type is written down. */
const problems = 'https://broadsheet.dev/problems/'

/** Fastify's own refusals in the words of the catalogue. */
const framework: Record<string, ErrorCode> = {
  FST_ERR_BAD_URL: 'invalid-path',
  FST_ERR_MAX_PARAM_LENGTH: 'uri-too-long',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid-json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid-json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid-json',
  FST_ERR_CTP_BODY_TOO_DEEP: 'json-too-deep'
}

/** Everything thrown, as something a reader may be told. What nobody foresaw says nothing of the inside. */
export function toApiError(error: FastifyError, request: FastifyRequest): ApiError {
  if (error instanceof ApiError) return error
  if (error.validation) return validationFailure(error, request)
  const known = framework[error.code]
  // The framework's own words repeat the address, with all that stands in its query.
  if (known === 'invalid-path') return new ApiError(known, 'The path is not percent-encoded UTF-8.')
  if (known) return new ApiError(known, error.message)
  if (error instanceof SyntaxError || error.statusCode === 400) return new ApiError('invalid-json', error.message)
  return databaseFailure(error) ?? new ApiError('internal', 'The failure was logged under this request id.')
}

/** The problem document of a failure, RFC 9457. */
export function problemOf(error: ApiError, request: Pick<FastifyRequest, 'id' | 'url'>) {
  const { status, title } = catalogue[error.code]
  const instance = request.url.split('?')[0]!.slice(0, 300)
  return {
    type: problems + error.code,
    title,
    status,
    code: error.code,
    detail: error.message,
    instance,
    requestId: request.id,
    ...error.extra
  }
}

export function sendProblem(error: ApiError, request: FastifyRequest, reply: FastifyReply) {
  for (const name of ['etag', 'location']) reply.removeHeader(name)
  if (error.status === 503) reply.header('retry-after', '2')
  if (error.status === 401) reply.header('www-authenticate', 'Bearer realm="broadsheet"')
  return reply
    .status(error.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problemOf(error, request))
}

/** Everything that fails leaves as `application/problem+json`; unknown addresses and methods too. */
export default fp(
  async app => {
    const routes: { pattern: RegExp; url: string; methods: Set<string> }[] = []
    app.addHook('onRoute', ({ url, method }) => {
      if (url === '*') return
      const known = routes.find(route => route.url === url) ?? {
        url,
        pattern: patternOf(url),
        methods: new Set<string>()
      }
      if (known.methods.size === 0) routes.push(known)
      for (const name of [method].flat()) known.methods.add(name)
    })

    app.setErrorHandler((error: FastifyError, request, reply) => {
      if (error instanceof Moved) {
        const query = request.url.split('?')[1]
        return reply.redirect(query ? `${error.location}?${query}` : error.location, 301)
      }
      const failure = toApiError(error, request)
      if (failure.status >= 500) request.log.error({ err: error }, failure.code)
      return sendProblem(failure, request, reply)
    })

    app.setNotFoundHandler((request, reply) => {
      const path = request.url.split('?')[0]!
      const known = routes.find(route => route.pattern.test(path))
      if (known && !known.methods.has(request.method)) {
        const methods = [...known.methods].join(', ')
        reply.header('allow', methods)
        return sendProblem(
          new ApiError('method-not-allowed', `${request.method} is not offered here; use ${methods}.`),
          request,
          reply
        )
      }
      const near = nearest(
        path,
        routes.map(route => route.url)
      )
      return sendProblem(
        new ApiError('not-found', `There is no such address.${near ? ` Did you mean ${near}?` : ''}`),
        request,
        reply
      )
    })
  },
  { name: 'errors' }
)

const patternOf = (url: string) => new RegExp(`^${url.replace(/:[a-zA-Z]+/g, '[^/]+').replace(/\*/g, '.*')}/?$`)
