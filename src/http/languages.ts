import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { ApiError } from '../contract/errors.ts'
import { chainOf, type HouseLanguage, lookup, negotiate, type Reader } from '../lib/language.ts'
import { nearest } from '../lib/nearest.ts'

export interface Options {
  /** What stored file names are prefixed with. */
  media: string
}

/** Decides which languages this reader reads: `?language=` wins over `Accept-Language`, and the house's first is everybody's default. */
export default fp<Options>(
  async (app, { media }) => {
    app.decorateRequest('context', null as never)
    app.addHook('preValidation', async (request, reply) => {
      if (!request.routeOptions.config.languages) return
      const { languages } = await app.house()
      const query = request.query as Record<string, unknown>
      request.context = {
        reader: readerOf(request, request.preview?.language ?? query.language, languages),
        media,
        unreviewed: query.labels === 'all'
      }
      reply.header('vary', 'accept-language')
    })
  },
  { name: 'languages', dependencies: ['house', 'previews'] }
)

function readerOf(request: FastifyRequest, asked: unknown, languages: readonly HouseLanguage[]): Reader {
  const tags = languages.map(language => language.tag)
  const header = request.headers['accept-language']
  const named = typeof asked === 'string' ? (lookup(asked, tags) ?? refuseLanguage(asked, tags)) : undefined
  const negotiated = named ?? (header ? negotiate(header, tags) : null)
  const requested = negotiated ?? tags[0] ?? 'en'
  const chain = chainOf(requested, languages)
  return { requested, chain, others: tags.filter(tag => !chain.includes(tag)), explicit: Boolean(negotiated) }
}

/** A language the house does not have, with the nearest it has. */
export function refuseLanguage(asked: string, tags: readonly string[]): never {
  const suggestion = nearest(asked, tags)
  const detail = `"${asked.slice(0, 40)}" is not a language of this house; it has ${tags.join(', ') || 'none yet'}.`
  throw new ApiError('unknown-language', detail, {
    errors: [{ pointer: 'language', detail, ...(suggestion ? { suggestion } : {}) }]
  })
}
