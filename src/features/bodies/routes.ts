import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { Body, type BodyFormat, BodyInput, bodyFormats } from '../../contract/body.ts'
import { ApiError, writeProblems } from '../../contract/errors.ts'
import { Ref, Word } from '../../contract/primitives.ts'
import { readBody } from '../../lib/portable-text/read-body.ts'
import { toHtml } from '../../lib/portable-text/to-html.ts'
import { toMarkdown } from '../../lib/portable-text/to-markdown.ts'
import { toText } from '../../lib/portable-text/to-text.ts'

const querystring = Type.Partial(
  Type.Object({ body: Word(bodyFormats, { default: 'blocks', description: 'The form of the answer' }) }),
  { additionalProperties: false }
)
const render = { html: toHtml, markdown: toMarkdown, text: toText }

/** `POST /v1/desk/bodies`: what becomes of a body written as blocks, HTML, Markdown or text; nothing is stored. */
export function bodyRoutes(app: FastifyInstance) {
  app.post<{ Body: Static<typeof BodyInput>; Querystring: { body: BodyFormat } }>('/desk/bodies', {
    config: { access: 'articles:write', cache: 'desk', statements: 0 },
    schema: {
      operationId: 'convertBody',
      tags: ['Desk'],
      summary: 'Convert a body to clean blocks, HTML, Markdown or text',
      querystring,
      body: Ref(BodyInput),
      response: { 200: { description: 'The same words, sanitised', ...Ref(Body) }, ...writeProblems }
    },
    handler: async ({ body, query: { body: format } }) => {
      const { nodes, faults } = readBody(body as Parameters<typeof readBody>[0])
      if (faults.length > 0) throw refusal(faults)
      if (format === 'blocks') return { format, blocks: nodes }
      return { format, content: render[format](nodes, { image: node => node.src ?? null }) }
    }
  })
}

const refusal = (faults: { pointer: string; detail: string }[]) =>
  new ApiError('invalid-field', `The body cannot be kept as it was meant: ${faults[0]!.detail}.`, {
    errors: faults.slice(0, 20).map(({ pointer, detail }) => ({ pointer: `/blocks${pointer}`, detail }))
  })
