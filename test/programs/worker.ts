import { sql } from 'drizzle-orm'
import { startJobs, type Task } from '../../src/features/jobs/runner.ts'
import { releaseTasks } from '../../src/features/releases/publish.ts'
import { scheduleTasks } from '../../src/features/schedules/tasks.ts'

/** A worker whose task stops in the middle for good, with its effect written and not committed: a test kills it there. */
const [connection = ''] = process.argv.slice(2)
const say = (words: string) => void process.stdout.write(`${words}\n`)
const silence = () => {}

const tasks: Record<string, Task> = {
  ...scheduleTasks,
  ...releaseTasks,
  mark: async (db, { name }) => {
    await db.rows(sql`insert into effects (name) values (${String(name)})`)
  }
}
const stuck = (task: Task): Task => {
  return async (db, payload) => {
    await task(db, payload)
    say('in the middle')
    await new Promise(() => {})
  }
}

startJobs({
  connection: JSON.parse(connection),
  log: { debug: silence, info: silence, warn: silence, error: silence },
  tasks: Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, stuck(task)]))
})
