import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { ApiError, readProblems } from '../../contract/errors.ts'
import { Instant, paging, Ref, Word } from '../../contract/primitives.ts'
import { decodeCursor, encodeCursor } from '../../lib/cursor.ts'
import { type AuditFilter, listAudit } from './audit-queries.ts'
import { AuditPage, loggedNouns } from './schema.ts'

type Query = AuditFilter & { limit: number; cursor?: string }

const querystring = Type.Partial(
  Type.Object({
    noun: Word(loggedNouns, { description: 'Only of this noun' }),
    subject: Type.String({ minLength: 1, maxLength: 200, description: 'Only about this thing' }),
    actor: Type.String({ minLength: 1, maxLength: 200, description: 'Only what this one did, such as `key:…`' }),
    after: { ...Instant, description: 'Only from this instant on' },
    before: { ...Instant, description: 'Only before this instant' },
    ...paging
  }),
  { additionalProperties: false }
)

/** `GET /v1/desk/audit`: who changed what. There is no way to write it. */
export function auditRoutes(app: FastifyInstance) {
  app.get<{ Querystring: Query }>('/desk/audit', {
    config: { access: 'log:read', cache: 'desk', statements: 1 },
    schema: {
      operationId: 'listAudit',
      tags: ['Desk'],
      summary: 'Who changed what, newest first',
      querystring,
      response: { 200: { description: 'One page of the audit trail', ...Ref(AuditPage) }, ...readProblems }
    },
    handler: async request => {
      const { cursor, limit, ...filter } = request.query
      const { secret } = await app.house()
      const list = JSON.stringify(['audit', Object.entries(filter).sort()])
      const place = cursor === undefined ? null : decodeCursor(secret, list, cursor)
      if (cursor !== undefined && !place)
        throw new ApiError(
          'invalid-cursor',
          'It was changed, or belongs to another list or filter; start without it.',
          {
            errors: [{ pointer: 'cursor', detail: 'Not a cursor of this list.' }]
          }
        )
      const { items, next } = await listAudit(request.db, filter, place, limit)
      return { items, next: next && encodeCursor(secret, list, next) }
    }
  })
}
