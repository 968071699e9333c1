import { openSplitter, type Splitter } from '../src/lib/similarity/words.ts'
import type { Labelled } from './eval-set.ts'

/** What a search engine's "more like this" and an editor in a hurry would give, on the same words. */

const listed = 20
const headlineWeight = 2
const moreLikeThisTerms = 25
const k1 = 1.2
const b = 0.75

/** A list of other documents for every question. */
export type Answers = Map<string, string[]>

interface Counted {
  id: string
  uses: Map<string, number>
  length: number
}

/** The baselines by name; each with its lists and the milliseconds a question took. */
export async function baselines(documents: readonly Labelled[], questions: readonly string[]) {
  const counted = await countWords(documents)
  const index = indexOf(counted)
  const byId = new Map(counted.map(one => [one.id, one]))
  const asked = questions.flatMap(id => byId.get(id) ?? [])
  return {
    'TF-IDF cosine': time(asked, cosine(index)),
    'BM25, 25 terms': time(asked, moreLikeThis(index)),
    'same topic, newest': time(asked, sameTopic(documents))
  }
}

function time(asked: readonly Counted[], answer: (one: Counted) => string[]) {
  const began = performance.now()
  const answers: Answers = new Map(asked.map(one => [one.id, answer(one)]))
  return { answers, milliseconds: (performance.now() - began) / Math.max(1, asked.length) }
}

async function countWords(documents: readonly Labelled[]): Promise<Counted[]> {
  const splitters = new Map<string, Splitter>()
  const counted: Counted[] = []
  for (const { id, language, title, text } of documents) {
    if (!splitters.has(language)) splitters.set(language, await openSplitter(language))
    const split = splitters.get(language)!
    const uses = new Map<string, number>()
    for (const [part, weight] of [
      [title, headlineWeight],
      [text, 1]
    ] as const) {
      for (const word of split(part)) if (word) uses.set(word.stem, (uses.get(word.stem) ?? 0) + weight)
    }
    counted.push({ id, uses, length: [...uses.values()].reduce((sum, used) => sum + used, 0) })
  }
  return counted
}

interface Index {
  all: readonly Counted[]
  having: Map<string, Counted[]>
  average: number
}

function indexOf(all: readonly Counted[]): Index {
  const having = new Map<string, Counted[]>()
  for (const one of all) {
    for (const term of one.uses.keys()) {
      if (!having.has(term)) having.set(term, [])
      having.get(term)!.push(one)
    }
  }
  return { all, having, average: all.reduce((sum, { length }) => sum + length, 0) / all.length }
}

function cosine({ all, having }: Index): (one: Counted) => string[] {
  const weight = (term: string, used: number) => (1 + Math.log(used)) * Math.log(all.length / having.get(term)!.length)
  const lengths = new Map(
    all.map(one => [one.id, Math.hypot(...[...one.uses].map(([term, used]) => weight(term, used))) || 1])
  )
  return one => {
    const scores = new Map<string, number>()
    for (const [term, used] of one.uses) {
      const own = weight(term, used)
      for (const other of having.get(term)!) {
        const share = (own * weight(term, other.uses.get(term)!)) / lengths.get(other.id)!
        scores.set(other.id, (scores.get(other.id) ?? 0) + share)
      }
    }
    return best(one.id, scores)
  }
}

function moreLikeThis({ all, having, average }: Index): (one: Counted) => string[] {
  const rarity = (term: string) => {
    const count = having.get(term)!.length
    return Math.log(1 + (all.length - count + 0.5) / (count + 0.5))
  }
  return one => {
    const terms = [...one.uses].sort((x, y) => y[1] * rarity(y[0]) - x[1] * rarity(x[0])).slice(0, moreLikeThisTerms)
    const scores = new Map<string, number>()
    for (const [term] of terms) {
      for (const other of having.get(term)!) {
        const used = other.uses.get(term)!
        const score = (rarity(term) * used * (k1 + 1)) / (used + k1 * (1 - b + (b * other.length) / average))
        scores.set(other.id, (scores.get(other.id) ?? 0) + score)
      }
    }
    return best(one.id, scores)
  }
}

/** Of the tags of a document, else its section: the newest others. */
function sameTopic(documents: readonly Labelled[]): (one: Counted) => string[] {
  const byId = new Map(documents.map(document => [document.id, document]))
  const newest = [...documents].sort((x, y) =>
    x.publishedAt < y.publishedAt ? 1 : x.publishedAt > y.publishedAt ? -1 : 0
  )
  return ({ id }) => {
    const own = new Set(byId.get(id)!.topics)
    return newest
      .filter(other => other.id !== id && other.topics.some(topic => own.has(topic)))
      .slice(0, listed)
      .map(other => other.id)
  }
}

function best(self: string, scores: Map<string, number>): string[] {
  scores.delete(self)
  return [...scores]
    .sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1))
    .slice(0, listed)
    .map(([id]) => id)
}
