import t from 'tap'
import { compose } from '../src/features/related/compose.ts'
import { judge, recency } from '../src/features/related/rules.ts'
import { fill, openHouse } from './helpers.ts'
import { storyRecord } from './stories.ts'

/** Lists beside an article: what belongs together, why, and never twice. */

const article = (id: string, more: object = {}, day = 1) =>
  storyRecord(id, more, { publishedAt: new Date(Date.UTC(2026, 0, day)).toISOString() })

const house = [
  { kind: 'language', tag: 'en', name: 'English', position: 1 },
  { kind: 'language', tag: 'fr', name: 'Français', position: 2, fallback: ['en'] },
  { kind: 'source', slug: 'wire', type: 'agency', names: { en: 'Wire' } },
  { kind: 'author', slug: 'ann', type: 'person', names: { en: 'Ann' } },
  { kind: 'category', slug: 'news', labels: { en: 'News' } },
  { kind: 'category', slug: 'arts', labels: { en: 'Arts' }, rail: { position: 1, minimum: 2, fallback: 'none' } },
  {
    kind: 'category',
    slug: 'stage',
    parent: 'arts',
    labels: { en: 'Stage' },
    rail: { position: 2, minimum: 2, fallback: 'parent' }
  },
  { kind: 'category', slug: 'local', labels: { en: 'Local' }, rail: { position: 3, minimum: 3, fallback: 'latest' } },
  ...['rare', 'common', 'other'].map(slug => ({ kind: 'topic', slug, type: 'subject', labels: { en: slug } }))
]

interface List {
  group?: string
  category?: { slug: string }
  status: string
  fallback: string | null
  items: {
    id: string
    slug: string
    pinned: boolean
    score: number
    reasons: { kind: string; slug: string | null; weight: number }[]
  }[]
}

const asOf = '2026-10-01T00:00:00Z'

t.test('related lists', async t => {
  const { db, get } = await openHouse(t)
  await fill(db, [
    ...house,
    article('subject', { topics: ['rare', 'common'], authors: ['ann'], source: 'wire' }, 200),
    article('both', { topics: ['rare', 'common'] }, 190),
    article('rare-one', { topics: ['rare'] }, 180),
    ...Array.from({ length: 12 }, (_, n) => article(`common-${n}`, { topics: ['common'] }, 100 + n)),
    article('unrelated', { topics: ['other'], section: 'local' }, 201),
    article('by-ann', { authors: ['ann'], section: 'arts' }, 50),
    article('opted-out', { topics: ['rare', 'common'], showInRelated: false }, 195),
    article('embargoed', { topics: ['rare', 'common'], embargoUntil: '2099-01-01T00:00:00Z' }, 195),
    article('stage-1', { section: 'stage' }, 30),
    article('arts-1', { section: 'arts' }, 31),
    article('arts-2', { section: 'arts' }, 32),
    article('arts-3', { section: 'arts' }, 33)
  ])
  const nameOf = (list: List) => list.group ?? list.category!.slug
  const lists = async (slug = 'subject', query = '') => {
    const related = (await get(`/v1/articles/${slug}/related?language=en&explain=1&asOf=${asOf}${query}`)).json()
    const all = [...related.groups, ...related.rails] as List[]
    return { all, of: (name: string) => all.find(list => nameOf(list) === name)! }
  }
  const slugs = (list: List) => list.items.map(item => item.slug)

  await t.test('rank by the rarity of what is shared', async t => {
    const { of } = await lists()
    t.same(slugs(of('topic')).slice(0, 2), ['both', 'rare-one'])
    const weights = Object.fromEntries(
      of('topic').items[0]!.reasons.map(reason => [reason.slug ?? reason.kind, reason.weight])
    )
    t.ok(weights.rare! > weights.common!, 'the rare topic weighs more')
  })

  await t.test('give reasons whose weights add up to the score', async t => {
    for (const list of (await lists()).all) {
      for (const { score, reasons } of list.items) {
        const sum = reasons.reduce((total, reason) => total + reason.weight, 0)
        t.ok(Math.abs(sum - score) < 1e-9, `${sum} ${score}`)
      }
    }
  })

  await t.test('never show an article twice, itself, an opted-out or an embargoed one', async t => {
    const shown = (await lists()).all.flatMap(slugs)
    t.equal(new Set(shown).size, shown.length)
    for (const hidden of ['subject', 'opted-out', 'embargoed']) t.notOk(shown.includes(hidden), hidden)
  })

  await t.test('keep to the section tree: a rail holds its subtree and nothing else', async t => {
    const { of } = await lists()
    t.ok(slugs(of('arts')).every(slug => /^(arts|stage)-/.test(slug)))
  })

  await t.test('say which rule filled a short list, and hide one that stays short', async t => {
    const { of } = await lists('arts-3')
    t.match(of('stage'), { status: /fallback|hidden/ })
    const local = of('local')
    t.match(local, { status: 'fallback', fallback: 'latest' })
    t.ok(local.items.length >= 3)
    t.equal(local.items[0]!.slug, 'unrelated', 'its own come first')
    t.ok(local.items.slice(1).every(item => item.reasons.some(reason => reason.kind === 'fallback')))
    t.match(of('author'), { status: 'hidden', items: [] })
  })

  await t.test('removing a shared topic removes exactly the items whose only reason it was', async t => {
    const topics = async () => (await lists('both', '&limit=20&groups=topic')).of('topic').items
    const isTopic = ({ slug }: { slug: string | null }) => slug === 'rare' || slug === 'common'
    const before = await topics()
    await fill(db, [article('both', { topics: ['common'] }, 190)])
    const after = await topics()
    const onlyRare = before.filter(({ reasons }) => reasons.filter(isTopic).every(({ slug }) => slug === 'rare'))
    t.same(
      onlyRare.map(({ slug }) => slug),
      ['rare-one']
    )
    t.same(
      after.map(({ slug }) => slug).sort(),
      before
        .filter(item => !onlyRare.includes(item))
        .map(({ slug }) => slug)
        .sort()
    )
    t.ok(after.every(({ reasons }) => reasons.filter(isTopic).every(({ slug }) => slug === 'common')))
    await fill(db, [article('both', { topics: ['rare', 'common'] }, 190)])
  })

  await t.test('hide nothing because fewer are asked for than a list needs', async t => {
    const { all } = await lists()
    const { all: short, of } = await lists('subject', '&limit=1')
    t.match(of('topic'), { status: 'ok', minimum: 2, items: [{ slug: 'both' }] })
    const shown = (found: List[]) => found.filter(list => list.status !== 'hidden').map(nameOf)
    t.ok(shown(all).every(name => shown(short).includes(name)))
    t.ok(short.every(list => list.items.length <= 1))
  })

  await t.test('put pins first while they last', async t => {
    await fill(db, [
      {
        kind: 'pin',
        article: 'subject',
        group: 'topic',
        target: 'unrelated',
        position: 0,
        startsAt: '2026-09-01T00:00:00Z',
        endsAt: '2026-10-02T00:00:00Z'
      },
      { kind: 'pin', group: 'arts', target: 'common-0', position: 0 },
      { kind: 'pin', article: 'subject', group: 'topic', target: 'embargoed', position: 1 }
    ])
    const { of, all } = await lists()
    t.match(of('topic').items[0], { slug: 'unrelated', pinned: true })
    t.match(of('arts').items[0], { slug: 'common-0', pinned: true })
    t.equal(all.flatMap(slugs).filter(slug => slug === 'unrelated').length, 1)
    t.notOk(all.flatMap(slugs).includes('embargoed'), 'a pin opens no door')
    const later = (await get(`/v1/articles/subject/related?language=en&explain=1&asOf=2026-10-03T00:00:00Z`)).json()
      .groups[0]
    t.not(later.items[0].slug, 'unrelated')
  })

  await t.test('are the same for the same database and instant', async t => {
    const ask = () => get(`/v1/articles/subject/related?language=en&asOf=${asOf}`)
    t.equal((await ask()).body, (await ask()).body)
  })

  await t.test('as of an earlier instant leave out what came later', async t => {
    const { groups } = (await get(`/v1/articles/subject/related?language=en&asOf=2026-06-01T00:00:00Z`)).json()
    t.ok(groups.every((list: List) => list.items.every(item => item.slug !== 'both')))
  })

  await t.test('are empty in a language without stories, and say so', async t => {
    const related = (await get('/v1/articles/subject/related?language=fr')).json()
    t.equal(related.language, 'fr')
    for (const list of [...related.groups, ...related.rails]) t.match(list, { status: 'hidden', items: [] })
  })

  await t.test('come with the article in one call, the same ones', async t => {
    const alone = (await get(`/v1/articles/subject/related?language=en&asOf=${asOf}`)).json()
    const included = (await get(`/v1/articles/subject?language=en&include=related&asOf=${asOf}`)).json().related
    t.same(included, alone)
  })
})

t.test('a list', async t => {
  const at = '2026-01-01T00:00:00.000Z'
  const candidate = (id: string, weight = 1) => ({
    id,
    story: id,
    publishedAt: at,
    likeness: 0,
    shared: [{ kind: 'topic' as const, slug: 'x', weight }]
  })
  const plan = (name: string, minimum: number, list?: string) => ({
    name,
    minimum,
    fallback: list ? ({ rule: 'section', list } as const) : null
  })
  const settings = { limit: 3, asOf: at, self: 'self', publishedAt: at, variety: true }

  await t.test('that hides gives back what it had claimed', async t => {
    const candidates = new Map([
      ['a', [candidate('1')]],
      ['b', [candidate('1')]]
    ])
    const filled = compose([plan('a', 2), plan('b', 1)], candidates, new Map(), settings)
    t.equal(filled.get('a')!.status, 'hidden')
    t.same(
      filled.get('b')!.items.map(item => item.id),
      ['1']
    )
  })

  await t.test('breaks ties by id, so that nothing flickers', async t => {
    const candidates = new Map([['a', [candidate('1'), candidate('3'), candidate('2')]]])
    t.same(
      compose([plan('a', 1)], candidates, new Map(), settings)
        .get('a')!
        .items.map(item => item.id),
      ['3', '2', '1']
    )
  })

  await t.test('loves the fresh, but never more than freshness may weigh', async t => {
    t.equal(recency(at, at), 1)
    t.equal(recency('2025-12-02T00:00:00.000Z', at), 0.5)
    t.ok(judge(candidate('1', 0), at).score <= 1)
  })
})

t.test('in the demo newsroom every rail is filled beside every story, in every language', async t => {
  const { get } = await openHouse(t, { demo: true })
  const languages = ['en', 'vi', 'fr', 'ar']
  const stories = new Map<string, string>()
  for (const language of languages) {
    const { items, next } = (await get(`/v1/articles?language=${language}&limit=100`)).json()
    t.equal(next, null)
    for (const { id, slug } of items as { id: string; slug: string }[]) stories.set(id, slug)
  }
  t.ok(stories.size >= 70, `${stories.size} stories`)
  for (const language of languages) {
    const wanting: string[] = []
    for (const [id, slug] of stories) {
      const { groups, rails } = (await get(`/v1/articles/${id}/related?language=${language}&asOf=${asOf}`)).json()
      const shown = [...groups, ...rails].flatMap((list: List) => list.items.map(item => item.id))
      if (new Set(shown).size !== shown.length || shown.includes(id)) wanting.push(`${slug}: repeats`)
      for (const { category, status } of rails as Required<List>[])
        if (status !== 'ok') wanting.push(`${slug}: ${category.slug} is ${status}`)
    }
    t.same(wanting, [], language)
  }
})
