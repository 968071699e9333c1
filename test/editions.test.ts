import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import t from 'tap'
import { longestRising } from '../src/resources/articles/editions/compare.ts'
import { html, type Json, keysOf, openDesk } from './desk-stories.ts'
import { keyFor, openHouse } from './helpers.ts'

t.test('an edition goes from draft to readers and back', async t => {
  const { write, save, move, read, get, id, story } = await openDesk(t)
  const draft = await write('en', { headline: 'The bridge opens', body: html('Cars cross.', 'People walk.') })

  await t.test('a draft is read at the desk and nowhere else', async t => {
    t.match(draft.json(), {
      state: 'draft',
      slug: 'the-bridge-opens',
      revision: 1,
      head: 1,
      translation: { method: 'original' }
    })
    t.equal(draft.headers.location, `${story}/editions/en`)
    t.equal((await read('en')).statusCode, 404)
    t.equal((await write('en', { headline: 'Again' })).json().code, 'duplicate')
  })
  await t.test('published it is there at once: by id, by slug and in its section', async t => {
    t.match((await move('en', 'submit')).json(), { state: 'review' })
    const published = (await move('en', 'publish')).json()
    t.match(published, { state: 'published', revision: 1, head: 1 })
    t.match((await read('en')).json(), {
      headline: 'The bridge opens',
      body: { content: 'Cars cross.\n\nPeople walk.' }
    })
    const list = await get('/v1/articles?language=en&section=politics')
    t.equal(list.json().items[0].id, id)
    t.match(
      (await move('en', 'publish')).json(),
      { version: published.version, publishedAt: published.publishedAt },
      'twice is once'
    )
  })
  await t.test('a live edition has a newer draft that nobody sees until it is published', async t => {
    t.match((await save('en', { headline: 'The bridge is open', note: 'tense' })).json(), {
      revision: 1,
      head: 2,
      note: 'tense'
    })
    t.match((await read('en')).json(), { headline: 'The bridge opens', revision: 1 })
    t.match((await move('en', 'publish')).json(), { revision: 2, head: 2 })
    t.match((await read('en')).json(), { headline: 'The bridge is open', revision: 2 })
  })
  await t.test('a save that changes nothing is no revision', async t => {
    const same = (await save('en', { headline: 'The bridge is open' })).json()
    t.match(same, { head: 2 })
  })
  await t.test('another slug answers 301 at the old one', async t => {
    await save('en', { slug: 'open-bridge' })
    const moved = await get('/v1/articles/the-bridge-opens?language=en')
    t.equal(moved.statusCode, 301)
    t.match(moved.headers.location, /open-bridge/)
  })
  await t.test('withdrawn it is gone with a reason, and can come back', async t => {
    t.match((await move('en', 'withdraw', { reason: 'It closed again.' })).json(), {
      state: 'withdrawn',
      withdrawn: { reason: 'It closed again.' }
    })
    t.match((await read('en')).json(), { status: 410, reason: 'It closed again.' })
    t.match((await move('en', 'withdraw', { reason: 'x' })).json(), { status: 409, code: 'invalid-transition' })
    await move('en', 'publish')
    t.equal((await read('en')).statusCode, 200)
    t.match((await move('en', 'unpublish')).json(), { state: 'draft' })
    t.equal((await read('en')).statusCode, 404)
  })
})

t.test('a translation knows what it was made from', async t => {
  const { write, save, move, read, call, story } = await openDesk(t)
  t.match((await write('fr', { headline: 'Trop tôt' })).json(), { status: 422, code: 'dangling-reference' })
  const original = (await write('en', { headline: 'One', body: html('First.', 'Second.', 'Third.') })).json()
  const french = (
    await write('fr', {
      headline: 'Un',
      body: html('Premier.', 'Deuxième.', 'Troisième.'),
      translation: { method: 'machine', engine: 'm1' }
    })
  ).json()
  t.same(keysOf(french), keysOf(original), 'its blocks have the keys of the original')
  t.match(french.translation, { method: 'machine', of: { language: 'en', revision: 1 }, stale: false })
  await move('en', 'publish')
  await move('fr', 'publish')

  const changed = (await save('en', { body: html('First.', 'Second, mended.', 'Third.') })).json()
  t.same(keysOf(changed), keysOf(original), 'a mended block keeps its key')
  const stale = (await call('GET', `${story}/editions/fr`)).json()
  t.match(stale.translation, { stale: true, staleBlocks: [keysOf(original)[1]] })
  t.match(
    (await read('fr')).json().translation,
    { stale: false },
    'readers are told when the original they can read has changed'
  )
  await move('en', 'publish')
  t.match((await read('fr')).json().translation, { stale: true, staleBlocks: [keysOf(original)[1]] })

  await save('fr', {
    body: html('Premier.', 'Deuxième, réparé.', 'Troisième.'),
    translation: { method: 'machineReviewed', reviewer: 'Ana', of: { language: 'en' } }
  })
  await move('fr', 'publish')
  t.match((await read('fr')).json().translation, {
    method: 'machineReviewed',
    reviewer: 'Ana',
    stale: false,
    of: { revision: 2 }
  })
  const revisions = (await call('GET', `${story}/editions/en/revisions`)).json().items
  t.match(revisions, [
    { number: 2, changed: [keysOf(original)[1]], savedBy: /^key:/ },
    { number: 1, changed: [] }
  ])
})

t.test('revisions are walked in pages, however many there are', async t => {
  const { write, save, call, story, db, id } = await openDesk(t)
  await write('en', { headline: 'Title 1', body: html('One.') })
  await save('en', { headline: 'Title 2' })
  await db.rows(sql`insert into revisions (article_id, language, number, headline, body, method)
    select ${id}::uuid, 'en', n, 'Title ' || n, '[]', 'original' from generate_series(3, 620) n`)
  const at = `${story}/editions/en/revisions`
  const seen: number[] = []
  for (let next: string | null = ''; next !== null; ) {
    const answer = await call('GET', `${at}?limit=100${next && `&cursor=${next}`}`)
    const { items, next: following } = answer.json()
    seen.push(...items.map((item: Json) => item.number))
    if (following) t.match(answer.headers.link, `cursor=${following}>; rel="next"`)
    next = following
  }
  t.same(
    seen,
    Array.from({ length: 620 }, (_, n) => 620 - n)
  )
  const first = (await call('GET', at)).json()
  t.equal(first.items.length, 20)
  t.match(first.items[0], { number: 620, headline: 'Title 620', changed: ['headline'] })
  const last = (
    await call('GET', `${at}?limit=100&cursor=${(await call('GET', `${at}?limit=100`)).json().next}`)
  ).json()
  t.match(last.items[0], { number: 520, changed: ['headline'] }, 'what changed is told across pages')
  await write('vi', { headline: 'Bản dịch', body: html('Một.') })
  for (const [query, code] of [
    ['?limit=0', 'invalid-parameter'],
    ['?limit=101', 'invalid-parameter'],
    ['?order=number', 'unknown-parameter'],
    [`?cursor=${first.next.slice(0, -2)}`, 'invalid-cursor'],
    ['?cursor=', 'invalid-parameter']
  ])
    t.match((await call('GET', at + query)).json(), { status: 400, code }, String(query))
  const elsewhere = await call('GET', `${story}/editions/vi/revisions?cursor=${first.next}`)
  t.match(elsewhere.json(), { status: 400, code: 'invalid-cursor' }, 'a cursor of another edition')
})

t.test('an address that still leads to a story is not taken from it', async t => {
  const { write, save, move, call, story, get, headers, send } = await openDesk(t)
  await write('en', { headline: 'First', slug: 'the-old-address', body: html('One.') })
  await move('en', 'publish')
  await save('en', { slug: 'the-new-address' })
  const made = (await call('POST', '/v1/desk/articles', { originalLanguage: 'en', section: 'politics' })).json()
  const other = `/v1/desk/articles/${made.id}/editions`
  const words = { language: 'en', headline: 'Second', body: html('Two.') }
  const taken = { status: 409, code: 'slug-taken', other: `${story}/editions/en`, errors: [{ pointer: '/slug' }] }
  const change = (payload: object) =>
    send('PATCH', `${other}/en`, { headers: { ...headers, 'if-match': '*' }, payload })

  t.match((await call('POST', other, { ...words, slug: 'the-old-address' })).json(), taken)
  t.match((await call('POST', other, { ...words, slug: 'the-new-address' })).json(), taken)
  t.equal((await call('GET', `${other}/en`)).statusCode, 404, 'nothing was written')
  t.equal((await call('POST', other, { ...words, slug: 'its-own' })).statusCode, 201)
  t.match((await change({ slug: 'the-old-address' })).json(), taken)
  t.match((await change({ headline: 'Changed', slug: 'the-old-address' })).json(), taken)
  t.match((await call('GET', `${other}/en`)).json(), { slug: 'its-own', headline: 'Second', head: 1 })
  t.equal((await get('/v1/articles/the-old-address')).statusCode, 301)
  await move('en', 'unpublish')
  t.match((await change({ slug: 'the-old-address' })).json(), taken, 'a story that is down for a while comes back')
  await move('en', 'publish')
  t.match((await save('en', { slug: 'the-old-address' })).json(), { slug: 'the-old-address' }, 'its own it takes back')
  await save('en', { slug: 'the-new-address' })

  await move('en', 'withdraw', { reason: 'Wrong.' })
  t.match(
    (await change({ slug: 'the-old-address' })).json(),
    { slug: 'the-old-address' },
    'of a withdrawn one it is free'
  )
  await call('POST', `${other}/en/publish`)
  t.match((await get('/v1/articles/the-old-address')).json(), { id: made.id })
  t.match((await change({ slug: 'yet-another' })).json(), { slug: 'yet-another' })
  const moved = await get('/v1/articles/the-old-address')
  t.equal(moved.statusCode, 301, 'and leads to who had it last')
  t.match(moved.headers.location, 'yet-another')
})

t.test('of twenty who save at once exactly one wins', async t => {
  const { write, save } = await openDesk(t)
  const tag = String((await write('en', { headline: 'Race', body: html('Go.') })).headers.etag)
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => save('en', { headline: `Race ${n}` }, tag)))
  t.same(answers.map(answer => answer.statusCode).sort(), [200, ...Array(19).fill(412)])
})

t.test('twenty who publish at once make one transition', async t => {
  const { write, move, db, id } = await openDesk(t)
  await write('en', { headline: 'Once', body: html('Now.') })
  const answers = await Promise.all(Array.from({ length: 20 }, () => move('en', 'publish')))
  t.same([...new Set(answers.map(answer => `${answer.statusCode} ${answer.json().publishedAt}`))].length, 1)
  const { sql } = await import('drizzle-orm')
  const entries = await db.rows(
    sql`select 1 from changes where noun = 'edition' and action = 'published' and subject_id = ${id}`
  )
  t.equal(entries.length, 1)
})

t.test('a key of one language reaches no other', async t => {
  const { db, send, write, story } = await openDesk(t)
  await write('en', { headline: 'Ours', body: html('Words.') })
  const french = await keyFor(db, 'articles:write;language=fr', 'articles:publish;language=fr')
  const post = (language: string) =>
    send('POST', `${story}/editions`, { headers: french, payload: { language, headline: 'Mot', body: html('Mot.') } })
  t.equal((await post('fr')).statusCode, 201)
  t.equal((await post('vi')).statusCode, 404)
  t.equal((await send('GET', `${story}/editions/en`, { headers: french })).statusCode, 404)
  t.equal((await send('POST', `${story}/editions/en/publish`, { headers: french })).statusCode, 404)
  t.equal((await send('POST', `${story}/editions/fr/publish`, { headers: french })).statusCode, 200)
})

t.test('what cannot be is refused', async t => {
  const { write, save, move, db, id } = await openDesk(t)
  t.match((await write('en', { headline: 'Bare' })).json(), { state: 'draft' })
  t.match((await move('en', 'publish')).json(), { status: 409, code: 'not-publishable' })
  t.match((await move('en', 'withdraw', { reason: 'x' })).json(), { status: 409, code: 'invalid-transition' })
  t.match((await save('en', { headlin: 'x' })).json(), {
    status: 422,
    code: 'unknown-field',
    errors: [{ suggestion: 'headline' }]
  })
  t.match((await save('en', { state: 'published' })).json(), { status: 422, code: 'read-only-field' })
  t.match((await save('en', { translation: { method: 'human' } })).json(), { status: 422, code: 'invalid-field' })
  t.match(
    (await save('en', { slug: 'visite-prevue-a-pyongyang' })).statusCode,
    200,
    'a slug of another language is free'
  )
  const { sql } = await import('drizzle-orm')
  await t.rejects(
    db.rows(
      sql`update editions set state = 'withdrawn', withdrawn_at = now(), withdrawn_reason = 'x' where article_id = ${id}::uuid`
    ),
    /cannot become withdrawn/
  )
})

t.test('saved states are read, compared and brought back', async t => {
  const { write, save, move, read, call, story, send, headers } = await openDesk(t)
  const first = (
    await write('en', { headline: 'Old', kicker: 'City', body: html('One.', 'Two.', 'Three.', 'Four.') })
  ).json()
  const [one, two, three, four] = keysOf(first)
  const [b1, b2, b3, b4] = first.body.blocks
  await move('en', 'publish')
  const changed = { ...b3, children: [{ ...b3.children[0], text: 'Third.' }] }
  const added = { ...b1, _key: 'fresh', children: [{ ...b1.children[0], _key: 'span', text: 'Five.' }] }
  const second = await save('en', { headline: 'New', body: { format: 'blocks', blocks: [b4, b1, changed, added] } })
  t.match(second.json(), { head: 2 })
  const fresh = keysOf(second.json())[3]
  const at = `${story}/editions/en/revisions`
  const restore = async (number: number | string, tag?: string) => {
    const etag = tag ?? String((await call('GET', `${story}/editions/en`)).headers.etag)
    return call('POST', `${at}/${number}/restore`, undefined, { 'if-match': etag })
  }

  await t.test('each is there whole', async t => {
    t.match((await call('GET', `${at}/1`)).json(), { number: 1, headline: 'Old', kicker: 'City', body: first.body })
    t.match((await call('GET', `${at}/2`)).json(), { number: 2, headline: 'New', translation: { method: 'original' } })
    for (const number of ['3', '2147483647']) t.equal((await call('GET', `${at}/${number}`)).statusCode, 404)
    for (const number of ['0', '-1', '1.5', 'one', '2147483648'])
      t.equal((await call('GET', `${at}/${number}`)).statusCode, 400, number)
  })
  await t.test('what differs is said by member and by block, and what only moved is called moved', async t => {
    const { members, blocks, ...numbers } = (await call('GET', `${at}/compare`)).json()
    t.same(numbers, { from: 1, to: 2 })
    t.same(members, [{ member: 'headline', from: 'Old', to: 'New' }])
    t.same(
      blocks.map(({ key, change, moved }: Json) => [key, change, moved]),
      [
        [four, 'none', true],
        [three, 'changed', false],
        [fresh, 'added', false],
        [two, 'removed', false]
      ]
    )
    t.same(blocks[1].from, { place: 2, block: b3 })
    t.match(blocks[1].to, { place: 2, block: { children: [{ text: 'Third.' }] } })
    t.same(blocks[3].from, { place: 1, block: b2 })
    t.notOk(blocks.some(({ key }: Json) => key === one))
    const back = (await call('GET', `${at}/compare?from=2&to=1`)).json()
    t.same(back.members, [{ member: 'headline', from: 'New', to: 'Old' }])
    t.same((await call('GET', `${at}/compare?from=2&to=2`)).json(), { from: 2, to: 2, members: [], blocks: [] })
    t.equal((await call('GET', `${at}/compare?from=7`)).statusCode, 404)
    t.equal((await call('GET', `${at}/compare?from=zero`)).statusCode, 400)
  })
  await t.test('an earlier one is saved as the newest, and readers see it when it is published', async t => {
    const lost = String((await call('GET', `${story}/editions/en`)).headers.etag)
    await move('en', 'publish')
    t.equal((await send('POST', `${at}/1/restore`, { headers })).statusCode, 428)
    t.equal((await restore(1, lost)).statusCode, 412)
    t.equal((await restore(9)).statusCode, 404)
    const restored = (await restore(1)).json()
    t.match(restored, {
      head: 3,
      revision: 2,
      headline: 'Old',
      kicker: 'City',
      note: 'Restores revision 1',
      body: first.body
    })
    t.match((await read('en')).json(), { headline: 'New' })
    t.match((await call('GET', `${at}/compare?from=1&to=3`)).json(), { members: [], blocks: [] })
    t.equal((await restore(3)).json().head, 3, 'the newest restored is no save')
    await move('en', 'publish')
    t.match((await read('en')).json(), { headline: 'Old', revision: 3 })
  })
  await t.test('a translation of what is brought back is told so', async t => {
    await write('fr', { headline: 'Vieux', body: html('Un.', 'Deux.', 'Trois.', 'Quatre.') })
    await restore(2)
    const { translation } = (await call('GET', `${story}/editions/fr`)).json()
    t.equal(translation.stale, true)
    t.same([...translation.staleBlocks].sort(), ['headline', two, three, fresh].sort())
    await restore(3)
    t.match((await call('GET', `${story}/editions/fr`)).json(), { translation: { stale: false, staleBlocks: [] } })
  })
  await t.test('who may not know of the edition knows of no revision', async t => {
    const elsewhere = await keyFor((await openHouse(t)).db, '*:*')
    t.equal((await send('GET', `${at}/1`, { headers: elsewhere })).statusCode, 401)
  })
})

t.test('a draft readers have never known is removed, and nothing else', async t => {
  const { write, move, call, send, story, headers, db } = await openDesk(t)
  const remove = async (language: string) => {
    const tag = String((await call('GET', `${story}/editions/${language}`)).headers.etag)
    return call('DELETE', `${story}/editions/${language}`, undefined, { 'if-match': tag })
  }
  await write('en', { headline: 'Original', slug: 'only-once', body: html('One.') })
  await write('fr', { headline: 'Traduction', body: html('Un.') })

  await t.test('not without saying which state of it', async t => {
    t.equal((await send('DELETE', `${story}/editions/fr`, { headers })).statusCode, 428)
  })
  await t.test('not while a translation is made from it', async t => {
    const refused = await remove('en')
    t.match(refused.json(), { status: 409, code: 'in-use', errors: [{ pointer: `${story}/editions/fr` }] })
  })
  await t.test('not while it goes out with a release', async t => {
    const [article] = story.split('/').slice(-1)
    await db.rows(sql`with r as (insert into releases (id, name) values (gen_random_uuid(), 'Tonight') returning id)
      insert into release_editions (release_id, article_id, language) select id, ${article}::uuid, 'fr' from r`)
    t.match((await remove('fr')).json(), { code: 'in-use', detail: /the release "Tonight"/ })
    await db.rows(sql`delete from releases`)
  })
  await t.test('not when readers have known it', async t => {
    await move('fr', 'publish')
    t.match((await remove('fr')).json(), { status: 409, code: 'invalid-transition', detail: /withdraw/ })
    await move('fr', 'unpublish')
    t.match((await remove('fr')).json(), { status: 409, code: 'invalid-transition' })
  })
  await t.test('otherwise it is gone, the log says so, and its slug and place are free', async t => {
    const { position } = (await call('POST', '/v1/desk/changes/snapshots', { hours: 1 })).json()
    await write('vi', { headline: 'Bản dịch', slug: 'ban-dich', body: html('Một.') })
    t.equal((await remove('vi')).statusCode, 204)
    t.equal((await call('GET', `${story}/editions/vi`)).statusCode, 404)
    t.equal((await call('GET', `${story}/editions/vi/revisions`)).statusCode, 404)
    const { items } = (await call('GET', `/v1/desk/changes?noun=edition&after=${position}`)).json()
    t.match(items, [{ action: 'created' }, { action: 'deleted', language: 'vi', groups: [] }])
    t.match((await write('vi', { headline: 'Bản dịch', slug: 'ban-dich', body: html('Một.') })).json(), { head: 1 })
  })
})

t.test('what stays in place among moved blocks is one of the longest rising runs', t => {
  const longest = (numbers: number[]): number =>
    Math.max(
      0,
      ...numbers.map((number, index) => 1 + longest(numbers.slice(index + 1).filter(later => later > number)))
    )
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 9 }), numbers => {
      const kept = [...longestRising(numbers)].sort((a, b) => a - b).map(index => numbers[index]!)
      return kept.length === longest(numbers) && kept.every((number, index) => index === 0 || kept[index - 1]! < number)
    })
  )
  t.end()
})
