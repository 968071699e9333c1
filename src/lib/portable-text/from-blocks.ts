import { wellFormed } from '../text.ts'
import type { BlockInput, BodyFault, Refuse, SpanInput, TextInput } from './block-input.ts'
import { addBreak, addText, closeDraft, type Draft, isFull, openDraft } from './draft.ts'
import { safeHref } from './hrefs.ts'
import { giveKeys } from './keys.ts'
import type { MediaOptions } from './media.ts'
import { readCode, readEmbed, readImage, readTable } from './media-input.ts'
import { type BodyNode, DECORATORS, MAX_LEVEL, MAX_SPANS } from './model.ts'
import { levelled } from './walk.ts'

/** Blocks as they are stored but for their keys, and the keys the client gave them. */
export interface ReadBlocks {
  nodes: BodyNode[]
  given: (string | undefined)[]
  faults: BodyFault[]
}

const decorators = new Set<string>(DECORATORS)

/** The body a client's blocks make, by the rules of HTML; what cannot be kept as it was meant is a fault. */
export function fromBlocks(blocks: BlockInput[], options: MediaOptions = {}) {
  const { nodes, given, faults } = readBlocks(blocks, options)
  return { nodes: giveKeys(nodes, given), faults }
}

/** The same before keys are given, for those who know where missing ones come from. */
export function readBlocks(blocks: BlockInput[], options: MediaOptions): ReadBlocks {
  const read: ReadBlocks = { nodes: [], given: [], faults: [] }
  refuseRepeated(blocks, (pointer, detail) => read.faults.push({ pointer, detail }))
  for (const [index, block] of blocks.entries()) {
    const refuse: Refuse = (pointer, detail) => read.faults.push({ pointer: `/${index}${pointer}`, detail })
    for (const [part, node] of nodesOf(block, options, refuse).entries()) {
      read.nodes.push(node)
      read.given.push(part === 0 ? block._key : undefined)
    }
  }
  levelled(read.nodes)
  return read
}

function nodesOf(block: BlockInput, options: MediaOptions, refuse: Refuse): BodyNode[] {
  if (block._type === 'block') return readText(block, options, refuse)
  if (block._type === 'divider') return [{ _type: 'divider', _key: '' }]
  if (block._type === 'table') refuseRepeated(block.rows, (pointer, detail) => refuse(`/rows${pointer}`, detail))
  const node =
    block._type === 'image'
      ? readImage(block, options, refuse)
      : block._type === 'embed'
        ? readEmbed(block, options, refuse)
        : block._type === 'code'
          ? readCode(block, refuse)
          : readTable(block, refuse)
  return node === null ? [] : [node]
}

function refuseRepeated(parts: { _key?: string }[], refuse: Refuse): void {
  const seen = new Set<string>()
  for (const [index, { _key }] of parts.entries()) {
    if (_key === undefined) continue
    if (seen.has(_key)) refuse(`/${index}/_key`, 'stands twice')
    seen.add(_key)
  }
}

/** An empty line of prose ends a block in HTML, so one block may become several. */
function readText(block: TextInput, options: MediaOptions, refuse: Refuse): BodyNode[] {
  const { style = 'normal', listItem = null, level } = block
  if (level !== undefined && listItem === null) refuse('/level', 'only an item of a list has a level')
  if (level !== undefined && level > MAX_LEVEL) refuse('/level', `lists nest ${MAX_LEVEL} levels deep at most`)
  if (block.children.length > MAX_SPANS) refuse('/children', `a block has ${MAX_SPANS} spans at most`)
  refuseRepeated(block.children, (pointer, detail) => refuse(`/children${pointer}`, detail))
  const links = linksOf(block, options, refuse)
  const context = { style, listItem, level: listItem ? (level ?? 1) : 0, item: listItem ? 1 : 0, strong: false }
  const drafts = [openDraft(context)]
  for (const [index, span] of block.children.entries()) {
    const told: Refuse = (pointer, detail) => refuse(`/children/${index}${pointer}`, detail)
    const { marks, href } = marksOf(span, links, told)
    const full = drafts.at(-1)!.runs.length >= MAX_SPANS - 1
    if (full && (marks.length > 0 || href !== null)) told('/marks', `only ${MAX_SPANS - 1} spans of a block have marks`)
    for (const [turn, line] of wellFormed(span.text)
      .split(/\r\n|[\n\r]/)
      .entries()) {
      if (turn > 0) breakDraft(drafts)
      addText(drafts.at(-1)!, line, marks, href)
    }
  }
  return drafts.map(closeDraft).filter(node => node !== null)
}

function breakDraft(drafts: Draft[]): void {
  const last = drafts.at(-1)!
  if (isFull(last)) drafts.push(openDraft(last.context))
  else addBreak(last)
}

function linksOf(block: TextInput, options: MediaOptions, refuse: Refuse): Map<string, string | null> {
  const links = new Map<string, string | null>()
  const defined = block.markDefs ?? []
  refuseRepeated(defined, (pointer, detail) => refuse(`/markDefs${pointer}`, detail))
  for (const [index, { _key, href }] of defined.entries()) {
    const address = safeHref(href, options.base)
    if (address === null) refuse(`/markDefs/${index}/href`, 'not an address a link may have')
    if (decorators.has(_key)) refuse(`/markDefs/${index}/_key`, 'is the name of a mark')
    links.set(_key, address)
  }
  return links
}

function marksOf(span: SpanInput, links: Map<string, string | null>, refuse: Refuse) {
  const given = span.marks ?? []
  const leading = [...new Set(given)].filter(mark => !decorators.has(mark) && links.has(mark))
  for (const [index, mark] of given.entries()) {
    if (!decorators.has(mark) && !links.has(mark)) refuse(`/marks/${index}`, 'neither a mark nor a link of this block')
    if (leading.indexOf(mark) > 0) refuse(`/marks/${index}`, 'a text leads to one place only')
  }
  const marks = DECORATORS.filter(each => given.includes(each))
  return { marks, href: links.get(leading[0] ?? '') ?? null }
}
