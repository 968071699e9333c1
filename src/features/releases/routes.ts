import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { ApiError, notFound, problem, writeProblems } from '../../contract/errors.ts'
import { Closed, Instant, Named, NoParameters as querystring, Ref } from '../../contract/primitives.ts'
import type { Db } from '../../db/client.ts'
import { isId } from '../../lib/id.ts'
import { reaches, scopesFor } from '../../lib/scope.ts'
import { releaseDesk } from '../../resources/releases/desk.ts'
import { findRelease, publishRelease, type Release, scheduleRelease, unscheduleRelease } from './publish.ts'
import { targetsOf } from './queries.ts'

const ReleaseSchedule = Named(
  'ReleaseSchedule',
  Closed({ publishAt: Instant }, { description: 'When all editions of a release are published' })
)
export const releaseSchemas = [ReleaseSchedule]

const params = Type.Object({ key: Type.String({ minLength: 1, maxLength: 200, description: 'Id' }) })
const config = { access: 'releases:publish', write: 'act', cache: 'desk', statements: 25 } as const
const response = {
  200: { description: 'The release as it is now', ...Ref(releaseDesk.record) },
  ...writeProblems,
  404: problem('There is no such release')
}
const shared = { tags: ['Desk'], params, querystring, response }
const description = 'The key must have `articles:publish` for every edition of the release as well.'

/** Releases go out, now or at their time. */
export function releaseRoutes(app: FastifyInstance) {
  const route = (verb: string, summary: string, act: (db: Db, release: Release, body: unknown) => Promise<void>) =>
    app.post(`/desk/releases/:key/${verb}`, {
      config,
      schema: {
        operationId: `${verb}Release`,
        summary,
        description,
        ...(verb === 'schedule' ? { body: Ref(ReleaseSchedule) } : {}),
        ...shared
      },
      handler: async request => {
        const release = await releaseOf(request)
        await act(request.db, release, request.body)
        return findRelease(request.db, release.id)
      }
    })
  route('publish', 'Publish all editions of a release at once, or none', publishRelease)
  route('schedule', 'Plan when a release is published', (db, release, body) =>
    scheduleRelease(db, release, (body as Static<typeof ReleaseSchedule>).publishAt)
  )
  route('unschedule', 'Take the plan of a release back', unscheduleRelease)
}

/** The release of an address, locked, if the caller may publish each of its editions. */
async function releaseOf({ db, params, principal }: FastifyRequest): Promise<Release> {
  const { key } = params as { key: string }
  const release = isId(key) ? await findRelease(db, key, true) : undefined
  if (!release) throw notFound(releaseDesk.noun, key.slice(0, 120))
  const scopes = scopesFor(principal.scopes, 'articles', 'publish')
  if (reaches(scopes, { language: null, source: [], section: [] })) return release
  const { editions } = release
  const targets = await targetsOf(
    db,
    editions.map(({ article }) => article)
  )
  const errors = editions.flatMap(({ article, language }, n) =>
    reaches(scopes, { ...targets.get(article), language })
      ? []
      : [{ pointer: `/editions/${n}`, detail: `The key may not publish "${language}" of ${article}.` }]
  )
  if (errors.length > 0)
    throw new ApiError('forbidden', 'The key may not publish every edition of the release.', { errors })
  return release
}
