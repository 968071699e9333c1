import type { Versions } from '../../contract/front-page.ts'
import type { Context } from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { readCards } from '../related/queries.ts'
import { differenceOf } from './difference.ts'
import { readCluster } from './queries.ts'

/** The other versions of a story that exist in the reader's language, in two statements. */
export async function versionsOf(db: Db, context: Context, id: string, limit: number): Promise<Versions> {
  const language = context.reader.requested
  const { first, total, self, others } = await readCluster(db, context, id, limit)
  const cards = await readCards(
    db,
    { ...context, reader: { ...context.reader, chain: [language] } },
    others.map(other => other.id)
  )
  const items = others.flatMap(other => {
    const card = cards.get(other.id)
    const differs = self && differenceOf(self, other)
    return card ? [{ ...card, first: other.first, share: other.share, differs } as never] : []
  })
  return { article: id, language, first, total, items }
}
