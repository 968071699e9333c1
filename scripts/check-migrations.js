// The tables and the committed migrations say the same: generating would write nothing new.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const scratch = mkdtempSync(join('.', '.migrations-'))
try {
  cpSync('migrations', scratch, { recursive: true })
  const before = readdirSync(scratch).length
  const args = [
    'drizzle-kit',
    'generate',
    '--dialect',
    'postgresql',
    '--schema',
    './src/db/tables/*.ts',
    '--out',
    scratch
  ]
  const { status, stdout, stderr } = spawnSync('npx', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stdout + stderr)
  if (readdirSync(scratch).length !== before)
    throw new Error('The tables have changed: npm run db:generate -- --name what_changed')
} catch (error) {
  console.error(String(error.message))
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
