import { createHash } from 'node:crypto'
import { v7 } from 'uuid'

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A new UUIDv7: ids made later sort later. */
export const newId = () => v7()

export const isId = (text: string) => shape.test(text)

/** A UUIDv7 whose random part is a hash of `key`: the same thing at the same instant has the same id in every newsroom. */
export function idOf(key: string, at: string | number | Date): string {
  const random = createHash('sha256').update(key).digest()
  return v7({ msecs: Math.max(0, new Date(at).getTime()), random, seq: random.readUInt32BE(16) })
}
