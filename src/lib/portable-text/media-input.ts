import { wellFormed } from '../text.ts'
import type { BlockInput, ImageInput, Refuse, RowInput, TableInput } from './block-input.ts'
import { providerOf, safeEmbed, safeSource } from './hrefs.ts'
import { line, type MediaOptions } from './media.ts'
import type { BodyNode, Row } from './model.ts'
import { verbatim } from './structure.ts'
import { addLine, breakLine, closeLines, openLines } from './table.ts'

type Given<Type extends BlockInput['_type']> = Extract<BlockInput, { _type: Type }>

const kept = <Name extends string>(name: Name, text: string) =>
  (text === '' ? {} : { [name]: text }) as { [member in Name]?: string }

/** A picture with an address it may be fetched from. */
export function readImage(given: ImageInput, options: MediaOptions, refuse: Refuse): BodyNode | null {
  const src = given.src === undefined ? null : safeSource(given.src, options.base)
  if (given.src !== undefined && src === null) refuse('/src', 'not an address a picture may have')
  if (given.src === undefined && (given.image ?? null) === null) refuse('/image', 'a picture needs an image or a src')
  const image = given.image ?? (src === null ? null : (options.image?.(src) ?? null))
  if (image === null && src === null) return null
  const words = { ...kept('alt', line(given.alt)), ...kept('caption', cell(given.caption ?? '', ' ')) }
  return { _type: 'image', _key: '', image, ...(src === null ? {} : { src }), ...words }
}

/** A player or page by its https address. */
export function readEmbed(given: Given<'embed'>, options: MediaOptions, refuse: Refuse): BodyNode | null {
  const url = safeEmbed(given.url, options.base)
  if (url === null) {
    refuse('/url', 'not an https address')
    return null
  }
  const title = line(given.title)
  const provider = line(given.provider) || (providerOf(url) ?? '')
  return { _type: 'embed', _key: '', url, ...kept('provider', provider), ...kept('title', title === url ? '' : title) }
}

/** Code as it stands, without empty lines around it. */
export function readCode(given: Given<'code'>, refuse: Refuse): BodyNode | null {
  const language = given.language ?? ''
  const named = /^[\w+#-]{1,30}$/.test(language)
  if (!named && given.language !== undefined) refuse('/language', 'not the name of a language')
  const code = verbatim(given.code)
  return code === '' ? null : { _type: 'code', _key: '', code, ...kept('language', named ? language : '') }
}

/** A table without the rows that say nothing. */
export function readTable(given: TableInput, refuse: Refuse): BodyNode | null {
  const rows = given.rows.map(readRow).filter(row => row.cells.some(text => text !== ''))
  if (rows.length === 0) return null
  const tabular = rows.some(row => row.header || row.cells.length > 1)
  if (!tabular) refuse('/rows', 'a table needs a heading or a second column')
  return tabular ? { _type: 'table', _key: '', rows } : null
}

const readRow = (row: RowInput): Row => ({
  _key: '',
  cells: row.cells.map(text => cell(text, '\n')),
  header: row.header ?? false
})

/** Text as HTML would show it, its line breaks kept or, where none may stand, spaces. */
function cell(text: string, between: '\n' | ' '): string {
  const lines = openLines()
  for (const [index, each] of wellFormed(text)
    .split(/\r\n|[\n\r]/)
    .entries()) {
    if (index > 0 && between === '\n') breakLine(lines)
    else if (index > 0) addLine(lines, ' ')
    addLine(lines, each)
  }
  return closeLines(lines)
}
