import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { constants, gunzipSync, gzipSync } from 'node:zlib'
import { sql } from 'drizzle-orm'
import t from 'tap'
import { Db, openDatabase } from '../src/db/client.ts'
import { importFiles } from '../src/features/import/run.ts'
import { openHouse, openTestDatabase } from './helpers.ts'
import { countRows, describe } from './rows.ts'

/** What goes in comes out; what cannot go in is named with its reason; and nothing is made twice, whatever happens on the way. */

t.setTimeout(170_000)

const at = '2026-10-01T00:00:00.000Z'
const folder = mkdtempSync(join(tmpdir(), 'broadsheet-import-'))
let files = 0
const write = (content: string | Buffer, name = `${++files}.ndjson`) => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const lines = (records: unknown[]) => records.map(record => JSON.stringify(record)).join('\n')

const load = async (db: Parameters<typeof importFiles>[0], content: string | Buffer) => {
  const file = write(content)
  const rejects = `${file}.rejects`
  const summary = await importFiles(db, [file], { rejects, at })
  const rejected = existsSync(rejects) ? readFileSync(rejects, 'utf8').trim().split('\n') : []
  return { summary, file, rejected: rejected.map(line => JSON.parse(line)) }
}

const document = (id: string, more: object = {}) => ({
  id,
  language: 'en',
  title: `Title of ${id}`,
  body_html: `<p>First of ${id}.</p><p>Second.</p>`,
  published_at: '2026-05-01T00:00:00Z',
  ...more
})
const news = [
  { kind: 'language', tag: 'en', name: 'English', position: 1 },
  { kind: 'language', tag: 'fr', name: 'Français', position: 2, fallback: ['en'] },
  { kind: 'category', slug: 'news', labels: { en: 'News' } }
]
const edition = (language: string, more: object = {}) => ({
  language,
  slug: `story-${language}`,
  headline: `Story in ${language}`,
  html: '<p>One.</p><p>Two.</p><p>Three.</p>',
  state: 'published',
  publishedAt: '2026-05-01T00:00:00.000Z',
  ...more
})
const article = (id: string, editions: object[], more: object = {}) => ({
  kind: 'article',
  id,
  originalLanguage: 'en',
  section: 'news',
  editions,
  ...more
})

/** Six hundred documents of a newsroom that writes in three languages, with everything a document can name. */
const archive = lines(
  Array.from({ length: 200 }, (_, number) =>
    ['en', 'fr', 'vi'].map(language => ({
      ...document(`story-${number}-${language}`, {
        language,
        title: number % 20 === 0 ? 'The week in pictures' : `Story ${number} in ${language}`,
        summary: `Summary ${number}`,
        body_html: `<p>Para ${number}.</p><p><img src="https://pictures.example/${number}.jpg"></p><h2>More</h2><p>${language}</p>`,
        source: `Paper ${number % 3}`,
        authors: [`Author ${number % 7}`, `AUTHOR ${number % 5}`],
        categories: [`Section ${number % 4}`],
        tags: ['All', `Tag ${number % 11}`],
        images: [{ url: `https://pictures.example/${number}.jpg`, caption: `Picture ${number} in ${language}` }]
      }),
      ...(number % 3 === 0 ? { published_at: null } : {}),
      ...(language === 'en' ? {} : { translation_of: `story-${number}-en` })
    }))
  ).flat()
)

t.test('an import that was killed half-way', async t => {
  const whole = await openTestDatabase(t)
  const killed = await openTestDatabase(t)
  t.match((await load(whole.db, archive)).summary, { lines: 600, rejected: 0 })

  const file = write(archive)
  const program = join(import.meta.dirname, 'programs', 'import-child.js')
  const child = spawn(process.execPath, [program, JSON.stringify(killed.connection), file, at], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  for await (const line of createInterface({ input: child.stdout })) {
    if (Number(line) >= 300) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  t.equal(child.signalCode, 'SIGKILL')
  const before = (await countRows(killed.db)).editions!
  t.ok(before >= 300 && before < 600, `${before} editions had arrived`)

  await t.test('has left nothing half done', async t => {
    const [torn] = await killed.db.rows<{ count: number }>(sql`select count(*)::int as count from editions e
      where not exists (select 1 from postings p where p.article_id = e.article_id and p.language = e.language)
        or not exists (select 1 from revisions r where r.article_id = e.article_id and r.language = e.language)`)
    t.equal(torn!.count, 0)
  })

  await t.test('is continued by repeating it, and the same is there as if it had not been', async t => {
    const summary = await importFiles(killed.db, [file], { rejects: `${file}.rejects`, at })
    t.match(summary, { lines: 600, unchanged: before, rejected: 0 })
    t.same(await describe(killed.db), await describe(whole.db))
  })
})

t.test('two imports of the same file at once make nothing twice', async t => {
  const alone = await openTestDatabase(t)
  const both = await openTestDatabase(t)
  const other = openDatabase({ connection: both.connection, size: 5, statementTimeout: 60_000 })
  t.teardown(() => other.close())
  await load(alone.db, archive)
  const results = await Promise.all([load(both.db, archive), load(other, archive)])
  for (const { summary } of results) t.match(summary, { lines: 600, rejected: 0 })
  const created = results.reduce((sum, { summary }) => sum + (summary.created.edition ?? 0), 0)
  t.equal(created, 600, 'each was created by one of the two')
  t.same(await describe(both.db), await describe(alone.db))
})

t.test('a line that cannot be imported', async t => {
  const { db, get } = await openHouse(t)
  const bad: [why: string, line: string, reason: RegExp, pointer?: string][] = [
    ['is not JSON', '{"id": "half', /not json/i],
    ['is a list', '[1, 2]', /object/],
    ['is null', 'null', /object/],
    ['is a text', '"article"', /object/],
    ['is of an unknown kind', '{"kind":"artcle"}', /"artcle".*Did you mean "article"/, '/kind'],
    ['has a kind that is no text', '{"kind":{"a":1}}', /not a kind/, '/kind'],
    [
      'has an unknown member',
      lines([{ ...article('x', [edition('en')]), sectoin: 'news' }]),
      /"sectoin".*"section"/,
      '/sectoin'
    ],

    [
      'has an unknown member deep inside',
      lines([article('x', [edition('en', { headlin: 'x' })])]),
      /"headlin".*"headline"/,
      '/editions/0/headlin'
    ],
    [
      'names a section that is not there',
      lines([{ ...article('x', [edition('en')]), section: 'nwes' }]),
      /nwes/,
      '/section'
    ],
    [
      'names a picture that is not there',
      lines([article('x', [edition('en')], { images: [{ image: 'no', role: 'lead' }] })]),
      /no/,
      '/images/0/image'
    ],
    [
      'answers an article that is not there',
      lines([
        {
          kind: 'comment',
          id: 'c',
          article: 'none',
          language: 'en',
          author: 'A',
          body: 'B',
          state: 'approved',
          createdAt: at
        }
      ]),
      /none/,
      '/article'
    ],
    [
      'is in a language nobody declared',
      lines([
        article('x', [edition('en'), edition('frr', { translation: { method: 'human', of: { language: 'en' } } })])
      ]),
      /"frr" is not a language of this house.*Did you mean "fr"/,
      '/editions/1/language'
    ],
    [
      'has a label in a language nobody declared',
      lines([{ kind: 'category', slug: 'x', labels: { xx: 'X' } }]),
      /"xx" is not a language/
    ],
    [
      'has an original in another language than it says',
      lines([article('x', [edition('fr')])]),
      /originalLanguage/,
      '/editions'
    ],
    [
      'is made of a revision that never was',
      lines([
        article('x', [
          edition('en'),
          edition('fr', { translation: { method: 'human', of: { language: 'en', revision: 2 } } })
        ])
      ]),
      /made of revision 2, but "en" has 1/
    ],
    [
      'is made of an edition that is not there',
      lines([article('x', [edition('fr', { translation: { method: 'human', of: { language: 'en' } } })])]),
      /made of one in "en", which does not exist/
    ],
    [
      'is translated in a circle',
      lines([
        article('x', [
          edition('en', { translation: { method: 'human', of: { language: 'fr' } } }),
          edition('fr', { translation: { method: 'human', of: { language: 'en' } } })
        ])
      ]),
      /circle/
    ],
    [
      'has a slug that is taken',
      lines([article('x', [edition('en', { slug: 'taken' })])]),
      /Another article has the slug "taken" in "en"/
    ],
    [
      'stands where another language stands',
      lines([{ kind: 'language', tag: 'de', name: 'Deutsch', position: 1 }]),
      /Another language stands at position 1/
    ],
    [
      'has a caption made of one that is not there',
      lines([
        {
          kind: 'image',
          key: 'k',
          url: 'https://pictures.example/k.jpg',
          captions: { en: { text: 'A', translatedFrom: 'fr' } }
        }
      ]),
      /no caption in "fr"/,
      '/captions/en'
    ],
    ['holds a NUL', lines([article('x', [edition('en', { headline: 'a\0b' })])]), /NUL/, '/editions/0/headline'],
    ['holds half a character', '{"kind":"category","slug":"x","labels":{"en":"a\\ud800b"}}', /surrogate/, '/labels/en'],
    ['lacks what it needs', lines([{ id: 'y', language: 'en', title: 'T' }]), /body_html/],
    ['has a date that is none', lines([document('y', { published_at: 'yesterday' })]), /published_at/, '/published_at'],
    ['is longer than can be', lines([document('y', { body_html: 'x'.repeat(10 * 1024 * 1024) })]), /longer/i]
  ]
  const good = (number: number) => document(`good-${number}`)
  const all = [
    ...news.map(record => JSON.stringify(record)),
    JSON.stringify(article('first', [edition('en', { slug: 'taken' })])),
    ...bad.flatMap(([, line], number) => [line, JSON.stringify(good(number))])
  ]
  const { summary, file, rejected } = await load(db, all.join('\n'))

  for (const [number, [why, line, reason, pointer]] of bad.entries()) {
    await t.test(`because it ${why} is put aside with its place and the reason`, async t => {
      const found = rejected.find(one => one.line === news.length + 2 + 2 * number)
      t.match(found, { file, reason })
      t.equal(found?.record, line.slice(0, 4096))
      if (pointer) t.equal(found?.pointer, pointer)
    })
    await t.test(`because it ${why} does not touch its neighbour`, async t => {
      t.equal((await get(`/v1/articles/title-of-good-${number}`)).statusCode, 200)
    })
  }
  t.equal(rejected.length, bad.length, 'nothing else is rejected')
  t.match(summary, { lines: all.length, rejected: bad.length })
  t.same(summary.created, { language: 2, category: 2, edition: bad.length, article: bad.length + 1 })
})

t.test('a line that is not UTF-8 is put aside, and its neighbours are not', async t => {
  const { db } = await openTestDatabase(t)
  const broken = Buffer.from(lines([document('latin', { title: 'Caf\u00e9' })]), 'latin1')
  const { summary, rejected } = await load(
    db,
    Buffer.concat([Buffer.from(`${lines([document('a')])}\n`), broken, Buffer.from(`\n${lines([document('b')])}`)])
  )
  t.match(summary, { lines: 3, rejected: 1, created: { article: 2 } })
  t.match(rejected, [{ line: 2, reason: /UTF-8/ }])
})

t.test('a picture file', async t => {
  const { db } = await openTestDatabase(t)
  const image = (key: string, file: string) => ({ kind: 'image', key, file })
  copyFileSync('demo/pictures/river-dawn.png', join(folder, 'good.png'))
  copyFileSync('demo/pictures/river-dawn.png', join(folder, 'png-called.jpg'))
  write('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'active.png')
  const outside = mkdtempSync(join(tmpdir(), 'broadsheet-outside-'))
  copyFileSync('demo/pictures/river-dawn.png', join(outside, 'secret.png'))
  symlinkSync(join(outside, 'secret.png'), join(folder, 'link.png'))
  const files = ['good.png', 'png-called.jpg', 'active.png', 'link.png', 'none.png']
  const { rejected } = await load(db, lines(files.map(file => image(file, file))))

  await t.test('is what its first bytes say, whatever its name', async t => {
    const rows = await db.rows<{ mime: string; named: boolean }>(
      sql`select distinct mime, file like '%.png' as named from images`
    )
    t.same(rows, [{ mime: 'image/png', named: true }])
  })

  await t.test('is refused when it is no picture, leads out of the folder, or is not there', async t => {
    t.match(rejected, [
      { line: 3, reason: /no PNG, JPEG, GIF, WebP or AVIF/, pointer: '/file' },
      { line: 4, reason: /must lie beside/ },
      { line: 5, reason: /no picture "none.png"/ }
    ])
    t.equal(rejected.length, 3)
  })
})

t.test('the change log names the cache groups that answers name', async t => {
  const { db, get } = await openHouse(t)
  await load(db, lines([...news, article('logged', [edition('en')])]))
  const rows = await db.rows<{ groups: string[] }>(sql`select groups from changes`)
  const logged = new Set(rows.flatMap(row => row.groups))
  const { headers } = await get('/v1/articles/story-en?language=en')
  for (const group of String(headers['cache-groups']).split(', ')) t.ok(logged.has(group.slice(1, -1)), group)
  const { headers: languages } = await get('/v1/languages?language=en')
  for (const group of String(languages['cache-groups']).split(', ')) t.ok(logged.has(group.slice(1, -1)), group)
})

t.test('rejects that cannot be written are told before anything is read', async t => {
  const { db } = await openTestDatabase(t)
  const before = await countRows(db)
  const file = write(lines([document('a')]))
  await t.rejects(
    importFiles(db, [file], { rejects: join(folder, 'no', 'such', 'rejects'), at }),
    /folder is not there/
  )
  t.same(await countRows(db), before)
})

t.test('a successor', async t => {
  const { db, get } = await openHouse(t)
  const withdrawn = article('old', [
    edition('en', { slug: 'old', state: 'withdrawn', withdrawn: { at, reason: 'Wrong.', successor: 'new' } })
  ])
  const successor = article('new', [edition('en', { slug: 'new' })])
  const told = async () => (await get('/v1/articles/old?language=en')).json()

  await t.test('that never comes is a rejected line, and the withdrawal stands', async t => {
    const { rejected } = await load(db, lines([...news, withdrawn]))
    t.match(rejected, [{ line: news.length + 1, reason: /successor "new"/ }])
    t.match(await told(), { code: 'gone', reason: 'Wrong.' })
    t.equal((await told()).successor, undefined)
  })

  await t.test('that comes in a later file is tied by importing the first again', async t => {
    t.same((await load(db, lines([successor]))).rejected, [])
    t.same((await load(db, lines([withdrawn]))).rejected, [])
    t.match((await told()).successor, /^\/v1\/articles\//)
  })

  await t.test('is let go when the record no longer names it', async t => {
    const alone = { at, reason: 'Wrong.' }
    await load(db, lines([article('old', [edition('en', { slug: 'old', state: 'withdrawn', withdrawn: alone })])]))
    t.equal((await told()).successor, undefined)
  })

  await t.test('that comes later in the same file is tied, and nothing is left to do', async t => {
    const later = [
      article('old2', [
        edition('en', { slug: 'old2', state: 'withdrawn', withdrawn: { at, reason: 'Wrong.', successor: 'new2' } })
      ]),
      article('new2', [edition('en', { slug: 'new2' })])
    ]
    t.same((await load(db, lines(later))).rejected, [])
    t.match((await get('/v1/articles/old2?language=en')).json().successor, /^\/v1\/articles\//)
    t.match((await load(db, lines(later))).summary, { unchanged: 2, rejected: 0 })
  })
})

t.test('captions in a chain of languages keep what each was made from', async t => {
  const { db, get } = await openHouse(t)
  const captions = {
    fr: { text: 'Le fleuve', translatedFrom: 'en', method: 'human' },
    en: { text: 'The river', translatedFrom: 'vi', method: 'machine', engine: 'an engine' },
    vi: { text: 'S\u00f4ng' }
  }
  const records = [
    ...news,
    { kind: 'language', tag: 'vi', name: 'Ti\u1ebfng Vi\u1ec7t', position: 3 },
    { kind: 'image', key: 'river', url: 'https://pictures.example/river.jpg' },
    article('chain', [edition('en'), edition('fr', { translation: { method: 'human', of: { language: 'en' } } })], {
      images: [{ image: 'river', role: 'lead', captions }]
    })
  ]
  t.same((await load(db, lines(records))).rejected, [])
  const caption = async (language: string) =>
    (await get(`/v1/articles/story-${language}?language=${language}`)).json().images[0].caption
  t.match(await caption('fr'), {
    text: 'Le fleuve',
    method: 'human',
    translatedFrom: { text: 'The river', method: 'machine' }
  })
  t.match(await caption('en'), { method: 'machine', engine: 'an engine', translatedFrom: { text: 'S\u00f4ng' } })
})

t.test(
  'pictures in the text of a flat document are images of its article, however their address is written',
  async t => {
    const { db, get } = await openHouse(t)
    const body_html = `<p>A.</p><img src="https://Pictures.example/one%20.jpg?a=1&amp;b=2"><img src="/two.jpg" alt="Two"><p>B.</p>`
    const images = [{ url: 'https://pictures.example/one%20.jpg?a=1&b=2', caption: 'One' }]
    t.same((await load(db, lines([document('p', { body_html, images, url: 'https://news.example/p' })]))).rejected, [])
    const read = (await get('/v1/articles/title-of-p')).json()
    t.same(
      read.images.map((image: { url: string; role: string }) => [image.url, image.role]),
      [
        ['https://pictures.example/one%20.jpg?a=1&b=2', 'lead'],
        ['https://news.example/two.jpg', 'inline']
      ]
    )
    const shown = read.body.blocks.filter((block: { _type: string }) => block._type === 'image')
    t.same(
      shown.map((block: { image: string }) => block.image),
      read.images.map((image: { id: string }) => image.id)
    )
  }
)

t.test('a file of good lines leaves no file of rejects, and takes an old one away', async t => {
  const { db } = await openTestDatabase(t)
  const file = write(lines([document('a')]))
  writeFileSync(`${file}.rejects`, 'old')
  t.match(await importFiles(db, [file], { rejects: `${file}.rejects`, at }), { lines: 1, rejected: 0 })
  t.notOk(existsSync(`${file}.rejects`))
})

t.test('a gzip file that breaks off gives every complete line before the damage, and one rejected line', async t => {
  const records = Array.from({ length: 400 }, (_, number) =>
    document(`d${number}`, { tags: [`Tag ${(number * 7919) % 997}`] })
  )
  const packed = gzipSync(lines(records))
  const breaks = { 'in its middle': packed.length / 2, 'before its trailer': packed.length - 8 }
  for (const [name, length] of Object.entries(breaks)) {
    const { db } = await openTestDatabase(t)
    const left = packed.subarray(0, length)
    const legible = gunzipSync(left, { finishFlush: constants.Z_SYNC_FLUSH }).toString().split('\n').length - 1
    const { summary, rejected } = await load(db, left)
    t.equal(summary.rejected, 1, name)
    t.match(rejected[0], { reason: /damage/, line: Number })
    const { editions } = await countRows(db)
    t.ok(
      editions === legible || editions === legible + 1,
      `${editions} of ${legible} whole lines are there, broken ${name}`
    )
  }
})

t.test('a file is read whatever its name, its packing, its line ends and its mark', async t => {
  const text = lines([document('a'), document('b')])
  const forms: Record<string, string | Buffer> = {
    'gzip.txt': gzipSync(text),
    'plain.gz': text,
    'two-gzips.bin': Buffer.concat([gzipSync(`${lines([document('a')])}\n`), gzipSync(lines([document('b')]))]),
    'crlf.ndjson': text.replaceAll('\n', '\r\n'),
    'blank-lines.ndjson': `\n\n${text.replace('\n', '\n  \n\r\n')}\n\n`,
    'mark.ndjson': `\uFEFF${text}`,
    'packed-mark.gz': gzipSync(`\uFEFF${text}\r\n`)
  }
  for (const [name, content] of Object.entries(forms)) {
    const { db } = await openTestDatabase(t)
    const file = write(content, name)
    const summary = await importFiles(db, [file], { rejects: `${file}.rejects`, at })
    t.match(summary, { lines: 2, rejected: 0, created: { edition: 2 } }, name)
  }
  const { db } = await openTestDatabase(t)
  t.match(await importFiles(db, [write('')], { rejects: join(folder, 'none'), at }), { lines: 0, rejected: 0 }, 'empty')
})

t.test('standard input is a file called -', async t => {
  const { db, connection } = await openTestDatabase(t)
  const { host, port, user, database, connectionString } = connection
  const url =
    connectionString ?? `postgres://${user}@/${database}?host=${encodeURIComponent(String(host))}&port=${port}`
  const cli = join(import.meta.dirname, '..', 'bin', 'cli.js')
  for (const [content, editions, code] of [
    [gzipSync(lines([document('a'), document('b')])), 2, 0],
    [Buffer.from(`${lines([document('c')])}\n{`), 3, 1]
  ] as const) {
    const rejects = join(folder, 'stdin.rejects')
    const child = spawn(process.execPath, [cli, 'import', '-', '--quiet', '--rejects', rejects, '--at', at], {
      cwd: folder,
      env: { ...process.env, DATABASE_URL: url, DATA_DIR: join(folder, 'data') },
      stdio: ['pipe', 'pipe', 'pipe']
    })
    let told = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (told += chunk))
    child.stdin.end(content)
    const [exit] = await once(child, 'close')
    t.equal(exit, code, told)
    t.equal((await countRows(db)).editions, editions)
    if (code === 1) t.match(JSON.parse(readFileSync(rejects, 'utf8')), { file: '-', line: 2, reason: /JSON/ })
  }
})

t.test('a translation that comes before its original joins it in one article', async t => {
  for (const [translation, original] of [
    ['tin:fr:1', 'tin:en:1'],
    ['a2', 'a1'],
    ['cds:fr:x', 'cds:vi:x']
  ] as const) {
    await t.test(`${translation} of ${original}`, async t => {
      const { db, get } = await openHouse(t)
      const { rejected } = await load(
        db,
        lines([
          document(translation, { language: 'fr', title: 'En premier', translation_of: original }),
          document(original, { language: 'vi', title: 'Bản gốc' })
        ])
      )
      t.same(rejected, [])
      t.match(await countRows(db), { articles: 1, editions: 2, languages: 2 })
      const found = (await get('/v1/articles/en-premier?language=fr')).json()
      t.match(found, { originalLanguage: 'vi', translation: { method: 'human', of: { language: 'vi' }, stale: false } })
      t.same(
        found.alternates.map((one: { language: string }) => one.language),
        ['fr', 'vi']
      )
      const first = (await get('/v1/articles/ban-goc?language=vi')).json()
      t.equal(first.id, found.id)
      t.match(first, { translation: { method: 'original', of: null } })
    })
  }
})

t.test('a credit leaves the caption', async t => {
  const { db, get } = await openHouse(t)
  const cases = [
    ['Lũ trên sông (Nguồn: Sputnik)', 'Lũ trên sông', { name: 'Sputnik', role: 'source' }],
    ['Le fleuve en crue (Source : AFP)', 'Le fleuve en crue', { name: 'AFP', role: 'source' }],
    ['The river (Photo: Ann Lee)', 'The river', { name: 'Ann Lee', role: 'photo' }],
    ['A river without a word of credit', 'A river without a word of credit', null]
  ] as const
  const url = (number: number) => `https://pictures.example/credit-${number}.jpg`

  await t.test('of a flat document', async t => {
    const documents = cases.map(([caption], number) =>
      document(`c${number}`, { images: [{ url: url(number), caption }] })
    )
    await load(db, lines(documents))
    for (const [number, [, text, credit]] of cases.entries()) {
      const { images } = (await get(`/v1/articles/title-of-c${number}`)).json()
      t.equal(images[0].caption.text, text)
      t.match(images[0], { credit })
    }
  })

  await t.test('of a record of the newsroom', async t => {
    const records = cases.flatMap(([caption], number) => [
      { kind: 'image', key: `k${number}`, url: `${url(number)}?own` },
      article(`k${number}`, [edition('en', { slug: `own-${number}` })], {
        images: [{ image: `k${number}`, role: 'lead', captions: { en: { text: caption } } }]
      })
    ])
    t.same((await load(db, lines([...news, ...records]))).rejected, [])
    for (const [number, [, text, credit]] of cases.entries()) {
      const { images } = (await get(`/v1/articles/own-${number}`)).json()
      t.equal(images[0].caption.text, text)
      t.match(images[0], { credit })
    }
  })
})

t.test('documents of one article that stand side by side', async t => {
  const { db, get } = await openHouse(t)
  const french = document('side:fr', { language: 'fr', title: 'Le pont', translation_of: 'side:en' })
  const english = document('side:en', { title: 'The bridge' })
  const twice = document('twice', { title: 'First words' })
  const { summary, rejected } = await load(
    db,
    lines([
      french,
      english,
      twice,
      document('x'),
      { ...twice, title: 'Last words' },
      twice,
      { ...twice, title: 'Last words' }
    ])
  )
  t.same(rejected, [])

  await t.test('become one article, in their order', async t => {
    t.match(summary.created, { article: 3, edition: 4 })
    t.match((await get('/v1/articles/le-pont?language=fr')).json(), {
      originalLanguage: 'en',
      translation: { method: 'human', of: { language: 'en' } }
    })
  })
  await t.test('are what the last line says', async t => {
    t.match((await get('/v1/articles/first-words')).json(), { headline: 'Last words', revision: 4 })
  })
})

t.test('documents with the same headline get addresses of their own, in the batch and across it', async t => {
  const { db } = await openTestDatabase(t)
  const same = (id: string) => document(id, { title: 'The week' })
  await load(db, lines(['a', 'b', 'c'].map(same)))
  await load(db, lines(['d', 'e'].map(same)))
  const rows = await db.rows<{ slug: string }>(sql`select slug from editions order by slug`)
  t.same(
    rows.map(({ slug }) => slug),
    ['the-week', 'the-week-2', 'the-week-3', 'the-week-4', 'the-week-5']
  )
})

t.test('an archive costs a few statements a batch, not a dozen a document', async t => {
  const { db } = await openTestDatabase(t)
  const { rows } = Db.prototype
  let statements = 0
  t.teardown(() => {
    Db.prototype.rows = rows
  })
  Db.prototype.rows = function (query) {
    statements++
    return rows.call(this, query) as never
  }
  const records = Array.from({ length: 200 }, (_, number) => document(`d${number}`, { tags: ['All'], source: 'Paper' }))
  await load(db, lines(records))
  t.ok(statements < 120, `${statements} statements for 200 documents`)
  statements = 0
  await load(db, lines(records))
  t.ok(statements < 40, `${statements} statements when nothing has changed`)
})

t.test('an import leaves the planner with the size of what came in', async t => {
  const { db } = await openTestDatabase(t)
  await load(db, lines(news))
  const expected = async () =>
    (
      await db.rows<{ rows: number }>(sql`select reltuples::int as rows from pg_class where oid = 'editions'::regclass`)
    )[0]!.rows
  t.equal(await expected(), 0)
  await load(db, lines(Array.from({ length: 60 }, (_, number) => document(`d${number}`))))
  t.equal(await expected(), 60)
})

t.test('what the tables refuse is said in plain words', async t => {
  const { db } = await openTestDatabase(t)
  await db.rows(sql`create function too_long() returns trigger language plpgsql as $$ begin
    raise exception 'index row size 2712 exceeds btree maximum' using errcode = '54000'; end $$`)
  await db.rows(sql`create trigger too_long before insert on topics for each row execute function too_long()`)
  const picture = (key: string) => ({ kind: 'image', key, url: `https://pictures.example/${key}.jpg` })
  const category = (slug: string, more: object = {}) => ({ kind: 'category', slug, labels: { en: slug }, ...more })
  const rail = { position: 1, minimum: 3, fallback: 'latest' }
  const comment = { kind: 'comment', language: 'en', author: 'A', body: 'B', state: 'approved', createdAt: at }
  const used = (...roles: [string, string][]) => ({ images: roles.map(([image, role]) => ({ image, role })) })
  const one = edition('en', { slug: 'one' })
  const cases: [record: object, reason: RegExp, pointer?: string][] = [
    [article('b', [edition('en')]), /slug "story-en" in "en"; choose another/, '/editions'],
    [{ kind: 'language', tag: 'vi', name: 'V', position: 2 }, /at position 2; choose a free one/, '/position'],
    [{ kind: 'language', tag: 'vi', name: 'V', fallback: ['vi'] }, /fall back to itself/, '/fallback'],
    [category('b', { rail }), /rail at position 1; choose/, '/rail/position'],
    [category('big', { position: 99_999_999_999 }), /number is larger/],
    [category('rails', { parent: 'rails' }), /below itself/, '/parent'],
    [category('rails', { parent: 'inner' }), /"inner" stands below "rails"/, '/parent'],
    [{ ...picture('twice'), url: picture('once').url }, /address already/, '/url'],
    [article('b', [one], used(['once', 'lead'], ['other', 'lead'])), /one lead picture/, '/images'],
    [article('b', [one], used(['once', 'lead'], ['once', 'inline'])), /"once" .* twice/, '/images/1/image'],
    [article('b', [edition('en', { slug: 'b', state: 'scheduled' })]), /needs publishAt/, '/editions'],
    [article('b', [edition('en', { slug: 'b', state: 'withdrawn' })]), /needs withdrawn/, '/editions'],
    [{ kind: 'pin', article: 'a', group: 'topic', target: 'a', position: 0 }, /beside itself/, '/target'],
    [{ kind: 'pin', article: 'a', group: 'picks', target: 'a', position: 0 }, /front page/, '/article'],
    [
      { kind: 'pin', group: 'tropic', target: 'a', position: 0 },
      /A pin is for topic, .* or the slug of a rail/,
      '/group'
    ],
    [{ kind: 'pin', group: 'news', target: 'a', position: 0 }, /the slug of a rail/, '/group'],
    [{ ...comment, id: 'd', article: 'c', parent: 'first' }, /another article/, '/parent'],
    [{ kind: 'topic', slug: 'long', type: 'place', labels: { en: 'Long' } }, /too long to be looked up/]
  ]
  const good = [
    ...news,
    category('rails', { rail }),
    category('inner', { parent: 'rails' }),
    ...['once', 'other'].map(picture),
    article('a', [edition('en')]),
    article('c', [edition('en', { slug: 'c' })]),
    { ...comment, id: 'first', article: 'a' }
  ]
  const { rejected } = await load(db, lines([...good, ...cases.map(([record]) => record)]))
  for (const [number, [record, reason, pointer]] of cases.entries()) {
    const found = rejected.find(one => one.line === good.length + 1 + number)
    t.match(found, { reason, ...(pointer ? { pointer } : {}) }, lines([record]).slice(0, 200))
  }
  t.equal(rejected.length, cases.length)
})

t.test('an import that meets another writer takes its turn again', async t => {
  const { db } = await openTestDatabase(t)
  await db.rows(sql`create sequence collisions`)
  await db.rows(sql`create function collide() returns trigger language plpgsql as $$ begin
    if nextval('collisions') <= 2 then raise exception 'deadlock' using errcode = '40P01'; end if; return new; end $$`)
  await db.rows(sql`create trigger collide before insert on articles for each row execute function collide()`)
  const { rejected, summary } = await load(db, lines([document('a'), document('b')]))
  t.same(rejected, [])
  t.match(summary.created, { edition: 2 })
})
