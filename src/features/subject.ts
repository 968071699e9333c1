import { notFound } from '../contract/errors.ts'
import { Moved } from '../contract/moved.ts'
import type { Context } from '../db/cards.ts'
import type { Db } from '../db/client.ts'
import { identifyArticle } from '../resources/articles/resource.ts'

/** The id of the article in an address; what stands `below` a moved article has moved with it. */
export async function subjectOf(db: Db, context: Context, key: string, below: string): Promise<string> {
  const id = await identifyArticle(db, context, key).catch(error => {
    throw error instanceof Moved ? new Moved(`${error.location}/${below}`) : error
  })
  if (!id) throw notFound('Article', key.slice(0, 120))
  return id
}
