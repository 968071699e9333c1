import type { Db } from '../../db/client.ts'
import { splitCredit } from '../../lib/credit.ts'
import { idOf } from '../../lib/id.ts'
import type { BodyNode } from '../../lib/portable-text/model.ts'
import { toSlug } from '../../lib/slug.ts'
import { type CaptionRow, writeCaptions, writeTies, writeWork } from './article-queries.ts'
import { changedBlocks, lengthOf, type State, toBody } from './bodies.ts'
import {
  adoptTranslations,
  type Known,
  readEditions,
  readRevision,
  slugIsFree,
  writeEditions,
  writeRevisions,
  writeStale
} from './edition-queries.ts'
import { writeKeys } from './keys-queries.ts'
import { upsertRemoteImages } from './nouns-queries.ts'
import type { FlatDocument } from './schema.ts'
import { digestOf, type Session } from './session.ts'

/** Imports a flat document: one edition of a work, and whatever it names. Returns the article, or null when nothing changed. */
export async function importDocument(db: Db, session: Session, document: FlatDocument): Promise<string | null> {
  const digest = digestOf(document)
  const known = await session.key(db, 'edition', document.id)
  if (known?.digest === digest) return null
  const { language } = document
  await session.language(db, language)
  const at = document.published_at ?? session.settings.at
  const article = known?.id ?? (await workOf(db, session, document, at))
  const editions = await readEditions(db, article)
  const names = await namesOf(db, session, document)
  const isOriginal = !document.translation_of
  const arrived = editions.length > 0
  if (isOriginal || !arrived) await writeWork(db, workRow(article, document, at, names))
  const images = await pictures(db, document, at)
  await writeTies(
    db,
    article,
    { ...names.ties, images: images.map(({ id }, index) => ({ id, role: index === 0 ? 'lead' : 'inline' })) },
    editions.every(edition => edition.language === language)
  )
  await writeEdition(db, session, { article, document, at, editions, source: names.source, images })
  await writeCaptions(db, captionsOf(article, document, at, images, editions))
  await writeKeys(db, [{ noun: 'edition', key: document.id, id: article, digest }])
  session.note('edition', article, !known)
  session.note('article', article, !arrived, language)
  return article
}

/** The work a document belongs to. A translation that comes before its original reserves the work under the original's key. */
async function workOf(db: Db, session: Session, document: FlatDocument, at: string): Promise<string> {
  const key = document.translation_of ?? document.id
  const known = await session.key(db, 'article', key)
  const id = known?.id ?? idOf(`article:${key}`, at)
  if (!known) await writeKeys(db, [{ noun: 'article', key, id, digest: null }])
  return id
}

interface Names {
  source: string | null
  section: string
  ties: { categories: string[]; topics: { id: string; weight: number }[]; authors: { id: string; role: string }[] }
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

function workRow(
  id: string,
  { url, language, published_at, license, title }: FlatDocument,
  at: string,
  { source, section }: Names
) {
  return {
    id,
    type: 'article',
    sourceId: source,
    origin: { url: url ?? null, headline: title, language, publishedAt: published_at ?? null },
    originalLanguage: language,
    sectionId: section,
    urgency: 5,
    rights: { licence: license ?? null },
    embargoUntil: null,
    showInRelated: true,
    commentPolicy: 'closed',
    commentsCloseAt: null,
    createdAt: at
  }
}

interface Picture {
  id: string
  url: string
  text: string
  alt: string | null
}

async function pictures(db: Db, { images = [] }: FlatDocument, at: string): Promise<Picture[]> {
  const distinct = [...new Map(images.map(image => [image.url, image])).values()].map(
    ({ url, caption, credit, alt, width, height }) => {
      const split = splitCredit(caption ?? '')
      const named =
        split.credit ??
        (credit ? (splitCredit(credit).credit ?? { name: credit.trim(), role: 'photo' as const }) : null)
      const size = width && height && Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0
      return {
        url,
        at,
        text: split.text,
        alt: alt ?? null,
        credit: named?.name ?? null,
        role: named?.role ?? null,
        width: size ? width : null,
        height: size ? height : null,
        id: idOf(`image:${url}`, at)
      }
    }
  )
  const ids = await upsertRemoteImages(db, distinct)
  return distinct.map(({ url, text, alt }) => ({ id: ids.get(url)!, url, text, alt }))
}

interface EditionParts {
  article: string
  document: FlatDocument
  at: string
  editions: Known[]
  source: string | null
  images: Picture[]
}

async function writeEdition(
  db: Db,
  session: Session,
  { article, document, at, editions, source, images }: EditionParts
) {
  const { language, title, summary, body_html, url, translation_of } = document
  const before = editions.find(edition => edition.language === language)
  const original = translation_of ? editions.find(edition => edition.method === 'original') : undefined
  const addresses = new Map(images.map(image => [image.url, image.id]))
  const body = toBody(
    body_html,
    { image: address => addresses.get(address) ?? null, ...(url ? { base: url } : {}) },
    before?.body as BodyNode[] | undefined,
    original?.body as BodyNode[] | undefined
  )
  const revision = (before?.revision ?? 0) + 1
  const shared = {
    articleId: article,
    language,
    headline: title,
    kicker: null,
    standfirst: summary || null,
    body,
    byline: null
  }
  const of = original && original.language !== language ? original.language : null
  if (!translation_of && !before) await adoptTranslations(db, article, language)
  await writeEditions(db, [
    {
      ...shared,
      ...lengthOf(body, language),
      slug: before?.slug ?? (await freeSlug(db, title, language, article)),
      seoTitle: null,
      seoDescription: null,
      sourceId: source,
      state: 'published',
      method: of ? 'human' : 'original',
      engine: null,
      translator: null,
      reviewer: null,
      translatedAt: null,
      ofLanguage: of,
      ofRevision: of ? (original?.revision ?? null) : null,
      staleBlocks: [],
      publishedAt: at,
      updatedAt: before && session.settings.at > at ? session.settings.at : at,
      publishAt: null,
      unpublishAt: null,
      withdrawnAt: null,
      withdrawnReason: null,
      revision
    }
  ])
  await writeRevisions(db, [{ ...shared, number: revision, savedAt: session.settings.at }])
  if (before) await markStale(db, article, language, shared, editions)
}

/** What a changed original means for its translations: the blocks that differ from the revision each was made of. */
async function markStale(db: Db, article: string, language: string, now: State, editions: Known[]) {
  for (const { language: other, ofLanguage, ofRevision } of editions) {
    if (ofLanguage !== language || ofRevision === null) continue
    const then = await readRevision(db, article, language, ofRevision)
    if (then) await writeStale(db, article, other, changedBlocks(then, now))
  }
}

export async function freeSlug(db: Db, headline: string, language: string, article: string): Promise<string> {
  const slug = toSlug(headline, 'article')
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? slug : `${slug}-${number}`
    if (await slugIsFree(db, candidate, language, article)) return candidate
  }
}

/** Captions of the document's pictures; in a translation they pair with the original's caption of the same picture. */
function captionsOf(
  article: string,
  { language, translation_of }: FlatDocument,
  at: string,
  images: Picture[],
  editions: Known[]
): CaptionRow[] {
  const original = translation_of ? (editions.find(edition => edition.method === 'original')?.language ?? null) : null
  return images
    .filter(image => image.text || image.alt)
    .map(({ id, text, alt }) => ({
      id: idOf(`caption:${id}:${article}:${language}`, at),
      imageId: id,
      articleId: article,
      language,
      text,
      alt,
      from: original,
      method: original ? 'human' : 'original',
      engine: null,
      reviewer: null,
      at
    }))
}
