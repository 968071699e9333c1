import type { Code, Divider, Embed, ImageRef, LinkMark, ListType, Row, Style } from './model.ts'

/** A node as a client writes it: keys may be missing, except those that marks refer to. */
type Keyless<Node extends { _key: string }> = Omit<Node, '_key'> & { _key?: string }

/** A run of text as a client writes it. */
export interface SpanInput {
  _type: 'span'
  _key?: string
  text: string
  marks?: string[]
}

/** A paragraph, heading, quote or list item as a client writes it. */
export interface TextInput {
  _type: 'block'
  _key?: string
  style?: Style
  listItem?: ListType
  level?: number
  children: SpanInput[]
  markDefs?: LinkMark[]
}

/** A picture as a client writes it: an image of the house, a remote address, or both. */
export type ImageInput = Omit<Keyless<ImageRef>, 'image'> & { image?: string | null }

/** A row as a client writes it. */
export type RowInput = Omit<Keyless<Row>, 'header'> & { header?: boolean }

/** A table as a client writes it. */
export interface TableInput {
  _type: 'table'
  _key?: string
  rows: RowInput[]
}

/** Whatever a client may put into a body. */
export type BlockInput = TextInput | ImageInput | Keyless<Embed> | Keyless<Code> | TableInput | Keyless<Divider>

/** What is wrong with a body, and where: an RFC 6901 pointer into its blocks. */
export interface BodyFault {
  pointer: string
  detail: string
}

/** Told of every fault, by a pointer into the block at hand. */
export type Refuse = (pointer: string, detail: string) => void
