import type { Db } from '../../db/client.ts'
import { toText } from '../../lib/portable-text/to-text.ts'
import { isCopy, isKin, overlapOf, shinglesOf } from '../../lib/similarity/copies.ts'
import { mayHoldCopy } from '../../lib/similarity/sketches.ts'
import { groupCopies, unknownKin } from './clusters.ts'
import type { Pair } from './compare.ts'
import {
  clustersOf,
  copiesAmong,
  firstPublished,
  forgetCopies,
  readBodies,
  storiesBeside,
  writeClusters,
  writeCopies
} from './copy-queries.ts'
import { keyOf, readSketches } from './queries.ts'

/** Who is asked: of each edition the most alike in its own language. */
const mostAsked = 16

/**
 * Compares these articles word for word with those most like them, and keeps the clusters of copies; the articles whose cluster is another now. What
 * was known of those that are `changed` is forgotten.
 */
export async function keepCopies(
  db: Db,
  articles: readonly string[],
  pairs: readonly Pair[],
  changed: ReadonlySet<string>
): Promise<string[]> {
  const close = await sketchedAlike(db, closest(pairs))
  const bodies = await readBodies(
    db,
    close.flatMap(({ one, other }) => [one, other])
  )
  const shingles = new Map(bodies.map(each => [keyOf(each), shinglesOf(toText(each.body))]))
  const shares = new Map<string, { article: string; other: string; share: number }>()
  for (const { one, other } of close) {
    const [first, second] = [shingles.get(keyOf(one)), shingles.get(keyOf(other))]
    if (!first || !second) continue
    const overlap = overlapOf(first, second)
    if (!isCopy(overlap)) continue
    const [article, copy] = [one.article, other.article].sort() as [string, string]
    const known = shares.get(`${article} ${copy}`)
    shares.set(`${article} ${copy}`, { article, other: copy, share: Math.max(overlap.ofShorter, known?.share ?? 0) })
  }
  const before = await clustersOf(db, articles)
  await forgetCopies(db, [...changed])
  await writeCopies(db, [...shares.values()])
  return cluster(db, articles, [...before.keys()])
}

/** Those whose sketches share so much that their texts may. */
async function sketchedAlike(db: Db, pairs: readonly Pair[]): Promise<Pair[]> {
  const numbers = new Set(pairs.flatMap(({ one, other }) => [one.number, other.number]))
  const sketches = await readSketches(db, [...numbers])
  return pairs.filter(({ one, other }) => {
    const [first, second] = [sketches.get(one.number), sketches.get(other.number)]
    return first && second && mayHoldCopy(first, second)
  })
}

function closest(pairs: readonly Pair[]): Pair[] {
  const asked = new Map<number, Pair[]>()
  for (const pair of pairs) {
    if (pair.one.language !== pair.other.language) continue
    const list = asked.get(pair.one.number) ?? []
    asked.set(pair.one.number, [...list, pair])
  }
  return [...asked.values()].flatMap(list => list.sort((a, b) => b.score - a.score).slice(0, mostAsked))
}

/**
 * The clusters of these articles, of what they are copies of, and of those who were in a cluster with them: nobody else's can change by what they
 * say, and no more is read, however many stories share an agency's terms of use.
 */
async function cluster(db: Db, articles: readonly string[], before: readonly string[]): Promise<string[]> {
  const members = await storiesBeside(db, articles, before)
  const copies = await copiesAmong(db, members)
  if (copies.length === 0 && before.length === 0) return []
  const groups = groupCopies(copies, await kinship(db, unknownKin(copies)))
  const rank = new Map((await firstPublished(db, members)).map((article, index) => [article, index]))
  const rankOf = (article: string) => rank.get(article) ?? Number.MAX_SAFE_INTEGER
  const names = new Map(
    groups.flatMap(group => {
      const [first] = [...group].sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))
      return group.map(article => [article, first!] as const)
    })
  )
  return writeClusters(
    db,
    members.map(article => ({ article, cluster: names.get(article) ?? null }))
  )
}

/** Whether two articles are kin in a language they both exist in; where there is none, nothing speaks against it. */
async function kinship(db: Db, articles: readonly string[]): Promise<(one: string, other: string) => boolean> {
  const texts = new Map<string, Map<string, Set<number>>>()
  const bodies = await readBodies(
    db,
    articles.map(article => ({ article }))
  )
  for (const { article, language, body } of bodies) {
    if (!texts.has(article)) texts.set(article, new Map())
    texts.get(article)!.set(language, shinglesOf(toText(body)))
  }
  return (one, other) => {
    const [mine, theirs] = [texts.get(one), texts.get(other)]
    const shared = [...(mine?.keys() ?? [])].filter(language => theirs?.has(language))
    return (
      shared.length === 0 || shared.some(language => isKin(overlapOf(mine!.get(language)!, theirs!.get(language)!)))
    )
  }
}
