import type { Db } from '../../db/client.ts'
import { freeSlugs } from '../../db/slugs.ts'
import { levels } from '../../lib/levels.ts'
import type { BodyNode } from '../../lib/portable-text/model.ts'
import { lengthOf } from '../../lib/portable-text/words.ts'
import { type Pictures, type State, toBody } from './bodies.ts'
import { Rejection } from './check.ts'
import {
  type EditionRow,
  type Known,
  type RevisionRow,
  readEditions,
  writeEditions,
  writeFormerSlugs,
  writeRevisions
} from './edition-queries.ts'
import { revisionAfter } from './revision.ts'
import type { EditionRecord, Newsroom } from './schema.ts'
import type { Session } from './session.ts'

/** The editions of an article record, with their history. */

type ArticleRecord = Newsroom['article']

/** Every state of every edition, each after the one it translates, as translations are measured against them. */
export async function writeAll(db: Db, session: Session, record: ArticleRecord, id: string, at: string) {
  const before = new Map((await readEditions(db, [id])).map(edition => [edition.language, edition]))
  const states = new Map<string, State[]>()
  const latest = new Map([...before].map(([language, known]) => [language, known.head]))
  const pictures = await picturesOf(db, session, record)
  const ordered = levels(
    record.editions,
    ({ language }) => language,
    ({ translation }) => translation?.of?.language ?? null
  )?.flat()
  if (!ordered) throw new Rejection('Editions are translated from each other in a circle.', '/editions')
  const rows: EditionRow[] = []
  const revisions: RevisionRow[] = []
  for (const given of ordered) {
    const known = before.get(given.language)
    const edition = carriedOut(given, known)
    const past = statesOf(edition, states, pictures, known)
    states.set(edition.language, past)
    const slug = edition.slug ?? known?.slug ?? (await freeSlugs(db, [{ ...edition, article: id }]))[0]!
    const source = edition.source ? await session.bySlug(db, 'sources', edition.source, '/editions/source') : null
    const row = editionRow(edition, {
      id,
      at,
      slug,
      source,
      past,
      ...revisionAfter(
        known,
        { ...past.at(-1)!, kicker: edition.kicker ?? null, byline: edition.byline ?? null },
        edition.state,
        past.length
      )
    })
    if (row.ofLanguage) refuseUnknownRevision(row, latest.get(row.ofLanguage))
    latest.set(row.language, row.revision)
    rows.push(row)
    revisions.push(...revisionRows(edition, row, past))
  }
  await writeEditions(db, rows)
  await writeRevisions(db, revisions)
  for (const { language, formerSlugs = [] } of ordered) {
    const left = before.get(language)?.slug
    const slug = rows.find(row => row.language === language)!.slug
    await writeFormerSlugs(db, id, language, [...formerSlugs, ...(left && left !== slug ? [left] : [])])
  }
}

/** A schedule that was kept since: what it asks for is there, and a repeated import does not ask again. */
function carriedOut(edition: EditionRecord, known: Known | undefined): EditionRecord {
  const { state, publishAt, ...rest } = edition
  if (state !== 'scheduled' || known?.state !== 'published' || !known.publishedAt) return edition
  if (!publishAt || Date.parse(publishAt) > known.publishedAt.getTime()) return edition
  return { ...rest, state: 'published', publishedAt: known.publishedAt.toISOString() }
}

/** What a translation was made of must have been there. */
function refuseUnknownRevision({ language, ofLanguage, ofRevision }: EditionRow, latest: number | undefined) {
  if (latest === undefined)
    throw new Rejection(
      `The edition in "${language}" is made of one in "${ofLanguage}", which does not exist.`,
      '/editions'
    )
  if (ofRevision !== null && ofRevision > latest)
    throw new Rejection(
      `The edition in "${language}" is made of revision ${ofRevision}, but "${ofLanguage}" has ${latest}.`,
      '/editions'
    )
}

export const isTranslation = ({ translation }: EditionRecord) =>
  translation !== undefined && translation.method !== 'original'

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
  revision: number
  head: number
}

function editionRow(edition: EditionRecord, { id, at, slug, source, past, revision, head }: Place): EditionRow {
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
    publishedAt: edition.publishedAt ?? null,
    updatedAt: edition.updatedAt ?? edition.publishedAt ?? at,
    publishAt: edition.publishAt ?? null,
    unpublishAt: edition.unpublishAt ?? null,
    withdrawnAt: withdrawn?.at ?? null,
    withdrawnReason: withdrawn?.reason ?? null,
    ...lengthOf(body, language),
    revision,
    head
  }
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
