import fc from 'fast-check'
import t from 'tap'
import { fill, openHouse } from './helpers.ts'
import { type EditionSeed, type House, idOfNumber, inHouse, putStories, runs } from './stories.ts'

/** Whoever reads in whatever language gets what the newsroom has published for them, told plainly which language it is, and nothing else. */

const tags = ['en', 'fr', 'ar', 'vi', 'zh-Hans', 'pt-BR']
const past = '2026-01-01T00:00:00.000Z'
const future = '2099-01-01T00:00:00.000Z'
const minute = (number: number) => new Date(Date.UTC(2026, 4, 1, 12, number)).toISOString()

/** Words that stand in what is hidden, and must come out of no door. */
const secretHeadline = 'zanzibarquartz'
const secretSlug = 'quetzalvault'

interface Language {
  tag: string
  fallback: string[]
}
interface Edition extends EditionSeed {
  language: string
  publishedAt: string
}
interface Story {
  id: string
  originalLanguage: string
  embargoUntil: string | null
  editions: Edition[]
}

const languagesOfHouse = fc
  .shuffledSubarray(tags, { minLength: 3, maxLength: 5 })
  .chain(chosen =>
    fc.tuple(
      ...chosen.map(tag =>
        fc.shuffledSubarray(chosen.filter(other => other !== tag)).map((fallback): Language => ({ tag, fallback }))
      )
    )
  )

const usually = <T>(common: T, ...rare: T[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(common) }, { weight: 1, arbitrary: fc.constantFrom(...rare) })

const editionShape = fc.record({
  state: usually('published', 'draft', 'review', 'scheduled', 'published', 'withdrawn'),
  publishedAt: usually(0, 1, 2, -1),
  unpublishAt: usually<string | null>(null, past, future),
  address: usually('of many', 'of the story', 'its own')
})

const housePlan = languagesOfHouse.chain(languages => {
  const tag = fc.constantFrom(...languages.map(language => language.tag))
  const story = fc.record({
    originalLanguage: tag,
    embargoUntil: usually<string | null>(null, past, future),
    editions: fc.dictionary(tag, editionShape, { minKeys: 1, maxKeys: languages.length })
  })
  return fc.record({ languages: fc.constant(languages), shapes: fc.array(story, { minLength: 1, maxLength: 8 }) })
})

type Plan = typeof housePlan extends fc.Arbitrary<infer P> ? P : never

/** What many stories are called: one in each language may have it as its slug. */
const common = 'the-week'

/** Editions have the slug of their story, one of their own or a common one; hidden ones have secrets in theirs. */
function storiesOf({ shapes }: Plan): Story[] {
  const taken = new Set<string>()
  const slugOf = (number: number, language: string, address: string) => {
    const isFree = address === 'of many' && !taken.has(language)
    if (isFree) taken.add(language)
    if (isFree) return common
    return address === 'of the story' ? `story-${number}` : `story-${number}-${language.toLowerCase()}`
  }
  return shapes.map(({ originalLanguage, embargoUntil, editions }, number) => {
    const story = { id: idOfNumber(number * 7919 + 1), originalLanguage, embargoUntil }
    const seeds = Object.entries(editions).map(([language, { publishedAt, address, state, unpublishAt }]) => {
      const edition = {
        language,
        state,
        unpublishAt,
        publishedAt: publishedAt < 0 ? future : minute(publishedAt),
        // Its time has come, but nobody has been at work: no clock alone makes it public.
        ...(state === 'scheduled' ? { publishAt: '2020-01-01T00:00:00.000Z' } : {}),
        slug: slugOf(number, language, address),
        headline: `Story ${number} in ${language}`
      }
      return isVisible(story, edition)
        ? edition
        : { ...edition, slug: `${secretSlug}-${edition.slug}`, headline: `${secretHeadline} ${edition.headline}` }
    })
    return { ...story, editions: seeds }
  })
}

/** The rules of the house, said once more without SQL. */
const isVisible = ({ embargoUntil }: Pick<Story, 'embargoUntil'>, { state, publishedAt, unpublishAt }: Edition) =>
  state === 'published' && publishedAt !== future && unpublishAt !== past && embargoUntil !== future

const visible = (story: Story) => story.editions.filter(edition => isVisible(story, edition))

function served(story: Story, { tag, fallback }: Language, mode: string): Edition | undefined {
  const order = mode === 'none' ? [tag] : [tag, ...fallback, story.originalLanguage]
  return order.flatMap(language => visible(story).filter(edition => edition.language === language))[0]
}

function listed(stories: Story[], language: Language, mode: string) {
  return stories
    .flatMap(story => {
      const edition = served(story, language, mode)
      return edition ? [{ story, edition, place: `${edition.publishedAt} ${story.id}` }] : []
    })
    .sort((a, b) => (a.place > b.place ? -1 : 1))
}

interface Item {
  id: string
  slug: string
  headline: string
  language: { requested: string; served: string; fallback: boolean }
  alternates?: { language: string; slug: string }[]
}

/** Throws with both sides, so that a shrunken counterexample reads by itself. */
function agree(what: string, found: unknown, wanted: unknown) {
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Error(`${what}\n  found  ${JSON.stringify(found)}\n  wanted ${JSON.stringify(wanted)}`)
}

/** Reads an address; nothing hidden may stand in the answer. */
async function read({ get }: House, address: string) {
  const response = await get(address)
  const told = response.body + JSON.stringify(response.headers)
  for (const secret of [secretHeadline, secretSlug]) {
    if (told.includes(secret)) throw new Error(`${address} tells ${secret}: ${told}`)
  }
  return response
}

async function readable(house: House, address: string) {
  const response = await read(house, address)
  if (response.statusCode !== 200) throw new Error(`${address}: ${response.statusCode} ${response.body}`)
  return response
}

/** A list, and every one of its items by slug, for one language and one way to fall back. */
async function checkLanguage(house: House, stories: Story[], language: Language, mode: string) {
  const { tag } = language
  const query = `language=${tag}&fallback=${mode}`
  const wanted = listed(stories, language, mode)
  const list = await readable(house, `/v1/articles?${query}&view=full&count=exact&limit=100`)
  const { items, count } = list.json() as { items: Item[]; count: { value: number } }
  agree(
    `the list ${query}`,
    items.map(item => [item.id, item.language.served, item.slug]),
    wanted.map(({ story, edition }) => [story.id, edition.language, edition.slug])
  )
  agree(`the count ${query}`, count.value, wanted.length)
  const inAll = [...new Set(items.map(item => item.language.served))]
  agree(`Content-Language of the list ${query}`, list.headers['content-language'], inAll.join(', ') || tag)
  for (const item of items) {
    const story = stories.find(story => story.id === item.id)!
    agree('requested', item.language.requested, tag)
    agree('fallback is never silent', item.language.fallback, item.language.served !== tag)
    const names = visible(story).map(edition => [edition.language, edition.slug])
    agree(
      `alternates in ${query}`,
      item.alternates!.map(one => [one.language, one.slug]),
      names.sort(([a], [b]) => (a! < b! ? -1 : 1))
    )
    const one = await readable(house, `/v1/articles/${item.slug}?${query}`)
    const found = one.json() as Item
    const { slug } = found
    if (!isBetter(found, item, language)) agree(`${item.slug} by ${query}`, pick(found), pick(item))
    agree(`Content-Language of ${slug}`, one.headers['content-language'], found.language.served)
    agree(`Vary of ${slug}`, /accept-language/i.test(String(one.headers.vary)), true)
  }
}

/** Another story with the same common slug in a language this reader would rather have. */
function isBetter(found: Item, item: Item, { tag, fallback }: Language): boolean {
  const rank = ({ language }: Item) => [tag, ...fallback, language.served].indexOf(language.served)
  if (found.slug !== common || item.slug !== common || found.id === item.id) return false
  return rank(found) < rank(item) || rank(item) === fallback.length + 1
}

const pick = ({ id, slug, headline, language }: Item) => ({ id, slug, headline, language })

/** Every alternate leads to an article that names the same alternates. */
async function checkAlternates(house: House, story: Story) {
  const sets = new Set<string>()
  for (const { language, slug } of visible(story)) {
    const { alternates, ...item } = (await readable(house, `/v1/articles/${slug}?language=${language}`)).json()
    agree(`the alternate ${slug} in ${language}`, [item.id, item.language.served], [story.id, language])
    sets.add(JSON.stringify(alternates))
  }
  agree(`sets of alternates of ${story.id}`, sets.size, Math.min(visible(story).length, 1))
}

/** By its own slug or id, and beside others: what is hidden is not there, and a withdrawal says so without its words. */
async function checkHidden(house: House, stories: Story[], languages: Language[]) {
  for (const story of stories) {
    for (const edition of story.editions.filter(edition => !isVisible(story, edition))) {
      const response = await house.get(`/v1/articles/${edition.slug}?language=${edition.language}`)
      const withdrawn = stories
        .filter(other => other.embargoUntil !== future)
        .some(({ editions }) => editions.some(({ slug, state }) => slug === edition.slug && state === 'withdrawn'))
      agree(`the hidden ${edition.slug}`, response.statusCode, withdrawn ? 410 : 404)
      agree('its headline is kept', response.body.includes(secretHeadline), false)
    }
    for (const language of languages) {
      const response = await read(house, `/v1/articles/${story.id}?language=${language.tag}&include=related,comments`)
      const wanted = served(story, language, 'chain')
      agree(`${story.id} in ${language.tag}`, response.json().language?.served, wanted?.language)
      if (wanted) await readable(house, `/v1/articles/${story.id}/related?language=${language.tag}&explain=1`)
    }
  }
}

t.test('in any house, with any editions in any state', { timeout: 150_000 }, async t => {
  const property = fc.asyncProperty(housePlan, async plan => {
    const stories = storiesOf(plan)
    await inHouse(async house => {
      await fill(house.db, [
        ...plan.languages.map(({ tag }, index) => ({ kind: 'language', tag, name: tag, position: index + 1 })),
        ...plan.languages.map(({ tag, fallback }, index) => ({
          kind: 'language',
          tag,
          name: tag,
          fallback,
          position: index + 1
        })),
        { kind: 'category', slug: 'news', labels: {}, rail: { position: 1, minimum: 0, fallback: 'latest' } }
      ])
      await putStories(house.db, stories)
      for (const language of plan.languages) {
        for (const mode of ['none', 'chain']) await checkLanguage(house, stories, language, mode)
      }
      for (const story of stories) await checkAlternates(house, story)
      await checkHidden(house, stories, plan.languages)
    })
  })
  await fc.assert(property, runs())
  t.pass('lists, items, alternates, counts and headers agree with the rules of the house')
})

const edition = (language: string, slug: string) => ({ language, slug, publishedAt: minute(1) })

t.test('a slug that two stories have in two languages', async t => {
  const { db, get } = await openHouse(t)
  await fill(db, [
    { kind: 'language', tag: 'en', name: 'English', position: 1 },
    { kind: 'language', tag: 'fr', name: 'Français', position: 2, fallback: ['en'] },
    { kind: 'language', tag: 'ar', name: 'العربية', position: 3 },
    { kind: 'language', tag: 'vi', name: 'Tiếng Việt', position: 4 },
    { kind: 'category', slug: 'news', labels: {} }
  ])
  await putStories(db, [
    { id: idOfNumber(1), originalLanguage: 'en', editions: [edition('en', 'covid-19')] },
    { id: idOfNumber(2), originalLanguage: 'fr', editions: [edition('fr', 'covid-19')] },
    { id: idOfNumber(3), originalLanguage: 'en', editions: [edition('ar', 'election'), edition('en', 'vote')] },
    { id: idOfNumber(4), originalLanguage: 'vi', editions: [edition('vi', 'election')] }
  ])

  await t.test("is the reader's language's where that has it", async t => {
    for (const [language, id] of [
      ['en', 1],
      ['fr', 2]
    ] as const) {
      t.equal((await get(`/v1/articles/covid-19?language=${language}`)).json().id, idOfNumber(id))
    }
  })

  const fallbacks = async (language: string) =>
    (await get(`/v1/articles?language=${language}&fallback=chain`)).json().items as Item[]

  await t.test('leads to what was listed in the language it was served in', async t => {
    for (const language of ['en', 'fr', 'ar', 'vi']) {
      for (const { id, slug, language: of } of await fallbacks(language))
        t.equal((await get(`/v1/articles/${slug}?language=${of.served}`)).json().id, id, `${slug} in ${of.served}`)
    }
  })

  await t.test("leads to what was listed in the reader's own, unless a better language has the slug", async t => {
    for (const language of ['en', 'fr', 'ar', 'vi']) {
      for (const item of await fallbacks(language)) {
        const found: Item = (await get(`/v1/articles/${item.slug}?language=${language}`)).json()
        t.equal(found.slug, item.slug, `${item.slug} in ${language}, listed in ${item.language.served}`)
      }
    }
  })
})

t.test(
  'a slug of an edition that is not the one its story is read in gives way to a story that is read under it',
  async t => {
    const { db, get } = await openHouse(t)
    await fill(db, [
      { kind: 'language', tag: 'en', name: 'English', position: 1, fallback: ['fr', 'ar'] },
      { kind: 'language', tag: 'fr', name: 'Français', position: 2 },
      { kind: 'language', tag: 'ar', name: 'العربية', position: 3 },
      { kind: 'language', tag: 'vi', name: 'Tiếng Việt', position: 4 },
      { kind: 'category', slug: 'news', labels: {} }
    ])
    await putStories(db, [
      { id: idOfNumber(1), originalLanguage: 'fr', editions: [edition('fr', 'semaine'), edition('ar', 'week')] },
      { id: idOfNumber(2), originalLanguage: 'vi', editions: [edition('vi', 'week')] }
    ])
    const { items } = (await get('/v1/articles?language=en&fallback=chain')).json()
    t.same(items.map((item: Item) => item.slug).sort(), ['semaine', 'week'])
    t.match((await get('/v1/articles/week?language=en')).json(), { id: idOfNumber(2), slug: 'week' })
    t.match((await get('/v1/articles/week?language=ar')).json(), { id: idOfNumber(1), slug: 'week' })
  }
)

t.test('the language of a reader', async t => {
  const { db, get } = await openHouse(t)
  const languages = ['en', 'fr', 'zh-Hans', 'zh-Hant', 'pt-BR']
  await fill(db, [
    ...languages.map((tag, index) => ({ kind: 'language', tag, name: tag, position: index + 1 })),
    { kind: 'category', slug: 'news', labels: {} }
  ])
  await putStories(db, [
    {
      id: idOfNumber(1),
      originalLanguage: 'en',
      editions: languages.map(tag => edition(tag, `s-${tag.toLowerCase()}`))
    }
  ])
  const article = `/v1/articles/${idOfNumber(1)}`
  const served = async (header: string | undefined, address = article) => {
    const response = await get(address, header === undefined ? {} : { 'accept-language': header })
    t.equal(response.statusCode, 200, response.body.slice(0, 200))
    t.match(String(response.headers.vary), /accept-language/i, 'the answer varies')
    t.equal(response.headers['content-language'], response.json().language.served)
    return response.json().language.served as string
  }

  await t.test('is looked up from Accept-Language', async t => {
    const cases: [header: string | undefined, language: string][] = [
      [undefined, 'en'],
      ['fr', 'fr'],
      ['FR', 'fr'],
      ['fr-CA', 'fr'],
      ['fr-CA-x-private', 'fr'],
      ['zh-TW', 'zh-Hant'],
      ['zh-HK', 'zh-Hant'],
      ['zh-Hant-TW', 'zh-Hant'],
      ['zh-CN', 'zh-Hans'],
      ['zh-SG', 'zh-Hans'],
      ['pt-BR', 'pt-BR'],
      ['en-US,en;q=0.9,fr;q=0.8', 'en'],
      ['fr;q=0.3, zh-Hans;q=0.9', 'zh-Hans'],
      ['de, fr;q=0.5', 'fr'],
      ['de', 'en'],
      ['fr;q=0, pt-BR;q=0.1', 'pt-BR'],
      ['*', 'en'],
      ['*, fr;q=0.5', 'fr']
    ]
    for (const [header, language] of cases) t.equal(await served(header), language, header ?? 'no header')
  })

  await t.test('is the default of the house where the header is garbage', async t => {
    const garbage = [
      '',
      ' ',
      ',',
      ';;;',
      'q=1',
      '!!!',
      'fr_FR@euro!',
      'x',
      '-',
      '*-*',
      'en;q=abc',
      '\t',
      'a'.repeat(8000)
    ]
    for (const header of garbage) t.ok(languages.includes(await served(header)), JSON.stringify(header.slice(0, 20)))
    t.equal(await served('!!!, ;q=, fr;q=0.5'), 'fr', 'what is well formed among it counts')
    const random = fc.asyncProperty(fc.stringMatching(/^[ -~]{0,60}$/), async header => {
      const response = await get(article, { 'accept-language': header })
      if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${response.body}`)
    })
    await fc.assert(random, runs(100))
  })

  await t.test('is what ?language= says, whatever the header', async t => {
    t.equal(await served('zh-TW', `${article}?language=fr`), 'fr')
    t.equal(await served('zh-TW', `${article}?language=fr-CA`), 'fr')
    t.equal(await served(undefined, `${article}?language=PT-br`), 'pt-BR')
  })

  await t.test('that the house has not is refused with the nearest it has', async t => {
    for (const [asked, suggestion] of [
      ['fe', 'fr'],
      ['zh-Hanz', 'zh-Hans'],
      ['pt-BZ', 'pt-BR']
    ]) {
      const response = await get(`/v1/articles?language=${asked}`)
      t.equal(response.statusCode, 400)
      t.match(response.json(), { code: 'unknown-language', errors: [{ pointer: 'language', suggestion }] })
      for (const language of languages) t.match(response.json().detail, language)
    }
    for (const asked of ['', 'x', 'e'.repeat(36), 'fr,en', 'fr%00', '%F0%9F%87%AB', '../en', 'fr&language=en']) {
      const response = await get(`/v1/articles?language=${asked}`)
      t.equal(response.statusCode, 400, asked)
    }
  })

  await t.test('who says nothing is that of the slug', async t => {
    for (const tag of languages) {
      const slug = `/v1/articles/s-${tag.toLowerCase()}`
      for (const header of [undefined, '*', 'de']) t.equal(await served(header, slug), tag, `${slug} ${header}`)
    }
    t.equal(await served('fr', '/v1/articles/s-zh-hans'), 'fr', 'who says something gets that')
    t.equal(await served(undefined, '/v1/articles/s-zh-hans?language=en'), 'en')
  })

  await t.test('holds for every noun that has words', async t => {
    for (const noun of ['articles', 'sources', 'authors', 'categories', 'topics', 'images', 'captions']) {
      const response = await get(`/v1/${noun}`, { 'accept-language': 'fr-CA' })
      t.equal(response.headers['content-language'], 'fr', noun)
      t.match(String(response.headers.vary), /accept-language/i, noun)
    }
  })
})
