import { type Pair, pairs } from './alignment.ts'
import type { BlockInput, BodyFault } from './block-input.ts'
import { type ReadBlocks, readBlocks } from './from-blocks.ts'
import { fromHtml } from './from-html.ts'
import { fromMarkdown } from './from-markdown.ts'
import { fromText } from './from-text.ts'
import { alike, between, giveKeys, parallel } from './keys.ts'
import type { MediaOptions } from './media.ts'
import { type BodyNode, MAX_BLOCKS } from './model.ts'

/** A body in any of the forms it may be written in. */
export type BodyInput =
  | { format: 'blocks'; blocks: BlockInput[] }
  | { format: 'html' | 'markdown' | 'text'; content: string }

/** What makes addresses absolute and images known, and the bodies that keys come from. */
export interface ReadBodyOptions extends MediaOptions {
  /** What the same edition said before. */
  previous?: BodyNode[] | undefined
  /** What the edition translates. */
  original?: BodyNode[] | undefined
}

type Keys = (string | undefined)[]

/** A written body as it is stored; what cannot be kept as it was meant is a fault. */
export function readBody(input: BodyInput, options: ReadBodyOptions = {}): { nodes: BodyNode[]; faults: BodyFault[] } {
  const { nodes, given, faults } = read(input, options)
  if (nodes.length > MAX_BLOCKS) faults.push({ pointer: '', detail: `a body has ${MAX_BLOCKS} blocks at most` })
  return { nodes: giveKeys(nodes, inherited(nodes, given, options)), faults }
}

function read(input: BodyInput, { base, image }: MediaOptions): ReadBlocks {
  const options: MediaOptions = { ...(base === undefined ? {} : { base }), ...(image ? { image } : {}) }
  if (input.format === 'blocks') return readBlocks(input.blocks, options)
  const convert = { html: fromHtml, markdown: fromMarkdown, text: fromText }[input.format]
  return { nodes: convert(input.content, options), given: [], faults: [] }
}

/** The client's own keys first, then those of the body before, then those of the original. */
function inherited(nodes: BodyNode[], given: Keys, { previous, original }: ReadBodyOptions): Keys {
  const keys = nodes.map((_, index) => given[index])
  if (previous) adopt(keys, previous, alikeOf(keys, nodes, previous))
  if (!original) return keys
  const lacked = new Set(original.map(node => node._key))
  for (const { _key } of previous ?? []) lacked.delete(_key)
  const found = parallel(nodes, original) ? nodes.map((_, index): Pair => [index, index]) : null
  const known = keys.some(key => key !== undefined)
  adopt(keys, original, found ?? (known ? standing : alikeOf)(keys, nodes, original, lacked), lacked)
  return keys
}

/** Gives the places that have no key yet the keys of their partners, each once. */
function adopt(keys: Keys, others: BodyNode[], found: Pair[], wanted?: Set<string>): void {
  const taken = new Set(keys)
  for (const [place, other] of found) {
    const { _key } = others[other]!
    if (keys[place] !== undefined || taken.has(_key) || wanted?.has(_key) === false) continue
    keys[place] = _key
    taken.add(_key)
  }
}

/** Partners by what they say, among those still without. */
function alikeOf(keys: Keys, nodes: BodyNode[], others: BodyNode[]): Pair[] {
  const taken = new Set(keys)
  const here = nodes.map((_, index) => index).filter(index => keys[index] === undefined)
  const there = others.map((_, index) => index).filter(index => !taken.has(others[index]!._key))
  const found = alike(
    here.map(index => nodes[index]!),
    there.map(index => others[index]!)
  )
  return found.map(([node, other]): Pair => [here[node]!, there[other]!])
}

/** Partners by where they stand between blocks whose keys are known; a translation says nothing as its original does. */
function standing(keys: Keys, nodes: BodyNode[], others: BodyNode[], wanted: Set<string>): Pair[] {
  const anchors = pairs(
    keys.map((key, index) => key ?? `\0${index}`),
    others.map(other => other._key)
  )
  const left = new Set([...keys.keys()].filter(index => keys[index] !== undefined))
  const right = new Set([...others.keys()].filter(index => !wanted.has(others[index]!._key)))
  return between(nodes, others, anchors, { left, right })
}
