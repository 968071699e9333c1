import { type Static, Type } from 'typebox'
import { Closed, Id, Instant, Named, Nullable, PageOf, Slug, Word } from '../../contract/primitives.ts'

const Scopes = Type.Array(Type.String({ minLength: 1, maxLength: 500 }), {
  minItems: 1,
  maxItems: 50,
  uniqueItems: true,
  description: 'What the key may do',
  examples: [['articles:write;language=fr', 'captions:write;language=fr']]
})

const shown = {
  id: Id,
  consumer: Type.String({ ...Slug, description: 'Slug of the consumer' }),
  name: Type.String({ description: 'What it is for' }),
  prefix: Type.String({ description: 'How it begins; the rest is not kept' }),
  scopes: Type.Array(Type.String()),
  state: Word(['active', 'expired', 'revoked']),
  expiresAt: Nullable(Instant),
  revokedAt: Nullable(Instant),
  lastUsedAt: Nullable(Instant),
  createdAt: Instant
}

export const KeyInput = Named(
  'KeyInput',
  Closed(
    {
      name: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
      scopes: Scopes,
      expiresAt: Type.Optional(Nullable(Instant))
    },
    { description: 'A key that is wanted' }
  )
)
export type NewKeyBody = Static<typeof KeyInput>

/** A key as lists show it. */
export const KeyRecord = Named('KeyRecord', Closed(shown, { description: 'A key, without what makes it one' }))
export type KeyRecord = Static<typeof KeyRecord>

export const KeyPage = PageOf('KeyRecordPage', KeyRecord)

export const IssuedKey = Named(
  'IssuedKey',
  Closed(
    { ...shown, secret: Type.String({ description: 'The key itself, shown this once and never again' }) },
    { description: 'A key that was just made' }
  )
)

export const keySchemas = [KeyInput, KeyRecord, KeyPage, IssuedKey]
