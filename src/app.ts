import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import cors from '@fastify/cors'
import Fastify, { type FastifyInstance } from 'fastify'
import { type Config, tokenSettings } from './config.ts'
import type { Db } from './db/client.ts'
import { bodyRoutes } from './features/bodies/routes.ts'
import { auditRoutes } from './features/changes/audit-routes.ts'
import { openNumbering } from './features/changes/numbering.ts'
import { changeRoutes } from './features/changes/routes.ts'
import { changeSchemas } from './features/changes/schema.ts'
import { commentsInclude } from './features/comments/include.ts'
import { deskListSchemas } from './features/desk-lists/schema.ts'
import { railRoutes } from './features/front-page/routes.ts'
import { keyRoutes } from './features/keys/routes.ts'
import { keySchemas } from './features/keys/schema.ts'
import { relatedInclude, relatedRoutes } from './features/related/routes.ts'
import { releaseRoutes, releaseSchemas } from './features/releases/routes.ts'
import { versionRoutes } from './features/versions/routes.ts'
import { viewRoutes } from './features/views/routes.ts'
import { viewSchemas } from './features/views/schema.ts'
import access, { loggedRequest } from './http/access.ts'
import bodies from './http/bodies.ts'
import { answerBrokenSockets } from './http/broken-sockets.ts'
import { bulkRoutes } from './http/bulk-routes.ts'
import { deskListRoutes } from './http/desk-list-routes.ts'
import { deskRoutes } from './http/desk-routes.ts'
import { editionRoutes } from './http/edition-routes.ts'
import { editionsAlong } from './http/editions-along.ts'
import errors, { sendProblem, toApiError } from './http/errors.ts'
import headers from './http/headers.ts'
import { Health, healthRoutes } from './http/health.ts'
import house from './http/house.ts'
import languages from './http/languages.ts'
import { documentRoutes } from './http/openapi.ts'
import { pictureRoutes } from './http/picture-routes.ts'
import { previewRoutes } from './http/preview-routes.ts'
import previews from './http/previews.ts'
import { pictures, referencePage } from './http/public-files.ts'
import { revisionRoutes } from './http/revision-routes.ts'
import { scheduleRoutes } from './http/schedule-routes.ts'
import { buildSerializer } from './http/serialization.ts'
import { standardRoutes } from './http/standard-routes.ts'
import validation from './http/validation.ts'
import writes from './http/writes.ts'
import { deskNouns, resources, schemas } from './resources/index.ts'

const all = [...schemas, ...keySchemas, ...changeSchemas, ...releaseSchemas, ...deskListSchemas, ...viewSchemas, Health]

/** What a log line must never hold. */
const secrets = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["x-api-key"]',
  'res.headers["set-cookie"]'
]

/** What a frontend in a browser may read of an answer. */
const exposed = ['etag', 'link', 'content-language', 'last-modified', 'x-request-id', 'retry-after', 'location']

/** Bounds at the door, measured against this stack's defaults: slow and endless requests are cut. */
const bounds = {
  bodyLimit: 1_048_576,
  requestTimeout: 30_000,
  connectionTimeout: 60_000,
  keepAliveTimeout: 65_000,
  maxRequestsPerSocket: 1_000,
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000, maxHeaderSize: 16_384 }
}

/** The whole house: plugins in order, then the nouns, then what crosses them. */
export async function buildApp(config: Config, db: Db): Promise<FastifyInstance> {
  const app = Fastify({
    ...bounds,
    schemaController: { compilersFactory: { buildSerializer } },
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: true },
    logger:
      config.LOG_LEVEL === 'silent'
        ? false
        : {
            level: config.LOG_LEVEL,
            serializers: { req: loggedRequest },
            redact: { paths: secrets, censor: '[redacted]' }
          },
    genReqId: request => acceptedId(request.headers['x-request-id']) ?? randomUUID(),
    clientErrorHandler: answerBrokenSockets,
    frameworkErrors: (error, request, reply) => void sendProblem(toApiError(error, request), request, reply)
  })
  const media = resolve(config.DATA_DIR, 'media')
  let stopping = false
  app.addHook('preClose', async () => {
    stopping = true
    numbering.arrivals.end()
  })
  // An answer is what its media type says, whatever words are in it: no browser may guess a page from them.
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' })
  })

  const numbering = openNumbering(db, app.log)
  app.decorate('numbering', numbering)
  await app.register(errors)
  await app.register(cors, { origin: '*', methods: ['GET', 'HEAD'], maxAge: 86_400, exposedHeaders: exposed })
  await app.register(access, { db, tokens: tokenSettings(config) })
  await app.register(house, { db })
  await app.register(previews, { db })
  await app.register(languages, { media: `${config.PUBLIC_URL}/media/` })
  await app.register(bodies)
  await app.register(validation, { schemas: all })
  await app.register(headers)
  await app.register(writes, { db, committed: numbering.committed })
  await documentRoutes(app, all, config.PUBLIC_URL || '/')

  await app.register(
    async v1 => {
      for (const resource of resources) {
        standardRoutes(
          v1,
          resource,
          resource.name === 'articles' ? { related: relatedInclude, comments: commentsInclude } : {}
        )
      }
      relatedRoutes(v1)
      versionRoutes(v1)
      railRoutes(v1)
      await v1.register(pictureRoutes, { folder: media })
      for (const noun of deskNouns) deskRoutes(v1, noun, noun.name === 'articles' ? editionsAlong : undefined)
      editionRoutes(v1)
      bulkRoutes(v1)
      scheduleRoutes(v1)
      revisionRoutes(v1)
      releaseRoutes(v1)
      previewRoutes(v1, config.PUBLIC_URL)
      deskListRoutes(v1)
      keyRoutes(v1)
      bodyRoutes(v1)
      changeRoutes(v1)
      auditRoutes(v1)
      viewRoutes(v1)
    },
    { prefix: '/v1' }
  )
  healthRoutes(app, () => stopping)
  await app.register(referencePage)
  await app.register(pictures, { folder: media })
  return app
}

/** A request id from outside is kept only when it cannot hurt a log. */
const acceptedId = (id: string | string[] | undefined) =>
  typeof id === 'string' && /^[\w-]{8,64}$/.test(id) ? id : undefined
