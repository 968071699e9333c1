import type { Db } from '../../db/client.ts'
import { groupBy } from '../../lib/group.ts'
import type { Pair } from './compare.ts'
import { descriptionsOf, type Neighbours, publishedOf, readNeighbours, writeNeighbours } from './queries.ts'

/** How many are kept: four pages of a list, so that what a reader may not see does not empty it. */
const kept = 24
/** How many neighbours say how crowded the place is. */
const crowd = 10

/**
 * Brings the lists of these articles up to date, and those of everything they are, were or become a neighbour of; the articles whose lists are
 * others now. An article is as like another as the two editions of theirs that are most alike.
 */
export async function keepNeighbours(db: Db, articles: readonly string[], pairs: readonly Pair[]): Promise<string[]> {
  const own = await readNeighbours(db, articles)
  const scores = scoresOf(pairs)
  const met = new Set(own.flatMap(list => list.others))
  for (const [article, others] of scores) for (const other of [article, ...others.keys()]) met.add(other)
  for (const article of articles) met.add(article)
  const everybody = [...met].sort()
  const languages = groupBy(await descriptionsOf(db, everybody), one => one.article)
  const languagesOf = (article: string) => (languages.get(article) ?? []).map(({ language }) => language)
  const before = await readNeighbours(db, everybody)
  const lists = new Map(before.map(list => [keyOf(list.article, list.language), toScores(list)]))
  const changing = new Set(articles)
  const waiting = await notDescribedYet(db, own, languages)
  for (const [key, list] of lists) {
    const article = articleOf(key)
    const isOver = (other: string) =>
      changing.has(article)
        ? !waiting.has(other) || !languages.has(article)
        : changing.has(other) && languages.has(article)
    for (const other of [...list.keys()]) if (isOver(other)) list.delete(other)
  }
  const put = (beside: string, other: string, score: number) => {
    for (const language of languagesOf(other)) {
      const key = keyOf(beside, language)
      if (!lists.has(key)) lists.set(key, new Map())
      lists.get(key)!.set(other, score)
    }
  }
  for (const [article, others] of scores) {
    for (const [other, score] of others) {
      put(article, other, score)
      put(other, article, score)
    }
  }
  const now = [...lists].map(([key, list]) => toList(key, list))
  const last = new Map(before.map(list => [keyOf(list.article, list.language), list]))
  const changed = now.filter(list => !isSame(list, last.get(keyOf(list.article, list.language))))
  if (changed.length > 0) await writeNeighbours(db, changed)
  return [...new Set(changed.map(list => list.article))]
}

/** During a rebuild: what will be compared in its turn. Until then it stands as it was, in the lists of others and they in its own. */
async function notDescribedYet(db: Db, own: readonly Neighbours[], described: ReadonlyMap<string, unknown>) {
  const unknown = [...new Set(own.flatMap(list => list.others))].filter(other => !described.has(other))
  return new Set(unknown.length === 0 ? [] : await publishedOf(db, unknown))
}

const keyOf = (article: string, language: string) => `${article} ${language}`
const articleOf = (key: string) => key.slice(0, key.indexOf(' '))

/** As the database gives it back: new scores and kept ones are ranked together. */
const asKept = (score: number) => Math.fround(Math.round(score * 10_000) / 10_000)

const toScores = ({ others, scores }: Neighbours) =>
  new Map(others.map((other, index) => [other, asKept(scores[index]!)]))

/** Of each article the others and the best score of any two editions; both directions are one score. */
function scoresOf(pairs: readonly Pair[]): Map<string, Map<string, number>> {
  const scores = new Map<string, Map<string, number>>()
  for (const { one, other, score } of pairs) {
    if (!scores.has(one.article)) scores.set(one.article, new Map())
    const others = scores.get(one.article)!
    others.set(other.article, Math.max(asKept(score), others.get(other.article) ?? 0))
  }
  return scores
}

function toList(key: string, list: ReadonlyMap<string, number>): Neighbours & { density: number } {
  const ranked = [...list].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, kept)
  const scores = ranked.map(([, score]) => score)
  const density = scores.slice(0, crowd).reduce((sum, score) => sum + score, 0) / crowd
  const language = key.slice(key.indexOf(' ') + 1)
  return { article: articleOf(key), language, others: ranked.map(([other]) => other), scores, density }
}

function isSame({ others, scores }: Neighbours, last: Neighbours | undefined): boolean {
  const had = last ?? { others: [], scores: [] }
  return String(had.others) === String(others) && String(had.scores.map(Math.fround)) === String(scores)
}
