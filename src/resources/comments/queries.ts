import { sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import type { CommentSection } from '../../contract/article.ts'
import { invalidParameter } from '../../contract/errors.ts'
import * as cards from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { afterPlace, creationOrders, type Order, ordered, placeOf, toPage, type Window } from '../../db/keyset.ts'
import { known, refuseUnknown } from '../../db/references.ts'
import type { Place } from '../../lib/cursor.ts'
import { isId } from '../../lib/id.ts'
import type { CommentItem as Comment, CommentFilter } from './schema.ts'

const likes: Order = { by: sql`m.likes`, cast: 'int', descending: true }

export const orders = { ...creationOrders('m'), '-likes': likes }

const members = `m.id, m.article_id as article, m.language, m.author_name as "authorName", m.body, m.likes,
  (select o.id from comments o where o.id = m.parent_id and o.state = 'approved') as parent,
  ${cards.instantText('m.created_at')} as "createdAt", ${cards.instantText('m.edited_at')} as "editedAt"`
const columns = sql.raw(members)
const id = sql`m.id`
const shown = sql.raw(cards.commentShown)

/** Hides the id from the planner, which would walk everybody's newest comments to find those of a busy article. */
const ofArticle = (article: string) => sql`m.article_id = (select ${article}::uuid)`

/** Answers to a hidden comment are listed, but not by its name. */
const answerTo = (parent: string) => sql` and m.parent_id = ${parent}::uuid
  and exists (select 1 from comments o where o.id = m.parent_id and o.state = 'approved')`

const conditions = ({ article, parent, inLanguage }: CommentFilter) =>
  sql.join([
    shown,
    article ? sql` and ${ofArticle(article)}` : sql``,
    parent ? answerTo(parent) : sql``,
    inLanguage ? sql` and m.language = ${inLanguage}` : sql``
  ])

/** A page of approved comments; only one article's can be had by likes, as no index orders those of all. */
export async function list(db: Db, filter: CommentFilter, window: Window) {
  if (window.order === likes && !filter.article)
    throw invalidParameter('order', '"-likes" orders the comments of one article; name it with "article".')
  const rows = await db.items<Comment & { place: Place }>(sql`
    select ${columns}, ${placeOf(window.order, id)} as place from comments m
    where ${conditions(filter)}${afterPlace(window, id)}${ordered(window, id)}`)
  if (rows.length === 0 && !window.after)
    await refuseUnknown(db, [
      { name: 'article', table: known.articles, key: filter.article },
      { name: 'parent', table: known.comments, key: filter.parent }
    ])
  return toPage(rows, window.limit)
}

/** One comment by id, if readers may see it. */
export async function find(db: Db, key: string) {
  if (!isId(key)) return undefined
  const [item] = await db.items<Comment>(sql`select ${columns} from comments m where m.id = ${key}::uuid and ${shown}`)
  return item
}

const byTime = sql`m.created_at desc, m.id desc`
const byLikes = sql`m.likes desc, m.id desc`

/** The count of a visible article's comments and the first of both orders, in one statement. */
export async function section(db: Db, articleId: string, limit: number): Promise<Static<typeof CommentSection>> {
  const approved = sql`from comments m where ${ofArticle(articleId)} and m.state = 'approved'`
  const first = (order: typeof byTime) => sql`(select coalesce(json_agg(q), '[]') from (
    select ${columns} ${approved} order by ${order} limit ${limit}) q)`
  const [comments] = await db.items<Static<typeof CommentSection>>(sql`
    select (select count(*)::int ${approved}) as count, ${first(byTime)} as newest, ${first(byLikes)} as "mostLiked"`)
  return comments!
}

/** The article a comment stands under. */
export async function threadOf(db: Db, id: string): Promise<string | undefined> {
  const [row] = await db.rows<{ article: string }>(
    sql`select article_id as article from comments where id = ${id}::uuid`
  )
  return row?.article
}
