import { join } from 'node:path'
import t from 'tap'
import { importFiles } from '../src/features/import/run.ts'
import { openHouse } from './helpers.ts'

/** The page that started it: a French machine translation of a Vietnamese newspaper story, with everything on it from one GET. */

const page = '/v1/articles/visite-prevue-a-pyongyang?language=fr&include=related,comments'

t.test('the founding page in one GET', async t => {
  const { app, get } = await openHouse(t, { demo: true })
  const response = await get(page)
  const article = response.json()
  t.equal(response.statusCode, 200)

  await t.test('says who published it, where it comes from and when', async t => {
    t.match(article.source, {
      slug: 'bao-song-hong',
      type: 'newspaper',
      name: String,
      logo: /^\/media\/[0-9a-f]{64}\.png$/
    })
    t.match(article.origin, {
      url: /^https:\/\//,
      language: 'vi',
      publishedAt: '2024-01-21T07:15:00.000Z',
      headline: /Bình Nhưỡng/
    })
    for (const instant of ['publishedAt', 'firstPublishedAt', 'updatedAt'])
      t.match(article[instant], /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/)
    t.match(article.publishedAt, /^2024-01-21/)
  })

  await t.test('source, author and byline are three things: no author is invented from the source', async t => {
    t.same(article.authors, [])
    t.equal(article.related.groups.find((group: { group: string }) => group.group === 'author').status, 'hidden')
  })

  await t.test('discloses the machine translation, and that the original changed since', async t => {
    t.match(article.translation, {
      method: 'machine',
      engine: String,
      of: { language: 'vi', revision: 1 },
      stale: true
    })
    t.ok(article.translation.staleBlocks.length > 0)
    const original = (await get('/v1/articles/visite-prevue-a-pyongyang?language=vi')).json()
    t.match(original, {
      slug: 'chuyen-tham-binh-nhuong',
      revision: 2,
      translation: { method: 'original', of: null, stale: false }
    })
    const keys = original.body.blocks.map((block: { _key: string }) => block._key)
    const blocks = article.translation.staleBlocks.filter((key: string) => !['headline', 'standfirst'].includes(key))
    t.ok(
      blocks.some((key: string) => keys.includes(key)),
      'the changed blocks are blocks of the original'
    )
  })

  await t.test('has the same block keys as its original wherever the structure is the same', async t => {
    const original = (await get('/v1/articles/visite-prevue-a-pyongyang?language=vi')).json()
    const keysOf = (body: { blocks: { _key: string }[] }) => new Set(body.blocks.map(block => block._key))
    const shared = [...keysOf(article.body)].filter(key => keysOf(original.body).has(key))
    t.ok(shared.length >= article.body.blocks.length / 2, `${shared.length} of ${article.body.blocks.length}`)
  })

  await t.test('shows one picture with two captions as a pair, the credit apart', async t => {
    const [image] = article.images
    t.equal(article.images.length, 1)
    t.match(image.credit, { name: 'Sputnik', source: 'sputnik' })
    t.match(image.caption, {
      language: 'fr',
      method: 'machine',
      engine: String,
      translatedFrom: { language: 'vi', method: 'original' }
    })
    t.not(image.caption.text, image.caption.translatedFrom.text)
    for (const text of [image.caption.text, image.caption.translatedFrom.text])
      t.notMatch(text, /sputnik|nguồn|source/i)
    t.equal((await get(image.url)).headers['content-type'], 'image/png')
  })

  await t.test('names its alternates, and they name it', async t => {
    t.same(
      article.alternates.map((alternate: { language: string }) => alternate.language),
      ['en', 'fr', 'vi']
    )
    for (const { language, slug } of article.alternates) {
      const other = (await get(`/v1/articles/${slug}?language=${language}`)).json()
      t.same(other.alternates, article.alternates)
      t.match(other.language, { served: language, fallback: false })
    }
  })

  await t.test('has its comments counted and listed in both orders, empty said as empty', async t => {
    t.match(article.commenting, { policy: 'open' })
    t.same(article.comments, { count: 0, newest: [], mostLiked: [] })
  })

  await t.test('has all groups and the seven rails in their order', async t => {
    t.same(
      article.related.groups.map((group: { group: string }) => group.group),
      ['topic', 'category', 'author', 'source', 'similar']
    )
    t.same(
      article.related.rails.map((rail: { category: { slug: string } }) => rail.category.slug),
      ['heritage', 'figures', 'enterprises', 'current-events', 'political-system', 'local', 'products']
    )
    for (const { status, items, minimum, fallback } of [...article.related.groups, ...article.related.rails]) {
      if (status === 'hidden') t.equal(items.length, 0)
      else t.ok(items.length >= Math.max(1, minimum))
      t.equal(status === 'fallback', fallback !== null)
    }
  })

  await t.test('labels its rails with reviewed words in French: people are not a number', async t => {
    const figures = article.related.rails.find(
      (rail: { category: { slug: string } }) => rail.category.slug === 'figures'
    )
    t.match(figures.category, { label: 'Personnalités', labelLanguage: 'fr' })
  })

  await t.test('repeats nothing, not even itself', async t => {
    const items = [...article.related.groups, ...article.related.rails].flatMap(list => list.items)
    const ids = [article.id, ...items.map((item: { id: string }) => item.id)]
    t.equal(new Set(ids).size, ids.length)
    for (const item of items) t.match(item.language, { served: 'fr', fallback: false })
  })

  await t.test('costs a fixed number of statements, and 304 for those who have it', async t => {
    const again = await app.inject({ url: page, headers: { 'if-none-match': String(response.headers.etag) } })
    t.equal(again.statusCode, 304)
    t.equal(again.body, '')
    t.equal(response.headers['content-language'], 'fr')
    t.match(response.headers['cache-groups'], `"article-${article.id.slice(19)}"`)
  })
})

t.test('an unreviewed label is never shown unless asked for', async t => {
  const { get } = await openHouse(t, { demo: true })
  const products = (await get('/v1/categories/products?language=ar')).json()
  t.not(products.labelLanguage, 'ar')
  t.notOk(products.labels.some((label: { language: string }) => label.language === 'ar'))
  const asked = (await get('/v1/categories/products?language=ar&labels=all')).json()
  t.equal(asked.labelLanguage, 'ar')
  t.match(
    asked.labels.find((label: { language: string }) => label.language === 'ar'),
    { reviewed: false }
  )
})

t.test('a credit written into the caption is taken out of it by the importer', async t => {
  const { db, get } = await openHouse(t)
  const { writeFileSync, mkdtempSync } = await import('node:fs')
  const { tmpdir } = await import('node:os')
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-'))
  const document = {
    id: 'credit',
    language: 'vi',
    title: 'Chuyến thăm',
    body_html: '<p>Một đoạn.</p>',
    published_at: '2024-01-21T07:15:00.000Z',
    images: [{ url: 'https://pictures.example/1.jpg', caption: 'Hai nhà lãnh đạo bắt tay (Nguồn: Sputnik)' }]
  }
  writeFileSync(join(folder, 'one.ndjson'), JSON.stringify(document))
  const summary = await importFiles(db, [join(folder, 'one.ndjson')], { rejects: join(folder, 'rejects.ndjson') })
  t.equal(summary.rejected, 0)
  const response = await get('/v1/articles/chuyen-tham?language=vi')
  t.equal(response.statusCode, 200, response.body)
  const [image] = response.json().images
  t.match(image, { credit: { name: 'Sputnik', role: 'source' }, caption: { text: 'Hai nhà lãnh đạo bắt tay' } })
})
