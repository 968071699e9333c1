import type { FastifyInstance } from 'fastify'
import { problem, writeProblems } from '../contract/errors.ts'
import { NoParameters as querystring, Ref } from '../contract/primitives.ts'
import { findEdition } from '../resources/articles/editions/queries.ts'
import { moves } from '../resources/articles/editions/rules.ts'
import { scheduleEdition, unscheduleEdition } from '../resources/articles/editions/schedule.ts'
import { EditionRecord, Schedule } from '../resources/articles/editions/schema.ts'
import { editionOf, ofEdition } from './edition-routes.ts'

const base = '/desk/articles/:key/editions/:language'
const config = { access: 'articles:publish', write: 'act', cache: 'desk', statements: 25 } as const
const response = {
  200: { description: 'The edition as it is now', ...Ref(EditionRecord) },
  ...writeProblems,
  404: problem('There is no such edition, or the caller may not know of it')
}
const shared = { tags: ['Desk'], params: ofEdition, querystring, response }

/** The plan of an edition: when readers see it, and until when. The database keeps it, and background work carries it out. */
export function scheduleRoutes(app: FastifyInstance) {
  app.post<{ Body: Schedule }>(`${base}/schedule`, {
    config,
    schema: { operationId: 'scheduleEdition', summary: moves.schedule.words, body: Ref(Schedule), ...shared },
    handler: async request => {
      const { place, edition } = await editionOf(request, true)
      await scheduleEdition(request.db, edition, request.body)
      return findEdition(request.db, place.article, place.language)
    }
  })
  app.post(`${base}/unschedule`, {
    config,
    schema: { operationId: 'unscheduleEdition', summary: moves.unschedule.words, ...shared },
    handler: async request => {
      const { place, edition } = await editionOf(request, true)
      await unscheduleEdition(request.db, edition)
      return findEdition(request.db, place.article, place.language)
    }
  })
}
