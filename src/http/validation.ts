import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { FastifySchemaValidationError } from 'fastify'
import fp from 'fastify-plugin'
import type { TSchema } from 'typebox'
import { ApiError } from '../contract/errors.ts'
import { once } from '../lib/once.ts'
import { hasForbidden } from '../lib/text.ts'
import { bodyFailure } from './validation-errors.ts'

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
      onFirstUse(() => (httpPart === 'body' ? strict : lenient).compile(schema as object))
    )

    app.decorate('checkBody', (schema: TSchema, value: unknown) => {
      const check = strict.compile(schema)
      if (!check(value)) throw bodyFailure(check.errors as never, schema)
    })
    app.addHook('preValidation', async request => {
      refuseForbidden(request.params, 'path')
      refuseForbidden(request.query, 'query')
      // Bytes are no text: whoever takes them reads them himself.
      if (request.body !== undefined && !Buffer.isBuffer(request.body)) refuseForbidden(request.body, 'body')
    })
  },
  { name: 'validation' }
)

/** Compiled when the first request comes: a start does not wait for routes that nobody asks for. */
function onFirstUse(make: () => ValidateFunction) {
  const checker = once(make)
  const validate = (value: unknown) => {
    const check = checker()
    const fits = check(value) as boolean
    validate.errors = (check.errors ?? null) as typeof validate.errors
    return fits
  }
  validate.errors = null as FastifySchemaValidationError[] | null
  return validate
}

/** Refuses what is nested too deeply, and text that cannot be kept. */
export function refuseForbidden(value: unknown, place: string, depth = 0): void {
  if (depth > deepest) throw new ApiError('json-too-deep', `The ${place} is nested deeper than ${deepest} levels.`)
  if (typeof value === 'string') {
    if (!hasForbidden(value)) return
    const detail = 'NUL characters and lone surrogates cannot be kept; remove them.'
    throw new ApiError(place === 'body' ? 'invalid-field' : 'invalid-parameter', detail, {
      errors: [{ pointer: place, detail }]
    })
  }
  if (value === null || typeof value !== 'object') return
  for (const [name, member] of Object.entries(value)) {
    if (name === 'constructor' && place === 'body')
      throw new ApiError('forbidden-key', 'No object may have a member "__proto__" or "constructor".')
    refuseForbidden(name, place, depth)
    refuseForbidden(member, place === 'query' || place === 'path' ? name : place, depth + 1)
  }
}
