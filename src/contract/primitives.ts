import { type Static, type TProperties, type TSchema, Type } from 'typebox'

/** A schema with a name becomes a component of the OpenAPI document, and so a named type in every generated client. */
export const Named = <T extends TSchema>(name: string, schema: T): T & { $id: string } => ({
  ...schema,
  $id: name,
  title: name
})

/** Points at a named schema and keeps its type. */
export const Ref = <T extends TSchema>(schema: T) =>
  Type.Unsafe<Static<T>>({ $ref: `${(schema as { $id?: string }).$id}#` })

/** A scalar or object that may be null, in JSON Schema 2020-12 words: `type: [x, "null"]`. */
export function Nullable<T extends TSchema>(schema: T) {
  const { type, enum: words } = schema as { type?: string; enum?: unknown[] }
  if (typeof type !== 'string') return Type.Unsafe<Static<T> | null>({ anyOf: [schema, { type: 'null' }] })
  return Type.Unsafe<Static<T> | null>({
    ...schema,
    type: [type, 'null'],
    ...(words ? { enum: [...words, null] } : {})
  })
}

/** Unknown members are refused, so a misspelt field is an error and never a silent no-op. */
export const Closed = <P extends TProperties>(properties: P, options: object = {}) =>
  Type.Object(properties, { ...options, additionalProperties: false })

/** The query of an address without parameters: one that is sent is refused, not ignored. */
export const NoParameters = Closed({})

export const Word = <const W extends readonly string[]>(words: W, options: object = {}) =>
  Type.Unsafe<W[number]>({ type: 'string', enum: [...words], ...options })

export const Id = Type.String({
  format: 'uuid',
  description: 'UUIDv7',
  examples: ['018d2a7e-5c00-7b3a-9d1e-2f6a4c8b0e11']
})

export const Slug = Type.String({
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  maxLength: 120,
  description: 'Lower-case words joined by hyphens',
  examples: ['red-river-floods']
})

/** RFC 3339 in UTC with milliseconds. */
export const Instant = Type.String({
  format: 'date-time',
  description: 'RFC 3339 instant, UTC, millisecond precision',
  examples: ['2024-01-21T07:15:00.000Z']
})

export const LanguageTag = Type.String({
  pattern: '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$',
  description: 'BCP 47 language tag in its canonical spelling',
  examples: ['vi', 'zh-Hans', 'pt-BR']
})

export const LanguageParameter = Type.String({
  minLength: 2,
  maxLength: 35,
  description: 'BCP 47 tag of the language to read in; wins over Accept-Language',
  examples: ['fr']
})

export const Direction = Word(['ltr', 'rtl'], { description: 'Direction of the script' })
export const Uri = Type.String({ format: 'uri', maxLength: 2048 })

export const Count = Named(
  'Count',
  Closed({
    value: Type.Integer({ minimum: 0 }),
    kind: Word(['exact', 'estimated'], { description: 'Estimated counts come from the planner and cost nothing' })
  })
)

/** The parameters every list of the desk is paged by. */
export const paging = {
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  cursor: Type.String({ minLength: 1, maxLength: 1024, description: '`next` of the page before' })
}

/** One page of a list, and the opaque way to the next. */
export const PageOf = <T extends TSchema>(name: string, item: T) =>
  Named(
    name,
    Closed(
      {
        items: Type.Array(Ref(item)),
        next: Nullable(
          Type.String({ description: 'Cursor of the next page, null on the last; also in the Link header' })
        ),
        count: Type.Optional(Ref(Count))
      },
      { description: 'One page of a list; follow `next` until it is null' }
    )
  )

export interface Page<T> {
  items: T[]
  next: string | null
  count?: Static<typeof Count>
}
