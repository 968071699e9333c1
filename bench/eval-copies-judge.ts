import { groupBy } from '../src/lib/group.ts'
import { kinds } from './eval-copies-make.ts'
import type { CopySet, Judgeable } from './eval-copies-set.ts'

/** How well versions were found, pair by pair. */

export interface Count {
  pairs: number
  found: number
}

export interface Verdict {
  /** Pairs of the ordinary kinds, and of all kinds. */
  ordinary: Count
  all: Count
  /** An article with its copies of one kind, and copies with copies. */
  byKind: Record<string, Count>
  byLanguage: Record<string, Count & { wrong: number }>
  /** Pairs that were found and are different stories. */
  wrong: [string, string][]
  /** Pairs of one story that were not found. */
  missed: [string, string][]
  /** Pairs that were found and count as neither: translations, real copies that nobody labelled, reports of one event. */
  neither: { translations: number; real: number; events: number }
}

/** Pairs of documents as `one other`, each in one order only. */
export const pairOf = (one: string, other: string) => (one < other ? `${one}\n${other}` : `${other}\n${one}`)

export function judge({ documents, sameEvent }: CopySet, found: ReadonlySet<string>): Verdict {
  const verdict: Verdict = {
    ordinary: { pairs: 0, found: 0 },
    all: { pairs: 0, found: 0 },
    byKind: {},
    byLanguage: {},
    wrong: [],
    missed: [],
    neither: { translations: 0, real: 0, events: 0 }
  }
  const byId = new Map(documents.map(one => [one.id, one]))
  for (const family of groupBy(documents, one => one.family).values()) {
    family.forEach((one, index) => {
      for (const other of family.slice(index + 1)) count(verdict, one, other, found.has(pairOf(one.id, other.id)))
    })
  }
  for (const pair of found) {
    const [one, other] = pair.split('\n').map(id => byId.get(id)!) as [Judgeable, Judgeable]
    if (one.family === other.family) continue
    const why = reasonFor(one, other, byId, sameEvent)
    if (why) verdict.neither[why]++
    else {
      verdict.wrong.push([one.id, other.id])
      languageOf(verdict, one).wrong++
    }
  }
  return verdict
}

function count(verdict: Verdict, one: Judgeable, other: Judgeable, isFound: boolean): void {
  const copies = [one, other].filter(({ kind }) => kind in kinds)
  const isHarder = copies.some(({ kind }) => kinds[kind]!.harder)
  const kind = copies.length === 1 ? copies[0]!.kind : isHarder ? 'copy with paraphrase' : 'copy with copy'
  verdict.byKind[kind] ??= { pairs: 0, found: 0 }
  const counts = [verdict.all, verdict.byKind[kind], languageOf(verdict, one), ...(isHarder ? [] : [verdict.ordinary])]
  for (const each of counts) {
    each.pairs++
    if (isFound) each.found++
  }
  if (!isFound) verdict.missed.push([one.id, other.id])
}

function languageOf(verdict: Verdict, { language }: Judgeable) {
  verdict.byLanguage[language] ??= { pairs: 0, found: 0, wrong: 0 }
  return verdict.byLanguage[language]
}

/** Why two documents of different families that were found count as neither; null when they are simply wrong. */
function reasonFor(one: Judgeable, other: Judgeable, byId: ReadonlyMap<string, Judgeable>, sameEvent: Set<string>) {
  if (one.work === other.work) return 'translations'
  const [mine, theirs] = [byId.get(one.family)!, byId.get(other.family)!]
  if (sameEvent.has(`${mine.id} ${theirs.id}`) || sameEvent.has(`${theirs.id} ${mine.id}`)) return 'events'
  return mine.kind === 'real' && theirs.kind === 'real' && isSameText(mine.text, theirs.text) ? 'real' : null
}

/** Shorter sentences are formulas. */
const leastLetters = 20

/** Two real articles are one text when half of the letters of the shorter stand in sentences that the longer has letter for letter. */
export function isSameText(one: string, other: string): boolean {
  const [short, long] = [one, other].map(sentencesOf).sort((a, b) => lettersOf(a) - lettersOf(b))
  const known = new Set(long)
  return lettersOf(short!.filter(sentence => known.has(sentence))) * 2 >= lettersOf(short!)
}

const sentencesOf = (text: string) =>
  text
    .split(/(?<=[.!?。！？])\s*|\n+/u)
    .map(sentence => sentence.trim())
    .filter(({ length }) => length >= leastLetters)

const lettersOf = (sentences: readonly string[]) => sentences.reduce((sum, { length }) => sum + length, 0)
