/** What a paragraph may be; h1 belongs to the headline, so bodies begin at h2. */
export const STYLES = ['normal', 'h2', 'h3', 'h4', 'blockquote'] as const
/** What a run of text may be besides a link, in the order marks are written. */
export const DECORATORS = ['strong', 'em', 'code', 'underline', 'strike-through', 'sub', 'sup'] as const
/** How deep lists nest; deeper items are kept at this level. */
export const MAX_LEVEL = 10
/** How many spans one block has at most; text beyond them is kept without marks. */
export const MAX_SPANS = 1000
/** How many blocks a body has at most when a client writes it. */
export const MAX_BLOCKS = 5000

export type Style = (typeof STYLES)[number]
export type Decorator = (typeof DECORATORS)[number]
export type ListType = 'bullet' | 'number'

/** A run of text with equal marks: decorators, or the key of a link of its block. */
export interface Span {
  _type: 'span'
  _key: string
  text: string
  marks: string[]
}

/** Where the spans that carry this key lead. */
export interface LinkMark {
  _key: string
  _type: 'link'
  href: string
}

/** A paragraph, heading, quote or list item. */
export interface Block {
  _type: 'block'
  _key: string
  style: Style
  listItem?: ListType
  level?: number
  children: Span[]
  markDefs: LinkMark[]
}

/** A picture in the text: an image of the house, or still its remote address. */
export interface ImageRef {
  _type: 'image'
  _key: string
  image: string | null
  src?: string
  caption?: string
  alt?: string
}

/** A player or page shown elsewhere, by its https address and never by its HTML. */
export interface Embed {
  _type: 'embed'
  _key: string
  url: string
  provider?: string
  title?: string
}

/** Text whose white space matters. */
export interface Code {
  _type: 'code'
  _key: string
  code: string
  language?: string
}

/** One row; `header` when all its cells are headings. */
export interface Row {
  _key: string
  cells: string[]
  header: boolean
}

/** A table of plain texts. */
export interface Table {
  _type: 'table'
  _key: string
  rows: Row[]
}

/** A thematic break. */
export interface Divider {
  _type: 'divider'
  _key: string
}

/** Whatever a body consists of. */
export type BodyNode = Block | ImageRef | Embed | Code | Table | Divider

/** The visible words of one node, without list markers. */
export function plain(node: BodyNode): string {
  switch (node._type) {
    case 'block':
      return node.children.map(span => span.text).join('')
    case 'image':
      return node.caption ?? ''
    case 'embed':
      return node.title ?? node.url
    case 'code':
      return node.code
    case 'table':
      return node.rows.map(row => row.cells.join('\t')).join('\n')
    case 'divider':
      return ''
  }
}
