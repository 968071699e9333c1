import type { Db } from '../../db/client.ts'
import { compare } from './compare.ts'
import { keepCopies } from './copies.ts'
import { describe, rarityOfAll, type SplitterOf } from './describe.ts'
import { dropForgotten, renewNeighbours } from './neighbours.ts'
import { clearDescriptions, descriptionsOf, publishedAfter, readByIndex, readTexts, tellChanged } from './queries.ts'

/**
 * All that is known of what is similar, made anew: first every story is described, then each asks what it is like, when rarities are known and all
 * others are there. In the order of ids, which is about that of publication. Lists and clusters stay until their stories are compared.
 */

/** How far it has come: the stage and the last article of it, and how many articles went through both. */
interface Rebuild {
  after: string | null
  done: number
}

const first = '00000000-0000-0000-0000-000000000000'

export async function rebuildSome(
  db: Db,
  { after, done }: Rebuild,
  most: number,
  splitterOf: SplitterOf
): Promise<Rebuild | null> {
  if (after === null) {
    await clearDescriptions(db)
    return { after: `describe ${first}`, done: 0 }
  }
  const [stage, last] = after.split(' ') as ['describe' | 'compare', string]
  const articles = await publishedAfter(db, last, most)
  await readByIndex(db)
  if (stage === 'describe') await describeAll(db, articles, splitterOf)
  else await compareAll(db, articles)
  const moved = done + articles.length / 2
  if (articles.length === most) return { after: `${stage} ${articles.at(-1)}`, done: moved }
  if (stage === 'describe') return { after: `compare ${first}`, done: moved }
  await dropForgotten(db)
  return null
}

async function describeAll(db: Db, articles: readonly string[], splitterOf: SplitterOf): Promise<void> {
  if (articles.length === 0) return
  const known = new Map((await descriptionsOf(db, articles)).map(one => [`${one.article} ${one.language}`, one]))
  await describe(db, await readTexts(db, articles), known, splitterOf)
}

async function compareAll(db: Db, articles: readonly string[]): Promise<void> {
  if (articles.length === 0) return
  const described = await descriptionsOf(db, articles)
  const pairs = await compare(db, described, await rarityOfAll(db, described))
  const moved = await renewNeighbours(db, articles, pairs)
  await tellChanged(db, [...moved, ...(await keepCopies(db, articles, pairs))])
}
