import { ApiError, type Fault } from '../../../contract/errors.ts'
import type { Db } from '../../../db/client.ts'
import { emptinessOf, obstacleTo, performMove } from './moves.ts'
import { planEdition, weighPlan } from './queries.ts'
import type { EditionRecord, Schedule } from './schema.ts'

type Weighed = Awaited<ReturnType<typeof weighPlan>>

/** Plans when readers see the newest revision, and until when; what is planned so already is no second plan. */
export async function scheduleEdition(db: Db, before: EditionRecord, wish: Schedule): Promise<void> {
  const { state } = before
  if (state === 'withdrawn') throw obstacleTo('schedule', before)
  if (state === 'scheduled' && wish.publishAt === null && !wish.unpublishAt)
    return performMove(db, 'unschedule', before)
  const { publishAt = before.publishAt, unpublishAt = before.unpublishAt } = wish
  const plan = await weighPlan(db, { publishAt, unpublishAt })
  if (stands(before, plan)) return
  const errors = faultsOf(before, plan)
  if (errors.length > 0) throw new ApiError('invalid-field', errors.map(({ detail }) => detail).join(' '), { errors })
  const obstacle = plan.publishAt === null ? null : (nothingNewer(before) ?? emptinessOf(before))
  if (obstacle) throw obstacle
  await planEdition(db, before, {
    ...plan,
    state: state === 'published' || plan.publishAt === null ? state : 'scheduled'
  })
}

/** Takes the plan to publish back; the end of an edition readers see stays. */
export async function unscheduleEdition(db: Db, before: EditionRecord): Promise<void> {
  const { state, publishAt, unpublishAt } = before
  if (state === 'draft' || state === 'review') return
  if (state === 'published' && publishAt !== null)
    await planEdition(db, before, { state, publishAt: null, unpublishAt })
  else await performMove(db, 'unschedule', before)
}

/** In a draft, as an import may bring it, an instant is no plan yet. */
const stands = (before: EditionRecord, plan: Weighed) =>
  plan.publishAt === before.publishAt &&
  plan.unpublishAt === before.unpublishAt &&
  (plan.publishAt === null || before.state === 'scheduled' || before.state === 'published')

const nothingNewer = ({ state, head, revision }: EditionRecord) =>
  state === 'published' && head === revision
    ? new ApiError('invalid-transition', 'Readers see the newest revision already; save a newer one to plan it.')
    : null

function faultsOf(before: EditionRecord, plan: Weighed): Fault[] {
  const faults: Fault[] = []
  if (plan.hasBegun)
    faults.push({ pointer: '/publishAt', detail: 'It has passed; to show the edition now, publish it.' })
  if (plan.hasEnded) faults.push({ pointer: '/unpublishAt', detail: 'It has passed; to end it now, unpublish it.' })
  if (plan.isBackward) faults.push({ pointer: '/unpublishAt', detail: 'An edition ends after it has been published.' })
  if (before.state !== 'published' && plan.publishAt === null && plan.unpublishAt !== null)
    faults.push({ pointer: '/publishAt', detail: 'Say when it is published; an end alone is for one readers see.' })
  return faults
}
