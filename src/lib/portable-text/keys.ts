import { hash } from 'node:crypto'
import { type Pair, pairs } from './alignment.ts'
import { type BodyNode, plain } from './model.ts'

const short = (text: string) => hash('sha256', text).slice(0, 12)

const signature = (node: BodyNode) =>
  node._type === 'block' ? `${node.style} ${node.listItem ?? ''}` : `[${node._type}]`

function content(node: BodyNode): string {
  const beside = node._type === 'image' ? (node.image ?? node.src ?? '') : node._type === 'embed' ? node.url : ''
  return `${signature(node)}\0${beside}\0${plain(node)}`
}

/** Nodes with keys made of what they say and how often it was said before: a new paragraph changes no other key. */
export const freshKeys = (nodes: BodyNode[]): BodyNode[] => keyed(nodes, [])

/** Nodes with the keys of an earlier body of the same language: equal ones first, then those in the same place. */
export function keepKeys(nodes: BodyNode[], previous: BodyNode[]): BodyNode[] {
  return keyed(nodes, keysOf(previous, alike(nodes, previous)))
}

/** A translation's nodes with the keys of the original's, so that a block has one key in all languages of a story. */
export function withKeys(nodes: BodyNode[], original: BodyNode[]): BodyNode[] {
  const found = parallel(nodes, original) ? nodes.map((_, index): Pair => [index, index]) : alike(nodes, original)
  return keyed(nodes, keysOf(original, found))
}

/** Whether two bodies have the same kinds of nodes in the same order. */
export const parallel = (nodes: BodyNode[], others: BodyNode[]) =>
  nodes.length === others.length && nodes.every((node, index) => signature(node) === signature(others[index]!))

/** Nodes with the keys given for their places; the others get keys made of what they say. */
export const giveKeys = (nodes: BodyNode[], given: (string | undefined)[]): BodyNode[] => keyed(nodes, given)

/** The keys that stand more than once in a body. */
export function duplicateKeys(nodes: BodyNode[]): string[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const key of nodes.flatMap(allKeys)) (seen.has(key) ? twice : seen).add(key)
  return [...twice]
}

function allKeys(node: BodyNode): string[] {
  if (node._type === 'block') return [node._key, ...[...node.children, ...node.markDefs].map(each => each._key)]
  return node._type === 'table' ? [node._key, ...node.rows.map(row => row._key)] : [node._key]
}

/** Places that belong together: those that say the same, moved ones too, and between them those of one kind. */
export function alike(nodes: BodyNode[], others: BodyNode[]): Pair[] {
  const contents = nodes.map(content)
  const otherContents = others.map(content)
  const anchors = pairs(contents, otherContents)
  const equal = [...anchors, ...moved(contents, otherContents, anchors)]
  const found = { left: new Set(equal.map(([node]) => node)), right: new Set(equal.map(([, other]) => other)) }
  return [...equal, ...between(nodes, others, anchors, found)]
}

/** Between the anchors, the places that hold the same kind of node and are not found yet. */
export function between(
  nodes: BodyNode[],
  others: BodyNode[],
  anchors: Pair[],
  found: { left: Set<number>; right: Set<number> }
): Pair[] {
  const same: Pair[] = []
  let from = 0
  let to = 0
  for (const [node, other] of [...anchors, [nodes.length, others.length] as Pair]) {
    const here = places(from, node).filter(place => !found.left.has(place))
    const there = places(to, other).filter(place => !found.right.has(place))
    const kinds = pairs(
      here.map(place => signature(nodes[place]!)),
      there.map(place => signature(others[place]!))
    )
    for (const [a, b] of kinds) same.push([here[a]!, there[b]!])
    from = node + 1
    to = other + 1
  }
  return same
}

const places = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

function moved(contents: string[], others: string[], equal: Pair[]): Pair[] {
  const found = new Set(equal.map(([node]) => node))
  const taken = new Set(equal.map(([, other]) => other))
  const free = new Map<string, number[]>()
  for (const [place, text] of others.entries()) {
    if (taken.has(place)) continue
    const known = free.get(text)
    if (known) known.push(place)
    else free.set(text, [place])
  }
  const pairs: Pair[] = []
  for (const [place, text] of contents.entries()) {
    const other = found.has(place) ? undefined : free.get(text)?.shift()
    if (other !== undefined) pairs.push([place, other])
  }
  return pairs
}

function keysOf(others: BodyNode[], found: Pair[]): (string | undefined)[] {
  const keys: (string | undefined)[] = []
  for (const [node, other] of found) keys[node] = others[other]!._key
  return keys
}

function keyed(nodes: BodyNode[], given: (string | undefined)[]): BodyNode[] {
  const used = new Set<string>()
  const free = (wanted: string) => {
    let key = wanted
    for (let turn = 1; used.has(key); turn++) key = short(`${wanted}+${turn}`)
    used.add(key)
    return key
  }
  const taken = nodes.map((_, index) => {
    const key = given[index]
    return key === undefined || used.has(key) ? undefined : free(key)
  })
  const said = new Map<string, number>()
  return nodes.map((node, index) => {
    const text = content(node)
    const times = said.get(text) ?? 0
    said.set(text, times + 1)
    return rekeyed(node, taken[index] ?? free(short(`${text}\0${times}`)), free)
  })
}

function rekeyed(node: BodyNode, _key: string, free: (wanted: string) => string): BodyNode {
  const part = (name: string, index: number) => free(short(`${_key} ${name} ${index}`))
  if (node._type === 'table') {
    return { ...node, _key, rows: node.rows.map((row, index) => ({ ...row, _key: part('row', index) })) }
  }
  if (node._type !== 'block') return { ...node, _key }
  const links = new Map(node.markDefs.map((link, index) => [link._key, part('link', index)]))
  return {
    ...node,
    _key,
    children: node.children.map((span, index) => ({
      ...span,
      _key: part('span', index),
      marks: span.marks.map(mark => links.get(mark) ?? mark)
    })),
    markDefs: node.markDefs.map(link => ({ ...link, _key: links.get(link._key)! }))
  }
}
