import type { Db } from '../../db/client.ts'
import { toText } from '../../lib/portable-text/to-text.ts'
import { shinglesOf } from '../../lib/similarity/copies.ts'
import { isWord } from '../../lib/similarity/hash.ts'
import { encodePostings, type Posting, pairBytes } from '../../lib/similarity/postings.ts'
import { sketchOf } from '../../lib/similarity/sketches.ts'
import { type Terms, termsOf } from '../../lib/similarity/terms.ts'
import { rarity, shareOf, toVector, type Vector } from '../../lib/similarity/vectors.ts'
import { openSplitter, type Splitter } from '../../lib/similarity/words.ts'
import { type Addition, addCounts, appendPostings, type Ending, readCounts, readEndings } from './index-queries.ts'
import { countStories, type Description, type Text, writeDescriptions } from './queries.ts'

/** Terms of a description: 128 lose 0.02 nDCG on posts of 1,000 words. */
const mostTerms = 200

/** Fewer stories say little of how rare a word is: of twelve that are copies of one text all words would be common. */
const smallest = 100

/** Words are filed by 22 bits of their number: the index has at most four million lists, however many words the archive invents. */
export const bucketOf = (term: number) => term >> 10

/** Of how many of its words a story can be found by, the weightiest: more find nothing better, and make most of the index (decision 0019). */
const mostFiled = 64

const blockPostings = 128

/** How texts of a language are taken apart; kept for as long as somebody describes. */
export type SplitterOf = (language: string) => Promise<Splitter>

export function rememberSplitters(): SplitterOf {
  const known = new Map<string, Promise<Splitter>>()
  return language => {
    if (!known.has(language)) known.set(language, openSplitter(language))
    return known.get(language)!
  }
}

/** How rare a term is in a language now. What phrases are worth was settled when their story was described. */
export type Rarity = (term: number, language: string) => number

/**
 * Describes editions and files their words. Terms are chosen by how much they are used and how rare they are at that moment; what is stored of
 * words does not depend on the archive, so that rarity can follow it. In a fixed number of statements.
 */
export async function describe(
  db: Db,
  texts: readonly Text[],
  known: ReadonlyMap<string, Description>,
  splitterOf: SplitterOf
): Promise<{ described: Description[]; rarityOf: Rarity }> {
  const all: Terms[] = []
  const sketches: Buffer[] = []
  for (const { language, headline, standfirst, body } of texts) {
    const text = toText(body)
    all.push(termsOf(await splitterOf(language), { headline, standfirst: standfirst ?? '', body: text }))
    sketches.push(sketchOf(shinglesOf(text)))
  }
  const fresh = new Map<number, number>()
  texts.forEach(({ article, language }, index) => {
    if (known.has(`${article} ${language}`)) return
    for (const word of all[index]!.words) fresh.set(bucketOf(word), (fresh.get(bucketOf(word)) ?? 0) + 1)
  })
  await addCounts(db, fresh)
  const rarityOf = await readRarity(
    db,
    all.map(({ words }) => words),
    texts.length
  )
  // A word nobody else has yet may be the name of tomorrow's story: it is chosen like one that two stories have.
  const rows = texts.map(({ article, language }, index) => {
    const chosen = choose(all[index]!, word => rarityOf(word, language) || 1)
    return { article, language, ...chosen, sketch: sketches[index]! }
  })
  const numbers = await writeDescriptions(db, rows)
  const described = rows.map(({ article, language, vector, filed }) => {
    const number = numbers.get(`${article} ${language}`)!
    return { article, language, number, vector, filed }
  })
  await file(db, described, known)
  return { described, rarityOf }
}

/** How rare the words of these descriptions are. */
export const rarityOfAll = (db: Db, described: readonly Description[]): Promise<Rarity> =>
  readRarity(
    db,
    described.map(({ vector }) => vector.terms.filter(isWord)),
    0
  )

/** How rare words are among all stories that are described, and `more` that will be. */
async function readRarity(db: Db, words: readonly Int32Array[], more: number): Promise<Rarity> {
  const buckets = new Set<number>()
  for (const some of words) for (const word of some) buckets.add(bucketOf(word))
  const having = await readCounts(db, [...buckets])
  const stories = await countStories(db)
  return (term, language) => {
    if (!isWord(term)) return 1
    const count = having.get(bucketOf(term)) ?? 0
    const all = Math.max((stories.get(language) ?? 0) + more, count, smallest)
    return count < 2 ? 0 : rarity(all, count)
  }
}

/** What stands in the index of one description: a word, and what share of the description's length it is. */
interface Filed {
  term: number
  share: number
}

/** A phrase is as rare as its two words together, as if they met by chance: phrases are not counted, they would be most of the words. */
function choose(
  { words, wordWeights, phrases, phraseWeights, phraseWords }: Terms,
  rarityOf: (word: number) => number
): { vector: Vector; filed: Filed[] } {
  const rarities = Float64Array.from(words, rarityOf)
  const rarityAt = (place: number) => rarities[phraseWords[place]!]!
  const terms = new Int32Array(words.length + phrases.length)
  terms.set(words)
  terms.set(phrases, words.length)
  const weights = new Float64Array(terms.length)
  weights.set(wordWeights)
  phraseWeights.forEach((weight, place) => {
    weights[words.length + place] = weight * Math.min(1, rarityAt(place * 2) + rarityAt(place * 2 + 1))
  })
  const worths = weights.map((weight, place) => (place < words.length ? weight * rarities[place]! : weight))
  const best = Uint16Array.from(terms.keys())
    .sort((one, other) => worths[other]! - worths[one]! || terms[one]! - terms[other]!)
    .subarray(0, mostTerms)
  const vector = toVector(
    Int32Array.from(best, place => terms[place]!),
    Float64Array.from(best, place => weights[place]!)
  )
  const filed = [...best.filter(place => place < words.length).subarray(0, mostFiled)]
  return { vector, filed: filed.map(place => ({ term: terms[place]!, share: shareOf(vector, weights[place]!) })) }
}

/** Files descriptions under their weightiest words, but those they had before; blocks are filled up and new ones begun. */
async function file(
  db: Db,
  described: readonly (Description & { filed: Filed[] })[],
  known: ReadonlyMap<string, Description>
): Promise<void> {
  const lists = new Map<number, Posting[]>()
  for (const { article, language, number, filed } of described) {
    const had = new Set(known.get(`${article} ${language}`)?.vector.terms)
    for (const { term, share } of filed) {
      if (had.has(term)) continue
      const list = lists.get(bucketOf(term))
      if (list) list.push({ number, share })
      else lists.set(bucketOf(term), [{ number, share }])
    }
  }
  if (lists.size === 0) return
  const endings = await readEndings(db, [...lists.keys()])
  const inOrder = [...lists].sort(([one], [other]) => one - other)
  await appendPostings(
    db,
    inOrder.flatMap(([bucket, postings]) => inBlocks(bucket, postings, endings.get(bucket)))
  )
}

function inBlocks(bucket: number, postings: readonly Posting[], ending: Ending | undefined): Addition[] {
  const additions: Addition[] = []
  const newest = ending?.since ?? 0
  const begin = (block: number, { number }: Posting) => ({ bucket, block, since: Math.max(newest, number) })
  let [open, free] = ending
    ? [{ bucket, block: ending.block, since: ending.since }, blockPostings - ending.bytes / pairBytes]
    : [begin(0, postings[0]!), blockPostings]
  for (let index = 0; index < postings.length; ) {
    if (free <= 0) [open, free] = [begin(open.block + 1, postings[index]!), blockPostings]
    const fitting = postings.slice(index, index + free)
    additions.push({ ...open, postings: encodePostings(fitting) })
    index += fitting.length
    free -= fitting.length
  }
  return additions
}
