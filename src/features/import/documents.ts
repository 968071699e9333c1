import type { Db } from '../../db/client.ts'
import { idOf } from '../../lib/id.ts'
import { fromText } from '../../lib/portable-text/from-text.ts'
import type { Arrival, Names } from './arrivals.ts'
import { clearTies, writeCaptions, writeTies, writeWorks } from './article-queries.ts'
import { readNodes } from './bodies.ts'
import { writeDocumentEditions } from './document-editions.ts'
import { captionsOf, picturesOf } from './document-pictures.ts'
import type { FlatDocument } from './document-schema.ts'
import { readEditions } from './edition-queries.ts'
import { type ExternalKey, readKeys, writeKeys } from './keys-queries.ts'
import { digestOf, type Session } from './session.ts'

/** How much text one wave carries: its statements stay of a size that both sides hold with ease. */
const waveLength = 4_000_000

/**
 * Imports flat documents, each one edition of a work, with whatever they name. They are written in waves with at most one document
 * of an article, in their order, so that a wave is a dozen statements however many documents it has. Returns the articles that changed.
 */
export async function importDocuments(
  db: Db,
  session: Session,
  documents: readonly FlatDocument[]
): Promise<Set<string>> {
  const touched = new Set<string>()
  for (let left = documents; left.length > 0; ) {
    const keys = await keysOf(db, left)
    const wave: Arriving[] = []
    const later: FlatDocument[] = []
    const places = new Set<string>()
    let length = 0
    for (const document of left) {
      const arriving = meet(session, document, keys)
      const waits = places.has(arriving.place)
      if (!waits && !arriving.changed) {
        session.unchanged++
        continue
      }
      length += (document.body_html ?? document.body_text)!.length
      if (waits || (length > waveLength && wave.length > 0)) later.push(document)
      else wave.push(arriving)
      places.add(arriving.place)
    }
    for (const article of await importWave(db, session, wave)) touched.add(article)
    left = later
  }
  return touched
}

interface Arriving {
  document: FlatDocument
  digest: string
  known: boolean
  reserved: boolean
  changed: boolean
  at: string
  article: string
  /** What documents of one article have in common, before it has an id too. */
  place: string
}

/** A translation that comes before its original reserves the work under the original's key. */
const workKeyOf = ({ id, translation_of }: FlatDocument) => translation_of ?? id

async function keysOf(db: Db, documents: readonly FlatDocument[]) {
  const byKey = (keys: ExternalKey[]) => new Map(keys.map(key => [key.key, key]))
  return {
    editions: byKey(
      await readKeys(
        db,
        'edition',
        documents.map(({ id }) => id)
      )
    ),
    articles: byKey(await readKeys(db, 'article', documents.map(workKeyOf)))
  }
}

function meet({ settings }: Session, document: FlatDocument, keys: Awaited<ReturnType<typeof keysOf>>): Arriving {
  const digest = digestOf(document)
  const at = document.published_at ?? settings.at
  const key = workKeyOf(document)
  const known = keys.editions.get(document.id)
  const reserved = keys.articles.get(key)
  const id = known?.id ?? reserved?.id
  return {
    document,
    digest,
    at,
    known: known !== undefined,
    reserved: known !== undefined || reserved !== undefined,
    changed: known?.digest !== digest,
    article: id ?? idOf(`article:${key}`, at),
    place: id ?? key
  }
}

async function importWave(db: Db, session: Session, wave: readonly Arriving[]): Promise<string[]> {
  if (wave.length === 0) return []
  const arrivals = await gather(db, session, wave)
  const isFirst = ({ before }: Arrival) => before.length === 0
  await writeWorks(db, arrivals.filter(one => isFirst(one) || !one.document.translation_of).map(workRow))
  const alone = ({ before, document }: Arrival) => before.every(edition => edition.language === document.language)
  await clearTies(
    db,
    arrivals.filter(one => !isFirst(one) && alone(one)).map(({ article }) => article)
  )
  await writeTies(db, arrivals.map(tiesOf))
  await writeDocumentEditions(db, session, arrivals)
  await writeCaptions(db, arrivals.flatMap(captionsOf))
  await writeKeys(
    db,
    arrivals.flatMap(({ document, article, digest, reserved }) => [
      { noun: 'edition', key: document.id, id: article, digest },
      ...(reserved ? [] : [{ noun: 'article', key: workKeyOf(document), id: article, digest: null }])
    ])
  )
  for (const { known, before } of arrivals) {
    session.note('edition', !known)
    session.note('article', before.length === 0)
  }
  return arrivals.map(({ article }) => article)
}

/** The body of a document, whichever form it came in. */
const nodesOf = ({ body_html, body_text, url }: FlatDocument) =>
  body_html === undefined ? fromText(body_text!) : readNodes(body_html, url)

/** What documents name and show, made where it is new. */
async function gather(db: Db, session: Session, wave: readonly Arriving[]): Promise<Arrival[]> {
  for (const { document } of wave) await session.language(db, document.language)
  const editions = await readEditions(
    db,
    wave.filter(({ reserved }) => reserved).map(({ article }) => article)
  )
  const read = wave.map(one => ({ ...one, nodes: nodesOf(one.document) }))
  const pictures = await picturesOf(db, read)
  const arrivals: Arrival[] = []
  for (const [index, one] of read.entries()) {
    const before = editions.filter(({ articleId }) => articleId === one.article)
    arrivals.push({ ...one, before, pictures: pictures[index]!, names: await namesOf(db, session, one.document) })
  }
  return arrivals
}

async function namesOf(
  db: Db,
  session: Session,
  { source, source_url, authors, categories, tags, language }: FlatDocument
): Promise<Names> {
  const all = async (noun: 'authors' | 'categories' | 'topics', names: string[] | undefined, type: object) => {
    const ids = new Set<string>()
    for (const name of names ?? [])
      if (name.trim()) ids.add(await session.byName(db, noun, name, language, { ...type }))
    return [...ids]
  }
  const sections = await all('categories', categories, {})
  const publisher = source?.trim()
    ? { type: 'newspaper', homepage: source_url ?? null, default_language: language }
    : null
  return {
    source: publisher ? await session.byName(db, 'sources', source!, language, publisher) : null,
    section: sections[0] ?? (await session.uncategorised(db, language)),
    ties: {
      categories: sections,
      topics: (await all('topics', tags, { type: 'subject' })).map(id => ({ id, weight: 1 })),
      authors: (await all('authors', authors, { type: 'person' })).map(id => ({ id, role: 'author' }))
    }
  }
}

const tiesOf = ({ article, names, pictures }: Arrival) => ({
  article,
  ...names.ties,
  images: pictures.map(({ id, listed }, index) => ({ id, role: listed && index === 0 ? 'lead' : 'inline' }))
})

function workRow({ article, document, at, names }: Arrival) {
  const { url, language, published_at, license, title } = document
  return {
    id: article,
    type: 'article',
    sourceId: names.source,
    origin: { url: url ?? null, headline: title, language, publishedAt: published_at ?? null },
    originalLanguage: language,
    sectionId: names.section,
    urgency: 5,
    rights: { licence: license ?? null },
    embargoUntil: null,
    showInRelated: true,
    commentPolicy: 'closed',
    commentsCloseAt: null,
    createdAt: at
  }
}
