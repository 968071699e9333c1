import type { Db } from '../../db/client.ts'
import { planRepost, type Repost, repostSome } from '../../db/postings.ts'
import { tellChanged } from './queries.ts'

/** A source or topic goes out of related lists, or into them again: its stories follow, some at a time, and the next are planned with them. */
export const optOutTasks = {
  async repost(db: Db, payload: Record<string, unknown>): Promise<void> {
    const repost = payload as unknown as Repost
    const { articles, more } = await repostSome(db, repost)
    await tellChanged(db, articles)
    if (more) await planRepost(db, { ...repost, after: articles.at(-1)! })
  }
}
