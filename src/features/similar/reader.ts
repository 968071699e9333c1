import type { Db } from '../../db/client.ts'
import { compare } from './compare.ts'
import { keepCopies } from './copies.ts'
import { describe, rarityOfAll, rememberSplitters, type SplitterOf } from './describe.ts'
import { keepNeighbours } from './neighbours.ts'
import { type Description, descriptionsOf, forgetDescriptions, readByIndex, readTexts, tellChanged } from './queries.ts'
import { rebuildSome } from './rebuild.ts'

/** An entry of the change log, as far as this matters here. */
interface Change {
  noun: string
  subject: string
  action: string
  groups: readonly string[]
}

/**
 * Keeps what editions are about, what they are like and which are copies, as they are published, changed and withdrawn: only what changes, in both
 * directions, in some twenty statements for a batch.
 */
export function similarReader(rebuiltAtOnce = 500) {
  const splitterOf = rememberSplitters()
  return {
    name: 'similar',
    batch: 200,
    async read(db: Db, changes: readonly Change[]): Promise<void> {
      // Whatever readers could see a difference of: a draft names no cache group.
      const touched = changes.filter(
        ({ noun, groups, action }) => noun === 'edition' && (groups.length > 0 || action === 'deleted')
      )
      await compareAnew(db, [...new Set(touched.map(({ subject }) => subject))], splitterOf)
    },
    rebuild: (db: Db, rebuild: { after: string | null; done: number }) =>
      rebuildSome(db, rebuild, rebuiltAtOnce, splitterOf)
  }
}

/** Describes articles as they are now and brings the lists of everything they touch up to date. */
export async function compareAnew(db: Db, articles: readonly string[], splitterOf: SplitterOf): Promise<void> {
  if (articles.length === 0) return
  await readByIndex(db)
  const texts = await readTexts(db, articles)
  const before = await descriptionsOf(db, articles)
  const former = await likeBefore(db, before)
  const known = new Map(before.map(one => [`${one.article} ${one.language}`, one]))
  const shown = new Set(texts.map(({ article, language }) => `${article} ${language}`))
  const gone = before.filter(one => !shown.has(`${one.article} ${one.language}`))
  await forgetDescriptions(
    db,
    gone.map(({ number }) => number)
  )
  const { described, rarityOf } = await describe(db, texts, known, splitterOf)
  const pairs = await compare(db, described, rarityOf)
  const moved = await keepNeighbours(db, articles, pairs, former)
  await tellChanged(db, [...moved, ...(await keepCopies(db, articles, pairs))])
}

/** What texts were like that may be others now: they may stand on those lists, though those do not stand on theirs. */
async function likeBefore(db: Db, before: readonly Description[]): Promise<string[]> {
  if (before.length === 0) return []
  const pairs = await compare(db, before, await rarityOfAll(db, before))
  return [...new Set(pairs.map(({ other }) => other.article))]
}
