import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'

/** What Broadsheet says of itself in the document. */
const info = {
  title: 'Broadsheet',
  version: '1.0.0',
  summary: 'A headless CMS content API for multilingual newsrooms',
  description:
    'Articles, images, captions, sources, categories, topics, authors and comments as typed resources, in every language of the house. ' +
    'Errors are problem documents (RFC 9457); lists are paged by opaque cursors; unknown parameters are refused with the nearest valid name.',
  license: { name: 'MIT', identifier: 'MIT' }
}

/** The OpenAPI 3.1 document, made of the route schemas; a schema with a name becomes a component of that name. */
export async function documentRoutes(app: FastifyInstance, schemas: TSchema[], server: string) {
  for (const schema of schemas) app.addSchema(schema)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info,
      servers: [{ url: server }],
      security: [],
      tags: [
        { name: 'Reading', description: 'The nouns of the newsroom' },
        { name: 'Operations', description: 'Health and the document itself' }
      ]
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) => (json.$id as string | undefined) ?? `def-${index}`
    }
  })
}
