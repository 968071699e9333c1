import type { FastifyInstance } from 'fastify'
import { ApiError } from '../contract/errors.ts'
import { decodeCursor, encodeCursor, type Place } from '../lib/cursor.ts'

/** The place a cursor of this list names; one that was changed or belongs elsewhere is refused. */
export async function openCursor(
  app: FastifyInstance,
  list: string,
  cursor: string | undefined
): Promise<Place | null> {
  if (cursor === undefined) return null
  const { secret } = await app.house()
  const place = decodeCursor(secret, list, cursor)
  if (place) return place
  throw new ApiError(
    'invalid-cursor',
    'It was changed, or belongs to another list, order, filter or language; start without it.',
    { errors: [{ pointer: 'cursor', detail: 'Not a cursor of this list.' }] }
  )
}

/** A place as the cursor clients see. */
export async function sealCursor(app: FastifyInstance, list: string, place: Place | null): Promise<string | null> {
  if (!place) return null
  const { secret } = await app.house()
  return encodeCursor(secret, list, place)
}
