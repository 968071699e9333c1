import 'fastify'
import type { Context } from '../db/cards.ts'
import type { Db } from '../db/client.ts'
import type { House } from '../db/house.ts'

/** Every decorator and every route word, in one place. */
declare module 'fastify' {
  interface FastifyInstance {
    /** The secret and the languages of the house, at most a second old. */
    house(): Promise<House>
  }

  interface FastifyRequest {
    /** The database, with a count of the statements this request has cost. */
    db: Db
    /** In which languages this reader reads; set before validation. */
    context: Context
  }

  interface FastifyContextConfig {
    /** Who may enter; a route that does not say does not boot. */
    access?: 'public'
    /** The most SQL statements the route may cost. */
    statements?: number
    /** Whether the answer depends on the reader's language. */
    languages?: boolean
    /** Cache groups of an answer. */
    groups?: (payload: never) => string[]
    /** How long a cache may keep the answer; none when absent. */
    cache?: 'read' | 'immutable'
  }
}
