import type { Db } from '../../db/client.ts'
import { isWord } from '../../lib/similarity/hash.ts'
import { heaviest } from '../../lib/similarity/heaviest.ts'
import { Tally } from '../../lib/similarity/postings.ts'
import { Likeness, worthsOf } from '../../lib/similarity/vectors.ts'
import { takeTurns } from '../../lib/turns.ts'
import type { Filing } from './filing.ts'
import { bucketOf, readAround } from './index-queries.ts'
import { type Description, descriptionsByNumber } from './queries.ts'
import type { Rarity, Statistics } from './statistics.ts'

/** How much is looked at for one story, however large the archive: what its rarest words lead to, and the best of these in full. */
const asked = 64
const inFull = 64
/** Less than that is chance: two stories of ten thousand share as much. */
const least = 0.01
/** Numbers further apart than that are looked around separately. */
const apart = 10_000

/** Two editions and how alike they are. */
export interface Pair {
  one: Description
  other: Description
  score: number
}

interface Question {
  one: Description
  worths: Float64Array
  buckets: { bucket: number; worth: number }[]
}

const tally = new Tally()
const likeness = new Likeness()

/** What comparing remembers beside the database: how many have words, and what is not in the index yet. */
export interface Memory {
  statistics: Statistics
  filing: Filing
}

/** What these editions are most like, of all that are described: two statements for each stretch of the index they lie in. */
export async function compare(db: Db, described: readonly Description[], memory: Memory): Promise<Pair[]> {
  if (described.length === 0) return []
  await memory.statistics.load(
    db,
    described.map(({ vector }) => vector.terms)
  )
  const inOrder = [...described].sort((one, other) => one.number - other.number)
  const pairs: Pair[][] = []
  for (const stretch of stretchesOf(inOrder)) pairs.push(await compareStretch(db, stretch, memory))
  return pairs.flat()
}

/** An old story that was changed stands far from those that came today. */
function stretchesOf(inOrder: readonly Description[]): Description[][] {
  const stretches: Description[][] = []
  for (const one of inOrder) {
    const stretch = stretches.at(-1)
    if (stretch && one.number - stretch.at(-1)!.number <= apart) stretch.push(one)
    else stretches.push([one])
  }
  return stretches
}

async function compareStretch(
  db: Db,
  described: readonly Description[],
  { statistics, filing }: Memory
): Promise<Pair[]> {
  const questions = described.map(one => toQuestion(one, statistics.rarityOf))
  const buckets = new Set(questions.flatMap(question => question.buckets.map(({ bucket }) => bucket)))
  const lists = new Map([...buckets].map(bucket => [bucket, [filing.of(bucket)]]))
  for (const { bucket, postings } of await readAround(
    db,
    [...buckets],
    [described[0]!.number, described.at(-1)!.number]
  ))
    lists.get(bucket)!.push(postings)
  const turn = takeTurns()
  const candidates: number[][] = []
  for (const { buckets } of questions) {
    await turn()
    for (const { bucket, worth } of buckets) for (const block of lists.get(bucket)!) tally.add(block, worth)
    candidates.push(tally.take(inFull))
  }
  const others = await readOthers(db, described, new Set(candidates.flat()))
  const pairs: Pair[] = []
  for (const [index, { one, worths }] of questions.entries()) {
    await turn()
    likeness.begin(one.vector, worths)
    for (const number of candidates[index]!) {
      const other = others.get(number)
      // A number of which there is no description is of an edition that is public no more.
      if (!other || other.article === one.article) continue
      const score = likeness.to(other.vector)
      if (score >= least) pairs.push({ one, other, score })
    }
  }
  return pairs
}

function toQuestion(one: Description, rarityOf: Rarity): Question {
  const { terms } = one.vector
  const worths = worthsOf(one.vector, term => rarityOf(term, one.language))
  const ofWords = worths.map((worth, place) => (isWord(terms[place]!) ? worth : 0))
  const places = heaviest(ofWords, terms, asked).filter(place => ofWords[place]! > 0)
  return { one, worths, buckets: places.map(place => ({ bucket: bucketOf(terms[place]!), worth: worths[place]! })) }
}

async function readOthers(db: Db, described: readonly Description[], numbers: ReadonlySet<number>) {
  const here = new Map(described.map(one => [one.number, one]))
  const unknown = [...numbers].filter(number => !here.has(number))
  for (const one of await descriptionsByNumber(db, unknown)) here.set(one.number, one)
  return here
}
