import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { problem, readProblems } from '../../contract/errors.ts'
import { Versions } from '../../contract/front-page.ts'
import { Closed, LanguageParameter, Ref } from '../../contract/primitives.ts'
import { cacheGroup } from '../../lib/cache-group.ts'
import { articleAnswers, articles } from '../../resources/articles/resource.ts'
import { subjectOf } from '../subject.ts'
import { versionsOf } from './versions.ts'

const query = Closed({
  language: Type.Optional(LanguageParameter),
  limit: Type.Integer({ minimum: 1, maximum: 50, default: 20, description: 'Versions in the list' })
})

/** Its own, those of the shown, and any article that may have become visible. */
const groupsOf = ({ article, items }: { article: string; items: { id: string }[] }) => [
  'articles',
  ...[article, ...items.map(item => item.id)].map(id => cacheGroup('article', id))
]

/** `GET /v1/articles/:key/versions`: who else has the story, and how theirs differs. */
export function versionRoutes(app: FastifyInstance) {
  app.get<{ Params: { key: string }; Querystring: Static<typeof query> }>('/articles/:key/versions', {
    config: {
      access: 'public',
      cache: 'read',
      languages: true,
      statements: 2 + articles.statements.find,
      groups: groupsOf
    },
    schema: {
      operationId: 'getVersions',
      tags: ['Reading'],
      summary: 'Other versions of a story: copies, rewrites and updates, with their sources',
      params: Type.Object({ key: Type.String({ minLength: 1, maxLength: 200, description: articles.key }) }),
      querystring: query,
      response: {
        200: { description: 'The other versions', ...Ref(Versions) },
        ...articleAnswers,
        ...readProblems,
        404: problem('There is no such article')
      }
    },
    handler: async ({ db, context, params, query }) =>
      versionsOf(db, context, await subjectOf(db, context, params.key, 'versions'), query.limit)
  })
}
