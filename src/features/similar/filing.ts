import type { Db } from '../../db/client.ts'
import { encodePostings, type Posting, pairBytes } from '../../lib/similarity/postings.ts'
import { type Addition, appendPostings, bucketOf, type Ending, readEndings } from './index-queries.ts'

const blockPostings = 128

/** What goes into the index of words: collected, and written word by word, so that a list is rewritten once for many stories. */
export class Filing {
  readonly #lists = new Map<number, Posting[]>()

  add(term: number, posting: Posting): void {
    const list = this.#lists.get(bucketOf(term))
    if (list) list.push(posting)
    else this.#lists.set(bucketOf(term), [posting])
  }

  /** Fills up blocks and begins new ones, in the order of buckets. */
  async write(db: Db): Promise<void> {
    const lists = [...this.#lists].sort(([one], [other]) => one - other)
    this.#lists.clear()
    if (lists.length === 0) return
    const endings = await readEndings(
      db,
      lists.map(([bucket]) => bucket)
    )
    await appendPostings(
      db,
      lists.flatMap(([bucket, postings]) => inBlocks(bucket, postings, endings.get(bucket)))
    )
  }
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
