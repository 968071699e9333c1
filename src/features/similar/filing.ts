import { encodePostings, type Posting } from '../../lib/similarity/postings.ts'
import { blockPostings, bucketOf, type Piece } from './index-queries.ts'

/** What goes onto the lists of the index: collected, so that a list is written once for many stories. */
export class Filing {
  readonly #lists = new Map<number, Posting[]>()

  add(term: number, posting: Posting): void {
    const list = this.#lists.get(bucketOf(term))
    if (list) list.push(posting)
    else this.#lists.set(bucketOf(term), [posting])
  }

  /** What was added to the list of a bucket. */
  of = (bucket: number): Buffer => encodePostings(this.#lists.get(bucket) ?? [])

  /** All that was added, to be written. */
  take(): Piece[] {
    const pieces = [...this.#lists].flatMap(([bucket, postings]) => inPieces(bucket, postings))
    this.#lists.clear()
    return pieces
  }
}

function inPieces(bucket: number, postings: readonly Posting[]): Piece[] {
  const pieces: Piece[] = []
  for (let place = 0; place * blockPostings < postings.length; place++) {
    const some = postings.slice(place * blockPostings, (place + 1) * blockPostings)
    pieces.push({ bucket, since: some[0]!.number, place, postings: encodePostings(some) })
  }
  return pieces
}
