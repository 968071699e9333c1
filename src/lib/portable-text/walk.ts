import { addBreak, addText, type Context, closeDraft, type Draft, MOST_BREAKS, openDraft } from './draft.ts'
import { type Marks, noMarks } from './marks.ts'
import type { MediaOptions } from './media.ts'
import { type BodyNode, type Embed, type ImageRef, MAX_LEVEL } from './model.ts'
import { closeLines, type Lines, type TableDraft } from './table.ts'

/** Preformatted text while it comes in. */
export interface Verbatim {
  pieces: string[]
  tail: string
  language: string | null
}

/** The context of a text and the containers it may belong to. */
export interface Scope extends Context {
  figure: { last: ImageRef | Embed | null; caption: Lines | null } | null
  caption: Lines | null
  pre: Verbatim | null
  /** Inside a cell of a table that only lays out. */
  cell: boolean
}

interface Frame {
  name: string
  before: Scope
  close: (() => void) | undefined
}

/** One reading of a text from its first tag to its last. */
export interface Walk {
  options: MediaOptions
  layout: Set<number>
  nodes: (BodyNode | Draft)[]
  draft: Draft | null
  scope: Scope
  frames: Frame[]
  open: Map<string, number>
  marks: Marks
  items: number
  table: TableDraft | null
  /** An element whose content is not read, until it ends. */
  skipped: { name: string; depth: number; inside: Map<string, number>; player: boolean } | null
  /** The title of an embed while its link is open. */
  title: { embed: Embed; lines: Lines } | null
}

const outermost: Scope = {
  ...{ style: 'normal', listItem: null, level: 0, item: 0, strong: false },
  ...{ figure: null, caption: null, pre: null, cell: false }
}

/** A walk that has seen nothing yet. */
export const startWalk = (options: MediaOptions, layout: Set<number>): Walk => ({
  ...{ options, layout, nodes: [], draft: null, scope: outermost, frames: [], open: new Map(), marks: noMarks() },
  ...{ items: 0, table: null, skipped: null, title: null }
})

/** The block that text at this place goes to; a further paragraph of a list item goes on in the item's block. */
export function draftHere(walk: Walk): Draft {
  if (walk.draft) return walk.draft
  const last = walk.nodes.at(-1)
  const { item, style } = walk.scope
  if (
    item > 0 &&
    last?._type === 'draft' &&
    last.context.item === item &&
    last.context.style === style &&
    last.breaks < MOST_BREAKS
  ) {
    walk.nodes.pop()
    walk.draft = last
    if (last.tail !== '\n') addBreak(last)
  } else walk.draft = openDraft(walk.scope)
  return walk.draft
}

/** Ends the paragraph being written, if any. */
export function flush(walk: Walk): void {
  endTitle(walk)
  if (walk.draft) walk.nodes.push(walk.draft)
  walk.draft = null
}

/** Begins a new line of preformatted text. */
export function breakVerbatim(pre: Verbatim): void {
  pre.pieces.push('\n')
  pre.tail = '\n'
}

/** Writes a paragraph of its own, or of the list item it stands in. */
export function paragraph(walk: Walk, text: string, href: string | null = null): void {
  flush(walk)
  if (text === '') return
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0) addBreak(draftHere(walk))
    addText(draftHere(walk), line, [], href)
  }
  flush(walk)
}

/** Puts a picture, player or other node after the text so far. */
export function place(walk: Walk, node: BodyNode): void {
  if (walk.table) walk.table.media.push(node)
  else {
    flush(walk)
    walk.nodes.push(node)
  }
  if (walk.scope.figure && (node._type === 'image' || node._type === 'embed')) walk.scope.figure.last = node
}

/** Enters an element that changes what the text inside it is. */
export function enter(walk: Walk, name: string, change?: Partial<Scope>, close?: () => void): void {
  walk.frames.push({ name, before: walk.scope, close })
  walk.open.set(name, (walk.open.get(name) ?? 0) + 1)
  if (change) walk.scope = { ...walk.scope, ...change }
}

/** Leaves the innermost element of this name and all inside it; does nothing when none is open. */
export function leave(walk: Walk, name: string): void {
  if (!walk.open.get(name)) return
  let left: string
  do {
    const frame = walk.frames.pop()!
    left = frame.name
    walk.open.set(left, walk.open.get(left)! - 1)
    flush(walk)
    walk.scope = frame.before
    frame.close?.()
  } while (left !== name)
}

/** Whether the innermost element is one of these. */
export const inside = (walk: Walk, ...names: string[]) => names.includes(walk.frames.at(-1)?.name ?? '')

/** Gives an embed the title its link was written around. */
export function endTitle(walk: Walk): void {
  if (!walk.title) return
  const { embed, lines } = walk.title
  const title = closeLines(lines)
  if (title !== '' && title !== embed.url) embed.title = title
  walk.title = null
}

/** What was read, blocks finished and levels of lists without gaps. */
export function finishWalk(walk: Walk): BodyNode[] {
  while (walk.frames.length > 0) leave(walk, walk.frames.at(-1)!.name)
  flush(walk)
  const nodes = walk.nodes.map(node => (node._type === 'draft' ? closeDraft(node) : node)).filter(node => node !== null)
  return levelled(nodes)
}

/** Nodes whose list items are no more than one level deeper than the one before. */
export function levelled(nodes: BodyNode[]): BodyNode[] {
  let level = 0
  for (const node of nodes) {
    level = node._type === 'block' && node.listItem ? Math.min(node.level ?? 1, level + 1, MAX_LEVEL) : 0
    if (node._type === 'block' && level > 0) node.level = level
  }
  return nodes
}
