import { type Static, Type } from 'typebox'
import { Closed, Named, Nullable, Ref, Word } from './primitives.ts'

/** What a client writes is bounded; missing keys are given by the house. */
const text = (maxLength: number, options: object = {}) => Type.String({ maxLength, ...options })
const newKey = Type.Optional(
  Type.String({
    pattern: '^[A-Za-z0-9_.:-]{1,64}$',
    description: 'Kept as given; without one the block takes the key it had, or a new one'
  })
)
const address = (what: string) => text(4096, { minLength: 1, description: what })

export const SpanInput = Named(
  'SpanInput',
  Closed({
    _type: Type.Literal('span'),
    _key: newKey,
    text: text(100_000),
    marks: Type.Optional(
      Type.Array(text(64), {
        maxItems: 50,
        description: 'strong, em, code, underline, strike-through, sub, sup, or the key of a link in `markDefs`'
      })
    )
  })
)

export const LinkMarkInput = Named(
  'LinkMarkInput',
  Closed({
    _type: Type.Literal('link'),
    _key: Type.String({ pattern: '^[A-Za-z0-9_.:-]{1,64}$' }),
    href: address('http, https, mailto, tel or relative')
  })
)

export const TextBlockInput = Named(
  'TextBlockInput',
  Closed({
    _type: Type.Literal('block'),
    _key: newKey,
    style: Type.Optional(Word(['normal', 'h2', 'h3', 'h4', 'blockquote'], { default: 'normal' })),
    listItem: Type.Optional(Word(['bullet', 'number'])),
    level: Type.Optional(Type.Integer({ minimum: 1, maximum: 10, description: 'Only with `listItem`' })),
    children: Type.Array(Ref(SpanInput), { maxItems: 1000 }),
    markDefs: Type.Optional(Type.Array(Ref(LinkMarkInput), { maxItems: 1000 }))
  })
)

export const ImageBlockInput = Named(
  'ImageBlockInput',
  Closed({
    _type: Type.Literal('image'),
    _key: newKey,
    image: Type.Optional(Nullable(Type.String({ format: 'uuid', description: 'An Image of the house' }))),
    src: Type.Optional(address('http, https or relative; needed without `image`')),
    caption: Type.Optional(text(10_000)),
    alt: Type.Optional(text(10_000))
  })
)

export const EmbedBlockInput = Named(
  'EmbedBlockInput',
  Closed({
    _type: Type.Literal('embed'),
    _key: newKey,
    url: address('https'),
    provider: Type.Optional(text(100)),
    title: Type.Optional(text(10_000))
  })
)

export const CodeBlockInput = Named(
  'CodeBlockInput',
  Closed({
    _type: Type.Literal('code'),
    _key: newKey,
    code: text(100_000),
    language: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_+#-]{1,30}$' }))
  })
)

export const TableRowInput = Named(
  'TableRowInput',
  Closed({
    _key: newKey,
    cells: Type.Array(text(10_000), { minItems: 1, maxItems: 100 }),
    header: Type.Optional(Type.Boolean({ default: false }))
  })
)

export const TableBlockInput = Named(
  'TableBlockInput',
  Closed({ _type: Type.Literal('table'), _key: newKey, rows: Type.Array(Ref(TableRowInput), { maxItems: 1000 }) })
)

export const DividerBlockInput = Named('DividerBlockInput', Closed({ _type: Type.Literal('divider'), _key: newKey }))

const blockInputs = [
  TextBlockInput,
  ImageBlockInput,
  EmbedBlockInput,
  CodeBlockInput,
  TableBlockInput,
  DividerBlockInput
]

/** A block as a client writes it. */
export const BlockInput = Named(
  'BlockInput',
  Type.Unsafe<
    | Static<typeof TextBlockInput>
    | Static<typeof ImageBlockInput>
    | Static<typeof EmbedBlockInput>
    | Static<typeof CodeBlockInput>
    | Static<typeof TableBlockInput>
    | Static<typeof DividerBlockInput>
  >({
    anyOf: blockInputs.map(schema => ({ $ref: `${schema.$id}#` })),
    discriminator: { propertyName: '_type' }
  })
)

export const BlocksInput = Named(
  'BlocksInput',
  Closed({ format: Type.Literal('blocks'), blocks: Type.Array(Ref(BlockInput), { maxItems: 5000 }) })
)

export const ContentInput = Named(
  'ContentInput',
  Closed({ format: Word(['html', 'markdown', 'text']), content: text(400_000) })
)

/** A body in whatever form its writer has it. */
export const BodyInput = Named(
  'BodyInput',
  Type.Unsafe<Static<typeof BlocksInput> | Static<typeof ContentInput>>({
    anyOf: [{ $ref: 'BlocksInput#' }, { $ref: 'ContentInput#' }],
    description: 'Portable Text, or HTML, Markdown or plain text that becomes Portable Text'
  })
)

/** Everything `BodyInput` consists of. */
export const bodyInputSchemas = [
  SpanInput,
  LinkMarkInput,
  TableRowInput,
  ...blockInputs,
  BlockInput,
  BlocksInput,
  ContentInput,
  BodyInput
]
