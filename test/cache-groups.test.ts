import { sql } from 'drizzle-orm'
import t from 'tap'
import { keyFor, openHouse } from './helpers.ts'

t.test('every answer that a cache may keep is of the group of everything', async t => {
  const { app, db, get, send } = await openHouse(t, { demo: true })
  const nouns = 'articles authors captions categories comments images languages sources topics'.split(' ')
  const addresses: string[] = []
  for (const noun of nouns) {
    const [first] = (await get(`/v1/${noun}`)).json().items as { id?: string; tag?: string }[]
    addresses.push(`/v1/${noun}`, `/v1/${noun}?limit=1`, `/v1/${noun}/${first!.id ?? first!.tag}`)
  }
  const story = (await get('/v1/articles?limit=1')).json().items[0].id
  addresses.push(
    `/v1/articles/${story}/related`,
    `/v1/articles/${story}/versions`,
    '/v1/rails',
    `/v1/articles/${story}?include=related,comments`,
    '/v1/articles?limit=100'
  )

  await t.test('in all three dialects, and first, where no bound cuts it off', async t => {
    for (const address of addresses) {
      const { headers } = await get(address)
      t.match(headers['cache-control'], /^public/, address)
      t.match(headers['cache-groups'], /^"everything"/, address)
      t.match(headers['surrogate-key'], /^everything( |$)/, address)
      t.match(headers['cache-tag'], /^everything(,|$)/, address)
    }
  })
  await t.test('no public route that is cached is forgotten', async t => {
    const document = app.swagger() as { paths: Record<string, { get?: { tags?: string[] } }> }
    const reading = Object.entries(document.paths).filter(([, path]) => path.get?.tags?.includes('Reading'))
    const asked = addresses.map(address => address.split('?')[0]!)
    for (const [path] of reading) {
      const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`)
      t.ok(
        asked.some(address => pattern.test(address)),
        path
      )
    }
  })
  await t.test('a changed language names it', async t => {
    const headers = { ...(await keyFor(db, 'languages:write')), 'if-match': '*' }
    await send('PATCH', '/v1/desk/languages/ar', { headers, payload: { name: 'Another' } })
    const [change] = await db.rows<{ groups: string[] }>(
      sql`select groups from changes where noun = 'language' and subject_id = 'ar' order by id desc limit 1`
    )
    t.ok(change!.groups.includes('everything'))
  })
  await t.test('the way to where a story has moved is kept for seconds, and in groups too', async t => {
    const [moved] = await db.rows<{ slug: string }>(sql`with moved as (
        update editions set slug = slug || '-anew' where (article_id, language) =
          (select article_id, language from visible_editions order by 1, 2 limit 1) returning article_id, language, slug)
      insert into former_slugs (slug, language, article_id) select replace(slug, '-anew', ''), language, article_id from moved returning slug`)
    const answer = await get(`/v1/articles/${moved!.slug}`)
    t.equal(answer.statusCode, 301)
    t.match(answer.headers, { 'cache-control': 'public, max-age=5', 'cache-groups': '"everything", "articles"' })
  })
})
