import { wellFormed } from '../text.ts'
import { addBreak, addText, isFull } from './draft.ts'
import { BLOCKS, FORMATTING, PLAYERS, UNREAD, VOID } from './elements.ts'
import { safeHref, safeSource } from './hrefs.ts'
import { freshKeys, keepKeys } from './keys.ts'
import { hrefAt, openLink, turnMark } from './marks.ts'
import { embedOf, emojiOf, imageOf, type MediaOptions } from './media.ts'
import type { BodyNode } from './model.ts'
import { closeBlock, endTable, openBlock } from './structure.ts'
import { addLine, breakLine, closeInTable, layoutTables, openInTable, openLines } from './table.ts'
import { readTokens, type Tag } from './tokens.ts'
import {
  breakVerbatim,
  draftHere,
  endTitle,
  finishWalk,
  flush,
  paragraph,
  place,
  startWalk,
  type Walk
} from './walk.ts'

/** What makes addresses absolute, images known and keys stable. */
export interface FromHtmlOptions extends MediaOptions {
  previous?: BodyNode[]
}

/** The body any HTML shows: whatever goes in, only known nodes, plain texts and safe addresses come out. */
export function fromHtml(html: string, options: FromHtmlOptions = {}): BodyNode[] {
  const clean = wellFormed(html)
  const walk = startWalk(options, layoutTables(clean))
  readTokens(clean, {
    open: tag => (walk.skipped ? openSkipped(walk, tag) : open(walk, tag)),
    close: name => (walk.skipped ? closeSkipped(walk, name) : close(walk, name)),
    text: data => (walk.skipped ? undefined : write(walk, data)),
    foreign: () => walk.skipped?.name === 'svg' || walk.skipped?.name === 'math'
  })
  endTable(walk)
  const nodes = finishWalk(walk)
  return options.previous ? keepKeys(nodes, options.previous) : freshKeys(nodes)
}

function write(walk: Walk, data: string): void {
  const { caption, pre } = walk.scope
  if (walk.title) addLine(walk.title.lines, data)
  else if (walk.table) addLine(walk.table.target, data)
  else if (caption) addLine(caption, data)
  else if (pre) {
    pre.pieces.push(data)
    pre.tail = data.at(-1) ?? pre.tail
  } else if (walk.draft || /[^ \t\n\f\r]/.test(data)) writeParagraph(walk, data)
}

function writeParagraph(walk: Walk, data: string): void {
  const { list } = walk.marks
  const strong = walk.scope.strong && !list.includes('strong')
  addText(draftHere(walk), data, strong ? ['strong', ...list] : list, hrefAt(walk.marks))
}

function open(walk: Walk, tag: Tag): void {
  const { name, attributes } = tag
  if (UNREAD.has(name)) skip(walk, tag, false)
  else if (PLAYERS.has(name)) openPlayer(walk, tag)
  else if (name === 'img') openImage(walk, attributes)
  else if (name === 'br') lineBreak(walk)
  else if (walk.table) {
    if (BLOCKS.has(name)) openInTable(walk.table, name)
  } else if (name === 'a') openAnchor(walk, attributes)
  else if (name === 'q') write(walk, '“')
  else if (name === 'rt') write(walk, '（')
  else if (BLOCKS.has(name) || name === 'hr') openBlock(walk, tag)
  else if (FORMATTING.has(name)) openFormatting(walk, name, attributes)
}

function close(walk: Walk, name: string): void {
  if (name === 'br') lineBreak(walk)
  else if (walk.table && name !== 'table') {
    if (BLOCKS.has(name)) closeInTable(walk.table, name)
  } else if (name === 'a') {
    endTitle(walk)
    walk.marks.links.pop()
  } else if (name === 'q') write(walk, '”')
  else if (name === 'rt') write(walk, '）')
  else if (BLOCKS.has(name)) closeBlock(walk, name)
  else turnMark(walk.marks, name, -1)
}

function skip(walk: Walk, { name, selfClosing }: Tag, player: boolean): void {
  if (!selfClosing && !VOID.has(name)) walk.skipped = { name, depth: 1, inside: new Map(), player }
}

function openSkipped(walk: Walk, { name, attributes, selfClosing }: Tag): void {
  const skipped = walk.skipped!
  if (skipped.player && /^(?:source|embed|param|iframe)$/.test(name)) {
    const value = attributes.get('name') === 'movie' ? attributes.get('value') : undefined
    const embed = embedOf(value === undefined ? attributes : new Map([['src', value]]), walk.options)
    if (embed) {
      place(walk, embed)
      skipped.player = false
    }
  }
  if (selfClosing || VOID.has(name)) return
  if (name === skipped.name) skipped.depth++
  else skipped.inside.set(name, (skipped.inside.get(name) ?? 0) + 1)
}

function closeSkipped(walk: Walk, name: string): void {
  const skipped = walk.skipped!
  const within = skipped.inside.get(name) ?? 0
  if (name === skipped.name) {
    if (--skipped.depth === 0) walk.skipped = null
  } else if (within > 0) skipped.inside.set(name, within - 1)
  else if (walk.open.get(name) || (walk.table && /^(?:t[rdh]|table)$/.test(name))) {
    walk.skipped = null
    close(walk, name)
  }
}

function openPlayer(walk: Walk, tag: Tag): void {
  const embed = embedOf(tag.attributes, walk.options)
  const plain = embed ? null : safeSource(tag.attributes.get('src') ?? '', walk.options.base)
  if (embed) place(walk, embed)
  else if (tag.name === 'iframe' && plain?.startsWith('http:')) paragraph(walk, plain, plain)
  skip(walk, tag, embed === null)
}

function openImage(walk: Walk, attributes: Map<string, string>): void {
  const emoji = emojiOf(attributes)
  const image = emoji === null ? imageOf(attributes, walk.options) : null
  if (emoji !== null) write(walk, emoji)
  if (image) place(walk, image)
}

function openAnchor(walk: Walk, attributes: Map<string, string>): void {
  const embed = attributes.has('data-embed') ? embedOf(attributes, walk.options) : null
  openLink(walk.marks, embed ? null : safeHref(attributes.get('href') ?? '', walk.options.base))
  if (!embed) return
  place(walk, embed)
  walk.title = { embed, lines: openLines() }
}

function openFormatting(walk: Walk, name: string, attributes: Map<string, string>): void {
  const { pre } = walk.scope
  if (pre) pre.language ??= /\blang(?:uage)?-([\w+#-]{1,30})/.exec(attributes.get('class') ?? '')?.[1] ?? null
  if (name === 'b' && /font-weight:\s*normal/.test(attributes.get('style') ?? '')) return
  turnMark(walk.marks, name, 1)
}

function lineBreak(walk: Walk): void {
  const { caption, pre } = walk.scope
  if (walk.table) breakLine(walk.table.target)
  else if (walk.title) addLine(walk.title.lines, ' ')
  else if (caption) addLine(caption, ' ')
  else if (pre) breakVerbatim(pre)
  else if (walk.draft && isFull(walk.draft)) flush(walk)
  else if (walk.draft) addBreak(walk.draft)
}
