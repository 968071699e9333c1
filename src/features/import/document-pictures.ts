import type { Db } from '../../db/client.ts'
import { splitCredit } from '../../lib/credit.ts'
import { idOf } from '../../lib/id.ts'
import { safeSource } from '../../lib/portable-text/hrefs.ts'
import type { BodyNode } from '../../lib/portable-text/model.ts'
import type { Arrival, Picture } from './arrivals.ts'
import type { CaptionRow } from './article-queries.ts'
import type { FlatDocument } from './document-schema.ts'
import { upsertRemoteImages } from './nouns-queries.ts'

/** The pictures of a flat document: those it lists, and those that only stand in its text. */

interface Pictured {
  document: FlatDocument
  nodes: BodyNode[]
  at: string
}

/** Makes the pictures of documents images of the house, listed ones first; one address is one image however it is written. */
export async function picturesOf(db: Db, documents: readonly Pictured[]): Promise<Picture[][]> {
  const shown = documents.map(rowsOf)
  const images = new Map<string, (typeof shown)[0][0]>()
  for (const row of shown.flat()) {
    const first = images.get(row.url) ?? row
    images.set(row.url, first.credit === null ? { ...first, credit: row.credit, role: row.role } : first)
  }
  const ids = await upsertRemoteImages(db, [...images.values()])
  return shown.map(rows => rows.map(({ url, text, alt, listed }) => ({ id: ids.get(url)!, url, text, alt, listed })))
}

function rowsOf({ document: { images = [], url: base }, nodes, at }: Pictured) {
  const listed = images.map(image => ({
    ...rowOf(image, at),
    url: safeSource(image.url, base ?? undefined) ?? image.url,
    listed: true
  }))
  const known = new Set(listed.map(image => image.url))
  const inText = addressesIn(nodes)
    .filter(url => !known.has(url))
    .map(url => ({ ...rowOf({ url }, at), url, listed: false }))
  const rows = [...listed, ...inText].map(image => ({ ...image, id: idOf(`image:${image.url}`, at) }))
  return [...new Map(rows.map(image => [image.url, image])).values()]
}

function rowOf({ caption, credit, alt, width, height }: NonNullable<FlatDocument['images']>[number], at: string) {
  const split = splitCredit(caption ?? '')
  const named =
    split.credit ?? (credit ? (splitCredit(credit).credit ?? { name: credit.trim(), role: 'photo' as const }) : null)
  const size = width && height && Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0
  return {
    at,
    text: split.text,
    alt: alt ?? null,
    credit: named?.name ?? null,
    role: named?.role ?? null,
    width: size ? width : null,
    height: size ? height : null
  }
}

/** The canonical web addresses of the pictures in the text. */
const addressesIn = (nodes: BodyNode[]) => [
  ...new Set(nodes.flatMap(node => (node._type === 'image' && node.image !== null ? [node.image] : [])))
]

/** Captions of the document's pictures; in a translation they pair with the original's caption of the same picture. */
export function captionsOf({ article, document, at, pictures, before }: Arrival): CaptionRow[] {
  const { language, translation_of } = document
  const original = translation_of ? (before.find(edition => edition.method === 'original')?.language ?? null) : null
  return pictures
    .filter(image => image.text || image.alt)
    .map(({ id, text, alt }) => ({
      id: idOf(`caption:${id}:${article}:${language}`, at),
      imageId: id,
      articleId: article,
      language,
      text,
      alt,
      from: original === language ? null : original,
      method: original ? 'human' : 'original',
      engine: null,
      reviewer: null,
      at
    }))
}
