import { buildMarksTree } from '@portabletext/toolkit'
import { safeHref } from './hrefs.ts'
import type { Block } from './model.ts'

const TAGS: Record<string, string> = {
  ...{ underline: 'u', 'strike-through': 'del', sub: 'sub', sup: 'sup' },
  ...{ strong: 'strong', em: 'em' }
}
const STARS: Record<string, string> = { strong: '**', em: '*' }

interface MarkNode {
  _type: string
  text?: string
  markType?: string
  markDef?: { href?: string }
  children?: MarkNode[]
  /** A text inside code, where Markdown reads no other marks. */
  code?: boolean
  /** A text inside a link, whose end readers do not find behind every fence of code. */
  linked?: boolean
}

/** Text with everything escaped that CommonMark could read as markup; line breaks become hard breaks. */
export const written = (text: string) => lineStarts(inlined(text))

/** The CommonMark of a block's text with its marks. */
export const spansToMarkdown = (block: Block) => {
  const tree = buildMarksTree(block as Pick<Block, '_type' | 'children'>) as MarkNode[]
  return lineStarts(siblings(tree, '', ''))
}

/** Markdown whose line breaks stand where no line may end. */
export const onOneLine = (markdown: string) => markdown.replace(/\\?\n/g, '<br>')

const inlined = (text: string) =>
  text
    .replaceAll('\r', ' ')
    .replace(/[\\`*_[\]<>&|~$@]/g, '\\$&')
    .replace(/(https?|ftp)(?=:\/\/)|www(?=\.)/gi, '$&\\')
    .replaceAll('](', ']\\(')
    .replaceAll('\n', '\\\n')

function lineStarts(text: string): string {
  const lines = text.split('\\\n').map(line =>
    trimmed(line)
      .replace(/^[#+=-]/, '\\$&')
      .replace(/^(\d{1,9})([.)])/, '$1\\$2')
  )
  while (lines.at(-1) === '') lines.pop()
  while (lines[0] === '') lines.shift()
  return lines.join('\\\n')
}

/** Spaces at a line's ends mean nothing to Markdown; no-break spaces do to the reader. */
function trimmed(line: string): string {
  const core = line.trim()
  const start = line.length - line.trimStart().length
  const left = line.slice(0, start).replace(/^[ \t\n\f\r]+/, '')
  const right = line.slice(start + core.length).replace(/[ \t\n\f\r]+$/, '')
  return entities(left) + core + entities(right)
}

const entities = (spaces: string) => spaces.replace(/[^\S ]/g, space => `&#${space.charCodeAt(0)};`)

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
  // A mark of exclamation before a link would make it a picture.
  return texts.map((text, index) => (texts[index + 1]?.startsWith('[') ? text.replace(/!$/, '\\!') : text)).join('')
}

function marked(node: MarkNode, before: string, after: string): string {
  if (!node.children) return textOf(node)
  if (node.markType === 'code') return siblings(node.children.map(codeInside), before, after)
  const tag = TAGS[node.markType ?? '']
  const children = node.markDef ? node.children.map(linkInside) : node.children
  const inner = tag || node.markDef ? siblings(children, '!', '!') : siblings(children, before, after)
  const href = node.markDef?.href === undefined ? null : safeHref(node.markDef.href)
  if (href !== null) {
    // A break that ends a link is none to every reader, so it follows the link.
    const end = /(?:\\\n)*$/.exec(inner)![0]
    return `[${inner.slice(0, inner.length - end.length)}](<${href.replace(/&(?=[#\w]+;)/g, '\\&')}>)${end}`
  }
  return tag ? `<${tag}>${inner}</${tag}>` : inner
}

/** Stars are only written where CommonMark sees them as such: elsewhere the element says the same. */
function emphasised(node: MarkNode, stars: string, before: string, after: string): string {
  const inner = siblings(node.children ?? [], before, after)
  const core = inner.trim()
  if (core === '') return inner
  const start = inner.length - inner.trimStart().length
  const [left, right] = [inner.slice(0, start), inner.slice(start + core.length)]
  const first = core.codePointAt(/^\**/.exec(core)![0].length) ?? 0
  const last = [...core.slice(-40).replace(/\*+$/, '').slice(-2)].at(-1) ?? ''
  const opens = left !== '' || isLetter(String.fromCodePoint(first)) || !hasLetter(before)
  const closes = right !== '' || isLetter(last) || !hasLetter(after)
  const breaks = core.startsWith('\\\n') || right.includes('\n') || /\*/.test(core.replace(/\\./gs, ''))
  const tag = TAGS[node.markType ?? '']
  return breaks || !opens || !closes ? `<${tag}>${inner}</${tag}>` : left + stars + core + stars + right
}

/** How many backticks stand together at most. */
export const longestTicks = (code: string) =>
  (code.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0)

function textOf({ text = '', code, linked }: MarkNode): string {
  if (!code || text === '\n') return inlined(text)
  if (linked && text.includes('`')) return `<code>${inlined(text).replaceAll('\\`', '&#96;')}</code>`
  return codeSpan(text)
}

function codeSpan(text: string): string {
  const code = text.replace(/[\r\n]/g, ' ')
  if (code.trim() === '') return code
  const fence = '`'.repeat(longestTicks(code) + 1)
  const pad = /^[` ]|[` ]$/.test(code) ? ' ' : ''
  return fence + pad + code + pad + fence
}

/** Readers disagree on characters beyond the first plane, so these are letters only where that forbids stars. */
const hasLetter = (character: string) =>
  character !== '' && (character.length > 1 || !/[\s\p{P}\p{S}]/u.test(character))
const isLetter = (character: string) => character.length === 1 && hasLetter(character)

/** The first (0) or last (-1) character that stands in the source; markup other than stars counts as punctuation. */
function edge(node: MarkNode, end: 0 | -1): string {
  const text = node.text ?? ''
  if (node.code) return '`'
  if (!node.children) return [...(end === 0 ? text.slice(0, 2) : text.slice(-2))].at(end) ?? ''
  if (node.markDef || !STARS[node.markType ?? '']) return '!'
  const child = node.children.at(end)
  return child ? edge(child, end) : ''
}

const codeInside = (node: MarkNode): MarkNode =>
  node.children ? { ...node, children: node.children.map(codeInside) } : { ...node, code: true }

const linkInside = (node: MarkNode): MarkNode =>
  node.children ? { ...node, children: node.children.map(linkInside) } : { ...node, linked: true }
