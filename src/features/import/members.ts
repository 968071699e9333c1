import { type TSchema, Type } from 'typebox'

/** Members that records of several kinds have. */

export const optional = Type.Optional
export const text = (longest = 500) => Type.String({ minLength: 1, maxLength: longest })
/** Only addresses of the web: others would be links that do something else. */
export const address = Type.String({ pattern: '^https?://', maxLength: 4000 })
/** What a record is called where it comes from. */
export const key = Type.String({ minLength: 1, maxLength: 500 })
export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
