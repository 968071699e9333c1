import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { catalogue, type ErrorCode } from '../contract/errors.ts'

const meanings: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout'
}

/** A request that never became one (broken framing, endless headers, too slow) is told so in the words of the catalogue and cut. */
export function answerBrokenSockets(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy()
  const code = meanings[error.code ?? ''] ?? 'invalid-path'
  const { status, title } = catalogue[code]
  const body = JSON.stringify({
    type: `https://broadsheet.dev/problems/${code}`,
    title,
    status,
    code,
    detail: 'The request could not be read.',
    requestId: randomUUID()
  })
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`
  )
}
