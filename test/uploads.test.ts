import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { buildApp } from '../src/app.ts'
import { openDatabase } from '../src/db/client.ts'
import { BrokenPicture } from '../src/lib/pictures/picture.ts'
import { kindOf, readSize } from '../src/lib/pictures/read.ts'
import { keyFor, openHouse, testConfig } from './helpers.ts'
import { avif, gif, jpeg, makers, png, webp } from './pictures.ts'
import { countRows } from './rows.ts'

/** Pictures as bytes: what they are is read from them, and nothing that is no picture is ever kept. */

const kinds = Object.keys(makers) as (keyof typeof makers)[]
const sizeOf = (bytes: Buffer) => readSize(kindOf(bytes)!, bytes)

/** Whether the bytes are refused; no other failure is one. */
function isBroken(bytes: Buffer): boolean {
  try {
    sizeOf(bytes)
    return false
  } catch (error) {
    if (error instanceof BrokenPicture) return true
    throw error
  }
}
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

t.test('a picture', async t => {
  await t.test('of every kind says its size', async t => {
    for (const kind of kinds) {
      const bytes = makers[kind](321, 45)
      t.equal(kindOf(bytes)?.extension, kind === 'jpeg' ? 'jpg' : kind)
      t.same(sizeOf(bytes), { width: 321, height: 45 }, kind)
    }
  })
  await t.test('is as wide as it is shown', async t => {
    for (const [orientation, width] of [1, 2, 3, 4].map(n => [n, 30]).concat([5, 6, 7, 8].map(n => [n, 20])))
      t.equal(sizeOf(jpeg(30, 20, orientation)).width, width, `orientation ${orientation}`)
    t.same(sizeOf(avif(30, 20, true)), { width: 20, height: 30 })
  })
  await t.test('that is cut off anywhere is broken, and no byte of it matters more than that', async t => {
    for (const kind of kinds) {
      const whole = makers[kind](32, 20)
      for (let length = 12; length < whole.length; length++)
        t.ok(isBroken(whole.subarray(0, length)), `${kind} of ${length} bytes`)
      for (let at = 12; at < whole.length; at++)
        for (const value of [0, 1, 0x7f, 0xff]) {
          const changed = Buffer.from(whole)
          changed[at] = value
          t.doesNotThrow(() => isBroken(changed), `${kind}, byte ${at} as ${value}`)
        }
    }
  })
  await t.test('ends where its file ends, but for zeros and further pictures of the same shot', async t => {
    for (const kind of kinds) {
      const more = Buffer.concat([makers[kind](32, 20), Buffer.from('<script>alert(1)</script>')])
      t.ok(isBroken(more), kind)
      if (kind !== 'avif')
        t.same(sizeOf(Buffer.concat([makers[kind](32, 20), Buffer.alloc(9)])), { width: 32, height: 20 })
    }
    t.same(sizeOf(Buffer.concat([jpeg(32, 20), jpeg(8, 5)])), { width: 32, height: 20 })
  })
  await t.test('has no more parts than a program would write', async t => {
    const many = (part: Buffer) => Buffer.alloc(part.length * 100_001, part)
    const comments = [
      Buffer.concat([jpeg(3, 3).subarray(0, 2), many(Buffer.from([0xff, 0xfe, 0, 2])), jpeg(3, 3).subarray(2)]),
      Buffer.concat([gif(3, 3).subarray(0, 19), many(Buffer.from([0x21, 0xfe, 0])), gif(3, 3).subarray(19)]),
      Buffer.concat([jpeg(3, 3), Buffer.alloc(jpeg(3, 3).length * 20, jpeg(3, 3))])
    ]
    for (const bytes of comments) t.ok(isBroken(bytes))
    const few = Buffer.concat([gif(3, 3).subarray(0, 19), Buffer.from([0x21, 0xfe, 0]), gif(3, 3).subarray(19)])
    t.same(sizeOf(few), { width: 3, height: 3 })
  })
  await t.test('is not larger than browsers can bear', async t => {
    t.same(sizeOf(png(10_000, 10_000)), { width: 10_000, height: 10_000 })
    for (const bytes of [
      png(10_001, 10_000),
      png(100_001, 1),
      png(0, 1),
      png(0xffffffff, 0xffffffff),
      gif(65_535, 65_535),
      avif(0, 9),
      webp(16_384, 16_384)
    ])
      t.ok(isBroken(bytes))
  })
})

async function openDesk(t: Parameters<typeof openHouse>[0]) {
  const data = mkdtempSync(join(tmpdir(), 'broadsheet-media-'))
  const house = await openHouse(t, { demo: true, config: { DATA_DIR: data } })
  const headers = await keyFor(house.db, '*:*')
  const upload = (payload: Buffer | string, type = 'image/png', more: Record<string, string> = {}) =>
    house.send('POST', '/v1/desk/images/file', { headers: { ...headers, 'content-type': type, ...more }, payload })
  const replace = (address: string, payload: Buffer, tag: string, type = 'image/png') =>
    house.send('PUT', `${address}/file`, {
      headers: { ...headers, 'content-type': type, ...(tag ? { 'if-match': tag } : {}) },
      payload
    })
  const stored = () => (existsSync(join(data, 'media')) ? readdirSync(join(data, 'media')).sort() : [])
  return { ...house, data, headers, upload, replace, stored }
}

t.test('bytes become an image', async t => {
  const { upload, replace, stored, send, get, headers, data, connection } = await openDesk(t)

  await t.test('of every kind, with the facts they hold', async t => {
    for (const kind of kinds) {
      const bytes = makers[kind](64, 48)
      const made = await upload(bytes, `image/${kind}`)
      t.equal(made.statusCode, 201, made.body)
      const file = `${sha(bytes)}.${kind === 'jpeg' ? 'jpg' : kind}`
      t.match(made.json(), {
        mime: `image/${kind}`,
        width: 64,
        height: 48,
        bytes: bytes.length,
        sha256: sha(bytes),
        file,
        url: null,
        version: 1
      })
      t.same((await send('GET', String(made.headers.location), { headers })).json(), made.json())
      t.ok(stored().includes(file))
      const served = await get(`/media/${file}`)
      t.same(served.rawPayload, bytes, 'the very bytes')
      t.match(served.headers, {
        'content-type': `image/${kind}`,
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox"
      })
    }
    t.equal(stored().length, kinds.length, 'nothing unfinished is left')
  })

  await t.test('readers see its address once an article shows it', async t => {
    const bytes = png(80, 60)
    const { id } = (await upload(bytes)).json()
    t.equal((await get(`/v1/images/${id}`)).statusCode, 404)
    const editions = [{ language: 'en', headline: 'Shown', body: { format: 'text', content: 'Look.' }, publish: true }]
    await send('POST', '/v1/desk/articles', {
      headers,
      payload: { originalLanguage: 'en', section: 'politics', images: [{ image: id, role: 'lead' }], editions }
    })
    const shown = (await get(`/v1/images/${id}`)).json()
    t.match(shown, { url: `/media/${sha(bytes)}.png`, width: 80, height: 60, mime: 'image/png' })
    t.same((await get(shown.url)).rawPayload, bytes)
  })

  await t.test('the same bytes are one file, whoever shows them', async t => {
    const [one, two] = [await upload(png(10, 10)), await upload(png(10, 10))]
    t.equal(one.json().file, two.json().file)
    t.not(one.json().id, two.json().id)
  })

  await t.test('another file takes the place of the first, or of an address', async t => {
    const remote = await send('POST', '/v1/desk/images', {
      headers,
      payload: {
        url: 'https://example.org/far.jpg',
        placeholder: 'abc',
        dominantColour: '#aabbcc',
        credit: { name: 'Ann', role: 'photo' }
      }
    })
    const address = String(remote.headers.location)
    t.match((await replace(address, png(5, 6), '')).json(), { status: 428 })
    t.match((await replace(address, png(5, 6), '"v9"')).json(), { status: 412 })
    const first = await replace(address, png(5, 6), String(remote.headers.etag))
    t.match(first.json(), {
      url: null,
      width: 5,
      height: 6,
      placeholder: null,
      dominantColour: null,
      credit: { name: 'Ann' },
      version: 2
    })
    t.match(
      (await replace(address, png(5, 6), String(first.headers.etag))).json(),
      { version: 2 },
      'the same again is no change'
    )
    t.match((await replace(address, gif(7, 8), '*', 'image/gif')).json(), { mime: 'image/gif', version: 3 })
    t.match((await replace('/v1/desk/images/018d2a7e-5c00-7b3a-9d1e-2f6a4c8b0e11', png(1, 1), '*')).json(), {
      status: 404
    })

    const patch = (payload: object) => send('PATCH', address, { headers: { ...headers, 'if-match': '*' }, payload })
    t.match((await patch({ rights: 'Ours' })).json(), { rights: 'Ours', width: 7 })
    t.match(
      (await patch({ width: 9 })).json(),
      { status: 422, errors: [{ pointer: '/width' }] },
      'what the file says stays'
    )
    t.match((await patch({ url: 'https://example.org/x.png' })).json(), { status: 422, errors: [{ pointer: '/url' }] })
  })

  await t.test('of twenty who replace it at once one wins', async t => {
    const made = await upload(png(11, 11))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        replace(String(made.headers.location), png(20, 20, n), String(made.headers.etag))
      )
    )
    t.same(answers.map(({ statusCode }) => statusCode).sort(), [200, ...Array(19).fill(412)])
  })

  await t.test('repeated with its key it is the same image, also after a restart', async t => {
    const once = { 'idempotency-key': 'upload-1' }
    const first = await upload(png(12, 12), 'image/png', once)
    const db = openDatabase({ connection, size: 2, statementTimeout: 5_000 })
    const second = await buildApp(testConfig({ DATA_DIR: data }), db)
    t.teardown(async () => {
      await second.close()
      await db.close()
    })
    const again = await second.inject({
      method: 'POST',
      url: '/v1/desk/images/file',
      headers: { ...headers, ...once, 'content-type': 'image/png' },
      payload: png(12, 12)
    })
    t.equal(again.body, first.body)
    t.equal(again.headers['idempotent-replayed'], 'true')
    t.match((await upload(png(13, 13), 'image/png', once)).json(), { code: 'idempotency-key-reused' })
  })
})

t.test('what is no picture is not kept', async t => {
  const { upload, stored, db, send } = await openDesk(t)
  const script = Buffer.from('<script>alert(1)</script>')
  const cases: [name: string, bytes: Buffer | string, type: string, status: number][] = [
    ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'image/svg+xml', 415],
    ['a drawing by another name', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/png', 415],
    ['a page', '<html><script>alert(1)</script></html>', 'image/jpeg', 415],
    ['nothing', Buffer.alloc(0), 'image/png', 415],
    ['a TIFF', Buffer.from('II*\0', 'latin1'), 'image/png', 415],
    ['another kind than was said', gif(3, 3), 'image/png', 415],
    ['a kind nobody knows', png(3, 3), 'image/jpg', 415],
    ['bytes', png(3, 3), 'application/octet-stream', 415],
    ['JSON', '{}', 'application/json', 415],
    ['lines', '{}', 'application/x-ndjson', 415],
    ['a script that begins as a GIF', 'GIF89a/*\0\0\0\0\0\0\0\0*/=1;alert(document.domain)//;', 'image/gif', 422],
    [
      'a page in the comment of no picture',
      Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, script.length + 2]), script, Buffer.from([0xff, 0xd9])]),
      'image/jpeg',
      422
    ],
    ['a picture and an archive', Buffer.concat([png(3, 3), Buffer.from('PK\u0003\u0004')]), 'image/png', 422],
    ['half a picture', jpeg(90, 90).subarray(0, 20), 'image/jpeg', 422],
    ['a picture that unpacks to gigabytes', png(30_000, 30_000), 'image/png', 422],
    ['more than 20 MiB', Buffer.alloc(20 * 1_048_576 + 1, png(3, 3)), 'image/png', 413]
  ]
  const before = await countRows(db)
  for (const [name, bytes, type, status] of cases) {
    const answer = await upload(bytes, type)
    t.match(answer.json(), { status }, name)
    if (status === 422) t.equal(answer.json().code, 'invalid-picture')
  }
  t.same(stored(), [], 'no byte of it')
  t.same(await countRows(db), before)
  t.equal(
    (await upload(Buffer.concat([png(3, 3), Buffer.alloc(19 * 1_048_576)]))).statusCode,
    201,
    'up to 20 MiB are taken'
  )
  const scoped = async (...scopes: string[]) =>
    (
      await send('POST', '/v1/desk/images/file', {
        headers: { ...(await keyFor(db, ...scopes)), 'content-type': 'image/png' },
        payload: png(2, 2)
      })
    ).statusCode
  t.equal(await scoped('images:read', 'articles:*'), 403)
  t.equal(await scoped('images:write'), 201)
  const elsewhere = await send('POST', '/v1/desk/authors', {
    headers: { ...(await keyFor(db, '*:*')), 'content-type': 'image/png' },
    payload: png(2, 2)
  })
  t.equal(elsewhere.statusCode, 415, 'nobody else takes pictures')
})
