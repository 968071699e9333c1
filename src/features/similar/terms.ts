import type { Db } from '../../db/client.ts'
import { toText } from '../../lib/portable-text/to-text.ts'
import { type Terms, termsOf } from '../../lib/similarity/terms.ts'
import { decodeTerms, encodeTerms, lengthOf, rarity } from '../../lib/similarity/vectors.ts'
import { openSplitter, type Splitter } from '../../lib/similarity/words.ts'
import {
  type Addition,
  appendPairs,
  countStories,
  type Description,
  type Ending,
  readEndings,
  type Text,
  writeDescriptions
} from './queries.ts'

/** Terms of a description: 128 lose 0.02 nDCG on posts of 1,000 words. */
const mostTerms = 200

/** Terms are filed by 22 bits of their number: the index has at most four million lists, however many words the archive invents. */
export const bucketOf = (term: number) => term >> 10

/** Pairs of five bytes in a block. */
const blockBytes = 128 * 5

/** An edition with what is known of its terms: enough to be compared. */
export interface Described extends Description {
  weights: Map<number, number>
}

/** How texts of a language are taken apart; kept for as long as somebody describes. */
export type SplitterOf = (language: string) => Promise<Splitter>

export function rememberSplitters(): SplitterOf {
  const known = new Map<string, Promise<Splitter>>()
  return language => {
    if (!known.has(language)) known.set(language, openSplitter(language))
    return known.get(language)!
  }
}

/** How rare terms are now, of the language they belong to or of all. */
export type Rarity = (term: number, language: string) => number

/**
 * Describes editions and files their terms. Terms are chosen by how much they are used and how rare they are at that moment; what is stored of
 * them does not depend on the archive, so that rarity can follow it. In a fixed number of statements.
 */
export async function describe(
  db: Db,
  texts: readonly Text[],
  known: ReadonlyMap<string, Description>,
  splitterOf: SplitterOf
): Promise<{ described: Described[]; rarityOf: Rarity }> {
  const all = await termsOfAll(texts, splitterOf)
  const endings = new Map((await readEndings(db, bucketsOf(all))).map(ending => [ending.bucket, ending]))
  const having = countHaving(all, endings)
  const stories = await countStories(db)
  const rarityOf: Rarity = (term, language) => {
    const count = having.get(bucketOf(term)) ?? 0
    return count < 2 ? 0 : rarity(Math.max((stories.get(language) ?? 0) + texts.length, count), count)
  }
  const rows = texts.map(({ article, language }, index) => {
    // A term nobody else has yet may be the name of tomorrow's story: it is chosen like one that two stories have.
    const chosen = choose(all[index]!, term => rarityOf(term, language) || 1)
    return { article, language, chosen, length: lengthOf(chosen) }
  })
  const numbers = await writeDescriptions(
    db,
    rows.map(({ chosen, ...row }) => ({ ...row, terms: encodeTerms(chosen) }))
  )
  const described = rows.map(({ article, language, chosen, length }) => {
    const number = numbers.get(`${article} ${language}`)!
    return { article, language, number, length, terms: encodeTerms(chosen), weights: new Map(chosen) }
  })
  await file(db, described, known, endings)
  return { described, rarityOf }
}

async function termsOfAll(texts: readonly Text[], splitterOf: SplitterOf): Promise<Terms[]> {
  const all: Terms[] = []
  for (const { language, headline, standfirst, body } of texts) {
    const split = await splitterOf(language)
    const subtag = new Intl.Locale(language).language
    all.push(termsOf(split, { language: subtag, headline, standfirst: standfirst ?? '', body: toText(body) }))
  }
  return all
}

const bucketsOf = (all: readonly Terms[]) => [...new Set(all.flatMap(terms => [...terms.keys()].map(bucketOf)))]

/** How many stories have each term, these ones included. */
function countHaving(all: readonly Terms[], endings: ReadonlyMap<number, Ending>): Map<number, number> {
  const having = new Map([...endings].map(([bucket, ending]) => [bucket, havingOf(ending)]))
  for (const terms of all)
    for (const term of terms.keys()) having.set(bucketOf(term), (having.get(bucketOf(term)) ?? 0) + 1)
  return having
}

/** How many descriptions stand in a list: all its blocks but the last are full. */
const havingOf = ({ block, bytes }: Ending) => (block * blockBytes + bytes) / 5

function choose(terms: Terms, rarityOf: (term: number) => number): [number, number][] {
  const rated = [...terms].map(([term, weight]) => ({ term, weight, worth: weight * rarityOf(term) }))
  rated.sort((a, b) => b.worth - a.worth || a.term - b.term)
  return rated.slice(0, mostTerms).map(({ term, weight }) => [term, weight])
}

/** Files a description under the terms it did not have before; blocks are filled up and new ones begun. */
async function file(
  db: Db,
  described: readonly Described[],
  known: ReadonlyMap<string, Description>,
  endings: ReadonlyMap<number, Ending>
): Promise<void> {
  const pairs = new Map<number, [number, number][]>()
  for (const { article, language, number, weights } of described) {
    const before = known.get(`${article} ${language}`)
    const filed = before ? decodeTerms(before.terms) : new Map()
    for (const [term, weight] of weights) {
      if (filed.has(term)) continue
      const bucket = bucketOf(term)
      if (!pairs.has(bucket)) pairs.set(bucket, [])
      pairs.get(bucket)!.push([number, weight])
    }
  }
  const additions = [...pairs]
    .sort(([a], [b]) => a - b)
    .flatMap(([bucket, list]) => inBlocks(bucket, encodeTerms(list), endings.get(bucket)))
  if (additions.length > 0) await appendPairs(db, additions)
}

function inBlocks(bucket: number, bytes: Buffer, ending: Ending | undefined): Addition[] {
  const additions: Addition[] = []
  let [block, free] = ending ? [ending.block, blockBytes - ending.bytes] : [0, blockBytes]
  for (let offset = 0; offset < bytes.length; ) {
    if (free === 0) [block, free] = [block + 1, blockBytes]
    const pairs = bytes.subarray(offset, offset + free)
    additions.push({ bucket, block, pairs })
    offset += pairs.length
    free -= pairs.length
  }
  return additions
}
