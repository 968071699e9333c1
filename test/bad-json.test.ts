import fc from 'fast-check'
import t from 'tap'
import { mergePatch } from '../src/lib/merge-patch.ts'
import { type Json, nounsWithExamples, worldOf } from './desk-examples.ts'
import { keyFor, openHouse } from './helpers.ts'
import { runs } from './stories.ts'

/** Whatever JSON is sent to a write, the answer is one the document promises, and never a failure of ours. */

/** Any JSON, and more often what is nearly right: a good record with members replaced, added or left out. */
const nearly = (good: Json) =>
  fc.oneof(
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          fc.subarray(Object.entries(good)),
          fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(good)), fc.string()), fc.oneof(value, fc.jsonValue())),
          fc.uuid()
        )
        .map(([kept, more]) => ({ ...Object.fromEntries(kept), ...more }))
    }
  )

const language = fc.constantFrom('en', 'fr', 'vi', 'xx', 'EN', '')
const value = fc.oneof(
  fc.constantFrom(
    'en',
    'topic',
    'person',
    'culture',
    'sputnik',
    'original',
    'human',
    'pending',
    'https://example.org/x'
  ),
  fc.constantFrom(
    '2026-12-31T23:59:60Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999999Z',
    '2026-01-01T00:00:00-23:00'
  ),
  fc.integer(),
  fc.double(),
  fc.uuid(),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.dictionary(
    language,
    fc.record(
      { name: fc.string(), label: fc.string(), reviewed: fc.boolean(), aliases: fc.array(fc.string()) },
      { requiredKeys: [] }
    )
  ),
  fc.record(
    { position: fc.integer(), minimum: fc.integer(), fallback: fc.string(), x: fc.double(), y: fc.double() },
    { requiredKeys: [] }
  ),
  fc.array(fc.oneof(language, fc.record({ label: fc.string(), url: fc.webUrl() })), { maxLength: 4 })
)

t.test('any JSON', async t => {
  const { db, send } = await openHouse(t, { demo: true })
  const world = await worldOf(db)
  const headers: Record<string, string> = {
    ...(await keyFor(db, '*:*')),
    'content-type': 'application/json',
    'if-match': '*'
  }
  let n = 0
  for (const { noun, example } of nounsWithExamples) {
    await t.test(`sent to ${noun.name}`, async t => {
      const base = `/v1/desk/${noun.name}`
      const statuses = new Set<number>()
      const { headers: made } = await send('POST', base, { headers, payload: example.input(0, world) })
      await fc.assert(
        fc.asyncProperty(fc.constantFrom('POST', 'PATCH'), nearly(example.input(++n, world)), async (method, body) => {
          const url = method === 'POST' ? base : String(made.location)
          const answer = await send(method as 'POST', url, { headers, payload: JSON.stringify(body) })
          statuses.add(answer.statusCode)
          return [200, 201, 400, 409, 422].includes(answer.statusCode)
        }),
        runs(60)
      )
      t.ok(statuses.has(422))
      t.equal((await send('GET', `${base}?limit=100`, { headers })).statusCode, 200, 'what was accepted can be read')
    })
  }
  await t.test('sent as a key', async t => {
    const { headers: made } = await send('POST', '/v1/desk/consumers', {
      headers,
      payload: { slug: 'any', name: 'Any' }
    })
    await fc.assert(
      fc.asyncProperty(
        nearly({ name: 'x', scopes: ['authors:read'], expiresAt: '2090-01-01T00:00:00Z' }),
        async body => {
          const answer = await send('POST', `${made.location}/keys`, { headers, payload: JSON.stringify(body) })
          return [201, 400, 422].includes(answer.statusCode)
        }
      ),
      runs(60)
    )
    t.pass()
  })
  await t.test('leaves what readers see readable', async t => {
    for (const noun of [
      'authors',
      'categories',
      'topics',
      'sources',
      'images',
      'captions',
      'comments',
      'languages',
      'articles'
    ])
      t.equal((await send('GET', `/v1/${noun}?limit=100`)).statusCode, 200, noun)
  })
})

t.test('a merge patch does what the examples of RFC 7396 say', async t => {
  const examples: [target: unknown, patch: unknown, result: unknown][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd']
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }]
  ]
  for (const [target, patch, result] of examples) {
    const before = JSON.stringify(target)
    t.same(mergePatch(target, patch), result, JSON.stringify(patch))
    t.equal(JSON.stringify(target), before, 'the target is left alone')
  }
  const poisoned = mergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}')) as Json
  t.equal(({} as Json).polluted, undefined)
  t.equal(poisoned.polluted, undefined, 'nor does a patch reach into a prototype')
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
      const once = mergePatch(target, patch)
      t.strictSame(mergePatch(once, patch), once)
    }),
    { numRuns: 200 }
  )
})
