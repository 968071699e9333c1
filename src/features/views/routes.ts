import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { readProblems, writeProblems } from '../../contract/errors.ts'
import { Closed, Id, LanguageTag, NoParameters, Ref } from '../../contract/primitives.ts'
import { countViews, hoursOf, keptDays } from './queries.ts'
import { ViewsByHour, ViewsInput, ViewsTaken } from './schema.ts'

const oneEdition = Closed({
  article: Id,
  language: LanguageTag,
  hours: Type.Integer({
    minimum: 1,
    maximum: keptDays * 24,
    default: 24,
    description: 'How far back, this hour included'
  })
})

/** What readers have read: told by frontends in batches, shown to the desk by the hour. */
export function viewRoutes(app: FastifyInstance) {
  app.post<{ Body: ViewsInput }>('/views', {
    config: { access: 'views:write', write: 'act', cache: 'desk', statements: 6 },
    schema: {
      operationId: 'countViews',
      tags: ['Views'],
      summary: 'Count views in a batch',
      description:
        'What readers cannot see is named in `unknown` and not counted. An Idempotency-Key keeps a repeated batch from counting twice.',
      querystring: NoParameters,
      body: Ref(ViewsInput),
      response: { 200: { description: 'Counted', ...Ref(ViewsTaken) }, ...writeProblems }
    },
    handler: ({ db, body }) => countViews(db, body.views)
  })

  app.get<{ Querystring: Static<typeof oneEdition> }>('/desk/views', {
    config: { access: 'views:read', cache: 'desk', statements: 1 },
    schema: {
      operationId: 'listViewsByHour',
      tags: ['Views'],
      summary: 'Views of one edition by the hour',
      description: `Hours are kept for ${keptDays} days.`,
      querystring: oneEdition,
      response: { 200: { description: 'Its hours with views', ...Ref(ViewsByHour) }, ...readProblems }
    },
    handler: async ({ db, query: { article, language, hours } }) => ({
      article,
      language,
      items: await hoursOf(db, article, language, hours)
    })
  })
}
