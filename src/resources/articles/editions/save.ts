import { isDeepStrictEqual } from 'node:util'
import { ApiError } from '../../../contract/errors.ts'
import type { Db } from '../../../db/client.ts'
import { resolveMentions } from '../../../db/references.ts'
import { claimSlug, freeSlugs } from '../../../db/slugs.ts'
import { markStale } from '../../../db/staleness.ts'
import type { BodyNode } from '../../../lib/portable-text/model.ts'
import { type BodyInput, readBody } from '../../../lib/portable-text/read-body.ts'
import { blocksOf, imagesIn, lengthColumns } from './blocks.ts'
import {
  deleteEdition,
  findBody,
  findWords,
  holdersOfEdition,
  insertEdition,
  insertRevision,
  moveHead,
  retireSlug,
  unknownImages,
  type Words
} from './queries.ts'
import type { EditionChange, EditionInput, EditionRecord } from './schema.ts'

/** Where an edition stands and who saves it. */
export interface Place {
  article: string
  language: string
  originalLanguage: string
  actor: string
}

type Written = EditionChange & { headline: string }

/** A new edition, a draft. */
export async function createEdition(db: Db, place: Place, input: EditionInput): Promise<void> {
  const { article, language } = place
  const made = await originOf(db, place, input)
  const body = input.body ? await toBlocks(db, input.body as BodyInput, undefined, made?.body) : []
  const words = toWords(input, made, body)
  const slug = input.slug ?? (await freeSlugs(db, [{ headline: input.headline, language, article }]))[0]!
  const row = { ...words, slug, source_id: await sourceOf(db, input.source), ...lengths(words, language) }
  await insertEdition(db, place, row)
  if (input.slug) await claimSlug(db, { slug, language, article })
  await insertRevision(db, article, language, { ...words, number: 1, saved_by: place.actor, note: input.note ?? null })
  await markStale(db, [article])
}

/** A save: a revision, unless nothing differs. What readers see of a live edition stays until it is published. */
export async function saveEdition(db: Db, place: Place, before: EditionRecord, change: EditionChange): Promise<void> {
  const { article, language } = place
  const input = merged(before, change)
  const made = await originOf(db, place, input)
  const blocks = blocksOf(before)
  const body = input.body ? await toBlocks(db, input.body as BodyInput, blocks, made?.body) : blocks
  const now = toWords(input, made, body)
  const slug = change.slug ?? before.slug
  const source = change.source === undefined ? before.source : await sourceOf(db, change.source)
  refuseEmpty(before, body)
  const same = isDeepStrictEqual(now, toWords(merged(before, {}), originBefore(before, change, made), blocks))
  if (same && slug === before.slug && source === before.source) return
  const head = same ? before.head : before.head + 1
  if (!same) {
    const note = change.note ?? null
    await insertRevision(db, article, language, { ...now, number: head, saved_by: place.actor, note })
  }
  await moveHead(db, article, language, { ...now, head, slug, source_id: source, ...lengths(now, language) })
  if (slug !== before.slug) {
    await claimSlug(db, { slug, language, article })
    await retireSlug(db, article, language, before.slug)
  }
  await markStale(db, [article])
}

/** Saves the words of an earlier revision as the newest; false where there is none of that number. The newest restored is no save. */
export async function restoreRevision(db: Db, place: Place, before: EditionRecord, number: number): Promise<boolean> {
  const { article, language } = place
  const words = await findWords(db, article, language, number)
  if (!words) return false
  if (number === before.head) return true
  refuseEmpty(before, words.body)
  const unknown = await unknownImages(db, imagesIn(words.body))
  if (unknown.length > 0)
    throw new ApiError('invalid-field', `Revision ${number} shows images that are gone: ${unknown.join(', ')}.`)
  const head = before.head + 1
  const note = `Restores revision ${number}`
  await insertRevision(db, article, language, { ...words, number: head, saved_by: place.actor, note })
  const row = { ...words, head, slug: before.slug, source_id: before.source, ...lengths(words, language) }
  await moveHead(db, article, language, row)
  await markStale(db, [article])
  return true
}

/** Removes a draft with its revisions; what readers ever knew stays, so that its address can say what became of it. */
export async function removeEdition(db: Db, { article, language, state, firstPublishedAt }: EditionRecord) {
  if (firstPublishedAt !== null || state === 'published' || state === 'withdrawn')
    throw new ApiError('invalid-transition', 'Readers have known this edition: unpublish or withdraw it instead.')
  const errors = await holdersOfEdition(db, article, language)
  if (errors.length > 0) {
    const named = errors.slice(0, 3).map(({ detail }) => detail)
    throw new ApiError('in-use', `It is still referred to by ${named.join('; ')}.`, { errors: errors.slice(0, 20) })
  }
  await deleteEdition(db, article, language)
}

const lengths = ({ body }: Words, language: string) => lengthColumns(body, language)

/** What will be published by itself must stay fit for it. */
function refuseEmpty({ publishAt }: EditionRecord, body: BodyNode[]) {
  if (publishAt === null || body.length > 0) return
  throw new ApiError(
    'not-publishable',
    `The edition is to be published at ${publishAt} and needs a body; unschedule it first.`,
    {
      errors: [{ pointer: '/body', detail: 'It is empty.' }]
    }
  )
}

/** What is left out stays as it was. */
function merged(before: EditionRecord, change: EditionChange): Written {
  const { headline, kicker, standfirst, byline, seo, translation } = before
  const { stale: _, staleBlocks: __, of, method, ...rest } = translation
  const made = of
    ? { ...rest, method, of: { language: of.language, ...(of.revision ? { revision: of.revision } : {}) } }
    : null
  return { headline, kicker, standfirst, byline, seo, translation: made as never, ...change }
}

async function sourceOf(db: Db, key: string | null | undefined): Promise<string | null> {
  return (await resolveMentions(db, [{ pointer: '/source', table: 'sources', key }])).get('/source') ?? null
}

/** What a translation was made from. */
interface Origin {
  language: string
  revision: number | null
}

/** The words of a save as they are stored. */
function toWords(input: Written, made: Origin | null, body: BodyNode[]): Words {
  const { engine = null, translator = null, reviewer = null, translatedAt = null } = input.translation ?? {}
  return {
    headline: input.headline.normalize('NFC'),
    kicker: input.kicker ?? null,
    standfirst: input.standfirst ?? null,
    body,
    byline: input.byline ?? null,
    seo_title: input.seo?.title ?? null,
    seo_description: input.seo?.description ?? null,
    method: made ? (input.translation?.method ?? 'human') : 'original',
    engine,
    translator,
    reviewer,
    translated_at: translatedAt,
    of_language: made?.language ?? null,
    of_revision: made?.revision ?? null
  }
}

/** Which revision of which edition a translation is made from, with its body; null for the original. */
async function originOf(db: Db, { article, language, originalLanguage }: Place, { translation }: Written) {
  if (language === originalLanguage) {
    if (!translation) return null
    throw new ApiError('invalid-field', 'The edition in the original language translates nothing.', {
      errors: [{ pointer: '/translation', detail: 'Leave it out.' }]
    })
  }
  const from = translation?.of?.language ?? originalLanguage
  const revision = translation?.of?.revision ?? null
  const found = from === language ? undefined : await findBody(db, article, from, revision)
  if (found) return { language: from, revision: found.number, body: found.body }
  const detail = `There is no ${revision ? `revision ${revision} of an ` : ''}edition in "${from}" to translate from; write that first.`
  throw new ApiError('dangling-reference', detail, { errors: [{ pointer: '/translation/of', detail }] })
}

/** What the edition was made from so far; where no revision was named and none is now, the newest counts, before and after. */
function originBefore(
  { translation: { of } }: EditionRecord,
  change: EditionChange,
  made: Origin | null
): Origin | null {
  if (!of) return made && !change.translation ? made : null
  return { language: of.language, revision: of.revision ?? (change.translation ? null : (made?.revision ?? null)) }
}

async function toBlocks(db: Db, input: BodyInput, previous?: BodyNode[], original?: BodyNode[]): Promise<BodyNode[]> {
  const { nodes, faults } = readBody(input, { previous, original })
  const unknown = await unknownImages(db, imagesIn(nodes))
  const errors = [
    ...faults.map(({ pointer, detail }) => ({ pointer: `/body/blocks${pointer}`, detail })),
    ...unknown.map(id => ({ pointer: '/body', detail: `There is no image "${id}".` }))
  ].slice(0, 20)
  if (errors.length > 0)
    throw new ApiError('invalid-field', `The body cannot be kept as it was meant: ${errors[0]!.detail}`, { errors })
  return nodes
}
