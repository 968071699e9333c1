import type { BodyNode } from '../../../lib/portable-text/model.ts'
import { lengthOf } from '../../../lib/portable-text/words.ts'

/** The blocks of an edition or of one of its saved states. */
export const blocksOf = ({ body }: { body: unknown }) => (body as { blocks: BodyNode[] }).blocks

export const imagesIn = (body: readonly BodyNode[]) =>
  body.flatMap(node => (node._type === 'image' && node.image ? [node.image] : []))

/** How long a body is, by column. */
export function lengthColumns(body: BodyNode[], language: string) {
  const { wordCount, readingMinutes } = lengthOf(body, language)
  return { word_count: wordCount, reading_minutes: readingMinutes }
}
