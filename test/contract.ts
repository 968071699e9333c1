import { pipeline, Readable, Transform } from 'node:stream'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { rehearsalStatements } from '../src/http/previews.ts'

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: object }> }>
}
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, object> } }

/** Watches every answer: its status, media type and body must be what the OpenAPI document says, at no more statements than the route promises. */
export function watchContract(app: FastifyInstance): string[] {
  const faults: string[] = []
  const validators = new Map<string, ValidateFunction>()
  let ajv: Ajv2020 | undefined

  const check = (request: FastifyRequest, status: number, type: string, payload: string) => {
    const document = app.swagger() as unknown as Document
    const { url = '', schema } = request.routeOptions
    if (!url || (schema as { hide?: boolean } | undefined)?.hide || status === 304) return
    const operation =
      document.paths[url.replace(/:(\w+)/g, '{$1}')]?.[request.method === 'HEAD' ? 'get' : request.method.toLowerCase()]
    if (!operation) return void faults.push(`${request.method} ${url} is not documented`)
    const response = operation.responses[status]
    if (!response) return void faults.push(`${request.method} ${url} answers ${status}, which is not documented`)
    if (!response.content) return
    const media = response.content[type.split(';')[0]!]
    if (!media) return void faults.push(`${url} ${status}: ${type} is not documented`)
    if (request.method === 'HEAD') return
    ajv ??= formats.default(new Ajv2020({ strict: false, allErrors: true }).addSchema({ $id: 'doc', ...document }))
    const key = `${url} ${status} ${type}`
    const { contentSchema } = media.schema as { contentSchema?: object }
    const known = validators.get(key) ?? ajv.compile(rebased(contentSchema ?? media.schema))
    validators.set(key, known)
    for (const text of contentSchema ? payload.trimEnd().split('\n') : [payload])
      if (!known(JSON.parse(text))) faults.push(`${key}: ${ajv.errorsText(known.errors).slice(0, 600)}`)
  }

  app.addHook('onSend', async (request, reply, payload) => {
    const { statements } = request.routeOptions.config
    const most = statements === undefined || !request.preview ? statements : statements + rehearsalStatements
    if (most !== undefined && request.db?.statements > most) {
      faults.push(`${request.url} cost ${request.db.statements} statements, ${most} are promised`)
    }
    const type = String(reply.getHeader('content-type') ?? '')
    const checked = (text: string) => check(request, reply.statusCode, type, text)
    if (payload instanceof Readable && type === 'application/x-ndjson') return watched(payload, checked)
    checked(typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.toString() : '')
    return payload
  })
  return faults
}

/** The same stream, looked at when it has ended; who stops reading it stops what makes it. */
function watched(lines: Readable, check: (text: string) => void): Readable {
  const seen: Buffer[] = []
  const through = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      seen.push(chunk)
      done(null, chunk)
    },
    flush: done => {
      check(Buffer.concat(seen).toString())
      done()
    }
  })
  return pipeline(lines, through, () => {}) as unknown as Readable
}

/** Points the references of a schema of the document at the document. */
const rebased = (schema: object) => JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"doc#/components'))
