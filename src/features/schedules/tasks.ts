import { ApiError } from '../../contract/errors.ts'
import type { Db } from '../../db/client.ts'
import { postTouched } from '../../db/postings.ts'
import { performMove } from '../../resources/articles/editions/moves.ts'
import { findEdition, lockWorks, planEdition } from '../../resources/articles/editions/queries.ts'
import type { EditionRecord } from '../../resources/articles/editions/schema.ts'
import { dueOf, passMoment, planAgain } from './queries.ts'

export { planLost } from './queries.ts'

type Work = (db: Db, payload: Record<string, unknown>) => Promise<void>

/**
 * What the database plans (`migrations/0003_on_time.sql`). Each asks the row again, under its lock: a plan that was moved, taken back or carried
 * out by somebody else asks for nothing.
 */
export const scheduleTasks: Record<string, Work> = {
  publishEdition: onEdition(async (db, edition) => {
    const { begins, ends } = await dueOf(db, edition.article, edition.language)
    if (begins) await begin(db, edition, ends)
  }),
  unpublishEdition: onEdition(async (db, edition) => {
    const { ends } = await dueOf(db, edition.article, edition.language)
    if (ends && edition.state === 'published') await performMove(db, 'unpublish', edition)
  }),
  passMoment: (db, { moment, id, language = null }) =>
    passMoment(db, String(moment), String(id), language as string | null)
}

/** A task on one edition, with all that a write at the desk brings along. */
function onEdition(work: (db: Db, edition: EditionRecord) => Promise<void>): Work {
  return async (db, { id, language }) => {
    const [article, tongue] = [String(id), String(language)]
    await lockWorks(db, [article])
    const edition = await findEdition(db, article, tongue)
    if (!edition) return
    await work(db, edition)
    await planAgain(db, article, tongue)
    await postTouched(db)
  }
}

/** A story whose whole time has passed while nobody was at work is not shown for a moment; one that cannot be shown goes back to the desk. */
async function begin(db: Db, edition: EditionRecord, ends: boolean): Promise<void> {
  const { state, head, revision, unpublishAt } = edition
  const isLive = state === 'published'
  if (ends) return performMove(db, isLive ? 'unpublish' : 'unschedule', edition)
  if (isLive && head === revision) return planEdition(db, edition, { state, publishAt: null, unpublishAt })
  try {
    await performMove(db, 'publish', edition)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (isLive) await planEdition(db, edition, { state, publishAt: null, unpublishAt })
    else await performMove(db, 'unschedule', edition)
  }
}
