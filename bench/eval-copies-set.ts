import { writeFileSync } from 'node:fs'
import type { FlatDocument } from '../src/features/import/document-schema.ts'
import { groupBy } from '../src/lib/group.ts'
import { fromHtml } from '../src/lib/portable-text/from-html.ts'
import { toText } from '../src/lib/portable-text/to-text.ts'
import { hash } from '../src/lib/similarity/hash.ts'
import { copiesOf, type Made, type Original, roundUpOf } from './eval-copies-make.ts'
import { drawsOf, openPen, type Pen } from './eval-copies-words.ts'
import { drawOf, linesOf } from './eval-set.ts'

/** What is imported to find copies in: real articles, copies made of some of them, round-ups, and reports of events. */

/** A document as it is judged. */
export interface Judgeable {
  id: string
  language: string
  text: string
  /** `real`, `event` (of the labelled reports), `round-up`, or how the copy was made. */
  kind: string
  /** The document it is or was made of. */
  family: string
  /** The story that its family tells, in whatever language. */
  work: string
}

export interface CopySet {
  documents: Judgeable[]
  /** Which reports are about one event, as `one other`. */
  sameEvent: Set<string>
}

/** A story of which copies are made has something to cut and to replace. */
const leastParagraphs = 3
const leastWords = 100

interface Sizes {
  /** Families a language. */
  families: number
  /** Only the works of one half: thresholds are found on the first and checked on the second. */
  half: number | null
}

/** Reads the real articles and the labelled reports, makes the copies, and writes everything to `flat` in a drawn order. */
export function makeSet(articles: string, documents: string, qrels: string, flat: string, sizes: Sizes): CopySet {
  const isIn = (work: string) => sizes.half === null || (hash(work) & 1) + 1 === sizes.half
  const real = linesOf<FlatDocument>(articles).filter(line => isIn(workOf(line)))
  const reports = linesOf<FlatDocument & { topic: string }>(documents)
    .filter(({ topic }) => isIn(topic))
    .map(({ id, language, title, body_text }) => ({ id, language, title, body_text }) as FlatDocument)
  const works = new Map(real.map(line => [line.id, workOf(line)]))
  const made = [...groupBy(real, ({ language }) => language)].flatMap(([language, lines]) =>
    makeCopies(language, lines.map(toOriginal), sizes.families)
  )
  const lines = [...real, ...reports, ...made.map(({ document }) => document)]
  lines.sort((x, y) => (drawOf(x) < drawOf(y) ? -1 : 1))
  writeFileSync(flat, lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  const own = (kind: string) => (line: FlatDocument) => toJudgeable(line, kind, line.id, works.get(line.id) ?? line.id)
  return {
    documents: [
      ...real.map(own('real')),
      ...reports.map(own('event')),
      ...made.map(({ document, kind, family }) => toJudgeable(document, kind, family, works.get(family) ?? family))
    ],
    sameEvent: sameEvents(qrels)
  }
}

const workOf = ({ id, translation_of }: FlatDocument) => translation_of ?? id

/** Copies of the first families that are long enough, in a drawn order, and a round-up for every fourth of them, of the shortest stories. */
function makeCopies(language: string, originals: readonly Original[], families: number): Made[] {
  const pen = openPen(
    language,
    originals.flatMap(({ paragraphs }) => paragraphs)
  )
  const fit = originals.filter(one => isFit(one, pen)).sort((x, y) => (drawOf(x) < drawOf(y) ? -1 : 1))
  const copies = fit.slice(0, families).flatMap(one => copiesOf(one, pen))
  const briefs = [...fit].sort((x, y) => lengthOf(x) - lengthOf(y)).slice(0, families)
  const next = drawsOf(`${language} round-ups`)
  const roundUps: Made[] = []
  while (briefs.length >= 3 && roundUps.length < families / 4) {
    const taken = briefs.splice(0, 3 + Math.floor(next() * 4))
    roundUps.push(roundUpOf(`${language} round-up ${roundUps.length + 1}`, taken))
  }
  return [...copies, ...roundUps]
}

const isFit = ({ paragraphs }: Original, pen: Pen) =>
  paragraphs.length >= leastParagraphs && pen.count(paragraphs.join('\n')) >= leastWords

const lengthOf = ({ paragraphs }: Original) => paragraphs.reduce((sum, { length }) => sum + length, 0)

function toOriginal({ id, language, title, body_html, published_at }: FlatDocument): Original {
  const text = toText(fromHtml(body_html ?? '', { image: () => null }))
  const paragraphs = text.split(/\n{2,}/).filter(paragraph => paragraph.trim() !== '')
  return { id, language, title, paragraphs, publishedAt: published_at ?? '2020-01-01T00:00:00Z' }
}

function toJudgeable(line: FlatDocument, kind: string, family: string, work: string): Judgeable {
  const text = line.body_text ?? toText(fromHtml(line.body_html ?? '', { image: () => null }))
  return { id: line.id, language: line.language, text, kind, family, work }
}

function sameEvents(qrels: string): Set<string> {
  const lines = linesOf<{ query_id: string; doc_id: string; relevance: number }>(qrels)
  return new Set(lines.filter(({ relevance }) => relevance === 2).map(line => `${line.query_id} ${line.doc_id}`))
}
