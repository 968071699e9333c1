import { hash } from '../src/lib/similarity/hash.ts'

/** Words of one language to write with. */
export interface Pen {
  /** So many words that say nothing, as sentences; the same for the same seed. */
  write(seed: string, words: number): string
  /** The text with a share of its words replaced by others. */
  reword(seed: string, text: string, share: number): string
  /** How many words a text has. */
  count(text: string): number
}

const sentence = 12

/** Languages that put no spaces between words. */
const unspaced = new Set(['ja', 'zh', 'th', 'lo', 'km', 'my'])

/** A pen that knows the words of these texts. */
export function openPen(language: string, texts: readonly string[]): Pen {
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' })
  // One by one: the engine gives every segment a copy of the whole text, which a list of them would keep.
  const eachSegment = (text: string, call: (segment: string, isWord: boolean) => void) => {
    for (const { segment, isWordLike } of segmenter.segment(text)) call(segment, isWordLike === true)
  }
  const isUnspaced = unspaced.has(new Intl.Locale(language).language)
  const known = new Set<string>()
  for (const text of texts) eachSegment(text, (segment, isWord) => isWord && known.add(segment))
  const words = [...known].sort()
  const write = (seed: string, count: number) => {
    const next = drawsOf(`${language} ${seed}`)
    const drawn = Array.from({ length: count }, () => pick(words, next))
    const sentences: string[] = []
    for (let at = 0; at < count; at += sentence)
      sentences.push(`${drawn.slice(at, at + sentence).join(isUnspaced ? '' : ' ')}${isUnspaced ? '。' : '.'}`)
    return sentences.join(isUnspaced ? '' : ' ')
  }
  const reword = (seed: string, text: string, share: number) => {
    const next = drawsOf(`${language} ${seed}`)
    let reworded = ''
    eachSegment(text, (segment, isWord) => {
      reworded += isWord && next() < share ? pick(words, next) : segment
    })
    return reworded
  }
  const count = (text: string) => {
    let counted = 0
    eachSegment(text, (_, isWord) => isWord && counted++)
    return counted
  }
  return { write, reword, count }
}

/** Numbers from 0 to 1 that look drawn and are the same for the same seed. */
export function drawsOf(seed: string): () => number {
  let drawn = 0
  return () => (hash(`${seed} ${drawn++}`) >>> 0) / 2 ** 32
}

export const pick = <Item>(items: readonly Item[], next: () => number): Item =>
  items[Math.floor(next() * items.length)]!
