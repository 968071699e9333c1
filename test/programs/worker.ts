import { sql } from 'drizzle-orm'
import { startJobs } from '../../src/features/jobs/runner.ts'

/** A worker whose task stops in the middle for good, with its effect written and not committed: a test kills it there. */
const [connection = ''] = process.argv.slice(2)
const say = (words: string) => void process.stdout.write(`${words}\n`)
const silence = () => {}

startJobs({
  connection: JSON.parse(connection),
  log: { debug: silence, info: silence, warn: silence, error: silence },
  tasks: {
    mark: async (db, { name }) => {
      await db.rows(sql`insert into effects (name) values (${String(name)})`)
      say('in the middle')
      await new Promise(() => {})
    }
  }
})
