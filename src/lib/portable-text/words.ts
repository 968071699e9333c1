import { type BodyNode, plain } from './model.ts'

const WORDS_PER_MINUTE = 230

/** How many words a body has, told apart as its language does (Thai, Lao, Chinese and Japanese write no spaces). */
export function countWords(nodes: BodyNode[], language: string): number {
  const segmenter = segmenterOf(language)
  let words = 0
  for (const node of nodes) for (const segment of segmenter.segment(plain(node))) if (segment.isWordLike) words++
  return words
}

/** How long a reader needs for so many words; nothing only for nothing. */
export const readingMinutes = (words: number) => (words <= 0 ? 0 : Math.max(1, Math.round(words / WORDS_PER_MINUTE)))

/** How long a body is, in words and in minutes. */
export function lengthOf(nodes: BodyNode[], language: string) {
  const wordCount = countWords(nodes, language)
  return { wordCount, readingMinutes: readingMinutes(wordCount) }
}

function segmenterOf(language: string): Intl.Segmenter {
  try {
    return new Intl.Segmenter(language, { granularity: 'word' })
  } catch {
    return new Intl.Segmenter('und', { granularity: 'word' })
  }
}
