import { type TProperties, Type } from 'typebox'
import { Id, Word } from '../contract/primitives.ts'

/** Parameters and members that several nouns share. */

export const labelsParameter: TProperties = {
  labels: Word(['reviewed', 'all'], {
    default: 'reviewed',
    description: 'Labels nobody has reviewed are shown only with `all`'
  })
}

export const reference = (noun: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 120, description: `Id or slug of a ${noun}` }))

export const idFilter = (noun: string) => Type.Optional({ ...Id, description: `Id of the ${noun}` })
