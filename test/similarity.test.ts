import t from 'tap'
import { isCopy, isKin, overlapOf, shinglesOf } from '../src/lib/similarity/copies.ts'
import { termsOf } from '../src/lib/similarity/terms.ts'
import { decodeTerms, encodeTerms, lengthOf, rarity, similarity } from '../src/lib/similarity/vectors.ts'
import { openSplitter } from '../src/lib/similarity/words.ts'

/** What stories are about, and how alike two of them are. */

const stemsOf = async (language: string, text: string) => {
  const split = await openSplitter(language)
  return split(text).flatMap(word => (word ? [word.stem] : []))
}

const vectorOf = async (language: string, headline: string, body: string) => {
  const weights = termsOf(await openSplitter(language), { language, headline, standfirst: '', body })
  return { weights, length: lengthOf(weights) }
}

t.test('words', async t => {
  for (const [language, text] of [
    ['th', 'รัฐบาลประกาศมาตรการเศรษฐกิจใหม่'],
    ['zh', '政府宣布新的经济措施'],
    ['ja', '政府は新しい経済対策を発表した'],
    ['lo', 'ລັດຖະບານປະກາດມາດຕະການໃໝ່']
  ] as const)
    t.ok((await stemsOf(language, text)).length > 1, `${language} is taken apart without spaces`)
  const vietnamese = await stemsOf('vi', 'Chính phủ công bố biện pháp kinh tế mới')
  t.ok(vietnamese.includes('kinh') || vietnamese.includes('kinh tế'))
  t.same(await stemsOf('en', 'flooded floods'), await stemsOf('en', 'flood flood'), 'endings do not count')
  t.same(await stemsOf('en', 'the of and'), [], 'stop words do not count')
})

t.test('names are shared across languages, other words are not', async t => {
  const english = await vectorOf('en', 'A verdict', 'The court heard that Gonzalez left Bogotá in 1987.')
  const french = await vectorOf('fr', 'Un verdict', 'Le tribunal a appris que González avait quitté Bogota en 1987.')
  const other = await vectorOf('fr', 'La pluie', 'Le fleuve est monté toute la nuit.')
  t.ok(similarity(english, french, () => 1) > 0)
  t.equal(
    similarity(english, other, () => 1),
    0
  )
})

t.test('similarity is symmetric, bounded, and 1 for the same text', async t => {
  const texts = ['Floods close the bridge', 'The bridge is closed by floods', 'A quiet match in Oslo', '']
  const vectors = await Promise.all(texts.map(text => vectorOf('en', text, text)))
  for (const one of vectors) {
    for (const other of vectors) {
      const score = similarity(one, other, () => 1)
      t.ok(score >= 0 && score <= 1)
      t.ok(Math.abs(score - similarity(other, one, () => 1)) < 1e-9)
    }
  }
  t.ok(similarity(vectors[0]!, vectors[0]!, () => 1) > 0.999)
  t.ok(similarity(vectors[0]!, vectors[1]!, () => 1) > similarity(vectors[0]!, vectors[2]!, () => 1))
  t.equal(
    similarity(vectors[3]!, vectors[0]!, () => 1),
    0,
    'an empty text is like nothing'
  )
})

t.test('rarity falls as more stories have a term', async t => {
  for (const stories of [3, 100, 1_000_000]) {
    t.equal(rarity(stories, stories), 0)
    t.ok(rarity(stories, 2) > 0.999)
    t.ok(rarity(stories, Math.ceil(stories / 2)) <= rarity(stories, 2))
  }
})

t.test('terms come back from bytes, weights to a 32nd', async t => {
  const { weights } = await vectorOf('en', 'Ferry stopped', 'The ferry to the island was stopped by fog on Monday.')
  const bytes = encodeTerms(weights)
  t.equal(bytes.length, weights.size * 5)
  const decoded = decodeTerms(bytes)
  t.equal(decoded.size, weights.size)
  for (const [term, weight] of weights) t.ok(Math.abs(decoded.get(term)! - weight) <= 1 / 32)
})

t.test('copies', async t => {
  const words = Array.from({ length: 200 }, (_, n) => `word${n}`)
  const whole = shinglesOf(words.join(' '))
  const cut = shinglesOf(words.slice(0, 120).join(' '))
  t.equal(overlapOf(whole, cut).ofShorter, 1, 'a cut text stands in the whole one')
  t.same(overlapOf(cut, whole), overlapOf(whole, cut), 'either way round')
  t.ok(isCopy(overlapOf(whole, cut)))
  t.ok(overlapOf(whole, shinglesOf(`A new lead. ${words.slice(20).join(', ')}. Read more.`)).ofShorter > 0.9)
  const brief = shinglesOf(words.slice(0, 50).join(' '))
  t.equal(overlapOf(whole, brief).ofShorter, 1)
  t.notOk(isCopy(overlapOf(whole, brief)), 'a small part of a long text is no version of it')
  t.ok(isKin(overlapOf(whole, brief)))
  const disordered = overlapOf(whole, shinglesOf([...words].reverse().join(' ')))
  t.notOk(isCopy(disordered) || isKin(disordered), 'the same words in another order are no copy')
  t.equal(overlapOf(shinglesOf('one two three four five six'), whole).ofShorter, 0, 'a line says too little')
  t.equal(overlapOf(shinglesOf(''), shinglesOf('')).ofShorter, 0)
})

t.test('shingles of scripts without spaces count letters, of those that spell twice as many', async t => {
  t.equal(shinglesOf('政府宣布新的经济措施以应对危机').size, 15 - 4)
  t.equal(shinglesOf('รัฐบาลประกาศ').size, 12 - 9)
  t.same(shinglesOf('政府 宣布\n新的经济'), shinglesOf('政府宣布新的，经济。'), 'spaces and marks are nothing')
  t.equal(shinglesOf('one two three four 政 府').size, 2, 'beside words a letter is one')
})
