import type { Db } from '../../db/client.ts'
import { decodeTerms, eachPair, similarity } from '../../lib/similarity/vectors.ts'
import { descriptionsByNumber, readBlocks } from './queries.ts'
import { bucketOf, type Described, type Rarity } from './terms.ts'

/** How much is looked at for one story, however large the archive: its rarest terms, the newest 512 stories of each, the best of these in full. */
const asked = 40
const blocks = 4
const inFull = 120
/** Less than that is chance: two stories of ten thousand share as much. */
const least = 0.01

/** Two editions and how alike they are. */
export interface Pair {
  one: Described
  other: Described
  score: number
}

/** What these editions are most like, of all that are described, in two statements. */
export async function compare(db: Db, described: readonly Described[], rarityOf: Rarity): Promise<Pair[]> {
  const questions = described.map(one => rarest(one, term => rarityOf(term, one.language)))
  const buckets = [...new Set(questions.flatMap(terms => terms.map(({ term }) => bucketOf(term))))]
  const lists = new Map<number, Buffer[]>()
  for (const { bucket, pairs } of await readBlocks(db, buckets, blocks)) {
    lists.set(bucket, [...(lists.get(bucket) ?? []), pairs])
  }
  const candidates = described.map((one, index) => best(one.number, questions[index]!, lists))
  const others = await readOthers(db, described, [...new Set(candidates.flat())])
  return described.flatMap((one, index) =>
    candidates[index]!.flatMap(number => {
      const other = others.get(number)
      // A number of which there is no description is of an edition that is public no more.
      if (!other || other.article === one.article) return []
      const score = similarity(one, other, term => rarityOf(term, one.language))
      return score < least ? [] : [{ one, other, score }]
    })
  )
}

interface Question {
  term: number
  worth: number
}

function rarest({ weights }: Described, rarityOf: (term: number) => number): Question[] {
  const questions = [...weights].map(([term, weight]) => ({ term, worth: weight * rarityOf(term) ** 2 }))
  questions.sort((a, b) => b.worth - a.worth || a.term - b.term)
  return questions.slice(0, asked).filter(({ worth }) => worth > 0)
}

/** The numbers that share most of what was asked for. */
function best(self: number, questions: readonly Question[], lists: ReadonlyMap<number, readonly Buffer[]>): number[] {
  const shared = new Map<number, number>()
  for (const { term, worth } of questions) {
    for (const pairs of lists.get(bucketOf(term)) ?? []) {
      eachPair(pairs, (number, weight) => shared.set(number, (shared.get(number) ?? 0) + worth * weight))
    }
  }
  shared.delete(self)
  const ranked = [...shared].sort((a, b) => b[1] - a[1] || a[0] - b[0])
  return ranked.slice(0, inFull).map(([number]) => number)
}

async function readOthers(db: Db, described: readonly Described[], numbers: readonly number[]) {
  const here = new Map(described.map(one => [one.number, one]))
  const read = await descriptionsByNumber(
    db,
    numbers.filter(number => !here.has(number))
  )
  for (const one of read) here.set(one.number, { ...one, weights: decodeTerms(one.terms) })
  return here
}
