import { wellFormed } from '../text.ts'
import { type Block, type LinkMark, type ListType, MAX_SPANS, type Span, type Style } from './model.ts'

/** What the elements around a text make of it. */
export interface Context {
  style: Style
  listItem: ListType | null
  level: number
  /** Which list item this is, 0 outside of any; paragraphs of one item share a block. */
  item: number
  strong: boolean
}

interface Run {
  /** Joined once at the end: a text that grows character by character would be copied as often. */
  pieces: string[]
  marks: readonly string[]
  href: string | null
}

/** A block while its text still comes in. */
export interface Draft {
  _type: 'draft'
  context: Context
  runs: Run[]
  /** The last character written: decides whether a following space shows. */
  tail: string
  breaks: number
}

/** How many lines one block has at most. */
export const MOST_BREAKS = 1000
const spaces = /[ \t\n\f\r]+/g

/** A block without text yet. */
export const openDraft = (context: Context): Draft => ({ _type: 'draft', context, runs: [], tail: '\n', breaks: 0 })

/** Source text as a browser shows it after `tail`: runs of white space are one space, none at a line's start. */
export function shown(text: string, tail: string): string {
  const single = text.replace(spaces, ' ')
  return (tail === ' ' || tail === '\n') && single.startsWith(' ') ? single.slice(1) : single
}

/** Adds text as the source has it; equal neighbours become one run. */
export function addText(draft: Draft, source: string, marks: readonly string[], href: string | null): void {
  const text = shown(source, draft.tail)
  if (text === '') return
  draft.tail = text.at(-1)!
  const last = draft.runs.at(-1)
  if (last && (draft.runs.length > MAX_SPANS - 1 || (last.href === href && sameMarks(last.marks, marks)))) {
    last.pieces.push(text)
  } else if (draft.runs.length === MAX_SPANS - 1) draft.runs.push({ pieces: [text], marks: [], href: null })
  else draft.runs.push({ pieces: [text], marks, href })
}

const sameMarks = (a: readonly string[], b: readonly string[]) => a === b || a.join() === b.join()

/** Adds a line break; none begins a block, and the space before it goes. */
export function addBreak(draft: Draft): void {
  const last = draft.runs.at(-1)
  if (!last) return
  if (draft.tail === ' ') {
    last.pieces.push(last.pieces.pop()!.slice(0, -1))
    if (last.pieces.length === 1 && last.pieces[0] === '') draft.runs.pop()
  }
  draft.runs.at(-1)?.pieces.push('\n')
  draft.tail = '\n'
  draft.breaks++
}

/** Whether a further line belongs to a block of its own: after an empty line of prose, and after very many. */
export const isFull = (draft: Draft) =>
  draft.breaks >= MOST_BREAKS ||
  (draft.tail === '\n' && draft.context.item === 0 && /^(?:normal|blockquote)$/.test(draft.context.style))

/** The finished block with provisional keys, or null when it would show nothing. */
export function closeDraft(draft: Draft): Block | null {
  const runs = trimmedRuns(draft.runs)
  if (!runs.some(run => /[^\s\u200b\u2060]/.test(run.text))) return null
  const links = new Map<string, string>()
  for (const { href } of runs) if (href !== null && !links.has(href)) links.set(href, `:${links.size}`)
  const children = runs.map(({ text, marks, href }): Span => {
    const link = href === null ? [] : [links.get(href)!]
    return { _type: 'span', _key: '', text, marks: [...marks, ...link] }
  })
  const markDefs = [...links].map(([href, _key]): LinkMark => ({ _key, _type: 'link', href }))
  const { style, listItem, level } = draft.context
  const list = listItem === null ? {} : { listItem, level }
  return { _type: 'block', _key: '', style, ...list, children, markDefs }
}

function trimmedRuns(drafted: Run[]) {
  const runs = drafted.map(run => ({ ...run, text: wellFormed(run.pieces.join('')).normalize('NFC') }))
  while (runs.length > 0) {
    const last = runs.at(-1)!
    last.text = trimSpaces(last.text)
    if (last.text !== '') break
    runs.pop()
  }
  return runs
}

function trimSpaces(text: string): string {
  let end = text.length
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\n')) end--
  return text.slice(0, end)
}
