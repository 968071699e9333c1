import type { Db } from '../../../db/client.ts'
import { postTouched } from '../../../db/postings.ts'
import { publishAll } from './moves.ts'
import { findEdition, liftHolds, lockWorks } from './queries.ts'
import type { EditionRecord } from './schema.ts'

/**
 * The publication of an edition now, whatever its state and whatever it lacks, for a transaction that is taken back: until then all
 * reading finds the edition where readers would. Undefined where there is none.
 */
export async function publishForNow(db: Db, article: string, language: string): Promise<EditionRecord | undefined> {
  const edition = (await lockWorks(db, [article])).length > 0 ? await findEdition(db, article, language) : undefined
  if (!edition) return undefined
  await publishAll(db, [edition])
  await liftHolds(db, article, language)
  await postTouched(db)
  return edition
}
