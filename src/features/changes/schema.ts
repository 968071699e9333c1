import { type Static, Type } from 'typebox'
import { Closed, Id, Instant, Named, Nullable, PageOf, Ref } from '../../contract/primitives.ts'

/** Every noun the log speaks of. */
export const loggedNouns = [
  'article',
  'author',
  'caption',
  'category',
  'cluster',
  'comment',
  'consumer',
  'correction',
  'edition',
  'image',
  'key',
  'language',
  'pin',
  'related',
  'release',
  'source',
  'topic'
] as const

export const Position = Type.String({
  pattern: '^[0-9]{1,18}$',
  description: 'A place in the log: a whole number as text, as it may be larger than JavaScript counts',
  examples: ['1042']
})

const happened = {
  position: Position,
  at: {
    ...Instant,
    description: 'When it was written; a transaction that took long has an older one than its neighbours'
  },
  actor: Type.String({
    description:
      'Who: `key:` or `user:` and an id, `command:` and its name, `worker` for what was planned, `database:` and the user of whoever wrote SQL by hand'
  }),
  noun: Type.String({ description: 'What kind of thing', examples: ['edition'] }),
  subject: Type.String({ description: 'Its id; of an edition that of the article, of a language the tag' }),
  action: Type.String({ description: 'What was done', examples: ['published'] }),
  language: Nullable(Type.String({ description: 'In which language, where the thing has one' }))
}
const detail = Type.Object(
  {},
  {
    additionalProperties: true,
    description: 'Names of the columns that changed, states it went from and to; never their content'
  }
)

export const Change = Named(
  'Change',
  Closed(
    {
      ...happened,
      groups: Type.Array(Type.String(), {
        description: 'Cache groups of the public answers that show it; `everything` means all of them'
      }),
      detail
    },
    { description: 'One thing that happened in the newsroom' }
  )
)
export type Change = Static<typeof Change>

export const ChangePage = Named(
  'ChangePage',
  Closed(
    {
      items: Type.Array(Ref(Change)),
      next: { ...Position, description: 'The position to go on from: send it as `after`' },
      more: Type.Boolean({ description: 'Whether there is more to read at once' })
    },
    { description: 'What happened after a position, in order' }
  )
)
export type ChangePage = Static<typeof ChangePage>

export const SnapshotInput = Named(
  'SnapshotInput',
  Closed(
    {
      hours: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 168, default: 24, description: 'How long the copying may take' })
      )
    },
    { description: 'A wish to copy the newsroom' }
  )
)

export const Snapshot = Named(
  'Snapshot',
  Closed(
    {
      id: Id,
      position: { ...Position, description: 'Copy the newsroom now, then follow the changes after this position' },
      expiresAt: { ...Instant, description: 'Until then nothing after the position is removed from the log' }
    },
    { description: 'A place to begin a copy of the newsroom at' }
  )
)
export type Snapshot = Static<typeof Snapshot>

export const AuditEntry = Named(
  'AuditEntry',
  Closed(
    {
      ...happened,
      detail,
      previousHash: Type.String({ description: 'Hash of the entry before; 64 zeros before the first' }),
      hash: Type.String({ description: 'SHA-256 of the previous hash and this entry' })
    },
    { description: 'Who changed what, sealed with the hash of the entry before' }
  )
)
export type AuditEntry = Static<typeof AuditEntry>
export const AuditPage = PageOf('AuditPage', AuditEntry)

export const changeSchemas = [Change, ChangePage, SnapshotInput, Snapshot, AuditEntry, AuditPage]
