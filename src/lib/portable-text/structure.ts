import { wellFormed } from '../text.ts'
import { HEADINGS } from './elements.ts'
import type { ListType } from './model.ts'
import { addLine, closeLines, closeTable, openLines, openTable } from './table.ts'
import type { Tag } from './tokens.ts'
import { breakVerbatim, enter, flush, inside, leave, paragraph, place, type Scope, type Walk } from './walk.ts'

const UNFRAMED = new Set(['html', 'head', 'body', 'center', 'tr', 'thead', 'tbody', 'tfoot', 'hr'])
const VERBATIM = new Set(['pre', 'listing', 'xmp', 'plaintext'])
const LISTS = new Map<string, ListType>([
  ['ul', 'bullet'],
  ['ol', 'number'],
  ['menu', 'bullet'],
  ['dir', 'bullet']
])

const frameOf = (name: string) => (HEADINGS.has(name) ? 'h' : name === 'th' ? 'td' : name)

/** Enters a block element, ending those it cannot stand in. */
export function openBlock(walk: Walk, tag: Tag): void {
  const name = frameOf(tag.name)
  breakInside(walk)
  if (inside(walk, 'p')) leave(walk, 'p')
  if (name === 'h' && inside(walk, 'h')) leave(walk, 'h')
  if ((name === 'dt' || name === 'dd') && inside(walk, 'dt', 'dd')) leave(walk, inside(walk, 'dt') ? 'dt' : 'dd')
  if (name === 'li' && walk.scope.item > 0) leave(walk, 'li')
  if ((name === 'td' || name === 'tr') && walk.scope.cell) leave(walk, 'td')
  flush(walk)
  if (name === 'hr' && !walk.scope.pre && !walk.scope.caption) place(walk, { _type: 'divider', _key: '' })
  else if (name === 'table' && !walk.layout.has(tag.at)) walk.table = openTable()
  else if (name === 'figure') openFigure(walk)
  else if (VERBATIM.has(name) && !walk.scope.pre) openVerbatim(walk, tag)
  else if (!UNFRAMED.has(name)) enter(walk, name, changeOf(walk, tag.name))
}

function changeOf(walk: Walk, name: string): Partial<Scope> | undefined {
  const { scope } = walk
  const style = HEADINGS.get(name)
  const list = LISTS.get(name)
  if (style) return { style }
  if (name === 'blockquote') return { style: 'blockquote' }
  if (list) return { listItem: list, level: scope.level + 1, item: 0, ...(scope.item > 0 ? { style: 'normal' } : {}) }
  if (name === 'li') return { item: ++walk.items, ...(scope.listItem ? {} : { listItem: 'bullet', level: 1 }) }
  if (name === 'dt' || name === 'summary') return { strong: true }
  if (name === 'td') return { cell: true }
  if (name === 'table') return { cell: false }
  if (name === 'figcaption' && scope.figure && !scope.figure.caption) {
    scope.figure.caption = openLines()
    return { caption: scope.figure.caption }
  }
  return undefined
}

/** Leaves a block element. */
export function closeBlock(walk: Walk, name: string): void {
  breakInside(walk)
  if (name === 'table' && walk.table) endTable(walk)
  else {
    flush(walk)
    leave(walk, frameOf(name))
  }
}

function breakInside(walk: Walk): void {
  const { pre, caption } = walk.scope
  if (pre && pre.tail !== '\n') breakVerbatim(pre)
  if (caption) addLine(caption, ' ')
}

function openFigure(walk: Walk): void {
  const figure: NonNullable<Scope['figure']> = { last: null, caption: null }
  enter(walk, 'figure', { figure }, () => {
    const text = figure.caption ? closeLines(figure.caption) : ''
    const { last } = figure
    if (text === '') return
    if (last?._type === 'image' && last.caption === undefined) last.caption = text
    else if (last?._type === 'embed' && last.title === undefined) last.title = text
    else paragraph(walk, text)
  })
}

function openVerbatim(walk: Walk, { name, attributes }: Tag): void {
  const named = /\blang(?:uage)?-([\w+#-]{1,30})/.exec(attributes.get('class') ?? '')?.[1] ?? null
  const pre = { pieces: [] as string[], tail: '\n', language: named }
  enter(walk, name, { pre }, () => {
    const code = verbatim(pre.pieces.join(''))
    const language = pre.language === null ? {} : { language: pre.language }
    if (code !== '') place(walk, { _type: 'code', _key: '', code, ...language })
  })
}

/** Preformatted text without empty lines around it. */
export const verbatim = (text: string) =>
  wellFormed(text).replace(/\r\n?/g, '\n').replace(/^\n+/, '').trimEnd().normalize('NFC')

/** Ends the table being read, if any; one column without headings becomes paragraphs. */
export function endTable(walk: Walk): void {
  const { table } = walk
  if (!table) return
  walk.table = null
  const rows = closeTable(table)
  paragraph(walk, closeLines(table.outside))
  if (rows.some(row => row.header || row.cells.length > 1)) place(walk, { _type: 'table', _key: '', rows })
  else for (const row of rows) paragraph(walk, row.cells.join('\n'))
  for (const node of table.media) place(walk, node)
}
