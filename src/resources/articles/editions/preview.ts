import type { Db } from '../../../db/client.ts'
import { postTouched } from '../../../db/postings.ts'
import { findEdition, liftHolds, lockWork } from './queries.ts'
import { carryOut, isCurrent } from './save.ts'
import type { EditionRecord } from './schema.ts'

/**
 * The publication of an edition now, whatever its state and whatever it lacks, for a transaction that is taken back: until then all
 * reading finds the edition where readers would. Undefined where there is none.
 */
export async function publishForNow(db: Db, article: string, language: string): Promise<EditionRecord | undefined> {
  const edition = (await lockWork(db, article)) && (await findEdition(db, article, language))
  if (!edition) return undefined
  if (!isCurrent(edition)) await carryOut(db, 'publish', edition)
  await liftHolds(db, article, language)
  await postTouched(db)
  return edition
}
