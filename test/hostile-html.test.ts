import t from 'tap'
import { throughTheDoor } from './baits.ts'
import { lacking, readSanitiserCases, sanitiserCases } from './corpora.ts'

t.setTimeout(170_000)

t.test('the payloads sanitisers are tested with', { skip: lacking(sanitiserCases) }, async t => {
  const payloads = (await readSanitiserCases()).map(({ payload }) => payload)
  t.ok((await throughTheDoor(t, payloads)) > 200)
})
