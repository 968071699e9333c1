import type { Db } from '../../db/client.ts'
import { compare } from './compare.ts'
import { keepCopies } from './copies.ts'
import { describe, rememberSplitters, type SplitterOf } from './describe.ts'
import { Filing } from './filing.ts'
import { openIndex, putOff } from './index-queries.ts'
import { keepNeighbours } from './neighbours.ts'
import { descriptionsOf, forgetDescriptions, keyOf, readTexts, tellChanged } from './queries.ts'
import { openRebuild, type Steps } from './rebuild.ts'
import { Statistics } from './statistics.ts'

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
export function similarReader(steps: Steps = { atOnce: 500, milliseconds: 2_500 }) {
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
    afterwards: openIndex,
    rebuild: openRebuild(splitterOf, steps)
  }
}

/**
 * Describes editions as they are now and brings the lists of everything they touch up to date: also those where they stand because of what they said
 * before, though those may not stand on theirs. An article that only has an edition more keeps what its others have found. What it adds to the index
 * is put off until nobody waits (`afterwards`): a third of the time, spent on as many pages as the story has words.
 */
export async function compareAnew(db: Db, articles: readonly string[], splitterOf: SplitterOf): Promise<void> {
  if (articles.length === 0) return
  await openIndex(db)
  const published = await readTexts(db, articles)
  const before = await descriptionsOf(db, articles)
  const known = new Map(before.map(one => [keyOf(one), one]))
  const revisions = new Map(published.map(text => [keyOf(text), text.revision]))
  const gone = before.filter(one => !revisions.has(keyOf(one)))
  const changed = new Set(
    before.filter(one => revisions.get(keyOf(one)) !== one.revision).map(({ article }) => article)
  )
  const texts = published.filter(text => changed.has(text.article) || !known.has(keyOf(text)))
  const desk = { splitterOf, statistics: new Statistics(), filing: new Filing() }
  const former = await compare(
    db,
    before.filter(one => changed.has(one.article)),
    desk
  )
  await forgetDescriptions(
    db,
    gone.map(({ number }) => number)
  )
  const pairs = await compare(db, await describe(db, texts, known, desk), desk)
  await putOff(db, { counts: desk.statistics.take(), pieces: desk.filing.take() })
  const moved = await keepNeighbours(db, articles, pairs, { changed, former: former.map(({ other }) => other.article) })
  await tellChanged(db, [...moved, ...(await keepCopies(db, articles, pairs, changed))])
}
