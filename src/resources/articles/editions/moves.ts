import { ApiError } from '../../../contract/errors.ts'
import type { Db } from '../../../db/client.ts'
import { markStale } from '../../../db/staleness.ts'
import { blocksOf, imagesIn, lengthColumns } from './blocks.ts'
import { findEdition, moveEditions, tieBodyImages } from './queries.ts'
import { type Move, mayMove, moves } from './rules.ts'
import type { EditionRecord } from './schema.ts'

/** Does one of the moves, or refuses it. */
export async function performMove(
  db: Db,
  move: Move,
  before: EditionRecord,
  extra: Record<string, unknown> = {}
): Promise<void> {
  if (isDone(move, before)) return
  const obstacle = obstacleTo(move, before)
  if (obstacle) throw obstacle
  await moveAll(db, move, [before], extra)
}

/** Publishing what is public already, with nothing newer, is no second transition. */
const isDone = (move: Move, { state, head, revision, unpublishAt }: EditionRecord) =>
  move === 'publish' && state === 'published' && head === revision && !(Date.parse(unpublishAt ?? '') <= Date.now())

/** Shows the newest revision to readers. */
export async function publishEdition(db: Db, article: string, language: string): Promise<void> {
  await performMove(db, 'publish', (await findEdition(db, article, language))!)
}

/** What keeps an edition from a move; null: nothing. */
export function obstacleTo(move: Move, edition: EditionRecord): ApiError | null {
  const { state } = edition
  if (!mayMove(move, state))
    return new ApiError(
      'invalid-transition',
      `The edition is in state "${state}"; ${move} is for ${moves[move].from.join(' or ')}.`
    )
  return move === 'publish' ? emptinessOf(edition) : null
}

/** What keeps an edition from ever being published as it is. */
export const emptinessOf = (edition: EditionRecord): ApiError | null =>
  blocksOf(edition).length > 0
    ? null
    : new ApiError('not-publishable', 'The edition has no body yet.', {
        errors: [{ pointer: '/body', detail: 'It is empty.' }]
      })

/** Publishes all of these editions, which nothing keeps from it, at one instant; those that are out already stay as they are. */
export const publishAll = (db: Db, editions: readonly EditionRecord[]): Promise<void> =>
  moveAll(
    db,
    'publish',
    editions.filter(edition => !isDone('publish', edition))
  )

/** The statements are the same however many editions move. */
async function moveAll(db: Db, move: Move, editions: readonly EditionRecord[], extra: Record<string, unknown> = {}) {
  if (editions.length === 0) return
  const rows = editions.map(edition => ({
    article_id: edition.article,
    language: edition.language,
    state: moves[move].to,
    ...extra,
    ...lengthColumns(blocksOf(edition), edition.language)
  }))
  await moveEditions(db, rows)
  if (move === 'publish')
    await tieBodyImages(
      db,
      editions.flatMap(edition => imagesIn(blocksOf(edition)).map(image => ({ article: edition.article, image })))
    )
  await markStale(db, [...new Set(editions.map(edition => edition.article))])
}
