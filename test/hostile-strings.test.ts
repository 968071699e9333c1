import t from 'tap'
import { throughTheDoor } from './baits.ts'
import { lacking, naughtyStrings, readNaughtyStrings } from './corpora.ts'

t.setTimeout(170_000)

t.test('the strings that break things', { skip: lacking(naughtyStrings) }, async t => {
  t.ok((await throughTheDoor(t, readNaughtyStrings())) > 450)
})
