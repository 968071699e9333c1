import { Type } from 'typebox'
import { Word } from '../contract/primitives.ts'

/** Members that several nouns of the desk share. */

export const text = (longest: number) => Type.String({ minLength: 1, maxLength: longest, pattern: '\\S' })

/** Names another row, by id or where it has one by slug. */
export const reference = (description: string) => Type.String({ minLength: 1, maxLength: 120, description })
export const optionalId = (description: string) => Type.Optional(reference(description))

/** Only addresses of the web: others would be links that do something else. */
export const address = Type.String({ format: 'uri', pattern: '^https?://', maxLength: 2048 })

/** A filter by a column that holds one of these words. */
export const wordFilter = (words: readonly string[], column: string) => ({ schema: Word(words), column })

/** What stands twice in a list would silently stand once. */
export function twice<Tie>(member: string, ties: readonly Tie[], nameOf: (tie: Tie) => unknown) {
  const names = ties.map(nameOf)
  return names.flatMap((name, index) =>
    names.indexOf(name) < index ? [{ pointer: `/${member}/${index}`, detail: 'It stands in the list twice.' }] : []
  )
}
