import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Static, type TSchema, Type } from 'typebox'
import { ApiError, faultsWithin, type Problem, writeProblems } from '../contract/errors.ts'
import { NoParameters as querystring, Ref } from '../contract/primitives.ts'
import { BulkLine, BulkOutcome } from '../resources/articles/bulk.ts'
import { type Line, linesIn, readLine, type Single } from './bulk-lines.ts'
import { problemOf } from './errors.ts'
import { keyOf } from './writes.ts'

type Outcome = Static<typeof BulkOutcome>
type Failure = Static<typeof Problem>

const media = 'application/x-ndjson'
const linesOf = (schema: TSchema, description: string) =>
  Type.String({ description, contentMediaType: media, contentSchema: Ref(schema) })

/** While one of these lasts, the lines that follow would only wait for the same. */
const lasting = ['database-unavailable', 'identity-unavailable']

/**
 * Many articles and editions in one request. A line is the single request it stands for, made inside the house with the caller's own credential:
 * the same checks, a transaction of its own; its outcome is sent as soon as it is known.
 */
export function bulkRoutes(app: FastifyInstance) {
  app.post<{ Body: string }>('/desk/articles/bulk', {
    config: { access: 'articles:write', cache: 'desk', statements: 0 },
    schema: {
      operationId: 'writeArticles',
      tags: ['Desk'],
      summary: 'Write many articles and editions, line by line, each with its own outcome',
      consumes: [media],
      querystring,
      body: linesOf(BulkLine, 'At most 1,000 lines of at most 1 MiB, each a BulkLine; blank ones are passed over'),
      response: {
        200: {
          description:
            'What became of each line, in order; if the answer breaks off, the same request with the same key does the rest',
          content: { [media]: { schema: linesOf(BulkOutcome, 'One BulkOutcome for every line') } }
        },
        ...writeProblems
      }
    },
    preValidation: async ({ body }) => {
      if (typeof body !== 'string') throw new ApiError('unsupported-media-type', `Send lines of JSON as ${media}.`)
    },
    handler: async (request, reply) => {
      const lines = linesIn(request.body)
      const key = keyOf(request)
      reply.type(media)
      return Readable.from(writeLines(app, request, lines, key))
    }
  })
}

/** One after the other, and no further than somebody listens. */
async function* writeLines(app: FastifyInstance, request: FastifyRequest, lines: readonly Line[], key?: string) {
  let away: Failure | undefined
  for (const line of lines) {
    const outcome = away ? failed(line, away) : await writeLine(app, request, line, key)
    if (lasting.includes(outcome.problem?.code ?? '')) away = outcome.problem
    yield `${JSON.stringify(outcome)}\n`
  }
}

const failed = ({ number: line }: Line, problem: Failure): Outcome => ({ line, status: problem.status, problem })

async function writeLine(app: FastifyInstance, request: FastifyRequest, line: Line, key?: string): Promise<Outcome> {
  try {
    const single = readLine(app, line.text)
    const response = await ask(app, request, single, key && keyOfLine(key, line))
    const answer = response.json()
    if (response.statusCode < 400)
      return {
        line: line.number,
        status: response.statusCode,
        ...recordIn(answer),
        ...headersOf(response.headers, single)
      }
    return failed(line, answer.errors ? { ...answer, errors: faultsWithin(single.place, answer.errors) } : answer)
  } catch (error) {
    if (error instanceof ApiError) return failed(line, problemOf(error, request))
    throw error
  }
}

function ask(
  app: FastifyInstance,
  { id, headers }: FastifyRequest,
  { method, url, body, version }: Single,
  key?: string
) {
  return app.inject({
    method,
    url,
    headers: {
      authorization: headers.authorization,
      'content-type': 'application/json',
      'x-request-id': id,
      ...(version === undefined ? {} : { 'if-match': version === '*' ? '*' : `"v${version}"` }),
      ...(key ? { 'idempotency-key': key } : {})
    },
    payload: JSON.stringify(body)
  })
}

/** A key of its own for each line: what one line has done is not done again when the request is repeated. */
const keyOfLine = (key: string, { number }: Line) =>
  `bulk-${createHash('sha256').update(`${key}\n${number}`).digest('hex')}`

/** The record of an article, or that of an edition, which names its article. */
interface Written {
  id: string
  article?: string
  language: string
  version: number
}

const recordIn = ({ article, language, id, version }: Written) =>
  article ? { id: article, language, version } : { id, version }

const headersOf = (headers: Record<string, unknown>, { url }: Single) => ({
  location: String(headers.location ?? url),
  etag: String(headers.etag),
  ...(headers['idempotent-replayed'] ? { replayed: true } : {})
})
