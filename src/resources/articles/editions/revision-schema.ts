import { type Static, Type } from 'typebox'
import { Body } from '../../../contract/body.ts'
import { Closed, Instant, LanguageTag, Named, Nullable, PageOf, Ref, Word } from '../../../contract/primitives.ts'
import { translationMethods } from '../../../contract/words.ts'

export const Revision = Named(
  'Revision',
  Closed(
    {
      number: Type.Integer(),
      headline: Type.String(),
      standfirst: Nullable(Type.String()),
      savedAt: Instant,
      savedBy: Nullable(Type.String()),
      note: Nullable(Type.String()),
      changed: Type.Array(Type.String(), { description: 'Blocks that differ from the revision before, by key' })
    },
    { description: 'One saved state of an edition' }
  )
)
export type Revision = Static<typeof Revision>
export const RevisionPage = PageOf('RevisionPage', Revision)

export const RevisionNumber = Type.Integer({
  minimum: 1,
  maximum: 2_147_483_647,
  description: 'Number of the revision'
})

/** How a saved state came about; whether it is stale is said of the edition. */
const provenance = Closed({
  method: Word(translationMethods),
  engine: Nullable(Type.String()),
  translator: Nullable(Type.String()),
  reviewer: Nullable(Type.String()),
  translatedAt: Nullable(Instant),
  of: Nullable(Closed({ language: LanguageTag, revision: Nullable(Type.Integer({ minimum: 1 })) }))
})

export const RevisionRecord = Named(
  'RevisionRecord',
  Closed(
    {
      number: RevisionNumber,
      headline: Type.String(),
      kicker: Nullable(Type.String()),
      standfirst: Nullable(Type.String()),
      body: Ref(Body),
      byline: Nullable(Type.String()),
      seo: Closed({ title: Nullable(Type.String()), description: Nullable(Type.String()) }),
      translation: provenance,
      savedAt: Instant,
      savedBy: Nullable(Type.String()),
      note: Nullable(Type.String())
    },
    { description: 'One saved state of an edition, whole' }
  )
)
export type RevisionRecord = Static<typeof RevisionRecord>

const differing = Closed({
  member: Word(['headline', 'kicker', 'standfirst', 'byline', 'seo', 'translation']),
  from: Type.Unknown(),
  to: Type.Unknown()
})
const stand = Type.Unsafe<{ place: number; block: unknown } | null>({
  anyOf: [
    Closed({
      place: Type.Integer({ minimum: 0 }),
      block: Type.Unknown({ description: 'As in a body of format `blocks`' })
    }),
    { type: 'null' }
  ],
  description: 'The block and its place from 0; null where it is not there'
})

export const RevisionComparison = Named(
  'RevisionComparison',
  Closed(
    {
      from: RevisionNumber,
      to: RevisionNumber,
      members: Type.Array(differing, { description: 'Members with another value' }),
      blocks: Type.Array(
        Closed({
          key: Type.String(),
          change: Word(['none', 'added', 'changed', 'removed']),
          moved: Type.Boolean({ description: 'It stands in another order among the blocks that both have' }),
          from: stand,
          to: stand
        }),
        { description: 'Blocks that differ, in the order of the later body; what is gone comes last' }
      )
    },
    { description: 'What differs between two saved states of an edition' }
  )
)
export type RevisionComparison = Static<typeof RevisionComparison>

export const revisionSchemas = [Revision, RevisionPage, RevisionRecord, RevisionComparison]
