import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import t from 'tap'
import { planRebuild } from '../src/features/changes/queries.ts'
import { catchUp, readSome } from '../src/features/changes/readers.ts'
import { Filing } from '../src/features/similar/filing.ts'
import { file } from '../src/features/similar/index-queries.ts'
import { similarReader } from '../src/features/similar/reader.ts'
import { type Db, fill, openHouse, openTestDatabase } from './helpers.ts'
import { storyRecord } from './stories.ts'

/** The index of words: what it says, and that nobody who waits for a list waits for it. */

/** A reader whose process ends before it does what it has put off. */
const hasty = () => ({ ...similarReader(), afterwards: async () => {} })

const house = [
  { kind: 'language', tag: 'en', name: 'English', position: 1 },
  { kind: 'category', slug: 'news', labels: { en: 'News' } }
]
/** Texts about one thing, none made from another. */
const harbours = {
  brest: 'At Brest a crane dropped ballast on a trawler. Divers found the keel.',
  cadiz: 'Divers of Cadiz raised the keel of a trawler that had lost its ballast under a crane.',
  gdynia: 'No crane of Gdynia may lift ballast since a trawler sank. Its keel was cut up by divers.',
  varna: 'A keel, a trawler, forty tons of ballast: what divers saw where the crane of Varna fell.'
}
const story = (place: keyof typeof harbours) => storyRecord(place, {}, { html: `<p>${harbours[place]}</p>` })

const waiting = async (db: Db) => (await db.rows(sql`select 1 from unfiled`)).length
const counts = (db: Db) => db.rows(sql`select bucket, stories from word_counts order by bucket`)
const filed = async (db: Db) =>
  (
    await db.rows<{ bytes: number }>(
      sql`select coalesce(sum(octet_length(postings)), 0)::int as bytes from term_blocks`
    )
  )[0]!.bytes

t.test('what a story adds to the index', async t => {
  const { db, get } = await openHouse(t)
  const similar = async (place: keyof typeof harbours) => {
    const { groups } = (await get(`/v1/articles/${place}/related?language=en&groups=similar`)).json()
    return (groups[0].items as { slug: string }[]).map(({ slug }) => slug).sort()
  }
  await fill(db, house)
  await catchUp(db, similarReader())

  await t.test('is filed once its lists are told, without being asked again', async t => {
    await fill(db, [story('brest'), story('gdynia')])
    await catchUp(db, similarReader())
    t.equal(await waiting(db), 0)
    t.ok((await filed(db)) > 0)
    t.ok((await counts(db)).length > 0)
  })

  await t.test('waits where its reader died, and is there for the next story', async t => {
    const before = await filed(db)
    await fill(db, [story('cadiz')])
    await catchUp(db, hasty())
    t.same(await similar('cadiz'), ['brest', 'gdynia'], 'its own list is there')
    t.same(await similar('brest'), ['cadiz', 'gdynia'], 'and it stands on that of others')
    t.equal(await waiting(db), 1)
    t.equal(await filed(db), before)
    await fill(db, [story('varna')])
    await catchUp(db, hasty())
    t.same(await similar('varna'), ['brest', 'cadiz', 'gdynia'])
    t.equal(await waiting(db), 1, 'only the last one waits')
    t.ok((await filed(db)) > before)
  })

  await t.test('is there once, whoever files it', async t => {
    t.equal(await waiting(db), 1)
    await fill(db, [storyRecord('choirs', {}, { html: '<p>Choirs rehearsed.</p>' })])
    await catchUp(db, similarReader())
    t.equal(await waiting(db), 0)
    const kept = await counts(db)
    await planRebuild(db, 'similar')
    while (await readSome(db, similarReader()));
    t.same(await counts(db), kept, 'every story was counted once')
  })

  await t.test('is forgotten by who makes all anew', async t => {
    await fill(db, [storyRecord('organs', {}, { html: '<p>Organs were tuned.</p>' })])
    await catchUp(db, hasty())
    t.equal(await waiting(db), 1)
    await planRebuild(db, 'similar')
    while (await readSome(db, hasty()));
    t.equal(await waiting(db), 0)
    const made = await counts(db)
    await planRebuild(db, 'similar')
    while (await readSome(db, similarReader()));
    t.same(await counts(db), made)
  })
})

t.test('a list says what was added to it, in that order, in blocks of 128 to 255', async t => {
  const { db } = await openTestDatabase(t)
  const batches = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(batches, fc.integer({ min: 1, max: 3 }), (sizes, lists) =>
      db.rehearse(async tx => {
        const added = Array.from({ length: lists }, () => [] as number[])
        let number = 0
        for (const size of sizes) {
          const filing = new Filing()
          for (let n = 0; n < size; n++) {
            const list = ++number % lists
            filing.add(list << 10, { number, share: 0.5 })
            added[list]!.push(number)
          }
          await file(tx, { counts: [], pieces: filing.take() })
        }
        const blocks = await tx.rows<{ bucket: number; since: number; postings: Buffer }>(
          sql`select bucket, since, postings from term_blocks order by bucket, since, block`
        )
        for (const [list, numbers] of added.entries()) {
          const mine = blocks.filter(({ bucket }) => bucket === list)
          t.same(
            mine.flatMap(({ postings }) =>
              Array.from({ length: postings.length / 5 }, (_, place) => postings.readInt32LE(place * 5))
            ),
            numbers
          )
          for (const { since, postings } of mine) t.equal(since, postings.readInt32LE(0))
          const lengths = mine.map(({ postings }) => postings.length / 5)
          t.ok(lengths.slice(0, -1).every(length => length >= 128))
          t.ok(lengths.every(length => length < 256))
        }
      })
    ),
    { numRuns: 25 }
  )
})
