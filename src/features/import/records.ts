import type { Db } from '../../db/client.ts'
import { splitCredit } from '../../lib/credit.ts'
import { idOf } from '../../lib/id.ts'
import { faultsOfPlace } from '../../resources/pins/place.ts'
import { type CaptionRow, writeCaptions, writeComment, writePin } from './article-queries.ts'
import { Rejection } from './check.ts'
import { writeKeys } from './keys-queries.ts'
import {
  articlesMoving,
  isBelow,
  upsertImage,
  upsertNamed,
  type Word,
  writeCredit,
  writeLanguage,
  writeWords
} from './nouns-queries.ts'
import { storePicture } from './pictures.ts'
import type { CaptionRecord, Newsroom } from './schema.ts'
import { digestOf, type Noun, type Session } from './session.ts'

/** Imports the small records of the newsroom; each can be repeated, and an unchanged one costs one look. */

type Write<Record> = (db: Db, session: Session, record: Record) => Promise<void>

const wordsOf = (labels: { [language: string]: string | { text: string; reviewed: boolean } }): Word[] =>
  Object.entries(labels).map(([language, label]) =>
    typeof label === 'string'
      ? { language, word: label, reviewed: true, aliases: [] }
      : { language, word: label.text, reviewed: label.reviewed, aliases: [] }
  )

async function named(
  db: Db,
  session: Session,
  noun: Noun,
  slug: string,
  values: Record<string, unknown>,
  words: Word[]
) {
  for (const { language } of words) await session.declared(db, language, '/')
  const { id, created } = await upsertNamed(db, noun, idOf(`${noun}:${slug}`, session.settings.at), slug, {
    ...values,
    created_at: session.settings.at,
    updated_at: session.settings.at
  })
  await writeWords(db, noun, id, words, true)
  await session.nameAs(
    db,
    noun,
    id,
    words.map(({ word }) => word)
  )
  session.note({ sources: 'source', authors: 'author', categories: 'category', topics: 'topic' }[noun], created)
}

const language: Write<Newsroom['language']> = async (
  db,
  session,
  { tag, name, direction = 'ltr', fallback = [], position = null }
) => {
  session.note(
    'language',
    await writeLanguage(db, { tag, name, direction, fallback, position, at: session.settings.at }, true)
  )
  session.forgetLanguages()
}

const source: Write<Newsroom['source']> = async (db, session, record) => {
  if (record.language) await session.declared(db, record.language, '/language')
  const logo = record.logo ? await session.byKey(db, 'image', record.logo, '/logo') : null
  const { slug, type, names, homepage, country, credit, rights, showInRelated = true } = record
  const values = {
    type,
    homepage,
    country,
    default_language: record.language,
    default_credit: credit,
    default_rights: rights,
    logo_id: logo,
    show_in_related: showInRelated
  }
  await named(db, session, 'sources', slug, values, wordsOf(names))
}

const author: Write<Newsroom['author']> = async (
  db,
  session,
  { slug, type, names, biographies = {}, portrait, source, links = [] }
) => {
  const values = {
    type,
    links,
    portrait_id: portrait ? await session.byKey(db, 'image', portrait, '/portrait') : null,
    source_id: source ? await session.bySlug(db, 'sources', source, '/source') : null
  }
  const words = wordsOf(names).map(word => ({ ...word, biography: biographies[word.language] ?? null }))
  const nameless = Object.keys(biographies).find(language => !(language in names))
  if (nameless) throw new Rejection(`A biography in "${nameless}" needs a name in it.`, `/biographies/${nameless}`)
  await named(db, session, 'authors', slug, values, words)
}

const category: Write<Newsroom['category']> = async (db, session, { slug, parent, position = 0, labels, rail }) => {
  const parentId = parent ? await session.bySlug(db, 'categories', parent, '/parent') : null
  if (parentId && (await isBelow(db, parentId, slug)))
    throw new Rejection(`"${parent}" stands below "${slug}"; a category cannot stand below itself.`, '/parent')
  for (const article of await articlesMoving(db, slug, parentId)) session.touched.add(article)
  const values = {
    parent_id: parentId,
    position,
    rail_position: rail?.position,
    rail_minimum: rail?.minimum,
    rail_fallback: rail?.fallback
  }
  await named(db, session, 'categories', slug, values, wordsOf(labels))
}

const topic: Write<Newsroom['topic']> = async (
  db,
  session,
  { slug, type, labels, aliases = {}, externalIds = {}, showInRelated = true }
) => {
  const words = wordsOf(labels).map(word => ({ ...word, aliases: aliases[word.language] ?? [] }))
  await named(db, session, 'topics', slug, { type, external_ids: externalIds, show_in_related: showInRelated }, words)
}

interface CaptionedUse {
  image: string
  article: string | null
  captions: { [language: string]: CaptionRecord }
  at: string
  pointer: string
}

/** The captions of an image or of its use in an article. */
export async function captionRows(
  db: Db,
  session: Session,
  { image, article, captions, at, pointer }: CaptionedUse
): Promise<CaptionRow[]> {
  for (const [language, { translatedFrom }] of Object.entries(captions)) {
    await session.declared(db, language, `${pointer}/${language}`)
    if (translatedFrom && !(translatedFrom in captions))
      throw new Rejection(`There is no caption in "${translatedFrom}" to be translated from.`, `${pointer}/${language}`)
  }
  return Object.entries(captions).map(([language, { text, alt, translatedFrom, method, engine, reviewer }]) => ({
    id: idOf(`caption:${image}:${article}:${language}`, at),
    imageId: image,
    articleId: article,
    language,
    text: splitCredit(text).text,
    alt: alt ?? null,
    from: translatedFrom ?? null,
    method: translatedFrom ? (method === 'original' ? 'human' : (method ?? 'human')) : 'original',
    engine: engine ?? null,
    reviewer: reviewer ?? null,
    at
  }))
}

/** A credit written into a caption belongs to the picture, when it has none yet. */
export async function creditFrom(
  db: Db,
  image: string,
  captions: { [language: string]: CaptionRecord }
): Promise<void> {
  const credit = Object.values(captions).flatMap(({ text }) => splitCredit(text).credit ?? [])[0]
  if (credit) await writeCredit(db, image, credit.name, credit.role)
}

const image: Write<Newsroom['image']> = async (db, session, record) => {
  if (Boolean(record.file) === Boolean(record.url)) throw new Rejection('An image has either a file or a url.', '/file')
  const { at } = session.settings
  const known = await session.key(db, 'image', record.key)
  const id = known?.id ?? idOf(`image:${record.key}`, at)
  const { focalPoint, credit, captions = {} } = record
  const stored = record.file ? await storePicture(session.settings, record.file) : { url: record.url }
  const values = {
    ...stored,
    mime: record.mime ?? (stored as { mime?: string }).mime,
    width: record.width,
    height: record.height,
    focal_x: focalPoint?.x,
    focal_y: focalPoint?.y,
    placeholder: record.placeholder,
    dominant_colour: record.dominantColour,
    credit_name: credit?.name,
    credit_role: credit?.role,
    credit_source_id: credit?.source ? await session.bySlug(db, 'sources', credit.source, '/credit/source') : null,
    rights: record.rights,
    rights_expire_at: record.rightsExpireAt,
    created_at: at,
    updated_at: at
  }
  session.note('image', await upsertImage(db, id, values))
  await writeCaptions(
    db,
    await captionRows(db, session, { image: id, article: null, captions, at, pointer: '/captions' })
  )
  await creditFrom(db, id, captions)
  await writeKeys(db, [{ noun: 'image', key: record.key, id, digest: digestOf(record) }])
}

const comment: Write<Newsroom['comment']> = async (db, session, record) => {
  await session.declared(db, record.language, '/language')
  const known = await session.key(db, 'comment', record.id)
  const id = known?.id ?? idOf(`comment:${record.id}`, record.createdAt)
  await writeComment(db, {
    id,
    article: await session.byKey(db, 'article', record.article, '/article'),
    language: record.language,
    author: record.author,
    body: record.body,
    state: record.state,
    likes: record.likes ?? 0,
    parent: record.parent ? await session.byKey(db, 'comment', record.parent, '/parent') : null,
    at: record.createdAt,
    edited: record.editedAt ?? null
  })
  await writeKeys(db, [{ noun: 'comment', key: record.id, id, digest: digestOf(record) }])
  session.note('comment', !known)
}

const pin: Write<Newsroom['pin']> = async (db, session, record) => {
  const [fault] = await faultsOfPlace(db, record.group, record.article)
  if (fault) throw new Rejection(fault.detail, fault.pointer)
  const key = [record.article ?? '', record.group, record.target].join(' ')
  const known = await session.key(db, 'pin', key)
  const id = known?.id ?? idOf(`pin:${key}`, session.settings.at)
  await writePin(db, {
    id,
    article: record.article ? await session.byKey(db, 'article', record.article, '/article') : null,
    group: record.group,
    target: await session.byKey(db, 'article', record.target, '/target'),
    position: record.position,
    starts: record.startsAt ?? null,
    ends: record.endsAt ?? null
  })
  await writeKeys(db, [{ noun: 'pin', key, id, digest: digestOf(record) }])
  session.note('pin', !known)
}

export const recordWriters = { language, source, author, category, topic, image, comment, pin }
