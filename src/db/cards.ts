/**
 * The small forms of nouns as SQL text, constants all: `reader` is in scope wherever they are used (see `readerOf`).
 * They are plain text so that a statement is put together once, at start, and not per request.
 */
import { type SQL, sql } from 'drizzle-orm'
import type { Reader } from '../lib/language.ts'

/** Who reads: the languages in order, and the address pictures of the house are found under. */
export interface Context {
  reader: Reader
  media: string
  /** Whether labels nobody has reviewed are shown too. */
  unreviewed: boolean
}

/** The common table expression that gives every card its reader; a chain that is itself looked up is looked up once. */
export const readerOf = ({ reader, media, unreviewed }: Context, chain?: SQL): SQL =>
  sql`reader as ${chain ? sql`materialized ` : sql``}(select ${chain ?? sql`${sql.param(reader.chain)}::text[]`} as chain,
    ${media}::text as media, ${unreviewed}::boolean as unreviewed)`

export const instantText = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/**
 * The words (`columns`) the reader understands best of those in `table` that fit `condition`. As a rule they exist in the reader's first
 * language and are found by their key; only else all are sorted along the chain, a tag deciding ties, so that answers never flicker.
 */
export const best = (columns: string, table: string, condition: string) => `(select ${columns} from ${table}
    where ${condition} and language = reader.chain[1]
  union all (select ${columns} from ${table} where ${condition}
    order by array_position(reader.chain, language), language limit 1) limit 1)`

export const sourceName = (id: string) => `coalesce(${best('name', 'source_names', `source_id = ${id}`)}, '')`

export const authorName = (id: string) => `coalesce(${best('name', 'author_texts', `author_id = ${id}`)}, '')`

export const imageAddress = (image: string) => `coalesce(${image}.url, reader.media || ${image}.file)`

/** Whether the house may still show image `i`: after their rights have run out pictures are nowhere to be seen. */
const rightsHold = `(i.rights_expire_at is null or i.rights_expire_at > now())`

/** The card of source `s`. */
export const sourceObject = `json_build_object(
  'id', s.id, 'slug', s.slug, 'type', s.type, 'name', ${sourceName('s.id')}, 'homepage', s.homepage,
  'logo', (select ${imageAddress('i')} from images i where i.id = s.logo_id and ${rightsHold}))`

export const sourceCard = (id: string) => `(select ${sourceObject} from sources s where s.id = ${id})`

/** A label in the best language a person has reviewed, with that language; both null when there is none. */
const labelPair = (table: string, owner: string, id: string) =>
  `left join lateral ${best(
    'label, language',
    table,
    `${owner} = ${id} and (reviewed or reader.unreviewed)`
  )} l on true`

export const categoryLabel = labelPair('category_labels', 'category_id', 'c.id')
export const topicLabel = labelPair('topic_labels', 'topic_id', 't.id')

/** The card of category `c` with its label. */
export const categoryObject = `json_build_object('id', c.id, 'slug', c.slug, 'label', l.label, 'labelLanguage', l.language)`

export const categoryCard = (id: string) =>
  `(select ${categoryObject} from categories c ${categoryLabel} where c.id = ${id})`

/** The section first, then the other categories in the desk's order. */
export const categoryCards = `(select coalesce(json_agg(${categoryObject} order by u.position), '[]') from (
    select a.section_id as id, -1 as position union all
    select ac.category_id, ac.position from article_categories ac where ac.article_id = a.id and ac.category_id <> a.section_id) u
  join categories c on c.id = u.id ${categoryLabel})`

export const topicCards = `(select coalesce(json_agg(json_build_object('id', t.id, 'slug', t.slug, 'type', t.type,
    'label', l.label, 'labelLanguage', l.language) order by at.position), '[]')
  from article_topics at join topics t on t.id = at.topic_id ${topicLabel} where at.article_id = a.id)`

export const authorCards = `(select coalesce(json_agg(json_build_object('id', w.id, 'slug', w.slug, 'type', w.type,
    'name', ${authorName('w.id')}, 'role', aw.role) order by aw.position, aw.role), '[]')
  from article_authors aw join authors w on w.id = aw.author_id where aw.article_id = a.id)`

export const credit = (image: string) => `case when ${image}.credit_name is not null then json_build_object(
  'name', ${image}.credit_name, 'role', ${image}.credit_role,
  'source', case when ${image}.credit_source_id is not null then
    (select s.slug from sources s where s.id = ${image}.credit_source_id) end) end`

/** The members every form of an image shares. */
export const imageMembers = (image: string) => `'id', ${image}.id, 'url', ${imageAddress(image)}, 'mime', ${image}.mime,
  'width', ${image}.width, 'height', ${image}.height, 'placeholder', ${image}.placeholder,
  'dominantColour', ${image}.dominant_colour, 'focalPoint', case when ${image}.focal_x is not null
    then json_build_object('x', ${image}.focal_x, 'y', ${image}.focal_y) end, 'credit', ${credit(image)}`

const readByAnybody = (article: string) => `exists (select 1 from visible_editions v where v.article_id = ${article})`

/** A caption of one use is hidden while the edition in its language is: a draft's captions are part of the draft. */
const ofHiddenEdition = (caption: string) => `exists (select 1 from hidden_editions h
  where h.article_id = ${caption}.article_id and h.language = ${caption}.language)`

/**
 * The caption of image `i` in article `a` for an edition `e`: in its language first, the article's own before the image's. As a rule the
 * article has one in the edition's language, found by its key and as visible as the edition; only else are all of them looked at.
 */
const captionFor = `(select * from captions where image_id = i.id and article_id = a.id and language = e.language
  union all (select k.* from captions k where k.image_id = i.id and (k.article_id = a.id or k.article_id is null)
    and not ${ofHiddenEdition('k')}
    order by (k.language = e.language) desc, array_position(reader.chain, k.language), k.language, k.article_id limit 1) limit 1)`

/** The first of `imageUses`. */
export const leadImage = `(select json_build_object(${imageMembers('i')}, 'alt', k.alt, 'caption', k.text,
    'captionLanguage', k.language)
  from (select i.* from article_images ai join images i on i.id = ai.image_id and ${rightsHold}
    where ai.article_id = a.id order by ai.role <> 'lead', ai.position limit 1) i
  left join lateral ${captionFor} k on true)`

export const captionMembers = (caption: string) => `'id', ${caption}.id, 'language', ${caption}.language,
  'text', ${caption}.text, 'alt', ${caption}.alt, 'method', ${caption}.method, 'engine', ${caption}.engine,
  'reviewer', ${caption}.reviewer`

/** The original a caption was translated from, when the reader may see it: it may belong to another article's use. */
const captionOrigin = (caption: string) => `(select json_build_object(${captionMembers('o')})
  from captions o where o.id = ${caption}.translated_from and not ${ofHiddenEdition('o')}
    and (o.article_id is null or o.article_id = a.id or ${readByAnybody('o.article_id')}))`

/** The images of article `a` in order, the lead first. */
export const imageUses = `(select coalesce(json_agg(json_build_object(${imageMembers('i')}, 'role', ai.role,
    'caption', case when k.id is not null then json_build_object(${captionMembers('k')},
      'translatedFrom', ${captionOrigin('k')}) end) order by ai.role <> 'lead', ai.position), '[]')
  from article_images ai join images i on i.id = ai.image_id and ${rightsHold} left join lateral ${captionFor} k on true
  where ai.article_id = a.id)`

export const alternates = `(select coalesce(json_agg(json_build_object('language', v.language, 'slug', v.slug,
    'method', v.method, 'updatedAt', ${instantText('v.updated_at')}) order by v.language), '[]')
  from visible_editions v where v.article_id = a.id)`

/**
 * The corrections of article `a`, newest first. Each is told in the reader's best language, else in that of the original, else in any: an error
 * that was put right is kept from nobody.
 */
export const corrections = `(select coalesce(json_agg(json_build_object('id', k.id, 'at', ${instantText('k.at')},
    'text', w.text, 'language', w.language) order by k.at desc, k.id desc), '[]')
  from corrections k cross join lateral (select t.text, t.language from correction_texts t where t.correction_id = k.id
    order by array_position(reader.chain, t.language), t.language <> a.original_language, t.language limit 1) w
  where k.article_id = a.id and k.at <= now())`

export const commentCount = `(select count(*)::int from comments c where c.article_id = a.id and c.state = 'approved')`

/** Requested and served language; `reader.chain` begins with the requested one. The few languages written from the right are read once a statement. */
export const servedLanguage = `json_build_object('requested', reader.chain[1], 'served', e.language,
  'fallback', e.language <> reader.chain[1],
  'direction', case when e.language = any((select array_agg(tag) from languages where direction = 'rtl')::text[]) then 'rtl' else 'ltr' end)`

export const translation = `json_build_object('method', e.method, 'engine', e.engine, 'translator', e.translator,
  'reviewer', e.reviewer, 'translatedAt', ${instantText('e.translated_at')},
  'of', case when e.of_language is not null then json_build_object('language', e.of_language, 'revision', e.of_revision) end,
  'stale', cardinality(e.stale_blocks) > 0, 'staleBlocks', to_json(e.stale_blocks))`

/** A noun's name in the reader's best language, and which that is. */
export const namePair = (table: string, owner: string, id: string) =>
  `left join lateral ${best('*', table, `${owner} = ${id}`)} n on true`

export const allNames = (table: string, owner: string, id: string) => `(select coalesce(json_agg(json_build_object(
  'language', n.language, 'name', n.name) order by n.language), '[]') from ${table} n where n.${owner} = ${id})`

/** Every label of a noun; those nobody has reviewed only for readers who asked. */
export const allLabels = (table: string, owner: string, id: string) => `(select coalesce(json_agg(json_build_object(
  'language', l.language, 'label', l.label, 'reviewed', l.reviewed) order by l.language), '[]')
  from ${table} l where l.${owner} = ${id} and (l.reviewed or reader.unreviewed))`

const ownCaption = best('*', 'captions', 'image_id = i.id and article_id is null')

/** An image away from any article, a logo or a portrait, as long as its rights hold. */
export const imageCard = (id: string) => `(select json_build_object(${imageMembers('i')}, 'alt', k.alt,
    'caption', k.text, 'captionLanguage', k.language)
  from images i left join lateral ${ownCaption} k on true where i.id = ${id} and ${rightsHold})`

/** Asked row by row; unfenced, the planner hashes the whole archive to list twenty rows. */
const fenced = (condition: string) => `(select ${condition} offset 0)`

/** Whether readers may see image `i`: it stands in something public, and its rights have not run out. */
export const imageShown = `(${rightsHold} and (
  ${fenced(`exists (select 1 from article_images ai
    where ai.image_id = i.id and ${readByAnybody('ai.article_id')})`)}
  or exists (select 1 from authors w where w.portrait_id = i.id)
  or exists (select 1 from sources s where s.logo_id = i.id)))`

/** Whether readers may see a caption by itself: its image, its article and the edition in its language are public. */
export const captionPublic = (caption: string) => `(not ${fenced(ofHiddenEdition(caption))}
  and (${caption}.article_id is null or ${fenced(readByAnybody(`${caption}.article_id`))})
  and exists (select 1 from images i where i.id = ${caption}.image_id and ${imageShown}))`

/** The original of a caption that may come from another article's use: public itself, or nobody learns of it. */
export const publicOrigin = (caption: string) => `(select json_build_object(${captionMembers('o')})
  from captions o where o.id = ${caption}.translated_from and ${captionPublic('o')})`

/** The words of an image itself, as a pair. */
export const imageCaption = `(select json_build_object(${captionMembers('k')}, 'translatedFrom', ${publicOrigin('k')})
  from ${ownCaption} k)`

/** Whether readers may see comment `m`. */
export const commentShown = `(m.state = 'approved' and ${readByAnybody('m.article_id')})`

/** From the root of the section tree down to the category itself. */
export const categoryPath = (id: string) => `(with recursive up as (
    select k.id, k.parent_id, 0 as height from categories k where k.id = ${id}
    union all select k.id, k.parent_id, up.height + 1 from categories k join up on up.parent_id = k.id where up.height < 30)
  select json_agg(${categoryObject} order by up.height desc) from up join categories c on c.id = up.id ${categoryLabel})`
