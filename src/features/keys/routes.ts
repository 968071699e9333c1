import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { ApiError, type Fault, notFound, problem, readProblems, writeProblems } from '../../contract/errors.ts'
import { NoParameters as querystring, Ref } from '../../contract/primitives.ts'
import { findRecord } from '../../db/records.ts'
import { isId } from '../../lib/id.ts'
import { covers, readScope } from '../../lib/scope.ts'
import { makeKey } from '../../lib/secret.ts'
import { consumerDesk } from '../../resources/consumers/desk.ts'
import { findKeyRecord, listKeys, revokeKey, storeKey } from './queries.ts'
import { IssuedKey, KeyInput, KeyPage, type NewKeyBody } from './schema.ts'

const params = Type.Object({ key: Type.String({ minLength: 1, maxLength: 200, description: 'Id' }) })
const absent = { 404: problem('There is no such thing') }
const desk = { cache: 'desk', statements: 20 } as const

/** The keys of consumers: listed without what makes them keys, made with a secret that is shown once, revoked. */
export function keyRoutes(app: FastifyInstance) {
  app.get('/desk/consumers/:key/keys', {
    config: { access: 'consumers:read', ...desk },
    schema: {
      operationId: 'listKeys',
      tags: ['Desk'],
      summary: 'List the keys of a consumer',
      params,
      querystring,
      response: { 200: { description: 'All of them, oldest first', ...Ref(KeyPage) }, ...readProblems, ...absent }
    },
    handler: async request => ({ items: await listKeys(request.db, await consumerOf(request)), next: null })
  })

  app.post('/desk/consumers/:key/keys', {
    config: { access: 'consumers:write', write: 'create', ...desk },
    schema: {
      operationId: 'createKey',
      tags: ['Desk'],
      summary: 'Make a key of a consumer',
      description: 'The answer holds the key itself, this once; nobody can give a scope that their own key has not.',
      params,
      querystring,
      body: Ref(KeyInput),
      response: { 201: { description: 'Made', ...Ref(IssuedKey) }, ...writeProblems, ...absent }
    },
    preValidation: async ({ headers }) => refuseRepeats(headers['idempotency-key']),
    handler: async (request, reply) => {
      const consumer = await consumerOf(request)
      const { name, scopes, expiresAt = null } = request.body as NewKeyBody
      mustGrant(request, scopes)
      mustBeAhead(expiresAt)
      const { secret, prefix, hash } = makeKey()
      const id = await storeKey(request.db, consumer, { prefix, hash, name, scopes, expiresAt })
      reply.code(201)
      return { ...(await findKeyRecord(request.db, id)), secret }
    }
  })

  app.delete('/desk/keys/:key', {
    config: { access: 'consumers:delete', write: 'act', ...desk },
    schema: {
      operationId: 'revokeKey',
      tags: ['Desk'],
      summary: 'Revoke a key',
      description: 'Every process refuses it within a second. Revoking it again changes nothing.',
      params,
      querystring,
      response: { 204: { type: 'null', description: 'It is revoked' }, ...writeProblems, ...absent }
    },
    handler: async (request, reply) => {
      const { key } = request.params as { key: string }
      if (!isId(key) || !(await findKeyRecord(request.db, key))) throw notFound('Key', key.slice(0, 120))
      await revokeKey(request.db, key)
      reply.code(204)
      return null
    }
  })
}

/** The id of the consumer in the address. */
async function consumerOf({ db, params }: FastifyRequest): Promise<string> {
  const { key } = params as { key: string }
  const consumer = isId(key) ? await findRecord<{ id: string }>(db, consumerDesk.table, key) : undefined
  if (!consumer) throw notFound(consumerDesk.noun, key.slice(0, 120))
  return consumer.id
}

/** An answer kept for a repetition would be a secret kept in plain. */
function refuseRepeats(header: unknown) {
  if (header === undefined) return
  throw new ApiError(
    'invalid-idempotency-key',
    'A key is shown once and its answer is not kept, so Idempotency-Key is not offered here; list the keys to see whether it was made.'
  )
}

/** Nobody gives what they do not have. */
function mustGrant({ principal }: FastifyRequest, scopes: string[]) {
  const read = scopes.map(readScope)
  const errors = read.flatMap((scope, n): Fault[] =>
    typeof scope === 'string' ? [{ pointer: `/scopes/${n}`, detail: scope }] : []
  )
  if (errors.length > 0)
    throw new ApiError('invalid-field', errors.map(error => error.detail).join(' '), { errors: errors.slice(0, 10) })
  const beyond = scopes.filter((_, n) => !covers(principal.scopes, read[n] as Exclude<(typeof read)[number], string>))
  if (beyond.length > 0)
    throw new ApiError(
      'forbidden',
      `Your own key does not cover ${beyond.slice(0, 5).join(', ')}; nobody can grant more.`
    )
}

function mustBeAhead(expiresAt: string | null) {
  if (expiresAt === null || Date.parse(expiresAt) > Date.now()) return
  const detail = 'A key expires in the future.'
  throw new ApiError('invalid-field', detail, { errors: [{ pointer: '/expiresAt', detail }] })
}
