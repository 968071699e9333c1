import { sql } from 'drizzle-orm'
import type { Context } from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { everything } from '../../db/postings.ts'
import type { BodyNode } from '../../lib/portable-text/model.ts'

/** One version as it reads in the reader's language. */
export interface Member {
  id: string
  first: boolean
  share: number | null
  headline: string
  words: number
  body: BodyNode[]
}

export interface Cluster {
  first: boolean
  total: number
  /** The article itself, where it is in this language. */
  self: Member | null
  others: Member[]
}

/** A listed version `l` with its edition `e`. */
const member = `json_build_object('id', l.article_id, 'first', l.first, 'headline', e.headline, 'words', e.word_count, 'body', e.body,
  'share', (select round(c.share::numeric, 4)::float8 from copies c, q
    where c.article_id = least(l.article_id, q.self) and c.other_id = greatest(l.article_id, q.self)))`

/**
 * The versions a reader may know of: what hangs together with the article by copies that are public themselves, in any language; a hidden one
 * joins nobody, and is not missed as the first.
 */
const listed = `seen as materialized (select m.article_id, min(v.first_published_at) as first_at
      from q join clusters c on c.article_id = q.self join clusters m on m.cluster_id = c.cluster_id
      join visible_editions v on v.article_id = m.article_id group by 1),
    reached (id) as (select self from q
      union select s.article_id from reached r join copies c on c.article_id = r.id or c.other_id = r.id
        join seen s on s.article_id = case when c.article_id = r.id then c.other_id else c.article_id end),
    listed as (select s.*, row_number() over (order by s.first_at, s.article_id) = 1 as first from seen s join reached r on r.id = s.article_id),
    shown as materialized (select l.* from q, listed l join visible_postings p on p.article_id = l.article_id and p.kind = 'all'
      and p.facet = '${everything}' where p.language = q.language and p.show_in_related and l.article_id <> q.self)`

/** The cluster of an article in one statement; at most so many of the others. */
export async function readCluster(db: Db, { reader }: Context, id: string, limit: number): Promise<Cluster> {
  const [cluster] = await db.rows<Cluster>(sql`with recursive q as (
      select ${id}::uuid as self, ${reader.requested}::text as language), ${sql.raw(listed)}
    select coalesce((select l.first from listed l where l.article_id = q.self), true) as first,
      (select count(*)::int from shown) as total,
      (select ${sql.raw(member)} from listed l join visible_editions v on v.article_id = l.article_id and v.language = q.language
        join editions e on e.article_id = v.article_id and e.language = v.language where l.article_id = q.self) as self,
      (select coalesce(json_agg(${sql.raw(member)} order by l.first_at, l.article_id), '[]')
        from (select * from shown order by first_at, article_id limit ${limit}::int) l
        join editions e on e.article_id = l.article_id and e.language = q.language) as others
    from q`)
  return cluster!
}
