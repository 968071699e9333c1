import { createHmac, timingSafeEqual } from 'node:crypto'

/** A place in a list: the sort value of the last item shown and its id. */
export type Place = [value: string | number, id: string]

const signature = (secret: string, list: string, body: string) =>
  createHmac('sha256', secret).update(list).update('\0').update(body).digest().subarray(0, 12)

/** A place as an opaque string, signed and bound to `list`: the same operation, filter, order and language. */
export function encodeCursor(secret: string, list: string, place: Place): string {
  const body = JSON.stringify(place)
  return Buffer.concat([signature(secret, list, body), Buffer.from(body)]).toString('base64url')
}

/** The place a cursor names, or null when it was changed, made elsewhere, or belongs to another list. */
export function decodeCursor(secret: string, list: string, cursor: string): Place | null {
  const bytes = Buffer.from(cursor, 'base64url')
  if (bytes.length < 14 || bytes.toString('base64url') !== cursor) return null
  const body = bytes.subarray(12).toString()
  if (!timingSafeEqual(bytes.subarray(0, 12), signature(secret, list, body))) return null
  return JSON.parse(body) as Place
}
