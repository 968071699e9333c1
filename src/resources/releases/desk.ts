import { type Static, Type } from 'typebox'
import { ApiError, Failure } from '../../contract/errors.ts'
import { Closed, Instant, LanguageTag, Named, Nullable, Ref, Word } from '../../contract/primitives.ts'
import { releaseStates } from '../../contract/words.ts'
import { instantText } from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { creationAndChangeOrders } from '../../db/keyset.ts'
import type { Mention } from '../../db/references.ts'
import { defineDeskNoun, type Input } from '../desk.ts'
import { reference, text, twice, wordFilter } from '../members.ts'
import { type Member, stateOf, unknownMembers, writeMembers } from './queries.ts'

const membersOf = ({ editions }: Input) => (editions ?? []) as Member[]

/** Why a release did not go out at its time. */
export const ReleaseFailure = Named(
  'ReleaseFailure',
  Closed(
    { at: Instant, errors: Type.Array(Ref(Failure), { description: 'What stood in the way of which edition' }) },
    { description: 'Why the last try, at its time, published nothing' }
  )
)
export type ReleaseFailure = Static<typeof ReleaseFailure>

/** Editions that go out together, or not at all. */
export const releaseDesk = defineDeskNoun({
  name: 'releases',
  noun: 'Release',
  description: 'Editions that are published together, or none of them',
  members: {
    name: text(500),
    editions: Type.Optional(
      Type.Array(Closed({ article: reference('Id of the article'), language: LanguageTag }), { maxItems: 200 })
    )
  },
  owned: {
    state: Word(releaseStates),
    publishAt: Nullable(Instant),
    publishedAt: Nullable(Instant),
    failure: Nullable(Ref(ReleaseFailure))
  },
  table: {
    table: 'releases',
    columns: {
      name: 'r.name',
      editions: `(select coalesce(json_agg(json_build_object('article', m.article_id, 'language', m.language)
        order by m.article_id, m.language), '[]') from release_editions m where m.release_id = r.id)`,
      state: 'r.state',
      publishAt: instantText('r.publish_at'),
      publishedAt: instantText('r.published_at'),
      failure: 'r.failure'
    }
  },
  orders: creationAndChangeOrders('r'),
  filters: { state: wordFilter(releaseStates, 'r.state') },
  defaults: { editions: [] },
  mentions: record =>
    membersOf(record).flatMap(({ article, language }, n): Mention[] => [
      { pointer: `/editions/${n}/article`, table: 'articles', key: article },
      { pointer: `/editions/${n}/language`, table: 'languages', key: language }
    ]),
  toRow: ({ name }) => ({ name }),
  async check(record, db, key) {
    if (key) await refuseClosed(db, key)
    const members = membersOf(record)
    const unknown = await unknownMembers(db, members)
    return [
      ...twice('editions', members, ({ article, language }) => `${article.toLowerCase()} ${language}`),
      ...unknown.map(n => ({
        pointer: `/editions/${n}`,
        detail: `The article has no edition in "${members[n]!.language}" yet; write a draft of it first.`
      }))
    ]
  },
  async parts(db, key, record, _, given) {
    if (given.has('editions')) await writeMembers(db, key, membersOf(record))
  }
})

/** What somebody has let go out, now or at its time, nobody else adds to. */
async function refuseClosed(db: Db, key: string) {
  const state = await stateOf(db, key)
  if (state === 'scheduled')
    throw new ApiError('invalid-transition', 'The release is scheduled as it is; unschedule it to change it.')
  if (state === 'published') throw new ApiError('invalid-transition', 'The release is out, and stays as it was.')
}
