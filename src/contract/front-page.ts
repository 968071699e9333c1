import { type Static, Type } from 'typebox'
import { Rail, RelatedItem } from './article.ts'
import { Closed, Id, Instant, LanguageTag, Named, Nullable, Ref, Word } from './primitives.ts'

/** What stands on a front page, and the versions of one story. */

const { pinned, score, reasons, ...card } = RelatedItem.properties

export const FrontList = Named(
  'FrontList',
  Closed({
    status: Word(['ok', 'hidden'], { description: 'hidden: fewer than the minimum, items is empty' }),
    minimum: Type.Integer({ minimum: 0 }),
    items: Type.Array(Ref(RelatedItem))
  })
)

export const FrontPage = Named(
  'FrontPage',
  Closed(
    {
      language: LanguageTag,
      asOf: Instant,
      picks: Ref(FrontList),
      rails: Type.Array(Ref(Rail)),
      mostViewed: Ref(FrontList)
    },
    { description: 'Lists of a front page; no story stands twice on it' }
  )
)
export type FrontPage = Static<typeof FrontPage>

export const Difference = Named(
  'Difference',
  Closed(
    {
      headline: Type.Boolean({ description: 'Whether the headline is another' }),
      added: Type.Integer({ minimum: 0, description: 'Paragraphs only this version has' }),
      removed: Type.Integer({ minimum: 0, description: 'Paragraphs this version lacks' }),
      changed: Type.Integer({ minimum: 0, description: 'Paragraphs that stand in the place of others' }),
      words: Type.Integer({ description: 'How many words longer it is; negative: shorter' })
    },
    { description: 'How this version differs from the article that was asked for' }
  )
)

export const Version = Named(
  'Version',
  Closed({
    ...card,
    first: Type.Boolean({ description: 'Of all versions it was published first' }),
    share: Nullable(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'How much of the shorter text stands in the longer; null where only a third version joins the two'
      })
    ),
    differs: Nullable(Ref(Difference))
  })
)

export const Versions = Named(
  'Versions',
  Closed(
    {
      article: Id,
      language: LanguageTag,
      first: Type.Boolean({ description: 'The article itself was published first, or there is no other version' }),
      total: Type.Integer({ minimum: 0, description: 'How many others there are in this language' }),
      items: Type.Array(Ref(Version), { description: 'What was published first comes first' })
    },
    {
      description:
        'The other versions of a story: copies, rewrites, updates. `differs` is null where the article itself is not in this language'
    }
  )
)
export type Versions = Static<typeof Versions>

export const frontPageSchemas = [FrontList, FrontPage, Difference, Version, Versions]
