import { sql } from 'drizzle-orm'
import type { Static } from 'typebox'
import type { CommentSection } from '../../contract/article.ts'
import * as cards from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { afterPlace, creationOrders, type Order, ordered, placeOf, toPage, type Window } from '../../db/keyset.ts'

import type { Place } from '../../lib/cursor.ts'
import { isId } from '../../lib/id.ts'
import type { CommentItem as Comment, CommentFilter } from './schema.ts'

export const orders = {
  ...creationOrders('m'),
  '-likes': { by: sql`m.likes`, cast: 'int', descending: true } satisfies Order
}

const members = `m.id, m.article_id as article, m.language, m.author_name as "authorName", m.body, m.likes,
  (select o.id from comments o where o.id = m.parent_id and o.state = 'approved') as parent,
  ${cards.instantText('m.created_at')} as "createdAt", ${cards.instantText('m.edited_at')} as "editedAt"`
const columns = sql.raw(members)
const from = sql.raw(`reader, comments m `)
const id = sql`m.id`
const shown = sql.raw(cards.commentShown)

export async function list(db: Db, context: cards.Context, filter: CommentFilter, window: Window) {
  const rows = await db.rows<Comment & { place: Place }>(sql`with ${cards.readerOf(context)}
    select ${columns}, ${placeOf(window.order, id)} as place from ${from}
    where true and ${shown}${filter.article ? sql` and m.article_id = ${filter.article}::uuid` : sql``}${filter.parent ? sql` and m.parent_id = ${filter.parent}::uuid` : sql``}${filter.inLanguage ? sql` and m.language = ${filter.inLanguage}` : sql``}${afterPlace(window, id)}${ordered(window, id)}`)

  return toPage(rows, window.limit)
}

export async function find(db: Db, context: cards.Context, key: string) {
  if (!isId(key)) return undefined
  const [item] = await db.rows<Comment>(sql`with ${cards.readerOf(context)}
    select ${columns} from ${from} where m.id = ${key}::uuid and ${shown}`)
  return item
}

/** The count of an article's comments and the first of both orders, in one statement. */
export async function section(db: Db, articleId: string, limit: number): Promise<Static<typeof CommentSection>> {
  const first = (order: string) =>
    sql.raw(`(select coalesce(json_agg(q), '[]') from (
    select ${members} from comments m, asked where m.article_id = asked.id and m.state = 'approved' order by ${order} limit (select n from asked)) q)`)
  const [comments] = await db.rows<Static<typeof CommentSection>>(sql`
    with asked as (select ${articleId}::uuid as id, ${limit}::int as n)
    select (select count(*)::int from comments m, asked where m.article_id = asked.id and m.state = 'approved') as count,
      ${first('m.created_at desc, m.id desc')} as newest, ${first('m.likes desc, m.id desc')} as "mostLiked"`)
  return comments!
}
