import type { editionStates } from '../../../contract/words.ts'

export type State = (typeof editionStates)[number]

/** What can be done with an edition: from which states, and to which. The database knows the same table. */
export const moves = {
  submit: { from: ['draft'], to: 'review', words: 'Hand a draft in for review' },
  reopen: { from: ['review', 'withdrawn'], to: 'draft', words: 'Take an edition back to the desk' },
  schedule: {
    from: ['draft', 'review'],
    to: 'scheduled',
    words: 'Plan when readers see the newest revision, and until when'
  },
  unschedule: { from: ['scheduled'], to: 'draft', words: 'Take the plan to publish back' },
  publish: {
    from: ['draft', 'review', 'scheduled', 'published', 'withdrawn'],
    to: 'published',
    words: 'Show the newest revision to readers'
  },
  unpublish: { from: ['published'], to: 'draft', words: 'Take an edition down without a word' },
  withdraw: { from: ['published'], to: 'withdrawn', words: 'Take an edition down and tell readers why' }
} as const satisfies Record<string, { from: readonly State[]; to: State; words: string }>

export type Move = keyof typeof moves

export const mayMove = (move: Move, from: State) => (moves[move].from as readonly State[]).includes(from)
