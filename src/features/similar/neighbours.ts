import type { Db } from '../../db/client.ts'
import type { Pair } from './compare.ts'
import {
  kept,
  listsHaving,
  listsOf,
  listsTaking,
  type Neighbours,
  type Offer,
  writeNeighbours
} from './neighbour-queries.ts'
import { keyOf, languagesOf, publishedOf } from './queries.ts'

/** To how many of the nearest a story is offered. */
const mostOffered = 64
/** How many neighbours say how crowded the place is. */
const crowd = 10

/** Of each article the others and how alike they are: as much as the two editions of theirs that are most alike. */
type Scores = Map<string, Map<string, number>>

/** Of some articles those whose texts are others than before, and what these were like. */
interface Past {
  changed: ReadonlySet<string>
  former: readonly string[]
}

/**
 * Brings the lists of these articles up to date, and those of everything they are, were or become a neighbour of; the articles whose lists are
 * others now.
 */
export async function keepNeighbours(
  db: Db,
  articles: readonly string[],
  pairs: readonly Pair[],
  { changed, former }: Past
): Promise<string[]> {
  const own = await listsOf(db, articles)
  const scores = scoresOf(pairs)
  // What has not changed is as like others as it was, in languages it has had and in one that it has now.
  for (const list of own) if (!changed.has(list.article)) addScores(scores, list)
  const ours = new Set(articles)
  const met = new Set([
    ...own.flatMap(list => list.others),
    ...[...scores.values()].flatMap(others => [...others.keys()])
  ])
  const languages = await languagesOf(db, [...new Set([...articles, ...met, ...former])])
  const lists = new Lists(own)
  const waiting = await notDescribedYet(db, own, languages)
  lists.drop((article, other) => !languages.has(article) || !waiting.has(other))

  const elsewhere = [...new Set([...met, ...former])].filter(other => !ours.has(other) && languages.has(other))
  lists.read(await listsHaving(db, elsewhere, articles))
  const standing = new Set(lists.keys())
  lists.drop((article, other) => !ours.has(article) && changed.has(other))
  const offers: Offer[] = []
  for (const { article, other, score } of bothWays(scores)) {
    for (const language of languages.get(other) ?? []) {
      if (ours.has(article) || standing.has(keyOf({ article, language }))) lists.put(article, language, other, score)
      else offers.push({ article, language, other, score })
    }
  }
  const { taken, lists: taking } = await listsTaking(db, offers)
  lists.read(taking)
  for (const { article, language, other, score } of taken) lists.put(article, language, other, score)
  return lists.write(db)
}

/** Makes the lists of these articles anew from what each of them found; the articles whose lists are others now. */
export async function renewNeighbours(db: Db, articles: readonly string[], pairs: readonly Pair[]): Promise<string[]> {
  const scores = scoresOf(pairs)
  const languages = await languagesOf(db, [...new Set([...scores.values()].flatMap(others => [...others.keys()]))])
  const lists = new Lists(await listsOf(db, articles))
  lists.drop(() => true)
  for (const [article, others] of scores)
    for (const [other, score] of others)
      for (const language of languages.get(other) ?? []) lists.put(article, language, other, score)
  return lists.write(db)
}

/** Offers each of these articles to those on its lists, which may not have found it themselves; the articles whose lists are others now. */
export async function exchangeNeighbours(db: Db, articles: readonly string[]): Promise<string[]> {
  const scores: Scores = new Map()
  for (const list of await listsOf(db, articles)) addScores(scores, list)
  const languages = await languagesOf(db, articles)
  const offers = [...scores].flatMap(([article, others]) =>
    [...others].flatMap(([other, score]) =>
      (languages.get(article) ?? []).map(language => ({ article: other, language, other: article, score }))
    )
  )
  const { taken, lists: taking } = await listsTaking(db, offers)
  const lists = new Lists(taking)
  for (const { article, language, other, score } of taken) lists.put(article, language, other, score)
  return lists.write(db)
}

/** During a rebuild: what will be compared in its turn. Until then it stays on the lists it stands on. */
async function notDescribedYet(db: Db, own: readonly Neighbours[], described: ReadonlyMap<string, unknown>) {
  const unknown = [...new Set(own.flatMap(list => list.others))].filter(other => !described.has(other))
  return new Set(unknown.length === 0 ? [] : await publishedOf(db, unknown))
}

function scoresOf(pairs: readonly Pair[]): Scores {
  const scores: Scores = new Map()
  for (const { one, other, score } of pairs) addScore(scores, one.article, other.article, asKept(score))
  return scores
}

function addScores(scores: Scores, { article, others, scores: found }: Neighbours): void {
  for (const [index, other] of others.entries()) addScore(scores, article, other, asKept(found[index]!))
}

function addScore(scores: Scores, article: string, other: string, score: number): void {
  if (!scores.has(article)) scores.set(article, new Map())
  const others = scores.get(article)!
  others.set(other, Math.max(score, others.get(other) ?? 0))
}

/** Each article beside those it found, and the nearest of those beside it: of an article in a dozen languages hundreds are found. */
function* bothWays(scores: Scores) {
  for (const [article, others] of scores) {
    const nearest = [...others].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1))
    for (const [place, [other, score]] of nearest.entries()) {
      yield { article, other, score }
      if (place < mostOffered) yield { article: other, other: article, score }
    }
  }
}

/** As the database gives it back: new scores and kept ones are ranked together. */
const asKept = (score: number) => Math.fround(Math.round(score * 10_000) / 10_000)

/** Lists on their way from what they were to what they will be. */
class Lists {
  readonly #before = new Map<string, Neighbours>()
  readonly #now = new Map<string, { article: string; language: string; scores: Map<string, number> }>()

  constructor(lists: readonly Neighbours[]) {
    this.read(lists)
  }

  keys = () => this.#now.keys()

  read(lists: readonly Neighbours[]): void {
    for (const list of lists) {
      const key = keyOf(list)
      if (this.#before.has(key)) continue
      this.#before.set(key, list)
      const { article, language, others } = list
      const scores = new Map(others.map((other, index) => [other, asKept(list.scores[index]!)]))
      this.#now.set(key, { article, language, scores })
    }
  }

  drop(isOver: (article: string, other: string) => boolean): void {
    for (const { article, scores } of this.#now.values())
      for (const other of [...scores.keys()]) if (isOver(article, other)) scores.delete(other)
  }

  put(article: string, language: string, other: string, score: number): void {
    const key = keyOf({ article, language })
    if (!this.#now.has(key)) this.#now.set(key, { article, language, scores: new Map() })
    const { scores } = this.#now.get(key)!
    scores.set(other, Math.max(score, scores.get(other) ?? 0))
  }

  /** Writes what is not as it was; the articles it stands beside. */
  async write(db: Db): Promise<string[]> {
    const changed = [...this.#now].flatMap(([key, { article, language, scores }]) => {
      const ranked = [...scores].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, kept)
      const list = {
        article,
        language,
        others: ranked.map(([other]) => other),
        scores: ranked.map(([, score]) => score)
      }
      return isSame(list, this.#before.get(key)) ? [] : [{ ...list, density: densityOf(list.scores) }]
    })
    if (changed.length > 0) await writeNeighbours(db, changed)
    return [...new Set(changed.map(({ article }) => article))]
  }
}

const densityOf = (scores: readonly number[]) => scores.slice(0, crowd).reduce((sum, score) => sum + score, 0) / crowd

function isSame({ others, scores }: Neighbours, last: Neighbours | undefined): boolean {
  const had = last ?? { others: [], scores: [] }
  return had.others.join() === others.join() && had.scores.every((score, index) => Math.fround(score) === scores[index])
}
