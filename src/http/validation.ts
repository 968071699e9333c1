import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fp from 'fastify-plugin'
import type { TSchema } from 'typebox'
import { ApiError } from '../contract/errors.ts'
import { hasForbidden } from '../lib/text.ts'

/** Deeper JSON than this is refused before anything walks it. */
const deepest = 32

/**
 * Bodies are checked as they are; addresses, which are all text, are coerced. Nothing is removed and nothing defaulted in
 * silence: what does not fit is refused. Text that Postgres cannot keep (NUL, lone surrogates) is refused everywhere.
 */
export default fp<{ schemas: TSchema[] }>(
  async (app, { schemas }) => {
    const shared = { allErrors: true, removeAdditional: false, useDefaults: true, strict: false } as const
    const strict = formats.default(new Ajv2020({ ...shared, coerceTypes: false }).addSchema(schemas))
    const lenient = formats.default(new Ajv2020({ ...shared, coerceTypes: true }).addSchema(schemas))
    app.setValidatorCompiler(({ schema, httpPart }) =>
      (httpPart === 'body' ? strict : lenient).compile(schema as object)
    )

    app.removeContentTypeParser('text/plain')
    app.addHook('preValidation', async request => {
      refuseForbidden(request.params, 'path')
      refuseForbidden(request.query, 'query')
      if (request.body !== undefined) refuseForbidden(request.body, 'body')
    })
  },
  { name: 'validation' }
)

function refuseForbidden(value: unknown, place: string, depth = 0): void {
  if (depth > deepest) throw new ApiError('invalid-json', `The ${place} is nested deeper than ${deepest} levels.`)
  if (typeof value === 'string') {
    if (!hasForbidden(value)) return
    const detail = 'NUL characters and lone surrogates cannot be kept; remove them.'
    throw new ApiError(place === 'body' ? 'invalid-body' : 'invalid-parameter', detail, {
      errors: [{ pointer: place, detail }]
    })
  }
  if (value === null || typeof value !== 'object') return
  for (const [name, member] of Object.entries(value)) {
    refuseForbidden(name, place, depth)
    refuseForbidden(member, place === 'query' || place === 'path' ? name : place, depth + 1)
  }
}
