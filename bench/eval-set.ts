import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { document } from '../src/features/import/document-schema.ts'
import type { Judged } from './eval-measures.ts'

/** A labelled set: documents, and which of them belong beside which. */

/** A document as the baselines see it. */
export interface Labelled {
  id: string
  language: string
  title: string
  text: string
  publishedAt: string
  topics: string[]
}

export interface LabelledSet {
  documents: Labelled[]
  questions: Map<string, Judged>
  /** Members that were taken out: labels, and whatever the importer does not know. */
  leftOut: string[]
}

interface Line {
  id: string
  language: string
  title: string
  body_text?: string
  body_html?: string
  summary?: string | null
  published_at?: string | null
  tags?: string[]
  categories?: string[]
}

/** Reads a set, and writes to `flat` what the importer may see of it. Only what a flat document has is passed on: labels are never features. */
export function readSet(documentsFile: string, qrelsFile: string, flat: string): LabelledSet {
  const known = new Set(Object.keys(document.properties))
  const leftOut = new Set<string>()
  const lines = linesOf<Line>(documentsFile).map(line => {
    const members = Object.entries(line)
    for (const [name] of members) if (!known.has(name)) leftOut.add(name)
    return Object.fromEntries(members.filter(([name]) => known.has(name))) as unknown as Line
  })
  lines.sort((x, y) => (drawOf(x) < drawOf(y) ? -1 : 1))
  writeFileSync(flat, lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  const questions = questionsOf(qrelsFile)
  return { documents: lines.map(toLabelled), questions, leftOut: [...leftOut].sort() }
}

/** Files are often in the order of their labels, which would be a feature too: the order of import is drawn, the same in every run. */
export const drawOf = ({ id }: { id: string }) => createHash('sha256').update(id).digest('hex')

function questionsOf(file: string): Map<string, Judged> {
  const questions = new Map<string, Map<string, number>>()
  for (const { query_id, doc_id, relevance } of linesOf<{ query_id: string; doc_id: string; relevance: number }>(
    file
  )) {
    if (relevance <= 0) continue
    if (!questions.has(query_id)) questions.set(query_id, new Map())
    questions.get(query_id)!.set(doc_id, relevance)
  }
  return questions
}

function toLabelled({ id, language, title, tags = [], categories = [], ...line }: Line): Labelled {
  const body = line.body_text ?? (line.body_html ?? '').replaceAll(/<[^>]*>/g, ' ')
  const text = `${line.summary ?? ''}\n${body}`
  return {
    id,
    language,
    title,
    text,
    publishedAt: line.published_at ?? '',
    topics: tags.length > 0 ? tags : categories
  }
}

/** The lines of a file of JSON lines, compressed or not. */
export function linesOf<Shape>(file: string): Shape[] {
  const bytes = readFileSync(file)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text.split('\n').flatMap(line => (line.trim() === '' ? [] : [JSON.parse(line) as Shape]))
}
