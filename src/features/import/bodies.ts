import { fromHtml } from '../../lib/portable-text/from-html.ts'
import { keepKeys, withKeys } from '../../lib/portable-text/keys.ts'
import type { BodyNode } from '../../lib/portable-text/model.ts'

/** A body in one of its states. */
export interface State {
  headline: string
  standfirst: string | null
  body: BodyNode[]
}

/** Where the pictures of a body lead. */
export interface Pictures {
  base?: string
  image(source: string): string | null
}

/**
 * HTML as blocks. An unchanged block keeps the key of the state before; a translation's blocks take the keys of the original's.
 */
export function toBody(
  html: string,
  { base, image }: Pictures,
  previous?: BodyNode[],
  original?: BodyNode[]
): BodyNode[] {
  return keyed(fromHtml(html, { image, ...(base ? { base } : {}) }), previous, original)
}

/** Blocks with the keys they had, or those of what they translate. */
export function keyed(nodes: BodyNode[], previous?: BodyNode[], original?: BodyNode[]): BodyNode[] {
  if (original) return withKeys(nodes, original)
  return previous ? keepKeys(nodes, previous) : nodes
}

/** HTML as blocks whose pictures still go by their address on the web, as the house does not know them yet. */
export const readNodes = (html: string, base: string | null | undefined): BodyNode[] =>
  fromHtml(html, { image: source => (/^https?:/.test(source) ? source : null), ...(base ? { base } : {}) })

/** Such blocks when the pictures have ids. */
export const withPictures = (nodes: BodyNode[], ids: ReadonlyMap<string, string>): BodyNode[] =>
  nodes.map(node => (node._type === 'image' && node.image !== null ? { ...node, image: ids.get(node.image)! } : node))
