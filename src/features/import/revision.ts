import { isDeepStrictEqual } from 'node:util'
import type { State } from './bodies.ts'
import type { Known } from './edition-queries.ts'

/** The words of an edition as an import has them. */
export interface Words extends State {
  kicker: string | null
  byline: string | null
}

/** Which revision an import makes: a save that changes no word is no new one, and a newer draft of the desk stays the newest. */
export function revisionAfter(known: Known | undefined, now: Words, state: string, saved = 1) {
  if (!known) return { revision: saved, head: saved }
  const { headline, kicker, standfirst, body, byline } = now
  const words = { headline, kicker, standfirst, body, byline }
  const same = Object.entries(words).every(([name, value]) => isDeepStrictEqual(value, known[name as keyof Known]))
  const next = Math.max(known.head + 1, saved)
  if (same && saved <= known.head && (state === 'published' || known.head === known.revision))
    return { revision: known.revision, head: known.head }
  return { revision: next, head: next }
}
