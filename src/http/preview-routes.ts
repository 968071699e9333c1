import type { FastifyInstance } from 'fastify'
import { problem, readProblems, writeProblems } from '../contract/errors.ts'
import { NoParameters as querystring, Ref } from '../contract/primitives.ts'
import { sealPreview } from '../lib/preview.ts'
import { Preview, PreviewInput } from '../resources/articles/editions/schema.ts'
import { editionOf, ofEdition as params } from './edition-routes.ts'

/** `POST …/editions/:language/previews`: a link that shows an edition as if it were published now. Nothing is stored, so nothing can be taken back but by its end. */
export function previewRoutes(app: FastifyInstance, publicUrl: string) {
  app.post<{ Body: PreviewInput }>('/desk/articles/:key/editions/:language/previews', {
    config: { access: 'articles:read', cache: 'desk', statements: 3 },
    schema: {
      operationId: 'previewEdition',
      tags: ['Desk'],
      summary: 'Make a link that shows an edition before readers see it',
      params,
      querystring,
      body: Ref(PreviewInput),
      response: {
        201: { description: 'The link; whoever has it can read the edition until it ends', ...Ref(Preview) },
        ...readProblems,
        413: writeProblems[413],
        415: writeProblems[415],
        422: writeProblems[422],
        404: problem('There is no such edition, or the caller may not know of it')
      }
    },
    handler: async (request, reply) => {
      const { article, language } = (await editionOf(request, false)).edition
      const expires = Date.now() + (request.body.minutes ?? 60) * 60_000
      const token = sealPreview((await app.house()).secret, { article, language }, expires)
      const url = `${publicUrl}/v1/articles/${article}?language=${language}&preview=${token}`
      reply.code(201)
      return { url, token, expiresAt: new Date(expires).toISOString() }
    }
  })
}
