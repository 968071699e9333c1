import { type SQL, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import pg from 'pg'
import type { Db } from '../src/db/client.ts'

/** What statements take in the database, by its own clock, without the network, the driver and this process. */

const dialect = new PgDialect()

type Explained = { 'QUERY PLAN': { 'Execution Time': number }[] }

/**
 * Milliseconds of execution of each group of statements, asked once more as they were asked: prepared, with the plan that is kept for all parameters.
 * What the plan's own bookkeeping takes is in it.
 */
export const executionsOf = (db: Db, groups: readonly SQL[][]): Promise<number[]> =>
  db.rehearse(async ({ orm }) => {
    const names = new Map<string, string>()
    const execution = async (statement: SQL) => {
      const { sql: text, params } = dialect.sqlToQuery(statement)
      const known = names.get(text)
      const name = known ?? `explained_${names.size}`
      if (!known) await orm.execute(sql.raw(`prepare ${name} as ${text}`))
      names.set(text, name)
      const values = params.length > 0 ? `(${params.map(literal).join(', ')})` : ''
      const { rows } = await orm.execute<Explained>(
        sql.raw(`explain (analyze, timing off, format json) execute ${name}${values}`)
      )
      return rows[0]!['QUERY PLAN'][0]!['Execution Time']
    }
    const sums: number[] = []
    for (const statements of groups) {
      let sum = 0
      for (const statement of statements) sum += await execution(statement)
      sums.push(sum)
    }
    for (const name of names.values()) await orm.execute(sql.raw(`deallocate ${name}`))
    return sums
  })

/** A parameter as SQL text; the lists of a read are of ids and of languages. */
function literal(value: unknown): string {
  if (value === null) return 'null'
  return pg.escapeLiteral(Array.isArray(value) ? `{${value.join(',')}}` : String(value))
}
