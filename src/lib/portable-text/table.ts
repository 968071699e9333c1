import { wellFormed } from '../text.ts'
import { shown } from './draft.ts'
import type { BodyNode, Row } from './model.ts'
import { readTokens } from './tokens.ts'

const PARTS = new Set(['tr', 'td', 'th', 'thead', 'tbody', 'tfoot', 'caption'])

/** Text of a cell or caption while it comes in. */
export interface Lines {
  pieces: string[]
  tail: string
}

/** A text without lines yet. */
export const openLines = (): Lines => ({ pieces: [], tail: '\n' })

/** Adds text as a browser shows it. */
export function addLine(lines: Lines, source: string): void {
  const text = shown(source, lines.tail)
  if (text === '') return
  lines.pieces.push(text)
  lines.tail = text.at(-1)!
}

/** Begins a new line, unless one has just begun. */
export function breakLine(lines: Lines): void {
  if (lines.tail === '\n') return
  if (lines.tail === ' ') lines.pieces.push(lines.pieces.pop()!.slice(0, -1))
  lines.pieces.push('\n')
  lines.tail = '\n'
}

/** The finished text of a cell or caption. */
export const closeLines = (lines: Lines) => wellFormed(lines.pieces.join('')).trim().normalize('NFC')

/** A table while its cells come in. */
export interface TableDraft {
  rows: { cells: Lines[]; header: boolean }[]
  /** What stands in the table but in no cell: its caption, and text browsers would move out of it. */
  outside: Lines
  target: Lines
  inHead: boolean
  /** Pictures and players of the cells, which follow the table. */
  media: BodyNode[]
}

/** A table without rows yet. */
export function openTable(): TableDraft {
  const outside = openLines()
  return { rows: [], outside, target: outside, inHead: false, media: [] }
}

/** An opening tag inside the table. */
export function openInTable(table: TableDraft, name: string): void {
  if (!PARTS.has(name)) {
    breakLine(table.target)
    return
  }
  table.target = table.outside
  if (name === 'thead') table.inHead = true
  else if (name === 'tbody' || name === 'tfoot') table.inHead = false
  else if (name === 'tr') table.rows.push({ cells: [], header: true })
  else if (name !== 'caption') addCell(table, name === 'th' || table.inHead)
  else breakLine(table.outside)
}

function addCell(table: TableDraft, heading: boolean): void {
  const row = table.rows.at(-1) ?? { cells: [], header: true }
  if (table.rows.length === 0) table.rows.push(row)
  table.target = openLines()
  row.cells.push(table.target)
  row.header &&= heading
}

/** A closing tag inside the table. */
export function closeInTable(table: TableDraft, name: string): void {
  if (!PARTS.has(name)) {
    breakLine(table.target)
    return
  }
  if (name === 'thead') table.inHead = false
  table.target = table.outside
}

/** The rows that say something, with provisional keys. */
export function closeTable(table: TableDraft): Row[] {
  return table.rows
    .map(row => ({ _key: '', cells: row.cells.map(closeLines), header: row.header }))
    .filter(row => row.cells.some(cell => cell !== ''))
}

/** Where the tables begin that only lay out a page: with one column and no heading, or with tables inside. */
export function layoutTables(html: string): Set<number> {
  const layout = new Set<number>()
  if (!/<table/i.test(html)) return layout
  const open: { at: number; cells: number; data: boolean; nested: boolean }[] = []
  const close = () => {
    const table = open.pop()
    if (table && (table.nested || !table.data)) layout.add(table.at)
  }
  readTokens(html, {
    open({ name, at }) {
      const table = open.at(-1)
      if (name === 'table') {
        if (table) table.nested = true
        open.push({ at, cells: 0, data: false, nested: false })
      } else if (!table) return
      else if (name === 'tr') table.cells = 0
      else if (name === 'th' || (name === 'td' && ++table.cells > 1)) table.data = true
    },
    close: name => (name === 'table' ? close() : undefined),
    text: () => {},
    foreign: () => false
  })
  while (open.length > 0) close()
  return layout
}
