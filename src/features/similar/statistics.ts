import type { Db } from '../../db/client.ts'
import { isWord } from '../../lib/similarity/hash.ts'
import { Places } from '../../lib/similarity/places.ts'
import { rarity } from '../../lib/similarity/vectors.ts'
import { bucketOf, type Count, countStories, readCounts } from './index-queries.ts'

/** Fewer stories say little of how rare a word is: of twelve that are copies of one text all words would be common. */
const smallest = 100

/** How rare a term is in a language now. What phrases are worth was settled when their story was described. */
export type Rarity = (term: number, language: string) => number

/** How many stories have each word, as far as it was asked: read once, counted on in memory, and taken from here to be written. */
export class Statistics {
  readonly #buckets = new Places()
  /** By the place of the bucket: how many have it, and how many of these are not written yet. */
  readonly #having: number[] = []
  readonly #fresh: number[] = []
  /** Places that were counted and not written, and those not looked up. */
  #counted: number[] = []
  #unknown: number[] = []
  #stories: Map<string, number> | undefined
  #described = new Map<string, number>()

  /** Counts the words of one more story of a language. */
  count(words: Int32Array, language: string): void {
    this.#described.set(language, (this.#described.get(language) ?? 0) + 1)
    for (const word of words) {
      const place = this.#placeOf(word)
      this.#having[place]!++
      if (this.#fresh[place]!++ === 0) this.#counted.push(place)
    }
  }

  /** Looks up words that are not known yet, and at first how many stories there are. */
  async load(db: Db, words: Iterable<Int32Array>): Promise<void> {
    for (const some of words) for (const word of some) if (isWord(word)) this.#placeOf(word)
    const unknown = this.#unknown.map(place => this.#buckets.at(place))
    this.#unknown = []
    for (const { bucket, stories } of await readCounts(db, unknown))
      this.#having[this.#buckets.find(bucket)]! += stories
    this.#stories ??= await countStories(db)
    // These are described next.
    for (const [language, more] of this.#described)
      this.#stories.set(language, (this.#stories.get(language) ?? 0) + more)
    this.#described = new Map()
  }

  #placeOf(word: number): number {
    const place = this.#buckets.add(bucketOf(word))
    if (place === this.#having.length) {
      this.#having.push(0)
      this.#fresh.push(0)
      this.#unknown.push(place)
    }
    return place
  }

  readonly rarityOf: Rarity = (term, language) => {
    if (!isWord(term)) return 1
    const having = this.#havingOf(term)
    return having < 2 ? 0 : this.#rarity(language, having)
  }

  /** What a word is worth when terms are chosen: one that nobody else has yet may be the name of tomorrow's story, and counts as if two had it. */
  readonly promiseOf: Rarity = (word, language) => this.#rarity(language, Math.max(2, this.#havingOf(word)))

  #havingOf(word: number): number {
    const place = this.#buckets.find(bucketOf(word))
    return place < 0 ? 0 : this.#having[place]!
  }

  #rarity = (language: string, having: number) =>
    rarity(Math.max(this.#stories?.get(language) ?? 0, having, smallest), having)

  /** What was counted since, to be written. */
  take(): Count[] {
    const counts = this.#counted.map(place => ({ bucket: this.#buckets.at(place), stories: this.#fresh[place]! }))
    for (const place of this.#counted) this.#fresh[place] = 0
    this.#counted = []
    return counts
  }

  /** How many words are known. */
  get size(): number {
    return this.#buckets.size
  }
}
