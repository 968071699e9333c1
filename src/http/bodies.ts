import fp from 'fastify-plugin'
import { ApiError } from '../contract/errors.ts'

/** How large a body of lines may be; every line is bounded as a body of its own. */
export const linesLimit = 16 * 1_048_576

/**
 * How a body is read: JSON in UTF-8 and nothing else, uncompressed. What two readers could understand differently is refused; of members with the
 * same name the last one counts, as in every JSON parser of this platform.
 */
export default fp(
  async app => {
    app.removeAllContentTypeParsers()
    const parse = app.getDefaultJsonParser('error', 'error')
    app.addHook('onRequest', async ({ headers, raw }) => {
      // RFC 9112 §3.2: of two hosts the house and a proxy before it might each believe another one.
      if (raw.rawHeaders.filter((name, place) => place % 2 === 0 && /^host$/i.test(name)).length > 1)
        throw new ApiError('invalid-path', 'The request names more than one host.')
      const coding = headers['content-encoding']
      if (coding !== undefined && coding !== 'identity')
        throw new ApiError('unsupported-encoding', 'Send the body as it is, without Content-Encoding.')
    })
    const types = ['application/json', 'application/merge-patch+json']
    app.addContentTypeParser(types, { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
      const text = toText(bytes, request.headers['content-type'])
      if (text instanceof ApiError) return done(text)
      // Clients that name a type on every request mean nothing by it on one that has no body.
      if (text === '' && request.method === 'DELETE') return done(null)
      parse(request, text, (error, value) => (error ? done(refusal(text)) : done(null, value)))
    })
    app.addContentTypeParser(
      'application/x-ndjson',
      { parseAs: 'buffer', bodyLimit: linesLimit },
      (request, bytes: Buffer, done) => {
        const text = toText(bytes, request.headers['content-type'])
        return text instanceof ApiError ? done(text) : done(null, text)
      }
    )
  },
  { name: 'bodies' }
)

function toText(bytes: Buffer, type = ''): string | ApiError {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1]
  if (charset && !/^(utf-?8|us-ascii)$/i.test(charset))
    return new ApiError('unsupported-media-type', `JSON is sent in UTF-8, not in ${charset.slice(0, 40)}.`)
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    if (!text.startsWith('\uFEFF')) return text
    return new ApiError('invalid-encoding', 'The body begins with a byte order mark; leave it out.')
  } catch {
    return new ApiError('invalid-encoding', 'The body is not UTF-8.')
  }
}

/** One line of a body as JSON. A member that would reach into every object is left to whoever checks what the line says. */
export function parseLine(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refusal(text, 'line')
  }
}

/** Why the parser refused: what is JSON all the same has a member that would reach into every object. */
function refusal(text: string, what = 'body'): ApiError {
  if (text.trim() === '') return new ApiError('empty-body', 'The body is empty; send a JSON object.')
  try {
    JSON.parse(text)
  } catch (error) {
    return new ApiError('invalid-json', `The ${what} is not JSON: ${(error as Error).message.slice(0, 300)}.`)
  }
  return new ApiError('forbidden-key', 'No object may have a member "__proto__" or "constructor".')
}
