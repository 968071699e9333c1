import { ApiError, type Fault } from '../../contract/errors.ts'
import type { Db } from '../../db/client.ts'
import { postTouched } from '../../db/postings.ts'
import { findRecord } from '../../db/records.ts'
import { obstacleTo, publishAll } from '../../resources/articles/editions/moves.ts'
import { findEditions, lockWorks, weighPlan } from '../../resources/articles/editions/queries.ts'
import type { EditionRecord } from '../../resources/articles/editions/schema.ts'
import { releaseDesk } from '../../resources/releases/desk.ts'
import type { Member } from '../../resources/releases/queries.ts'
import { isDue, markFailed, markPublished, planRelease } from './queries.ts'

export interface Release {
  id: string
  state: 'open' | 'scheduled' | 'published'
  editions: Member[]
  publishAt: string | null
}

export const findRelease = (db: Db, id: string, lock = false) => findRecord<Release>(db, releaseDesk.table, id, lock)

/** Publishes all editions of a locked release at one instant, or none; answers with what stands in the way. */
async function tryToPublish(db: Db, { id, editions: members }: Release): Promise<Fault[]> {
  if (members.length === 0) return [{ pointer: '/editions', detail: 'The release has no editions yet.' }]
  await lockWorks(db, [...new Set(members.map(member => member.article))])
  const editions = await findEditions(db, members)
  const faults = editions.flatMap(edition => {
    const detail = inTheWayOf(edition)
    if (!detail) return []
    const { article, language } = edition
    const place = members.findIndex(member => member.article === article && member.language === language)
    return [{ pointer: `/editions/${place}`, detail: `The edition in "${language}" of ${article}: ${detail}` }]
  })
  if (faults.length > 0) return faults
  await publishAll(db, editions)
  await markPublished(db, id)
  return []
}

/** What was withdrawn since it was put in does not come back with the others. */
const inTheWayOf = (edition: EditionRecord): string | undefined =>
  edition.state === 'withdrawn'
    ? 'It was withdrawn; reopen it or take it out of the release.'
    : obstacleTo('publish', edition)?.message

/** Publishes a locked release now; one that is out already stays as it is. */
export async function publishRelease(db: Db, release: Release): Promise<void> {
  if (release.state === 'published') return
  const errors = await tryToPublish(db, release)
  if (errors.length === 0) return
  const few = errors.slice(0, 3).map(({ detail }) => detail)
  throw new ApiError('not-publishable', `Nothing was published. ${few.join(' ')}`, { errors })
}

/** Plans when a locked release goes out; the same instant again is no second plan. */
export async function scheduleRelease(db: Db, release: Release, wish: string): Promise<void> {
  refusePublished(release)
  if (release.editions.length === 0) throw new ApiError('not-publishable', 'The release has no editions yet.')
  const { publishAt, hasBegun } = await weighPlan(db, { publishAt: wish, unpublishAt: null })
  if (publishAt === release.publishAt) return
  const detail = 'It has passed; to publish the release now, publish it.'
  if (hasBegun) throw new ApiError('invalid-field', detail, { errors: [{ pointer: '/publishAt', detail }] })
  await planRelease(db, release.id, publishAt)
}

export async function unscheduleRelease(db: Db, release: Release): Promise<void> {
  refusePublished(release)
  if (release.state === 'scheduled') await planRelease(db, release.id, null)
}

function refusePublished({ state }: Release) {
  if (state === 'published') throw new ApiError('invalid-transition', 'The release is out, and stays as it was.')
}

/** At its time: all of it goes out, or it goes back to the desk and says why. It is not tried again by itself. */
export const releaseTasks = {
  async publishRelease(db: Db, { id }: Record<string, unknown>): Promise<void> {
    const release = await findRelease(db, String(id), true)
    if (release?.state !== 'scheduled' || !(await isDue(db, release.id))) return
    const errors = await tryToPublish(db, release)
    if (errors.length > 0) await markFailed(db, release.id, errors)
    await postTouched(db)
  }
}
