import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { type TProperties, Type } from 'typebox'
import { ApiError } from '../contract/errors.ts'
import type { Db } from '../db/client.ts'
import { openPreview, type Previewed } from '../lib/preview.ts'
import { publishForNow } from '../resources/articles/editions/preview.ts'

export interface Options {
  db: Db
}

/** What a preview costs beside what the route costs: the publication that is taken back. */
export const rehearsalStatements = 10

const parameter = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 1024,
    description:
      'Token of a preview link: the edition with its newest words as if it were published now; never cacheable. Without a valid one: 404'
  })
)

/**
 * A preview is the publication that is taken back: inside one transaction the edition is published, read as everything is read, and the
 * transaction is rolled back. There is no second way of reading that could show something else than readers will get.
 */
export default fp<Options>(
  async (app, { db }) => {
    app.decorateRequest('preview', undefined)
    app.addHook('onRoute', route => {
      if (!route.config?.previews) return
      documentPreview(route)
      const { handler } = route
      route.handler = function (request, reply) {
        if (!request.preview) return handler.call(this, request, reply)
        return db.rehearse(async tx => {
          request.db = tx
          await stage(request, request.preview!)
          return handler.call(this, request, reply)
        })
      }
    })
    app.addHook('preValidation', async (request, reply) => {
      const { preview: token, language } = request.query as Record<string, unknown>
      if (!request.routeOptions.config.previews || typeof token !== 'string') return
      hide(reply)
      const { secret } = await app.house()
      const opened = openPreview(secret, token, Date.now())
      const asked = typeof language === 'string' ? language.toLowerCase() : undefined
      if (!opened || (asked !== undefined && asked !== opened.language.toLowerCase())) throw refusal()
      request.preview = opened
    })
  },
  { name: 'previews', dependencies: ['house'] }
)

/** The address holds the token: it is told to no page that is linked, and to no search engine. */
const hide = (reply: FastifyReply) => reply.headers({ 'x-robots-tag': 'noindex', 'referrer-policy': 'no-referrer' })

/** One answer for everything that can be wrong, so that it tells nobody what exists. */
const refusal = () =>
  new ApiError('not-found', 'The preview link is not valid, or no longer; ask the desk for a new one.')

async function stage({ db, params }: FastifyRequest, { article, language }: Previewed) {
  const { key } = params as { key: string }
  const edition = await publishForNow(db, article, language)
  if (!edition || (key.toLowerCase() !== article && key !== edition.slug)) throw refusal()
}

function documentPreview(route: RouteOptions) {
  const { querystring } = route.schema as { querystring: { properties: TProperties } }
  const properties = { ...querystring.properties, preview: parameter }
  route.schema = { ...route.schema, querystring: { ...querystring, properties } }
}
