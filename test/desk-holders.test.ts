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
