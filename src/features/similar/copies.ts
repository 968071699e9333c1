import type { Db } from '../../db/client.ts'
import { toText } from '../../lib/portable-text/to-text.ts'
import { containment, copyAt, shinglesOf } from '../../lib/similarity/copies.ts'
import { sketchedContainment } from '../../lib/similarity/sketches.ts'
import type { Pair } from './compare.ts'
import { clustersOf, connectedCopies, firstPublished, readBodies, writeClusters, writeCopies } from './copy-queries.ts'
import { readSketches } from './queries.ts'

/** Who is asked: of each edition the most alike in its own language, at least as alike as texts with half their words in common. */
const mostAsked = 8
const alike = 0.1

/** Compares these articles word for word with those most like them, and keeps the clusters of copies; the articles whose cluster is another now. */
export async function keepCopies(db: Db, articles: readonly string[], pairs: readonly Pair[]): Promise<string[]> {
  const close = await sketchedAlike(db, closest(pairs))
  const bodies = await readBodies(db, [...new Set(close.flatMap(({ one, other }) => [one, other].map(keyOf)))])
  const shingles = new Map([...bodies].map(([key, body]) => [key, shinglesOf(toText(body))]))
  const shares = new Map<string, { article: string; other: string; share: number }>()
  for (const { one, other } of close) {
    const [first, second] = [shingles.get(keyOf(one)), shingles.get(keyOf(other))]
    const share = first && second ? containment(first, second) : 0
    if (share < copyAt) continue
    const [article, copy] = [one.article, other.article].sort() as [string, string]
    const known = shares.get(`${article} ${copy}`)
    shares.set(`${article} ${copy}`, { article, other: copy, share: Math.max(share, known?.share ?? 0) })
  }
  const before = await clustersOf(db, articles)
  await writeCopies(db, articles, [...shares.values()])
  const concerned = [
    ...articles,
    ...before.keys(),
    ...[...shares.values()].flatMap(({ article, other }) => [article, other])
  ]
  return cluster(db, [...new Set(concerned)])
}

/** Those whose sketches share so much that their texts may. */
async function sketchedAlike(db: Db, pairs: readonly Pair[]): Promise<Pair[]> {
  const numbers = new Set(pairs.flatMap(({ one, other }) => [one.number, other.number]))
  const sketches = await readSketches(db, [...numbers])
  return pairs.filter(({ one, other }) => {
    const [first, second] = [sketches.get(one.number), sketches.get(other.number)]
    return first && second && sketchedContainment(first, second) >= copyAt / 2
  })
}

const keyOf = ({ article, language }: { article: string; language: string }) => `${article} ${language}`

function closest(pairs: readonly Pair[]): Pair[] {
  const asked = new Map<number, Pair[]>()
  for (const pair of pairs) {
    if (pair.one.language !== pair.other.language || pair.score < alike) continue
    const list = asked.get(pair.one.number) ?? []
    asked.set(pair.one.number, [...list, pair])
  }
  return [...asked.values()].flatMap(list => list.sort((a, b) => b.score - a.score).slice(0, mostAsked))
}

/** What hangs together by copies is one cluster, named by the article published first. */
async function cluster(db: Db, concerned: readonly string[]): Promise<string[]> {
  const edges = await connectedCopies(db, concerned)
  const members = [...new Set([...concerned, ...edges.flatMap(({ article, other }) => [article, other])])]
  const order = await firstPublished(db, members)
  const names = new Map(order.map(article => [article, article]))
  const nameOf = (article: string): string => {
    const name = names.get(article) ?? article
    return name === article ? article : nameOf(name)
  }
  const rank = new Map(order.map((article, index) => [article, index]))
  const isFirst = (one: string, other: string) =>
    (rank.get(one) ?? Number.MAX_SAFE_INTEGER) <= (rank.get(other) ?? Number.MAX_SAFE_INTEGER)
  for (const { article, other } of edges) {
    const [one, two] = [nameOf(article), nameOf(other)]
    if (one !== two) names.set(isFirst(one, two) ? two : one, isFirst(one, two) ? one : two)
  }
  const linked = new Set(edges.flatMap(({ article, other }) => [article, other]))
  return writeClusters(
    db,
    members.map(article => ({ article, cluster: linked.has(article) ? nameOf(article) : null }))
  )
}
