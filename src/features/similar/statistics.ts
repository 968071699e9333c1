import type { Db } from '../../db/client.ts'
import { isWord } from '../../lib/similarity/hash.ts'
import { Places } from '../../lib/similarity/places.ts'
import { rarity } from '../../lib/similarity/vectors.ts'
import { addCounts, bucketOf, countStories, readCounts } from './index-queries.ts'

/** Fewer stories say little of how rare a word is: of twelve that are copies of one text all words would be common. */
const smallest = 100

/** How rare a term is in a language now. What phrases are worth was settled when their story was described. */
export type Rarity = (term: number, language: string) => number

/**
 * How many stories have each word, as far as it was asked: read once, counted on in memory, and written at the end of a batch. Who describes a few stories
 * writes `atOnce`: one statement counts their words and tells how many have them, where it took two.
 */
export class Statistics {
  readonly #atOnce: boolean
  readonly #buckets = new Places()
  /** By the place of the bucket: how many have it, and how many of these are not written yet. */
  readonly #having: number[] = []
  readonly #fresh: number[] = []
  /** Places that were counted and not written, and those not looked up. */
  #counted: number[] = []
  readonly #unknown = new Set<number>()
  readonly #stories = new Map<string, number>()
  #described = new Map<string, number>()

  constructor({ atOnce }: { atOnce: boolean }) {
    this.#atOnce = atOnce
  }

  /** Counts the words of one more story of a language. */
  count(words: Int32Array, language: string): void {
    this.#described.set(language, (this.#described.get(language) ?? 0) + 1)
    for (const word of words) {
      const place = this.#placeOf(word)
      this.#having[place]!++
      if (this.#fresh[place]!++ === 0) this.#counted.push(place)
    }
  }

  /** Looks up words that are not known yet, and how many stories there are. */
  async load(db: Db, words: Iterable<Int32Array>): Promise<void> {
    for (const some of words) for (const word of some) if (isWord(word)) this.#placeOf(word)
    if (this.#atOnce) await this.write(db)
    const unknown = [...this.#unknown]
    this.#unknown.clear()
    const asked = unknown.map(place => this.#buckets.at(place))
    for (const { bucket, stories } of await readCounts(db, asked)) this.#having[this.#buckets.find(bucket)]! += stories
    for (const [language, stories] of await countStories(db)) this.#stories.set(language, stories)
    // These are described next: what is read the next time has them.
    for (const [language, more] of this.#described)
      this.#stories.set(language, (this.#stories.get(language) ?? 0) + more)
    this.#described = new Map()
  }

  #placeOf(word: number): number {
    const place = this.#buckets.add(bucketOf(word))
    if (place === this.#having.length) {
      this.#having.push(0)
      this.#fresh.push(0)
      this.#unknown.add(place)
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
    rarity(Math.max(this.#stories.get(language) ?? 0, having, smallest), having)

  /** Writes what was counted since. */
  async write(db: Db): Promise<void> {
    const counted = this.#counted
    this.#counted = []
    if (counted.length === 0) return
    const counts = counted.map(place => ({ bucket: this.#buckets.at(place), stories: this.#fresh[place]! }))
    for (const place of counted) this.#fresh[place] = 0
    for (const { bucket, stories } of await addCounts(db, counts)) {
      const place = this.#buckets.find(bucket)
      this.#having[place] = stories
      this.#unknown.delete(place)
    }
  }

  /** How many words are known. */
  get size(): number {
    return this.#buckets.size
  }
}
