import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { openHouse } from './helpers.ts'

t.test('the generated TypeScript client', async t => {
  const folder = mkdtempSync(resolve('client', '.built-'))
  t.teardown(async () => rmSync(folder, { recursive: true, force: true }))

  await t.test('compiles, and so does a program that uses its types', async t => {
    execFileSync(
      'npx',
      [
        'openapi-typescript',
        '../openapi/openapi.json',
        '--output',
        'generated.ts',
        '--alphabetize',
        '--default-non-nullable=false'
      ],
      { cwd: 'client', stdio: 'pipe' }
    )
    // The test runner hands its loader to every child by NODE_OPTIONS; the compiler cannot live with it.
    const compiler = resolve('node_modules', 'typescript', 'bin', 'tsc')
    execFileSync(
      'env',
      ['-u', 'NODE_OPTIONS', process.execPath, compiler, '-p', 'client/tsconfig.json', '--outDir', folder],
      { stdio: 'pipe' }
    )
    t.pass('no type error')
  })

  await t.test('reads the demo newsroom', async t => {
    const { app } = await openHouse(t, { demo: true })
    const baseUrl = await app.listen({ port: 0, host: '127.0.0.1' })
    const { readFrontPage } = await import(join(folder, 'client', 'example.js'))
    const { headlines, missing } = await readFrontPage(baseUrl)
    t.equal(headlines.length, 5)
    t.equal(missing.code, 'not-found')
  })
})
