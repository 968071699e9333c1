import { type Static, Type } from 'typebox'
import { bodyInputSchemas } from './body-input.ts'
import { Closed, Named, Nullable, Ref, Word } from './primitives.ts'

/** Portable Text (portabletext.org), closed: what is not listed here cannot be stored, so a body is inert by construction. */

const key = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'Stable, and the same in every language of the story'
})

export const Span = Named(
  'Span',
  Closed({ _type: Type.Literal('span'), _key: key, text: Type.String(), marks: Type.Array(Type.String()) })
)

export const LinkMark = Named('LinkMark', Closed({ _type: Type.Literal('link'), _key: key, href: Type.String() }))

export const TextBlock = Named(
  'TextBlock',
  Closed({
    _type: Type.Literal('block'),
    _key: key,
    style: Word(['normal', 'h2', 'h3', 'h4', 'blockquote']),
    listItem: Type.Optional(Word(['bullet', 'number'])),
    level: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
    children: Type.Array(Ref(Span)),
    markDefs: Type.Array(Ref(LinkMark))
  })
)

export const ImageBlock = Named(
  'ImageBlock',
  Closed({
    _type: Type.Literal('image'),
    _key: key,
    image: Nullable(Type.String({ format: 'uuid', description: 'The Image, also listed in `images`' })),
    src: Type.Optional(Type.String()),
    caption: Type.Optional(Type.String()),
    alt: Type.Optional(Type.String())
  })
)

export const EmbedBlock = Named(
  'EmbedBlock',
  Closed({
    _type: Type.Literal('embed'),
    _key: key,
    url: Type.String(),
    provider: Type.Optional(Type.String()),
    title: Type.Optional(Type.String())
  })
)

export const CodeBlock = Named(
  'CodeBlock',
  Closed({ _type: Type.Literal('code'), _key: key, code: Type.String(), language: Type.Optional(Type.String()) })
)

export const TableRow = Named(
  'TableRow',
  Closed({ _key: key, cells: Type.Array(Type.String()), header: Type.Boolean() })
)

export const TableBlock = Named(
  'TableBlock',
  Closed({ _type: Type.Literal('table'), _key: key, rows: Type.Array(Ref(TableRow)) })
)

export const DividerBlock = Named('DividerBlock', Closed({ _type: Type.Literal('divider'), _key: key }))

const blocks = {
  block: TextBlock,
  image: ImageBlock,
  embed: EmbedBlock,
  code: CodeBlock,
  table: TableBlock,
  divider: DividerBlock
}

/** `_type` says which member of the union a block is. */
export const Block = Named(
  'Block',
  Type.Unsafe<
    | Static<typeof TextBlock>
    | Static<typeof ImageBlock>
    | Static<typeof EmbedBlock>
    | Static<typeof CodeBlock>
    | Static<typeof TableBlock>
    | Static<typeof DividerBlock>
  >({
    anyOf: Object.values(blocks).map(schema => ({ $ref: `${schema.$id}#` })),
    discriminator: { propertyName: '_type' }
  })
)

export const bodyFormats = ['blocks', 'html', 'text', 'markdown'] as const
export type BodyFormat = (typeof bodyFormats)[number]

/** The body in the form that `body=` asked for. */
export const Body = Named(
  'Body',
  Closed(
    {
      format: Word(bodyFormats),
      blocks: Type.Optional(Type.Array(Ref(Block), { description: 'With body=blocks, the default' })),
      content: Type.Optional(Type.String({ description: 'With body=html, text or markdown' }))
    },
    { description: 'The same words in every format' }
  )
)

export { BodyInput } from './body-input.ts'

export const bodySchemas = [
  ...bodyInputSchemas,
  Span,
  LinkMark,
  TextBlock,
  ImageBlock,
  EmbedBlock,
  CodeBlock,
  TableRow,
  TableBlock,
  DividerBlock,
  Block,
  Body
]
