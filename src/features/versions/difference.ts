import { pairs } from '../../lib/portable-text/alignment.ts'
import type { BodyNode } from '../../lib/portable-text/model.ts'
import { toText } from '../../lib/portable-text/to-text.ts'

/** How two versions of a text differ. Pure. */

export interface Version {
  headline: string
  words: number
  body: BodyNode[]
}

/** What the other version has more, has less, and says in other words, seen from the first. */
export function differenceOf(one: Version, other: Version) {
  return {
    headline: one.headline.trim() !== other.headline.trim(),
    ...compareParagraphs(paragraphsOf(one.body), paragraphsOf(other.body)),
    words: other.words - one.words
  }
}

/** By their words alone: typesetting makes no difference. */
const paragraphsOf = (body: BodyNode[]) =>
  toText(body)
    .split('\n\n')
    .map(text => text.replace(/\s+/g, ' ').trim())
    .filter(text => text !== '')

/** What stands between the same two paragraphs in both, one in the place of the other, is changed; what is left over was added or removed. */
export function compareParagraphs(from: string[], to: string[]) {
  const counts = { added: 0, removed: 0, changed: 0 }
  let [left, right] = [0, 0]
  for (const [x, y] of [...pairs(from, to), [from.length, to.length] as const]) {
    const changed = Math.min(x - left, y - right)
    counts.changed += changed
    counts.removed += x - left - changed
    counts.added += y - right - changed
    ;[left, right] = [x + 1, y + 1]
  }
  return counts
}
