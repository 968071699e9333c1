import { isDeepStrictEqual } from 'node:util'
import { fromHtml } from '../../lib/portable-text/from-html.ts'
import { keepKeys, withKeys } from '../../lib/portable-text/keys.ts'
import type { BodyNode } from '../../lib/portable-text/model.ts'
import { countWords, readingMinutes } from '../../lib/portable-text/words.ts'

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
  const nodes = fromHtml(html, { image, ...(base ? { base } : {}) })
  if (original) return withKeys(nodes, original)
  return previous ? keepKeys(nodes, previous) : nodes
}

export function lengthOf(body: BodyNode[], language: string) {
  const wordCount = countWords(body, language)
  return { wordCount, readingMinutes: readingMinutes(wordCount) }
}

/** What differs between two states of an original: keys of blocks changed, new or gone, and the headline or standfirst by name. */
export function changedBlocks(before: State, after: State): string[] {
  const old = new Map(before.body.map(node => [node._key, node]))
  const now = new Map(after.body.map(node => [node._key, node]))
  const keys = [...new Set([...now.keys(), ...old.keys()])].filter(
    key => !isDeepStrictEqual(old.get(key), now.get(key))
  )
  return [
    ...(before.headline === after.headline ? [] : ['headline']),
    ...(before.standfirst === after.standfirst ? [] : ['standfirst']),
    ...keys
  ]
}
