import { pinGroups } from '../../contract/article.ts'
import type { Db } from '../../db/client.ts'
import { isRail } from './queries.ts'

/** What is wrong with where a pin is to stand: it is for a list there is, and the picks are of no article's page. */
export async function faultsOfPlace(db: Db, group: string, article: unknown) {
  const faults = []
  if (!pinGroups.includes(group as 'topic') && !(await isRail(db, group)))
    faults.push({ pointer: '/group', detail: `A pin is for ${pinGroups.join(', ')} or the slug of a rail.` })
  if (group === 'picks' && article)
    faults.push({ pointer: '/article', detail: 'Picks are for the front page and beside no article.' })
  return faults
}
