import fc from 'fast-check'
import t from 'tap'
import { remember } from '../src/lib/remember.ts'
import { isCopy, isKin, overlapOf, shinglesOf } from '../src/lib/similarity/copies.ts'
import { heaviest } from '../src/lib/similarity/heaviest.ts'
import { Places } from '../src/lib/similarity/places.ts'
import { encodePostings, pairBytes, Tally } from '../src/lib/similarity/postings.ts'
import { decodeSketch, encodeSketch, sketchedContainment, sketchOf } from '../src/lib/similarity/sketches.ts'
import { termsOf } from '../src/lib/similarity/terms.ts'
import {
  decodeVector,
  encodeVector,
  Likeness,
  rarity,
  toVector,
  type Vector,
  worthsOf
} from '../src/lib/similarity/vectors.ts'
import { openSplitter } from '../src/lib/similarity/words.ts'

/** What stories are about, and how alike two of them are. */

const stemsOf = async (language: string, text: string) => {
  const split = await openSplitter(language)
  return split(text).flatMap(word => (word ? [word.stem] : []))
}

const vectorOf = async (language: string, headline: string, body: string) => {
  const { words, wordWeights, phrases, phraseWeights } = termsOf(await openSplitter(language), {
    headline,
    standfirst: '',
    body
  })
  return toVector(Int32Array.of(...words, ...phrases), Float64Array.of(...wordWeights, ...phraseWeights))
}

/** When every term is as rare as can be. */
function likeness(one: Vector, other: Vector) {
  const likeness = new Likeness()
  likeness.begin(
    one,
    worthsOf(one, () => 1)
  )
  return likeness.to(other)
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

t.test('what is remembered of words is what was found', async t => {
  let asked = 0
  const recall = remember(3, (key: string) => {
    asked++
    return key.toUpperCase()
  })
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...'abcdefgh')), keys => keys.every(key => recall(key) === key.toUpperCase()))
  )
  asked = 0
  for (let round = 0; round < 10; round++) for (const key of 'ab') recall(key)
  t.ok(asked <= 2, 'what is asked for again and again stays')
  const text = 'Ferries stop. “Gonzalez” left; Gonzalez came back.'
  t.same(await stemsOf('en', `${text} ${text}`), [...(await stemsOf('en', text)), ...(await stemsOf('en', text))])
})

t.test('names are shared across languages, other words are not', async t => {
  const english = await vectorOf('en', 'A verdict', 'The court heard that Gonzalez left Bogotá in 1987.')
  const french = await vectorOf('fr', 'Un verdict', 'Le tribunal a appris que González avait quitté Bogota en 1987.')
  const other = await vectorOf('fr', 'La pluie', 'Le fleuve est monté toute la nuit.')
  t.ok(likeness(english, french) > 0)
  t.equal(likeness(english, other), 0)
})

t.test('a headline of one word is not all a long text is about', async t => {
  const body = Array.from({ length: 900 }, (_, n) => `word${n}x`).join(' ')
  const { words, wordWeights } = termsOf(await openSplitter('en'), { headline: 'Obituary', standfirst: '', body })
  t.equal(wordWeights.length, words.length)
  t.ok(wordWeights[0]! > 3 * wordWeights.at(-1)!, 'it counts for more than any other word')
  t.ok(wordWeights[0]! < 8, 'and not for more than a description can hold')
  t.ok(wordWeights[0]! ** 2 < 0.1 * wordWeights.reduce((sum, weight) => sum + weight ** 2, 0))
})

t.test('similarity is symmetric, bounded, and 1 for the same text', async t => {
  const texts = ['Floods close the bridge', 'The bridge is closed by floods', 'A quiet match in Oslo', '']
  const vectors = await Promise.all(texts.map(text => vectorOf('en', text, text)))
  for (const one of vectors) {
    for (const other of vectors) {
      const score = likeness(one, other)
      t.ok(score >= 0 && score <= 1)
      t.ok(Math.abs(score - likeness(other, one)) < 1e-9)
    }
  }
  t.ok(likeness(vectors[0]!, vectors[0]!) > 0.98, 'but for weights in steps of a 32nd')
  t.ok(likeness(vectors[0]!, vectors[1]!) > likeness(vectors[0]!, vectors[2]!))
  t.equal(likeness(vectors[3]!, vectors[0]!), 0, 'an empty text is like nothing')
})

t.test('rarity falls as more stories have a term', async t => {
  for (const stories of [3, 100, 1_000_000]) {
    t.equal(rarity(stories, stories), 0)
    t.ok(rarity(stories, 2) > 0.999)
    t.ok(rarity(stories, Math.ceil(stories / 2)) <= rarity(stories, 2))
  }
})

t.test('terms come back from bytes', async t => {
  const vector = await vectorOf('en', 'Ferry stopped', 'The ferry to the island was stopped by fog on Monday.')
  const bytes = encodeVector(vector)
  t.equal(bytes.length, vector.terms.length * 5)
  t.same(decodeVector(bytes, vector.length), vector)
  const sketch = sketchOf(shinglesOf('The ferry to the island was stopped by fog on Monday morning.'))
  t.ok(sketch.length > 3)
  t.same(decodeSketch(encodeSketch(sketch)), sketch)
})

t.test('places are those in which numbers first came', async t => {
  const places = new Places()
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer(), fc.integer({ min: 0, max: 50 })), { maxLength: 5_000, size: 'max' }),
      numbers => {
        places.clear()
        const given = numbers.map(number => places.add(number))
        const known = [...new Set(numbers)]
        const placeOf = new Map(known.map((number, place) => [number, place]))
        t.same(
          given,
          numbers.map(number => placeOf.get(number))
        )
        t.same([...places.all()], known)
        t.ok([...numbers, 1, -1, 60].every(number => places.find(number) === (placeOf.get(number) ?? -1)))
      }
    ),
    { numRuns: 30 }
  )
})

t.test('what weighs most is what comes first when all are sorted', async t => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.integer({ min: 0, max: 30 }), (weights, most) => {
      const terms = Int32Array.from(weights, (_, place) => (place * 7919) % 1_009)
      const sorted = [...weights.keys()].sort((a, b) => weights[b]! - weights[a]! || terms[a]! - terms[b]!)
      t.same(
        heaviest(Float64Array.from(weights), terms, most),
        sorted.slice(0, most).sort((a, b) => a - b)
      )
    })
  )
})

t.test('likeness is the cosine of the weights, each term by its rarity', async t => {
  const vector = fc
    .uniqueArray(fc.tuple(fc.integer(), fc.double({ min: 0.1, max: 7, noNaN: true })), {
      selector: ([term]) => term % 50
    })
    .map(pairs =>
      toVector(
        Int32Array.from(pairs, ([term]) => term % 50),
        Float64Array.from(pairs, ([, weight]) => weight)
      )
    )
  const likeness = new Likeness()
  fc.assert(
    fc.property(vector, fc.array(vector, { maxLength: 4 }), (one, others) => {
      const rarityOf = (term: number) => Math.abs(term) / 50
      likeness.begin(one, worthsOf(one, rarityOf))
      for (const other of others) {
        const weights = new Map([...one.terms].map((term, index) => [term, one.weights[index]!]))
        const sum = [...other.terms].reduce(
          (sum, term, index) => sum + rarityOf(term) ** 1.75 * (weights.get(term) ?? 0) * other.weights[index]!,
          0
        )
        const cosine = sum === 0 ? 0 : sum / one.length / other.length
        t.ok(Math.abs(likeness.to(other) - Math.min(1, cosine)) < 1e-9)
      }
    })
  )
})

t.test('a tally gives the numbers with the greatest sums', async t => {
  const postings = fc.array(
    fc.record({ number: fc.integer({ min: 1, max: 5_000 }), share: fc.double({ min: 0.01, max: 1, noNaN: true }) })
  )
  const tally = new Tally()
  fc.assert(
    fc.property(
      fc.array(fc.tuple(postings, fc.integer({ min: 1, max: 9 }))),
      fc.integer({ min: 1, max: 40 }),
      (lists, most) => {
        const sums = new Map<number, number>()
        for (const [list, worth] of lists) {
          const bytes = encodePostings(list)
          tally.add(bytes, worth)
          list.forEach(({ number }, index) => {
            const share = (bytes[index * pairBytes + 4]! / 255) ** 2
            sums.set(number, (sums.get(number) ?? 0) + share * worth)
          })
        }
        const expected = [...sums].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, most)
        t.same(
          tally.take(most),
          expected.map(([number]) => number)
        )
      }
    )
  )
})

t.test('a sketch tells about how much of a text stands in another', async t => {
  const words = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `word${from + n}`).join(' ')
  fc.assert(
    fc.property(fc.integer({ min: 60, max: 900 }), fc.double({ min: 0, max: 1, noNaN: true }), (length, share) => {
      const shared = Math.round(length * share)
      const [one, other] = [shinglesOf(words(0, length)), shinglesOf(words(length - shared, 2 * length - shared))]
      const [exact, sketched] = [overlapOf(one, other).ofShorter, sketchedContainment(sketchOf(one), sketchOf(other))]
      t.ok(Math.abs(exact - sketched) < 0.3, `${exact} is told as ${sketched}`)
    })
  )
  const few = [shinglesOf(words(0, 50)), shinglesOf(words(20, 80))] as const
  t.equal(
    sketchedContainment(sketchOf(few[0]), sketchOf(few[1])),
    overlapOf(...few).ofShorter,
    'of a short text exactly'
  )
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
