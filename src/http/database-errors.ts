import { ApiError } from '../contract/errors.ts'

/** SQLSTATE classes and socket errors that mean: not now, and it is not the reader's fault; 25006: it only reads, as while another takes over. */
const away =
  /^(08|53|57P|58|25006)|^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/
const slow = /^(57014|55P03|25P03|40001|40P01)$/
const wordsOfAway =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|not queryable/i
const wordsOfSlow = /Query read timeout/i

/** What a failure of the database means to a reader, or null when it is not one. */
export function databaseFailure(error: {
  code?: string
  message?: string
  cause?: unknown
  errors?: unknown[]
}): ApiError | null {
  const code = error.code ?? ''
  const message = error.message ?? ''
  if (slow.test(code) || wordsOfSlow.test(message))
    return new ApiError('timeout', 'Ask again in a moment, or for less.')
  if (away.test(code) || wordsOfAway.test(message))
    return new ApiError('database-unavailable', 'Ask again in a moment.')
  if (/^22/.test(code)) return new ApiError('invalid-parameter', 'A value cannot be understood by the database.')
  const cause = error.cause ?? error.errors?.[0]
  return cause ? databaseFailure(cause as Error) : null
}
