import type { Db } from '../../db/client.ts'
import { isWord } from '../../lib/similarity/hash.ts'
import { Places } from '../../lib/similarity/places.ts'
import { rarity } from '../../lib/similarity/vectors.ts'
import { addCounts, bucketOf, countStories, readCounts } from './index-queries.ts'

/** Fewer stories say little of how rare a word is: of twelve that are copies of one text all words would be common. */
const smallest = 100

/** How rare a term is in a language now. What phrases are worth was settled when their story was described. */
export type Rarity = (term: number, language: string) => number

/** How many stories have each word, as far as it was asked: read once, counted on in memory, and written at the end of a batch. */
export class Statistics {
  readonly #buckets = new Places()
  /** By the place of the bucket. */
  readonly #having: number[] = []
  readonly #stories = new Map<string, number>()
  /** What was counted since the last writing, and of which places. */
  readonly #fresh: number[] = []
  #counted: number[] = []

  /** Looks up words that are not known yet. */
  async load(db: Db, words: Iterable<Int32Array>): Promise<void> {
    const known = this.#buckets.size
    for (const some of words) for (const word of some) if (isWord(word)) this.#buckets.add(bucketOf(word))
    for (let place = known; place < this.#buckets.size; place++) this.#having[place] = this.#fresh[place] = 0
    for (const { bucket, stories } of await readCounts(db, this.#buckets.all().subarray(known)))
      this.#having[this.#buckets.find(bucket)] = stories
    for (const [language, stories] of await countStories(db)) this.#stories.set(language, stories)
  }

  /** Counts one more story of a language, whose words were looked up. */
  count(words: Int32Array, language: string): void {
    this.#stories.set(language, (this.#stories.get(language) ?? 0) + 1)
    for (const word of words) {
      const place = this.#buckets.find(bucketOf(word))
      this.#having[place]!++
      if (this.#fresh[place]!++ === 0) this.#counted.push(place)
    }
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
    rarity(Math.max(this.#stories.get(language) ?? 0, having, smallest), having)

  /** Writes what was counted since. */
  async write(db: Db): Promise<void> {
    const counted = this.#counted
    this.#counted = []
    if (counted.length > 0)
      await addCounts(
        db,
        counted.map(place => ({ bucket: this.#buckets.at(place), stories: this.#fresh[place]! }))
      )
    for (const place of counted) this.#fresh[place] = 0
  }

  /** How many words are known. */
  get size(): number {
    return this.#buckets.size
  }
}
