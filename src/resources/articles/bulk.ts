import { type TSchema, Type } from 'typebox'
import { Problem } from '../../contract/errors.ts'
import { Closed, Id, LanguageTag, Named, Ref } from '../../contract/primitives.ts'
import { articleDesk } from './desk.ts'
import { EditionChange, EditionInput } from './editions/schema.ts'

const version = Type.Unsafe<number | '*'>({
  anyOf: [{ type: 'integer', minimum: 1, maximum: 999_999_999 }, { const: '*' }],
  description: 'The version that was read, as If-Match has it elsewhere; * overwrites anything'
})

interface Bodies<Schema> {
  create: Schema
  change: Schema
  createEdition: Schema
  changeEdition: Schema
}

/** What a line says: one thing to do, where, and the body that its own address would take. */
const lineOf = <Body extends TSchema>(body: Bodies<Body>) =>
  Closed(
    {
      create: Type.Optional(body.create),
      change: Type.Optional(Closed({ id: Id, version, patch: body.change })),
      createEdition: Type.Optional(Closed({ article: Id, edition: body.createEdition })),
      changeEdition: Type.Optional(Closed({ article: Id, language: LanguageTag, version, patch: body.changeEdition }))
    },
    { minProperties: 1, maxProperties: 1, description: 'One line of a bulk request: exactly one of these' }
  )

export const BulkLine = Named(
  'BulkLine',
  lineOf({
    create: Ref(articleDesk.creation),
    change: Ref(articleDesk.change),
    createEdition: Ref(EditionInput),
    changeEdition: Ref(EditionChange)
  })
)

const anything = Type.Unsafe<object>({ type: 'object' })

/** The same without what stands in the bodies: those are for their own addresses to check. */
export const BulkFrame = lineOf({
  create: anything,
  change: anything,
  createEdition: anything,
  changeEdition: anything
})

export const BulkOutcome = Named(
  'BulkOutcome',
  Closed(
    {
      line: Type.Integer({ minimum: 1, description: 'Number of the line in the request; blank ones count' }),
      status: Type.Integer({ description: 'What the single request would have answered' }),
      location: Type.Optional(Type.String({ description: 'Address of what was made or changed' })),
      id: Type.Optional({ ...Id, description: 'Of the article' }),
      language: Type.Optional({ ...LanguageTag, description: 'Of the edition' }),
      version: Type.Optional(Type.Integer()),
      etag: Type.Optional(Type.String()),
      replayed: Type.Optional(
        Type.Boolean({ description: 'It was done by an earlier request with this Idempotency-Key' })
      ),
      problem: Type.Optional(Ref(Problem))
    },
    { description: 'What became of one line' }
  )
)

export const bulkSchemas = [BulkLine, BulkOutcome]
