import 'fastify'
import type { TSchema } from 'typebox'
import type { Context } from '../db/cards.ts'
import type { Db } from '../db/client.ts'
import type { House } from '../db/house.ts'
import type { Numbering } from '../features/changes/numbering.ts'
import type { Previewed } from '../lib/preview.ts'
import type { actions, resources, Scope } from '../lib/scope.ts'
import type { Principal } from './access.ts'

/** Every decorator and every route word, in one place. */
declare module 'fastify' {
  type Access = `${(typeof resources)[number]}:${(typeof actions)[number]}`

  interface FastifyInstance {
    /** The secret and the languages of the house, at most a second old. */
    house(): Promise<House>
    /** Holds a value against a schema as a body is held against its own. */
    checkBody(schema: TSchema, value: unknown): void
    /** Gives what was committed its place in the change log, and wakes who waits for it. */
    numbering: Numbering
  }

  interface FastifyRequest {
    /** The database, with a count of the statements this request has cost. */
    db: Db
    /** In which languages this reader reads; set before validation. */
    context: Context
    /** Who acts, behind a door that is not public. */
    principal: Principal
    /** The scopes that opened the door. */
    grants: Scope[]
    /** The edition that a valid preview link shows. */
    preview: Previewed | undefined
    /** The versions `If-Match` allows, on a route that overwrites. */
    ifVersion: number[] | '*' | undefined
  }

  interface FastifyContextConfig {
    /** Who may enter, with one scope or any of several; a route that does not say does not boot. */
    access?: 'public' | Access | readonly Access[]
    /** A write gets its transaction; one that overwrites needs If-Match. */
    write?: 'create' | 'overwrite' | 'act'
    /** Whether a preview link shows here what is not published yet. */
    previews?: boolean
    /** The most SQL statements the route may cost; a preview costs `rehearsalStatements` more. */
    statements?: number
    /** Whether the answer depends on the reader's language. */
    languages?: boolean
    /** Cache groups of an answer. */
    groups?: (payload: never) => string[]
    /** How long a cache may keep the answer; none when absent. */
    cache?: 'read' | 'immutable' | 'desk'
  }
}
