import { sql } from 'drizzle-orm'
import { newId } from '../src/lib/id.ts'
import { deskNouns } from '../src/resources/index.ts'
import type { Db } from './helpers.ts'

/** One example of every noun the desk writes: a new noun without one fails the tests. */

export type Json = Record<string, unknown>

/** What the examples can refer to. */
export interface World {
  articles: string[]
  /** Published editions of the first two of them. */
  editions: { article: string; language: string }[]
  /** Pictures nobody uses yet. */
  images: string[]
  /** A caption in Vietnamese of the last of these pictures. */
  caption: string
  /** A comment on the first article. */
  comment: string
}

export interface Example {
  /** What creates one; `n` makes each differ from the others. */
  input(n: number, world: World): Json
  /** Every member a client can write, changed alone; what goes together is written together. */
  changes(n: number, world: World): Record<string, Json>
  /** Members that name what does not exist. */
  dangling: Json[]
  /** An input that stands in the way of `input(n)`, and the member that does. */
  duplicate?(n: number, world: World): [Json, pointer: string]
  /** Members that null does not simply remove, as another rule says something about them. */
  kept?: string[]
}

const nobody = '018d2a7e-5c00-7b3a-9d1e-2f6a4c8b0e11'
/** A name for every picture, not yet used by another. */
const pictureOf = (world: World, n: number) => world.images[n % (world.images.length - 1)]!
const tagOf = (n: number) => `q${String.fromCharCode(97 + (Math.floor(n / 26) % 26), 97 + (n % 26))}`

export const examples: Record<string, Example> = {
  articles: {
    input: n => ({
      originalLanguage: 'en',
      section: 'politics',
      source: 'bao-song-hong',
      origin: { url: `https://example.org/story-${n}`, language: 'vi', publishedAt: '2026-01-02T03:04:05.000Z' },
      urgency: 3,
      rights: { holder: 'The house' },
      embargoUntil: '2031-01-01T00:00:00.000Z',
      commenting: { policy: 'open', closesAt: '2032-01-01T00:00:00.000Z' }
    }),
    changes: (_n, { images }) => ({
      type: { type: 'gallery' },
      originalLanguage: { originalLanguage: 'vi' },
      section: { section: 'economy' },
      source: { source: null },
      origin: { origin: { headline: 'Elsewhere', url: null } },
      categories: { categories: ['economy'] },
      topics: { topics: [{ topic: 'red-river', weight: 0.5 }] },
      authors: { authors: [{ author: 'le-thu-ha', role: 'author' }] },
      images: { images: [{ image: images[0], role: 'lead' }] },
      urgency: { urgency: 9 },
      rights: { rights: { licence: 'CC BY' } },
      embargoUntil: { embargoUntil: '2033-01-01T00:00:00.000Z' },
      showInRelated: { showInRelated: false },
      commenting: { commenting: { policy: 'closed' } }
    }),
    dangling: [
      { section: 'nowhere' },
      { source: nobody },
      { topics: [{ topic: 'nothing', weight: 1 }] },
      { originalLanguage: 'xx' }
    ]
  },
  languages: {
    input: n => ({ tag: tagOf(n), name: `Language ${n}`, position: 100 + n }),
    changes: n => ({
      tag: { tag: tagOf(n) },
      name: { name: 'Another name' },
      direction: { direction: 'rtl' },
      fallback: { fallback: ['fr', 'en'] },
      position: { position: 500 + n }
    }),
    dangling: [{ fallback: ['en', 'xx'] }],
    duplicate: n => [{ tag: tagOf(n + 300), name: 'Twin', position: 100 + n }, '/position']
  },
  sources: {
    input: n => ({
      slug: `source-${n}`,
      type: 'agency',
      homepage: 'https://example.org/',
      country: 'VN',
      defaultLanguage: 'vi',
      defaultCredit: 'Photo',
      defaultRights: 'All rights reserved',
      texts: { en: { name: 'An agency' }, vi: { name: 'Hãng tin' } }
    }),
    changes: (n, { images }) => ({
      slug: { slug: `other-source-${n}` },
      type: { type: 'newspaper' },
      homepage: { homepage: 'http://example.com/a?b=c' },
      country: { country: 'FR' },
      defaultLanguage: { defaultLanguage: 'fr' },
      defaultCredit: { defaultCredit: 'Agency' },
      defaultRights: { defaultRights: 'None' },
      logo: { logo: images[0] },
      showInRelated: { showInRelated: false },
      texts: { texts: { fr: { name: 'Une agence' } } }
    }),
    dangling: [{ logo: nobody }, { logo: 'not-an-id' }, { defaultLanguage: 'xx' }, { texts: { xx: { name: 'x' } } }],
    duplicate: n => [{ slug: `source-${n}`, type: 'agency', texts: {} }, '/slug']
  },
  authors: {
    input: n => ({
      slug: `author-${n}`,
      type: 'person',
      links: [{ label: 'Home', url: 'https://example.org/' }],
      texts: { en: { name: 'Ann Author', biography: 'Writes.' }, fr: { name: 'Anne Auteur', biography: null } }
    }),
    changes: (n, { images }) => ({
      slug: { slug: `other-author-${n}` },
      type: { type: 'desk' },
      source: { source: 'sputnik' },
      portrait: { portrait: images[0] },
      links: { links: [] },
      texts: { texts: { en: { biography: null } } }
    }),
    dangling: [
      { source: 'no-such-source' },
      { source: nobody },
      { portrait: nobody },
      { texts: { xx: { name: 'x' } } }
    ],
    duplicate: n => [{ slug: `author-${n}`, type: 'desk', texts: {} }, '/slug']
  },
  categories: {
    input: n => ({
      slug: `category-${n}`,
      parent: 'culture',
      position: 40 + n,
      texts: { en: { label: 'Section', reviewed: true } }
    }),
    changes: n => ({
      slug: { slug: `other-category-${n}` },
      parent: { parent: 'sport' },
      position: { position: 41 },
      rail: { rail: { position: 1000 + n, minimum: 3, fallback: 'latest' } },
      texts: { texts: { vi: { label: 'Mục', reviewed: false } } }
    }),
    dangling: [{ parent: 'no-such-category' }, { parent: nobody }, { texts: { xx: { label: 'x', reviewed: true } } }],
    duplicate: n => [{ slug: `category-${n}`, texts: {} }, '/slug']
  },
  topics: {
    input: n => ({
      slug: `topic-${n}`,
      type: 'place',
      externalIds: { wikidata: 'Q1' },
      texts: { en: { label: 'Place', reviewed: true, aliases: ['Spot', 'Site'] } }
    }),
    changes: n => ({
      slug: { slug: `other-topic-${n}` },
      type: { type: 'event' },
      externalIds: { externalIds: { iptc: '5' } },
      showInRelated: { showInRelated: false },
      texts: { texts: { en: { aliases: [] } } }
    }),
    dangling: [{ texts: { xx: { label: 'x', reviewed: true, aliases: [] } } }],
    duplicate: n => [{ slug: `topic-${n}`, type: 'event', texts: {} }, '/slug']
  },
  images: {
    input: n => ({
      url: `https://example.org/${n}.jpg`,
      mime: 'image/jpeg',
      width: 640,
      height: 480,
      focalPoint: { x: 0.25, y: 0.5 },
      placeholder: 'data:,x',
      dominantColour: '#a0b0c0',
      credit: { name: 'A Photographer', role: 'photo' },
      rights: 'Once',
      rightsExpireAt: '2040-01-01T00:00:00.000Z'
    }),
    changes: n => ({
      url: { url: `https://example.org/other-${n}.jpg` },
      mime: { mime: 'image/webp' },
      width: { width: 641 },
      height: { height: 481 },
      focalPoint: { focalPoint: { x: 0.75, y: 0.125 } },
      placeholder: { placeholder: 'data:,y' },
      dominantColour: { dominantColour: '#000000' },
      credit: { credit: { role: 'illustration' } },
      rights: { rights: 'Twice' },
      rightsExpireAt: { rightsExpireAt: '2041-01-01T00:00:00.000Z' }
    }),
    dangling: [{ credit: { name: 'A', role: 'photo', source: 'no-such-source' } }],
    duplicate: n => [{ url: `https://example.org/${n}.jpg` }, '/url'],
    kept: ['url']
  },
  captions: {
    input: (n, world) => ({ image: pictureOf(world, n), language: 'en', text: `What is seen, ${n}`, alt: 'Seen' }),
    changes: (n, world) => ({
      image: { image: pictureOf(world, n + 100) },
      article: { article: world.articles[0] },
      language: { language: 'fr' },
      text: { text: 'Otherwise' },
      alt: { alt: 'Unseen' },
      translatedFrom: { image: world.images.at(-1), translatedFrom: world.caption, method: 'human' },
      method: {
        image: world.images.at(-1),
        article: world.articles[0],
        translatedFrom: world.caption,
        method: 'machine'
      },
      engine: { engine: 'none' },
      reviewer: { reviewer: 'Nobody' }
    }),
    dangling: [{ image: nobody }, { image: 'x' }, { article: nobody }, { language: 'xx' }, { translatedFrom: nobody }],
    duplicate: (n, world) => [{ image: pictureOf(world, n), language: 'en', text: 'Again' }, '/image'],
    kept: ['method']
  },
  comments: {
    input: (n, { articles }) => ({
      article: articles[0],
      language: 'en',
      authorName: `Reader ${n}`,
      body: 'Well said.'
    }),
    changes: (_, { articles, comment }) => ({
      article: { article: articles[1] },
      language: { language: 'vi' },
      authorName: { authorName: 'Somebody' },
      body: { body: '<b>Badly</b> said.' },
      state: { state: 'approved' },
      parent: { article: articles[0], parent: comment }
    }),
    dangling: [{ article: nobody }, { language: 'xx' }, { parent: nobody }],
    kept: ['state']
  },
  pins: {
    input: (n, { articles }) => ({ group: 'topic', target: articles[1], position: n % 100 }),
    changes: (_, { articles }) => ({
      article: { article: articles[0] },
      group: { group: 'heritage' },
      target: { target: articles[2] },
      position: { position: 77 },
      startsAt: { startsAt: '2030-01-01T00:00:00.000Z' },
      endsAt: { endsAt: '2031-01-01T00:00:00.000Z' }
    }),
    dangling: [{ article: nobody }, { target: nobody }, { target: 'x' }]
  },
  releases: {
    input: (n, { editions }) => ({ name: `Release ${n}`, editions: [editions[0]] }),
    changes: (_, { editions }) => ({ name: { name: 'Tonight' }, editions: { editions: [editions[1]] } }),
    dangling: [
      { editions: [{ article: nobody, language: 'en' }] },
      { editions: [{ article: 'x', language: 'en' }] },
      { editions: [{ article: nobody, language: 'xx' }] }
    ]
  },
  corrections: {
    input: (n, { articles }) => ({
      article: articles[0],
      at: '2026-03-04T05:06:07.000Z',
      texts: { en: { text: `It was ${n}, not ${n + 1}.` }, fr: { text: 'Erratum' } }
    }),
    changes: (_, { articles }) => ({
      article: { article: articles[1] },
      at: { at: '2026-03-05T00:00:00.000Z' },
      texts: { texts: { vi: { text: 'Đính chính' } } }
    }),
    dangling: [{ article: nobody }, { article: 'x' }, { texts: { xx: { text: 'x' } } }],
    kept: ['at']
  },
  consumers: {
    input: n => ({ slug: `consumer-${n}`, name: 'A consumer' }),
    changes: n => ({ slug: { slug: `other-consumer-${n}` }, name: { name: 'Another' } }),
    dangling: [],
    duplicate: n => [{ slug: `consumer-${n}`, name: 'Twin' }, '/slug']
  }
}

/** Every noun with its example; without one the tests do not begin. */
export const nounsWithExamples = deskNouns.map(noun => {
  const example = examples[noun.name]
  if (!example) throw new Error(`${noun.name} has no example in test/desk-examples.ts`)
  return { noun, example }
})

/** What the examples refer to, in the demo newsroom. */
export async function worldOf(db: Db): Promise<World> {
  const articles = await db.rows<{ id: string }>(
    sql`select distinct article_id as id from editions where state = 'published' order by 1 limit 4`
  )
  const editions = await db.rows<World['editions'][number]>(
    sql`select article_id as article, min(language) as language from editions where state = 'published' group by 1 order by 1 limit 2`
  )
  const images = Array.from({ length: 260 }, () => newId())
  await db.rows(sql`insert into images (id, url) select id, 'https://example.org/picture/' || id
    from unnest(${sql.param(images)}::uuid[]) id`)
  const caption = newId()
  await db.rows(sql`insert into captions (id, image_id, language, text)
    values (${caption}::uuid, ${images.at(-1)}::uuid, 'vi', 'Ảnh')`)
  const comment = newId()
  await db.rows(sql`insert into comments (id, article_id, language, author_name, body)
    values (${comment}::uuid, ${articles[0]!.id}::uuid, 'en', 'First', 'First.')`)
  return { articles: articles.map(row => row.id), editions, images, caption, comment }
}
