import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import fp from 'fastify-plugin'
import { ApiError } from '../contract/errors.ts'
import type { Db } from '../db/client.ts'
import { explainConflict } from '../db/conflicts.ts'
import { claimKey, keepAnswer } from '../db/idempotency.ts'
import { postTouched } from '../db/postings.ts'

export interface Options {
  db: Db
  /** Called after every commit: the readers of the log have something to read. */
  committed: () => void
}

/** Headers that belong to an answer and are given again with it. */
const kept = ['location', 'content-type'] as const

/**
 * Every write in one transaction, with what it must bring along: who did it, the answer kept for its Idempotency-Key, the posting lists. The change
 * log is written by the database itself. A handler that throws leaves nothing behind.
 */
export default fp<Options>(
  async (app, { db, committed }) => {
    app.decorateRequest('ifVersion', undefined)
    app.addHook('onRoute', route => {
      const { write } = route.config ?? {}
      if (!write) return
      const handler = route.handler
      route.preValidation = [
        async request => {
          if (write === 'overwrite') request.ifVersion = expectedVersion(request.headers['if-match'])
        },
        ...[route.preValidation ?? []].flat()
      ]
      route.handler = async function (request, reply) {
        const answer = await perform(db, request, reply, () => handler.call(this, request, reply))
        committed()
        return answer
      }
    })
  },
  { name: 'writes', dependencies: ['access', 'house'] }
)

async function perform(
  db: Db,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => ReturnType<RouteHandlerMethod>
) {
  const { id } = request.principal
  const key = keyOf(request)
  try {
    return await db.transaction(async tx => {
      request.db = tx
      const first = key && (await firstAnswer(tx, request, key))
      if (first) return repeat(reply, first)
      const answer = await work()
      await postTouched(tx)
      if (key) await keepAnswer(tx, id, key, given(reply, answer))
      return answer
    }, id)
  } catch (error) {
    throw await explainConflict(db, error as Error)
  }
}

/** What stands under the key already; a request with another body may not take the answer of the first. */
async function firstAnswer(db: Db, request: FastifyRequest, key: string) {
  const digest = createHash('sha256')
    .update(`${request.method} ${request.url} ${JSON.stringify(request.ifVersion)}\0${JSON.stringify(request.body)}`)
    .digest('hex')
  const first = await claimKey(db, request.principal.id, key, digest).catch((error: { code?: string }) => {
    if (error.code !== '55P03') throw error
    throw new ApiError(
      'idempotency-in-progress',
      'The first request with this key has not ended; ask again in a moment.'
    )
  })
  if (first && first.digest !== digest)
    throw new ApiError(
      'idempotency-key-reused',
      'This key came with another request before; a new request needs a new key.'
    )
  return first
}

function repeat(reply: FastifyReply, { status, headers, answer }: { status: number; headers: object; answer: string }) {
  reply.code(status).headers({ ...headers, 'idempotent-replayed': 'true' })
  return answer === '' ? null : JSON.parse(answer)
}

const given = (reply: FastifyReply, answer: unknown) => ({
  status: reply.statusCode,
  headers: Object.fromEntries(
    kept.flatMap(name => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : []))
  ),
  answer: answer === undefined || answer === null ? '' : JSON.stringify(answer)
})

/** The Idempotency-Key of a request, if it has one. */
export function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw new ApiError(
    'invalid-idempotency-key',
    'An Idempotency-Key has 1 to 255 printable ASCII characters without spaces.'
  )
}

/** RFC 9110 §13.1.1. The tag of a desk answer begins with the version, the part a writer must know; `*` means whatever is there. */
function expectedVersion(header: string | undefined): number[] | '*' {
  if (header === undefined)
    throw new ApiError(
      'precondition-required',
      'Send If-Match with the ETag of what you have read, or * to overwrite anything.'
    )
  if (header.trim() === '*') return '*'
  return header.split(',').map(tag => {
    const version = /^\s*"v(\d{1,9})(?:\.[\w-]{1,64})?"\s*$/.exec(tag)?.[1]
    if (version === undefined)
      throw new ApiError(
        'invalid-precondition',
        'If-Match takes the ETag of an answer as it came, such as "v3.Zx81"; weak tags do not do.'
      )
    return Number(version)
  })
}

/** 412 unless the writer has seen the present version. */
export function mustMatch({ ifVersion }: FastifyRequest, version: number): void {
  if (ifVersion === undefined || ifVersion === '*' || ifVersion.includes(version)) return
  throw new ApiError(
    'precondition-failed',
    `It has version ${version} now; read it again and repeat your change on that.`
  )
}
