import { sql } from 'drizzle-orm'
import t from 'tap'
import { type Json, worldOf } from './desk-examples.ts'
import { keyFor, openHouse } from './helpers.ts'

/** Nothing is removed that something refers to, and who holds on is named. */

t.test('what is referred to', async t => {
  const { db, send } = await openHouse(t, { demo: true })
  const world = await worldOf(db)
  const headers: Record<string, string> = { ...(await keyFor(db, '*:*')), 'if-match': '*' }
  const make = async (name: string, payload: Json) => {
    const answer = await send('POST', `/v1/desk/${name}`, { headers, payload })
    t.equal(answer.statusCode, 201, answer.body)
    return { address: String(answer.headers.location), id: String(answer.json().id) }
  }
  const remove = (address: string) => send('DELETE', address, { headers })
  const change = (address: string, payload: Json) => send('PATCH', address, { headers, payload })

  const source = await make('sources', { slug: 'held', type: 'agency', texts: {} })
  const portrait = await make('images', {
    url: 'https://example.org/portrait.jpg',
    credit: { name: 'x', role: 'photo', source: 'held' }
  })
  const author = await make('authors', {
    slug: 'holder',
    type: 'person',
    source: 'held',
    portrait: portrait.id,
    texts: {}
  })
  const above = await make('categories', {
    slug: 'above',
    texts: {},
    rail: { position: 900, minimum: 1, fallback: 'none' }
  })
  const below = await make('categories', { slug: 'below', parent: above.id, texts: {} })
  const pin = await make('pins', { group: 'above', target: world.articles[1], position: 1 })
  const [image] = world.images
  const original = await make('captions', { image, language: 'en', text: 'x' })
  const translation = await make('captions', {
    image: image!.toUpperCase(),
    language: 'fr',
    text: 'y',
    translatedFrom: original.id,
    method: 'human'
  })
  const comment = { article: world.articles[0]!.toUpperCase(), language: 'en', authorName: 'x', body: 'x' }
  const question = await make('comments', comment)
  const reply = await make('comments', { ...comment, parent: question.id })
  const language = await make('languages', { tag: 'qaa', name: 'Held', position: 900 })
  await make('languages', { tag: 'qab', name: 'Holder', position: 901, fallback: ['qaa'] })

  await t.test('stays, and its holders are named', async t => {
    const cases: [held: { address: string }, by: string, key: string][] = [
      [source, 'authors', author.id],
      [source, 'images', portrait.id],
      [portrait, 'authors', author.id],
      [above, 'categories', below.id],
      [above, 'pins', pin.id],
      [original, 'captions', translation.id],
      [{ address: `/v1/desk/images/${image}` }, 'captions', original.id],
      [question, 'comments', reply.id],
      [language, 'languages', 'qab']
    ]
    for (const [{ address }, by, key] of cases) {
      const answer = (await remove(address)).json()
      t.match(answer, { status: 409, code: 'in-use' }, `${address} by ${by}`)
      const holder = answer.errors.find((error: { pointer: string }) => error.pointer === `/v1/desk/${by}`)
      t.ok(holder, `${address} by ${by}`)

      t.match(holder?.detail, key, `${address} by ${by}`)
      t.equal((await send('GET', address, { headers })).statusCode, 200)
    }
  })

  await t.test('is not moved away from under those who hold on', async t => {
    const moved = await change(original.address, { image: world.images[1] })
    t.match(moved.json(), { status: 409, code: 'in-use' })
    t.notMatch(moved.body, /table|constraint|key \(/i)
    t.match((await change(question.address, { article: world.articles[1] })).json(), { status: 409, code: 'in-use' })
    t.match((await change(above.address, { parent: 'below' })).json(), {
      status: 422,
      errors: [{ pointer: '/parent' }]
    })
    t.match((await change(above.address, { parent: above.id })).json(), {
      status: 422,
      errors: [{ pointer: '/parent' }]
    })
    t.match((await change(question.address, { parent: reply.id })).json(), {
      status: 422,
      errors: [{ pointer: '/parent' }]
    })
    t.match((await change(original.address, { translatedFrom: translation.id, method: 'human' })).json(), {
      status: 422,
      errors: [{ pointer: '/translatedFrom' }]
    })
    t.match(
      (await change(translation.address, { language: 'en' })).json(),
      { status: 422 },
      'of another language than its original'
    )
    t.match(
      (await change(translation.address, { image: world.images[2] })).json(),
      { status: 422 },
      'of the same picture'
    )
    t.match((await change(language.address, { fallback: ['qaa'] })).json(), {
      status: 422,
      errors: [{ pointer: '/fallback' }]
    })
  })

  await t.test('goes when nobody holds on any more', async t => {
    t.equal((await change(author.address, { source: null, portrait: null })).statusCode, 200)
    t.match((await change(portrait.address, { credit: { source: null } })).json(), {
      credit: { name: 'x', role: 'photo' }
    })
    t.match((await change(above.address, { rail: { minimum: 5 } })).json(), { rail: { position: 900, minimum: 5 } })
    t.equal((await change('/v1/desk/languages/qab', { fallback: ['en'] })).statusCode, 200)
    for (const { address } of [
      source,
      portrait,
      author,
      below,
      pin,
      above,
      translation,
      original,
      reply,
      question,
      language
    ])
      t.equal((await remove(address)).statusCode, 204, address)
  })
})

t.test('a rail keeps its pins when it is renamed', async t => {
  const { db, send } = await openHouse(t, { demo: true })
  const world = await worldOf(db)
  const headers: Record<string, string> = { ...(await keyFor(db, '*:*')), 'if-match': '*' }
  const [target] = world.articles
  const post = (name: string, payload: Json) => send('POST', `/v1/desk/${name}`, { headers, payload })
  const rail = { position: 950, minimum: 1, fallback: 'none' }
  const category = String((await post('categories', { slug: 'before', texts: {}, rail })).headers.location)
  const pin = (await post('pins', { group: 'before', target, position: 1 })).json()
  const other = (await post('pins', { group: 'topic', target, position: 1 })).json()
  const rename = (payload: Json) => send('PATCH', category, { headers, payload })
  const read = async (id: string) => (await send('GET', `/v1/desk/pins/${id}`, { headers })).json()

  t.equal((await rename({ slug: 'after' })).statusCode, 200)
  t.match(await read(pin.id), { group: 'after', version: 2 })
  t.same(await read(other.id), other, 'pins of other lists stay')
  t.match((await send('DELETE', category, { headers })).json(), { status: 409, code: 'in-use' })
  const log = (await send('GET', '/v1/desk/changes?limit=500&noun=pin', { headers })).json().items
  t.match(log.at(-1), { subject: pin.id, action: 'updated', detail: { changed: ['group'] } })

  t.match((await rename({ slug: 'topic' })).json(), { status: 422, errors: [{ pointer: '/slug' }] }, 'another list')
  t.equal((await rename({ rail: null, slug: 'later' })).statusCode, 200)
  t.match(await read(pin.id), { group: 'later' }, 'also one that is none for the time being')
  t.match((await post('pins', { group: 'later', target, position: 2 })).json(), { status: 422 })
})

t.test('captions stay with their picture, and the picture with them', async t => {
  const { db, send } = await openHouse(t, { demo: true })
  const world = await worldOf(db)
  const headers: Record<string, string> = { ...(await keyFor(db, '*:*')), 'if-match': '*' }
  const [image] = world.images
  const payload = { image, language: 'en', text: 'x' }
  const write = () => send('POST', '/v1/desk/captions', { headers, payload })
  const remove = () => send('DELETE', `/v1/desk/images/${image}`, { headers })
  const answers = await Promise.all([write(), remove(), write(), remove()])
  t.ok(
    answers.every(answer => [201, 204, 404, 409, 422].includes(answer.statusCode)),
    answers.map(answer => answer.statusCode).join(' ')
  )
  const left = async (name: string) =>
    (
      await db.rows(
        sql`select 1 from ${sql.identifier(name)} where ${sql.identifier(name === 'images' ? 'id' : 'image_id')} = ${image}::uuid`
      )
    ).length
  t.equal(
    answers.some(answer => answer.statusCode === 201),
    (await left('captions')) === 1,
    'a caption that was acknowledged is there'
  )
  t.equal(await left('images'), answers.some(answer => answer.statusCode === 204) ? 0 : 1)
})
