import type { Db } from '../../db/client.ts'
import { toText } from '../../lib/portable-text/to-text.ts'
import { shinglesOf } from '../../lib/similarity/copies.ts'
import { isWord } from '../../lib/similarity/hash.ts'
import { encodePostings, type Posting, pairBytes } from '../../lib/similarity/postings.ts'
import { sketchOf } from '../../lib/similarity/sketches.ts'
import { type Terms, termsOf } from '../../lib/similarity/terms.ts'
import { rarity, toVector, type Vector } from '../../lib/similarity/vectors.ts'
import { openSplitter, type Splitter } from '../../lib/similarity/words.ts'
import { type Addition, appendPostings, type Ending, readEndings } from './index-queries.ts'
import { countStories, type Description, type Text, writeDescriptions } from './queries.ts'

/** Terms of a description: 128 lose 0.02 nDCG on posts of 1,000 words. */
const mostTerms = 200

/** Words are filed by 22 bits of their number: the index has at most four million lists, however many words the archive invents. */
export const bucketOf = (term: number) => term >> 10

const blockBytes = 128 * pairBytes

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
  const endings = await readEndings(db, bucketsOf(all.map(({ words }) => words.keys())))
  const having = new Map([...endings.values()].map(ending => [ending.bucket, havingOf(ending)]))
  for (const { words } of all)
    for (const word of words.keys()) having.set(bucketOf(word), (having.get(bucketOf(word)) ?? 0) + 1)
  const rarityOf = toRarity(having, await countStories(db), texts.length)
  // A word nobody else has yet may be the name of tomorrow's story: it is chosen like one that two stories have.
  const rows = texts.map(({ article, language }, index) => ({
    article,
    language,
    vector: choose(all[index]!, word => rarityOf(word, language) || 1),
    sketch: sketches[index]!
  }))
  const numbers = await writeDescriptions(db, rows)
  const described = rows.map(({ article, language, vector }) => {
    const number = numbers.get(`${article} ${language}`)!
    return { article, language, number, vector }
  })
  await file(db, described, known, endings)
  return { described, rarityOf }
}

/** How rare the words of descriptions are that stand in the index already. */
export async function rarityOfAll(db: Db, described: readonly Description[]): Promise<Rarity> {
  const endings = await readEndings(db, bucketsOf(described.map(({ vector }) => vector.terms.filter(isWord))))
  const having = new Map([...endings.values()].map(ending => [ending.bucket, havingOf(ending)]))
  return toRarity(having, await countStories(db), 0)
}

function toRarity(having: ReadonlyMap<number, number>, stories: ReadonlyMap<string, number>, more: number): Rarity {
  return (term, language) => {
    if (!isWord(term)) return 1
    const count = having.get(bucketOf(term)) ?? 0
    return count < 2 ? 0 : rarity(Math.max((stories.get(language) ?? 0) + more, count), count)
  }
}

function bucketsOf(all: readonly Iterable<number>[]): number[] {
  const buckets = new Set<number>()
  for (const words of all) for (const word of words) buckets.add(bucketOf(word))
  return [...buckets]
}

/** How many descriptions stand in a list: all its blocks but the last are full. */
const havingOf = ({ block, bytes }: Ending) => (block * blockBytes + bytes) / pairBytes

/** A phrase is taken to be as rare as the rarer of its two words: phrases are not filed, they would be most of the index. */
function choose({ words, phrases }: Terms, rarityOf: (word: number) => number): Vector {
  const rated = [...words].map(([term, weight]) => ({ term, weight, worth: weight * rarityOf(term) }))
  for (const {
    term,
    weight,
    words: [one, other]
  } of phrases) {
    const worth = weight * Math.max(rarityOf(one), rarityOf(other))
    rated.push({ term, weight: worth, worth })
  }
  rated.sort((a, b) => b.worth - a.worth || a.term - b.term)
  return toVector(rated.slice(0, mostTerms).map(({ term, weight }) => [term, weight]))
}

/** Files a description under the words it did not have before; blocks are filled up and new ones begun. */
async function file(
  db: Db,
  described: readonly Description[],
  known: ReadonlyMap<string, Description>,
  endings: ReadonlyMap<number, Ending>
): Promise<void> {
  const lists = new Map<number, Posting[]>()
  for (const { article, language, number, vector } of described) {
    const filed = new Set(known.get(`${article} ${language}`)?.vector.terms)
    vector.terms.forEach((term, index) => {
      if (!isWord(term) || filed.has(term)) return
      const list = lists.get(bucketOf(term))
      const posting = { number, share: vector.weights[index]! / vector.length }
      if (list) list.push(posting)
      else lists.set(bucketOf(term), [posting])
    })
  }
  const additions = [...lists]
    .sort(([a], [b]) => a - b)
    .flatMap(([bucket, postings]) => inBlocks(bucket, postings, endings.get(bucket)))
  if (additions.length > 0) await appendPostings(db, additions)
}

function inBlocks(bucket: number, postings: readonly Posting[], ending: Ending | undefined): Addition[] {
  const additions: Addition[] = []
  const newest = ending?.since ?? 0
  const begin = (block: number, { number }: Posting) => ({ bucket, block, since: Math.max(newest, number) })
  let [open, free] = ending
    ? [{ bucket, block: ending.block, since: ending.since }, 128 - ending.bytes / pairBytes]
    : [begin(0, postings[0]!), 128]
  for (let index = 0; index < postings.length; ) {
    if (free <= 0) [open, free] = [begin(open.block + 1, postings[index]!), 128]
    const fitting = postings.slice(index, index + free)
    additions.push({ ...open, postings: encodePostings(fitting) })
    index += fitting.length
    free -= fitting.length
  }
  return additions
}
