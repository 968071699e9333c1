import type { Db } from '../../db/client.ts'
import { toText } from '../../lib/portable-text/to-text.ts'
import { shinglesOf } from '../../lib/similarity/copies.ts'
import { heaviest } from '../../lib/similarity/heaviest.ts'
import { type Sketch, sketchOf } from '../../lib/similarity/sketches.ts'
import { type Terms, termsOf } from '../../lib/similarity/terms.ts'
import { shareOf, toVector, type Vector } from '../../lib/similarity/vectors.ts'
import { openSplitter, type Splitter } from '../../lib/similarity/words.ts'
import { takeTurns } from '../../lib/turns.ts'
import type { Memory } from './compare.ts'
import { type Description, keyOf, type Text, writeDescriptions } from './queries.ts'

/** Terms of a description: 200 in all lose 0.02 nDCG on posts of 1,000 words. Of such a post most phrases are rare, and would leave no place to its words. */
const mostWords = 200
const mostPhrases = 100

/** By how many of its words a story can be found, the weightiest: more find nothing better, and make most of the index (decision 0019). */
const mostFiled = 100

/** How texts of a language are taken apart; kept for as long as somebody describes. */
export type SplitterOf = (language: string) => Promise<Splitter>

export function rememberSplitters(): SplitterOf {
  const known = new Map<string, Promise<Splitter>>()
  return language => {
    if (!known.has(language)) known.set(language, openSplitter(language))
    return known.get(language)!
  }
}

/** What descriptions are made with: beside words and their numbers, what takes texts apart. */
export interface Desk extends Memory {
  splitterOf: SplitterOf
}

/**
 * Describes editions; what is counted and filed has still to be written. Terms are chosen by how much they are used and how rare they are at that
 * moment; what is stored of words does not depend on the archive, so that rarity can follow it. In a fixed number of statements.
 */
export async function describe(
  db: Db,
  texts: readonly Text[],
  known: ReadonlyMap<string, Description>,
  { splitterOf, statistics, filing }: Desk
): Promise<Description[]> {
  const all: Terms[] = []
  const sketches: Sketch[] = []
  const turn = takeTurns()
  for (const { language, headline, standfirst, body } of texts) {
    await turn()
    const text = toText(body)
    all.push(termsOf(await splitterOf(language), { headline, standfirst: standfirst ?? '', body: text }))
    sketches.push(sketchOf(shinglesOf(text)))
  }
  for (const [index, text] of texts.entries())
    if (!known.has(keyOf(text))) statistics.count(all[index]!.words, text.language)
  await statistics.load(
    db,
    all.map(({ words }) => words)
  )
  const rows: (Omit<Description, 'number'> & { filed: Filed[]; sketch: Sketch })[] = []
  for (const [index, { article, language, revision }] of texts.entries()) {
    await turn()
    const chosen = choose(all[index]!, word => statistics.promiseOf(word, language))
    rows.push({ article, language, revision, ...chosen, sketch: sketches[index]! })
  }
  const numbers = await writeDescriptions(db, rows)
  return rows.map(({ article, language, revision, vector, filed }) => {
    const key = keyOf({ article, language })
    const number = numbers.get(key)!
    const had = new Set(known.get(key)?.vector.terms)
    for (const { term, share } of filed) if (!had.has(term)) filing.add(term, { number, share })
    return { article, language, revision, number, vector }
  })
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
  const rarities = wordWeights.map((_, place) => rarityOf(words[place]!))
  const rarityAt = (place: number) => rarities[phraseWords[place]!]!
  const worth = wordWeights.map((weight, place) => weight * rarities[place]!)
  const weights = phraseWeights.map((weight, at) => weight * Math.min(1, rarityAt(at * 2) + rarityAt(at * 2 + 1)))
  const bestWords = heaviest(worth, words, mostWords)
  const bestPhrases = heaviest(weights, phrases, mostPhrases)
  const vector = toVector(
    Int32Array.of(...bestWords.map(place => words[place]!), ...bestPhrases.map(place => phrases[place]!)),
    Float64Array.of(...bestWords.map(place => wordWeights[place]!), ...bestPhrases.map(place => weights[place]!)),
    [wordWeights, weights]
  )
  const filed = heaviest(worth, words, mostFiled)
  return { vector, filed: filed.map(place => ({ term: words[place]!, share: shareOf(vector, wordWeights[place]!) })) }
}
