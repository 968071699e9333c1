import type { Db } from '../../db/client.ts'
import { idOf } from '../../lib/id.ts'
import {
  type CorrectionRow,
  clearTies,
  writeCaptions,
  writeCorrections,
  writeSuccessor,
  writeTies,
  writeWorks
} from './article-queries.ts'
import { Rejection } from './check.ts'
import { isTranslation, writeAll } from './editions.ts'
import { writeKeys } from './keys-queries.ts'
import { captionRows, creditFrom } from './records.ts'
import type { Newsroom } from './schema.ts'
import { digestOf, type Session } from './session.ts'

type ArticleRecord = Newsroom['article']

/** Imports an article with all its editions; what the record does not name is gone from it afterwards. Returns null when nothing changed. */
export async function importArticle(db: Db, session: Session, record: ArticleRecord): Promise<string | null> {
  const digest = digestOf(record)
  const known = await session.key(db, 'article', record.id)
  if (known?.digest === digest) return null
  const at = earliest(record) ?? session.settings.at
  const id = known?.id ?? idOf(`article:${record.id}`, at)
  await session.declared(db, record.originalLanguage, '/originalLanguage')
  for (const [index, { language }] of record.editions.entries())
    await session.declared(db, language, `/editions/${index}/language`)
  const originals = record.editions.filter(edition => !isTranslation(edition))
  if (originals.some(({ language }) => language !== record.originalLanguage))
    throw new Rejection('The edition without a translation is the original, and in the originalLanguage.', '/editions')
  const ties = await tiesOf(db, session, record)
  await writeWorks(db, [await workRow(db, session, record, id, at)])
  if (known) await clearTies(db, [id])
  await writeTies(db, [{ article: id, ...ties }])
  await writeAll(db, session, record, id, at)
  for (const [index, use] of (record.images ?? []).entries()) {
    const image = ties.images[index]!.id
    const { captions = {} } = use
    const rows = await captionRows(db, session, {
      image,
      article: id,
      captions,
      at,
      pointer: `/images/${index}/captions`
    })
    await writeCaptions(db, rows)
    await creditFrom(db, image, captions)
  }
  await writeCorrections(db, id, await correctionRows(db, session, record, id))
  const waits = await tieSuccessors(db, session, record, id, digest)
  await writeKeys(db, [{ noun: 'article', key: record.id, id, digest: waits ? null : digest }])
  session.note('article', !known)
  return id
}

const earliest = ({ editions }: ArticleRecord) => editions.flatMap(edition => edition.publishedAt ?? []).sort()[0]

async function tiesOf(
  db: Db,
  session: Session,
  { categories = [], topics = [], authors = [], images = [] }: ArticleRecord
) {
  refuseDoubles(images)
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

/** What stands twice would silently stand once. */
function refuseDoubles(images: { image: string; role: string }[]) {
  const twice = images.findIndex(({ image }, n) => images.findIndex(other => other.image === image) < n)
  if (twice >= 0)
    throw new Rejection(`The picture "${images[twice]!.image}" stands in the list twice.`, `/images/${twice}/image`)
  if (images.filter(({ role }) => role === 'lead').length > 1)
    throw new Rejection('An article has one lead picture; give the others the role inline or gallery.', '/images')
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

/** Corrections are known by their instant: told again they are overwritten, and never there twice. */
async function correctionRows(
  db: Db,
  session: Session,
  { corrections = [] }: ArticleRecord,
  article: string
): Promise<CorrectionRow[]> {
  const rows = corrections.map(({ at, texts }) => ({
    id: idOf(`correction:${article}:${new Date(at).toISOString()}`, at),
    at,
    texts
  }))
  for (const [index, { id, texts }] of rows.entries()) {
    if (rows.findIndex(row => row.id === id) < index)
      throw new Rejection('An article has one correction at an instant.', `/corrections/${index}/at`)
    for (const language of Object.keys(texts))
      await session.declared(db, language, `/corrections/${index}/texts/${language}`)
  }
  return rows
}

/** Names what stands in a withdrawn edition's place; true when that has still to come, later in the files. */
async function tieSuccessors(db: Db, session: Session, record: ArticleRecord, article: string, digest: string) {
  let waits = false
  for (const { language, withdrawn } of record.editions) {
    if (!withdrawn?.successor) continue
    const successor = await session.key(db, 'article', withdrawn.successor)
    if (successor) await writeSuccessor(db, article, language, successor.id)
    else session.successors.push({ article, language, key: withdrawn.successor, record: record.id, digest })
    waits ||= !successor
  }
  return waits
}
