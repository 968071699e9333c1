import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import t from 'tap'
import examples from '../openapi/examples.json' with { type: 'json' }
import { newsroomSchema } from '../src/features/import/schema.ts'
import { openHouse } from './helpers.ts'

t.test('the committed document is the one the routes make', async t => {
  const { app } = await openHouse(t)
  const committed = JSON.parse(readFileSync('openapi/openapi.json', 'utf8'))
  t.same(JSON.parse(JSON.stringify(app.swagger())), committed, 'npm run openapi writes it anew')
})

t.test('the committed schema of newsroom NDJSON is the one the importer checks with', async t => {
  t.same(JSON.parse(JSON.stringify(newsroomSchema())), JSON.parse(readFileSync('openapi/newsroom.schema.json', 'utf8')))
})

t.test('a public linter finds nothing to say about the document', async t => {
  const output = execFileSync('npx', ['redocly', 'lint', 'openapi/openapi.json', '--format=json'], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' }
  })
  const { totals } = JSON.parse(output.slice(output.indexOf('{')))
  t.match(totals, { errors: 0, warnings: 0 })
})

t.test('every example of the document is what the demo newsroom answers', async t => {
  const { app } = await openHouse(t, { demo: true })
  const document = app.swagger() as { paths: object }
  for (const { operation, request, status, answer } of examples) {
    const response = await app.inject({ url: request, headers: { 'x-request-id': 'example-request' } })
    t.equal(response.statusCode, status, request)
    // Cursors are signed with the secret of each house.
    const unsigned = (page: object) => ('next' in page && page.next ? { ...page, next: 'signed' } : page)
    t.same(unsigned(response.json()), unsigned(answer), `${request}: node scripts/write-examples.js writes it anew`)
    t.match(JSON.stringify(document), JSON.stringify(answer).slice(1, 80), `${operation} shows it`)
  }
  const shown = new Set(examples.map(example => example.operation))
  const readings = Object.values(document.paths).flatMap(path => Object.values(path as object))
  for (const { operationId, tags } of readings) if (tags.includes('Reading')) t.ok(shown.has(operationId), operationId)
})

t.test('the document', async t => {
  const { app, get } = await openHouse(t)
  const document = app.swagger() as unknown as {
    openapi: string
    paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>
    components: { schemas: Record<string, { examples?: unknown[] }> }
  }

  await t.test('is OpenAPI 3.1 and is served', async t => {
    t.equal(document.openapi, '3.1.0')
    t.same((await get('/docs/json')).json(), JSON.parse(JSON.stringify(document)))
  })

  await t.test('names its components: no anonymous definitions', async t => {
    t.ok(Object.keys(document.components.schemas).length > 40)
    for (const name of Object.keys(document.components.schemas)) t.match(name, /^[A-Z][A-Za-z]+$/)
  })

  await t.test('gives every operation a name of its own, and its failures as problems', async t => {
    const operations = Object.values(document.paths).flatMap(path => Object.values(path))
    t.equal(new Set(operations.map(operation => operation.operationId)).size, operations.length)
    for (const { responses } of operations) t.ok('503' in responses && '400' in responses)
  })

  await t.test('has a reference page that needs nobody else', async t => {
    const page = (await get('/docs')).body
    t.match(page, 'swagger-ui')
    t.notMatch(page, /(src|href)="(https?:)?\/\//)
    const script = /src="([^"]+bundle\.js)"/.exec(page)![1]!
    t.equal((await get(script)).statusCode, 200)
  })
})
