import type { Db } from '../../db/client.ts'
import { isWord } from '../../lib/similarity/hash.ts'
import { rarity } from '../../lib/similarity/vectors.ts'
import { addCounts, bucketOf, countStories, readCounts } from './index-queries.ts'

/** Fewer stories say little of how rare a word is: of twelve that are copies of one text all words would be common. */
const smallest = 100

/** How rare a term is in a language now. What phrases are worth was settled when their story was described. */
export type Rarity = (term: number, language: string) => number

/** How many stories have each word, as far as it was asked: read once, counted on in memory, and written at the end of a batch. */
export class Statistics {
  readonly #having = new Map<number, number>()
  readonly #stories = new Map<string, number>()
  #fresh = new Map<number, number>()

  /** Looks up words that are not known yet. */
  async load(db: Db, words: Iterable<Int32Array>): Promise<void> {
    const unknown = new Set<number>()
    for (const some of words)
      for (const word of some) if (isWord(word) && !this.#having.has(bucketOf(word))) unknown.add(bucketOf(word))
    const counts = await readCounts(db, [...unknown])
    for (const bucket of unknown) this.#having.set(bucket, counts.get(bucket) ?? 0)
    for (const [language, stories] of await countStories(db)) this.#stories.set(language, stories)
  }

  /** Counts the words of one more story. */
  count(words: Int32Array): void {
    for (const word of words) {
      const bucket = bucketOf(word)
      this.#having.set(bucket, (this.#having.get(bucket) ?? 0) + 1)
      this.#fresh.set(bucket, (this.#fresh.get(bucket) ?? 0) + 1)
    }
  }

  readonly rarityOf: Rarity = (term, language) => {
    if (!isWord(term)) return 1
    const having = this.#having.get(bucketOf(term)) ?? 0
    return having < 2 ? 0 : rarity(Math.max(this.#stories.get(language) ?? 0, having, smallest), having)
  }

  /** Writes what was counted since. */
  async write(db: Db): Promise<void> {
    const fresh = this.#fresh
    this.#fresh = new Map()
    if (fresh.size > 0) await addCounts(db, fresh)
  }

  /** How many words are known. */
  get size(): number {
    return this.#having.size
  }
}
