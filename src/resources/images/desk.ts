import { Type } from 'typebox'
import { FocalPoint } from '../../contract/cards.ts'
import { Closed, Instant, Word } from '../../contract/primitives.ts'
import { creditRoles } from '../../contract/words.ts'
import { instantText } from '../../db/cards.ts'
import { creationAndChangeOrders } from '../../db/keyset.ts'
import { defineDeskNoun, type Input } from '../desk.ts'
import { address, optionalId, text } from '../members.ts'
import { factsOfFile } from './desk-queries.ts'
import { lockedCaptions } from './queries.ts'

const credit = Closed({ name: text(500), role: Word(creditRoles), source: optionalId('Id or slug') })

/** Images as the desk writes them: what is known about a picture at its address. */
export const imageDesk = defineDeskNoun({
  name: 'images',
  noun: 'Image',
  description: 'A picture',
  members: {
    url: Type.Optional(address),
    mime: Type.Optional(Type.String({ pattern: '^image/(jpeg|png|webp|gif|avif)$' })),
    width: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    height: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    focalPoint: Type.Optional(Closed({ ...FocalPoint.properties })),
    placeholder: Type.Optional(text(20_000)),
    dominantColour: Type.Optional(Type.String({ pattern: '^#[0-9a-f]{6}$' })),
    credit: Type.Optional(credit),
    rights: Type.Optional(text(2000)),
    rightsExpireAt: Type.Optional(Instant)
  },
  owned: {
    file: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Name in the house’s own store' }),
    bytes: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
    sha256: Type.Unsafe<string | null>({ type: ['string', 'null'] })
  },
  table: {
    table: 'images',
    columns: {
      file: 'r.file',
      url: 'r.url',
      mime: 'r.mime',
      width: 'r.width',
      height: 'r.height',
      bytes: 'r.bytes::float8',
      sha256: 'r.sha256',
      focalPoint: `case when r.focal_x is not null then json_build_object('x', r.focal_x, 'y', r.focal_y) end`,
      placeholder: 'r.placeholder',
      dominantColour: 'r.dominant_colour',
      credit: `case when r.credit_name is not null then
        json_strip_nulls(json_build_object('name', r.credit_name, 'role', r.credit_role, 'source', r.credit_source_id)) end`,
      rights: 'r.rights',
      rightsExpireAt: instantText('r.rights_expire_at')
    }
  },
  orders: creationAndChangeOrders('r'),
  mentions: ({ credit }) => [
    { pointer: '/credit/source', table: 'sources', key: (credit as Input | undefined)?.source as string }
  ],
  async check(record, db, key) {
    const facts = key === null ? undefined : await factsOfFile(db, key)
    return Object.entries(facts ?? {}).flatMap(([name, value]) =>
      value === null || record[name] === value
        ? []
        : [{ pointer: `/${name}`, detail: 'The file itself says so; give the image another file instead.' }]
    )
  },
  toRow: ({ credit, focalPoint, dominantColour, rightsExpireAt, ...plain }, ids) => {
    const { name = null, role = null } = (credit ?? {}) as Input
    const { x = null, y = null } = (focalPoint ?? {}) as Input
    return {
      url: null,
      mime: null,
      width: null,
      height: null,
      placeholder: null,
      rights: null,
      ...plain,
      credit_name: name,
      credit_role: role,
      credit_source_id: ids.get('/credit/source') ?? null,
      focal_x: x,
      focal_y: y,
      dominant_colour: dominantColour,
      rights_expire_at: rightsExpireAt
    }
  },
  async removable(db, key) {
    const captions = await lockedCaptions(db, key)
    return captions.length > 0
      ? [{ pointer: '/v1/desk/captions', detail: `captions: ${captions.slice(0, 5).join(', ')}` }]
      : []
  }
})
