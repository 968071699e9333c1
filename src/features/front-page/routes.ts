import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { readProblems } from '../../contract/errors.ts'
import { FrontPage } from '../../contract/front-page.ts'
import { Closed, Instant, LanguageParameter, Ref } from '../../contract/primitives.ts'
import { cacheGroup } from '../../lib/cache-group.ts'
import { frontPage } from './front-page.ts'

const query = Closed({
  language: Type.Optional(LanguageParameter),
  explain: Type.Optional(Type.Integer({ minimum: 0, maximum: 1, description: '1: say why each item is there' })),
  asOf: Type.Optional({ ...Instant, description: 'Picks and rails as of this instant; default: now' }),
  limit: Type.Integer({ minimum: 1, maximum: 20, default: 6, description: 'Items in each list' })
})

/** Any article may come in, a rail may get another name, and a section may become one. */
const groupsOf = ({ picks, rails, mostViewed }: FrontPage) => [
  'articles',
  'categories',
  ...rails.map(({ category }) => cacheGroup('category', category.id)),
  ...[picks, ...rails, mostViewed].flatMap(({ items }) => items.map(({ id }) => cacheGroup('article', id)))
]

/** `GET /v1/rails`: what a front page needs, in one call. */
export function railRoutes(app: FastifyInstance) {
  app.get<{ Querystring: Static<typeof query> }>('/rails', {
    config: { access: 'public', cache: 'read', languages: true, statements: 3, groups: groupsOf },
    schema: {
      operationId: 'getFrontPage',
      tags: ['Reading'],
      summary: 'The rails of a front page, editors’ picks and what is most viewed',
      querystring: query,
      response: { 200: { description: 'Lists without a repetition', ...Ref(FrontPage) }, ...readProblems }
    },
    handler: ({ db, context, query: { limit, explain, asOf } }) =>
      frontPage(db, context, {
        limit,
        explain: explain === 1,
        asOf: asOf === undefined ? null : new Date(asOf).toISOString()
      })
  })
}
