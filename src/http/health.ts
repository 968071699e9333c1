import type { FastifyInstance } from 'fastify'
import { ApiError, problem } from '../contract/errors.ts'
import { Closed, Named, Ref, Word } from '../contract/primitives.ts'

export const Health = Named('Health', Closed({ status: Word(['ok']) }))

/** `/livez`: the process runs. `/readyz`: it can answer, so the database does. */
export function healthRoutes(app: FastifyInstance, stopping: () => boolean) {
  const schema = (operationId: string, summary: string) => ({
    operationId,
    summary,
    tags: ['Operations'],
    querystring: Closed({}),
    response: {
      200: { description: 'Yes', ...Ref(Health) },
      400: problem('These take no parameters'),
      503: problem('Not now')
    }
  })
  app.get(
    '/livez',
    { config: { access: 'public' }, logLevel: 'warn', schema: schema('isAlive', 'Does the process run?') },
    async () => ({
      status: 'ok' as const
    })
  )
  app.get(
    '/readyz',
    { config: { access: 'public' }, logLevel: 'warn', schema: schema('isReady', 'Can it answer requests?') },
    async request => {
      if (stopping()) throw new ApiError('database-unavailable', 'The server is stopping.')
      await request.db.ping()
      return { status: 'ok' as const }
    }
  )
}
