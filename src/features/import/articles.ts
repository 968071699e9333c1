import type { Db } from '../../db/client.ts'
import { idOf } from '../../lib/id.ts'
import type { BodyNode } from '../../lib/portable-text/model.ts'
import { writeCaptions, writeTies, writeWork } from './article-queries.ts'
import { changedBlocks, lengthOf, type Pictures, type State, toBody } from './bodies.ts'
import { Rejection } from './check.ts'
import { freeSlug } from './documents.ts'
import {
  type EditionRow,
  type Known,
  type RevisionRow,
  readEditions,
  writeEditions,
  writeFormerSlugs,
  writeRevisions
} from './edition-queries.ts'
import { writeKeys } from './keys-queries.ts'
import { captionRows, creditFrom } from './records.ts'
import type { EditionRecord, Newsroom } from './schema.ts'
import { digestOf, type Session } from './session.ts'

type ArticleRecord = Newsroom['article']

/** Imports an article with all its editions; what the record does not name is gone from it afterwards. Returns null when nothing changed. */
export async function importArticle(db: Db, session: Session, record: ArticleRecord): Promise<string | null> {
  const digest = digestOf(record)
  const known = await session.key(db, 'article', record.id)
  if (known?.digest === digest) return null
  const at = earliest(record) ?? session.settings.at
  const id = known?.id ?? idOf(`article:${record.id}`, at)
  for (const language of [record.originalLanguage, ...record.editions.map(edition => edition.language)])
    await session.language(db, language)
  const ties = await tiesOf(db, session, record)
  await writeWork(db, await workRow(db, session, record, id, at))
  await writeTies(db, id, ties, true)
  await writeAll(db, session, record, id, at)
  for (const [index, use] of (record.images ?? []).entries()) {
    const captions = use.captions ?? {}
    for (const language of Object.keys(captions)) await session.language(db, language)
    await writeCaptions(db, captionRows(ties.images[index]!.id, id, captions, at))
    await creditFrom(db, ties.images[index]!.id, captions)
  }
  await writeKeys(db, [{ noun: 'article', key: record.id, id, digest }])
  session.note('article', id, !known)
  return id
}

const earliest = ({ editions }: ArticleRecord) => editions.flatMap(edition => edition.publishedAt ?? []).sort()[0]

async function tiesOf(
  db: Db,
  session: Session,
  { categories = [], topics = [], authors = [], images = [] }: ArticleRecord
) {
  const inOrder = async <In, Out>(list: readonly In[], work: (item: In, index: number) => Promise<Out>) => {
    const out: Out[] = []
    for (const [index, item] of list.entries()) out.push(await work(item, index))
    return out
  }
  return {
    categories: await inOrder(categories, (slug, n) => session.bySlug(db, 'categories', slug, `/categories/${n}`)),
    topics: await inOrder(topics, async (tie, n) => {
      const { topic, weight } = typeof tie === 'string' ? { topic: tie, weight: 1 } : tie
      return { id: await session.bySlug(db, 'topics', topic, `/topics/${n}`), weight }
    }),
    authors: await inOrder(authors, async (tie, n) => {
      const { author, role } = typeof tie === 'string' ? { author: tie, role: 'author' } : tie
      return { id: await session.bySlug(db, 'authors', author, `/authors/${n}`), role }
    }),
    images: await inOrder(images, async ({ image, role }, n) => ({
      id: await session.byKey(db, 'image', image, `/images/${n}/image`),
      role
    }))
  }
}

async function workRow(db: Db, session: Session, record: ArticleRecord, id: string, at: string) {
  const {
    type = 'article',
    source,
    origin = {},
    originalLanguage,
    section,
    urgency = 5,
    rights = {},
    embargoUntil,
    showInRelated,
    comments
  } = record
  return {
    id,
    type,
    sourceId: source ? await session.bySlug(db, 'sources', source, '/source') : null,
    origin,
    originalLanguage,
    sectionId: await session.bySlug(db, 'categories', section, '/section'),
    urgency,
    rights,
    embargoUntil: embargoUntil ?? null,
    showInRelated: showInRelated ?? true,
    commentPolicy: comments?.policy ?? 'closed',
    commentsCloseAt: comments?.closesAt ?? null,
    createdAt: at
  }
}

/** Every state of every edition, originals first, as translations are measured against them. */
async function writeAll(db: Db, session: Session, record: ArticleRecord, id: string, at: string) {
  const before = new Map((await readEditions(db, id)).map(edition => [edition.language, edition]))
  const states = new Map<string, State[]>()
  const pictures = await picturesOf(db, session, record)
  const ordered = [...record.editions].sort((a, b) => Number(isTranslation(a)) - Number(isTranslation(b)))
  const rows: EditionRow[] = []
  const revisions: RevisionRow[] = []
  for (const edition of ordered) {
    const known = before.get(edition.language)
    const past = statesOf(edition, states, pictures, known)
    states.set(edition.language, past)
    const slug = edition.slug ?? known?.slug ?? (await freeSlug(db, edition.headline, edition.language, id))
    const source = edition.source ? await session.bySlug(db, 'sources', edition.source, '/editions/source') : null
    const row = editionRow(edition, {
      id,
      at,
      slug,
      source,
      past,
      states,
      revision: Math.max(past.length, known ? known.revision + 1 : 0)
    })
    rows.push(row)
    revisions.push(...revisionRows(edition, row, past))
    if (edition.withdrawn?.successor)
      session.successors.push({ article: id, language: edition.language, key: edition.withdrawn.successor })
  }
  await writeEditions(db, rows)
  await writeRevisions(db, revisions)
  for (const { language, formerSlugs = [] } of ordered) {
    const left = before.get(language)?.slug
    const slug = rows.find(row => row.language === language)!.slug
    await writeFormerSlugs(db, id, language, [...formerSlugs, ...(left && left !== slug ? [left] : [])])
  }
}

const isTranslation = ({ translation }: EditionRecord) => translation !== undefined && translation.method !== 'original'

/** Pictures in the text are named `key:KEY`. */
async function picturesOf(
  db: Db,
  session: Session,
  { images = [], editions, origin }: ArticleRecord
): Promise<Pictures> {
  const named = editions.flatMap(edition => [...edition.html.matchAll(/src="key:([^"]+)"/g)].map(match => match[1]!))
  const ids = new Map<string, string>()
  for (const key of new Set([...images.map(use => use.image), ...named]))
    ids.set(`key:${key}`, await session.byKey(db, 'image', key, '/editions/html'))
  return { image: source => ids.get(source) ?? null, ...(origin?.url ? { base: origin.url } : {}) }
}

/** The saved states of an edition, oldest first; blocks keep their keys from state to state and across languages. */
function statesOf(edition: EditionRecord, states: Map<string, State[]>, pictures: Pictures, known?: Known): State[] {
  const of = edition.translation?.of
  const originals = of ? states.get(of.language) : undefined
  const original = originals?.[(of?.revision ?? originals.length) - 1] ?? originals?.at(-1)
  const stored = edition.history || original ? undefined : (known?.body as BodyNode[] | undefined)
  const past: State[] = []
  for (const { headline, standfirst, html } of [...(edition.history ?? []), edition]) {
    const body = toBody(html, pictures, past.at(-1)?.body ?? stored, past.length === 0 ? original?.body : undefined)
    past.push({ body, headline: headline ?? edition.headline, standfirst: standfirst ?? edition.standfirst ?? null })
  }
  return past
}

interface Place {
  id: string
  at: string
  slug: string
  source: string | null
  past: State[]
  states: Map<string, State[]>
  revision: number
}

function editionRow(edition: EditionRecord, { id, at, slug, source, past, states, revision }: Place): EditionRow {
  const { language, translation, withdrawn, seo, state } = edition
  const { headline, standfirst, body } = past.at(-1)!
  const of = translation?.method === 'original' ? undefined : translation?.of
  if (isTranslation(edition) && !of)
    throw new Rejection('A translation says what it was made of (translation.of).', '/editions/translation')
  if (state === 'published' && !edition.publishedAt)
    throw new Rejection('A published edition has a publishedAt.', '/editions/publishedAt')
  return {
    articleId: id,
    language,
    slug,
    headline,
    kicker: edition.kicker ?? null,
    standfirst,
    body,
    byline: edition.byline ?? null,
    seoTitle: seo?.title ?? null,
    seoDescription: seo?.description ?? null,
    sourceId: source,
    state,
    method: of ? translation!.method : 'original',
    engine: translation?.engine ?? null,
    translator: translation?.translator ?? null,
    reviewer: translation?.reviewer ?? null,
    translatedAt: translation?.translatedAt ?? null,
    ofLanguage: of?.language ?? null,
    ofRevision: of?.revision ?? null,
    staleBlocks: staleBlocks(of, states),
    publishedAt: edition.publishedAt ?? null,
    updatedAt: edition.updatedAt ?? edition.publishedAt ?? at,
    publishAt: edition.publishAt ?? null,
    unpublishAt: edition.unpublishAt ?? null,
    withdrawnAt: withdrawn?.at ?? null,
    withdrawnReason: withdrawn?.reason ?? null,
    ...lengthOf(body, language),
    revision
  }
}

/** What has changed in the original since the revision a translation was made from. */
function staleBlocks(of: { language: string; revision?: number } | undefined, states: Map<string, State[]>): string[] {
  const originals = of ? states.get(of.language) : undefined
  const then = of?.revision === undefined ? undefined : originals?.[of.revision - 1]
  return then && originals ? changedBlocks(then, originals.at(-1)!) : []
}

function revisionRows(edition: EditionRecord, row: EditionRow, past: State[]): RevisionRow[] {
  const { articleId, language, kicker, byline } = row
  return past.map(({ headline, standfirst, body }, index) => ({
    articleId,
    language,
    number: index === past.length - 1 ? row.revision : index + 1,
    headline,
    kicker,
    standfirst,
    body,
    byline,
    savedAt: edition.history?.[index]?.savedAt ?? row.updatedAt
  }))
}
