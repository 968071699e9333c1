import { buildMarksTree } from '@portabletext/toolkit'
import { safeHref } from './hrefs.ts'
import type { Block } from './model.ts'

const TAGS: Record<string, string> = { underline: 'u', 'strike-through': 'del', sub: 'sub', sup: 'sup' }
const STARS: Record<string, string> = { strong: '**', em: '*' }

interface MarkNode {
  _type: string
  text?: string
  markType?: string
  markDef?: { href?: string }
  children?: MarkNode[]
}

/** Text with everything escaped that CommonMark could read as markup; line breaks become hard breaks. */
export const written = (text: string) => lineStarts(inlined(text))

/** The CommonMark of a block's text with its marks. */
export const spansToMarkdown = (block: Block) => {
  const tree = buildMarksTree(block as Pick<Block, '_type' | 'children'>) as MarkNode[]
  return lineStarts(siblings(tree, '', ''))
}

const inlined = (text: string) =>
  text
    .replaceAll('\r', ' ')
    .replace(/[\\`*_[\]<>&|~$]/g, '\\$&')
    .replaceAll('\n', '\\\n')

function lineStarts(text: string): string {
  const lines = text.split('\\\n').map(line =>
    line
      .trim()
      .replace(/^[#+=-]/, '\\$&')
      .replace(/^(\d{1,9})([.)])/, '$1\\$2')
  )
  while (lines.at(-1) === '') lines.pop()
  while (lines[0] === '') lines.shift()
  return lines.join('\\\n')
}

function siblings(nodes: MarkNode[], before: string, after: string): string {
  let starred = false
  const texts = nodes.map((node, index) => {
    const previous = index === 0 ? before : edge(nodes[index - 1]!, -1)
    const next = index === nodes.length - 1 ? after : edge(nodes[index + 1]!, 0)
    const stars = starred ? undefined : STARS[node.markType ?? '']
    const text = stars === undefined ? marked(node, previous, next) : emphasised(node, stars, previous, next)
    starred = text.endsWith('*') && !text.endsWith('\\*')
    return text
  })
  return texts.join('')
}

function marked(node: MarkNode, before: string, after: string): string {
  if (!node.children) return inlined(node.text ?? '')
  if (node.markType === 'code') return codeSpan(plainOf(node))
  const tag = TAGS[node.markType ?? '']
  const inner = tag || node.markDef ? siblings(node.children, '!', '!') : siblings(node.children, before, after)
  const href = node.markDef?.href === undefined ? null : safeHref(node.markDef.href)
  if (href !== null) return `[${inner}](<${href.replace(/&(?=[#\w]+;)/g, '\\&')}>)`
  return tag ? `<${tag}>${inner}</${tag}>` : inner
}

/** Stars are only written where CommonMark sees them as such: otherwise the reader would see them in the text. */
function emphasised(node: MarkNode, stars: string, before: string, after: string): string {
  const first = edge(node, 0)
  const last = edge(node, -1)
  const inner = siblings(node.children ?? [], before, after)
  const core = inner.trim()
  const breaks = first === '\n' || last === '\n' || core === ''
  const opens = isSpace(first) || isLetter(first) || !isLetter(before)
  const closes = isSpace(last) || isLetter(last) || !isLetter(after)
  return breaks || !opens || !closes ? inner : inner.replace(core, () => stars + core + stars)
}

function codeSpan(text: string): string {
  const code = text.replace(/[\r\n]/g, ' ')
  if (code.trim() === '') return code
  const longest = Math.max(0, ...(code.match(/`+/g) ?? []).map(run => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = /^[` ]|[` ]$/.test(code) ? ' ' : ''
  return fence + pad + code + pad + fence
}

const isSpace = (character: string) => /\s/.test(character)
const isLetter = (character: string) => character !== '' && !/[\s\p{P}\p{S}]/u.test(character)

/** The first (0) or last (-1) character that stands in the source; markup other than stars counts as punctuation. */
function edge(node: MarkNode, end: 0 | -1): string {
  const text = node.text ?? ''
  if (!node.children) return [...(end === 0 ? text.slice(0, 2) : text.slice(-2))].at(end) ?? ''
  if (node.markDef || !STARS[node.markType ?? '']) return '!'
  const child = node.children.at(end)
  return child ? edge(child, end) : ''
}

function plainOf(node: MarkNode): string {
  return node.children ? node.children.map(plainOf).join('') : (node.text ?? '')
}
