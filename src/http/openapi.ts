import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import examples from '../../openapi/examples.json' with { type: 'json' }

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

/** How the desk is entered; each operation names the scope it asks for. */
const key = {
  type: 'http',
  scheme: 'bearer',
  description: 'A key of a consumer, `Authorization: Bearer bsk_…`; its scopes say what it may do'
} as const

interface Document {
  paths?: Record<string, Record<string, Operation>>
}
interface Operation {
  operationId?: string
  responses?: Record<string, { content?: Record<string, { examples?: Record<string, object> }> }>
}

/** Puts real answers of the demo newsroom under the operations that gave them; a test asks for them again. */
function withExamples(document: Document) {
  for (const operation of Object.values(document.paths ?? {}).flatMap(path => Object.values(path))) {
    for (const { operation: name, request, status, answer } of examples) {
      if (name !== operation.operationId) continue
      for (const media of Object.values(operation.responses?.[status]?.content ?? {}))
        media.examples = { demo: { summary: `GET ${request}`, value: answer } }
    }
  }
  return document
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
      components: { securitySchemes: { key } },
      tags: [
        { name: 'Reading', description: 'The nouns of the newsroom' },
        { name: 'Desk', description: 'The same nouns as they are written, with a key' },
        { name: 'Views', description: 'What readers have read' },
        { name: 'Operations', description: 'Health and the document itself' }
      ]
    },
    transformObject: made => withExamples(('openapiObject' in made ? made.openapiObject : {}) as Document) as object,
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) => (json.$id as string | undefined) ?? `def-${index}`
    }
  })
}
