import type { Db } from '../../db/client.ts'
import { cacheGroup } from '../../lib/cache-group.ts'
import { compare } from './compare.ts'
import { keepCopies } from './copies.ts'
import { keepNeighbours } from './neighbours.ts'
import {
  clearDescriptions,
  descriptionsOf,
  forgetDescriptions,
  publishedAfter,
  readByIndex,
  readTexts,
  tellRelated
} from './queries.ts'
import { describe, rememberSplitters, type SplitterOf } from './terms.ts'

/** An entry of the change log, as far as this matters here. */
interface Change {
  noun: string
  subject: string
  action: string
  groups: readonly string[]
}

/**
 * Keeps what editions are about, what they are like and which are copies, as they are published, changed and withdrawn: only what changes, in both
 * directions, in some fifteen statements for a batch.
 */
export function similarReader(rebuiltAtOnce = 100) {
  const splitterOf = rememberSplitters()
  return {
    name: 'similar',
    batch: 100,
    async read(db: Db, changes: readonly Change[]): Promise<void> {
      // Whatever readers could see a difference of: a draft names no cache group.
      const touched = changes.filter(
        ({ noun, groups, action }) => noun === 'edition' && (groups.length > 0 || action === 'deleted')
      )
      await compareAnew(db, [...new Set(touched.map(({ subject }) => subject))], splitterOf)
    },
    /**
     * All published stories in the order of their ids, which is about that of their publication: the index holds the newest last. Lists and
     * clusters stay until their stories are compared.
     */
    async rebuild(db: Db, { after, done }: Rebuild): Promise<Rebuild | null> {
      if (after === null) {
        await clearDescriptions(db)
        return { after: first, done: 0 }
      }
      const articles = await publishedAfter(db, after, rebuiltAtOnce)
      await compareAnew(db, articles, splitterOf)
      return articles.length < rebuiltAtOnce ? null : { after: articles.at(-1)!, done: done + articles.length }
    }
  }
}

/** How far a rebuild has come: the last article, and how many. */
interface Rebuild {
  after: string | null
  done: number
}

const first = '00000000-0000-0000-0000-000000000000'

/** Describes articles as they are now and brings the lists of everything they touch up to date. */
export async function compareAnew(db: Db, articles: readonly string[], splitterOf: SplitterOf): Promise<void> {
  if (articles.length === 0) return
  await readByIndex(db)
  const texts = await readTexts(db, articles)
  const before = await descriptionsOf(db, articles)
  const known = new Map(before.map(one => [`${one.article} ${one.language}`, one]))
  const shown = new Set(texts.map(({ article, language }) => `${article} ${language}`))
  const gone = before.filter(one => !shown.has(`${one.article} ${one.language}`))
  await forgetDescriptions(
    db,
    gone.map(({ number }) => number)
  )
  const { described, rarityOf } = await describe(db, texts, known, splitterOf)
  const pairs = await compare(db, described, rarityOf)
  const moved = await keepNeighbours(db, articles, pairs)
  const clustered = await keepCopies(db, articles, pairs)
  const changed = [...new Set([...moved, ...clustered])].sort()
  await tellRelated(
    db,
    changed,
    changed.map(article => cacheGroup('article', article))
  )
}
