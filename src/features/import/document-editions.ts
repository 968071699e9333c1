import type { Db } from '../../db/client.ts'
import { freeSlugs } from '../../db/slugs.ts'
import type { BodyNode } from '../../lib/portable-text/model.ts'
import { lengthOf } from '../../lib/portable-text/words.ts'
import type { Arrival } from './arrivals.ts'
import { keyed, type State, withPictures } from './bodies.ts'
import {
  adoptTranslations,
  type EditionRow,
  type RevisionRow,
  writeEditions,
  writeRevisions
} from './edition-queries.ts'
import { revisionAfter } from './revision.ts'
import type { Session } from './session.ts'

/** The editions of flat documents: always published, human where they translate. */

const ownOf = ({ before, document }: Arrival) => before.find(edition => edition.language === document.language)
const originalOf = ({ before, document }: Arrival) =>
  document.translation_of ? before.find(edition => edition.method === 'original') : undefined

export async function writeDocumentEditions(db: Db, session: Session, arrivals: readonly Arrival[]): Promise<void> {
  const fresh = arrivals.filter(one => !ownOf(one))
  for (const { article, document, before } of fresh)
    if (!document.translation_of && before.length > 0) await adoptTranslations(db, article, document.language)
  const made = await freeSlugs(
    db,
    fresh.map(({ article, document: { title, language } }) => ({ headline: title, language, article }))
  )
  const slugs = new Map(fresh.map((one, index) => [one, made[index]!]))
  const rows = arrivals.map(one => editionRow(session, one, ownOf(one)?.slug ?? slugs.get(one)!))
  await writeEditions(db, rows)
  await writeRevisions(
    db,
    rows.map(row => revisionRow(row, session.settings.at))
  )
}

function editionRow({ settings }: Session, one: Arrival, slug: string): EditionRow & State {
  const { article, at, document, names, nodes, pictures } = one
  const { language, title, summary } = document
  const before = ownOf(one)
  const original = originalOf(one)
  const ids = new Map(pictures.map(picture => [picture.url, picture.id]))
  const body = keyed(
    withPictures(nodes, ids),
    before?.body as BodyNode[] | undefined,
    original?.body as BodyNode[] | undefined
  )
  const words: State = { headline: title, standfirst: summary || null, body }
  const of = original && original.language !== language ? original.language : null
  return {
    ...words,
    articleId: article,
    language,
    kicker: null,
    byline: null,
    ...lengthOf(body, language),
    slug,
    seoTitle: null,
    seoDescription: null,
    sourceId: names.source,
    state: 'published',
    method: of ? 'human' : 'original',
    engine: null,
    translator: null,
    reviewer: null,
    translatedAt: null,
    ofLanguage: of,
    ofRevision: of ? (original?.revision ?? null) : null,
    publishedAt: at,
    updatedAt: before && settings.at > at ? settings.at : at,
    publishAt: null,
    unpublishAt: null,
    withdrawnAt: null,
    withdrawnReason: null,
    ...revisionAfter(before, { ...words, kicker: null, byline: null }, 'published')
  }
}

const revisionRow = (row: EditionRow, savedAt: string): RevisionRow => {
  const { articleId, language, headline, kicker, standfirst, body, byline, revision } = row
  return { articleId, language, number: revision, headline, kicker, standfirst, body, byline, savedAt }
}
