import { sql } from 'drizzle-orm'
import type { Article, ArticleView } from '../../contract/article.ts'
import { type Context, readerOf } from '../../db/cards.ts'
import type { Db } from '../../db/client.ts'
import { isId } from '../../lib/id.ts'
import { columns, toArticle } from './columns.ts'

/** How one article is asked for. */
export interface Find {
  view: ArticleView
  /** After the reader's own chain, may the original stand in? */
  fallback: 'chain' | 'none'
}

const languagesOf = ({ reader }: Context, fallback: 'chain' | 'none') =>
  sql.param(fallback === 'chain' ? reader.chain : reader.chain.slice(0, 1))

/**
 * The common table expressions that find, by id or slug, which edition is `served`: the one in the reader's best language. A slug in the reader's
 * language wins over the same slug in another, and a reader who named no language gets the slug's own.
 */
function toServe(context: Context, key: string, fallback: 'chain' | 'none') {
  const { chain, explicit } = context.reader
  const languages = sql`${sql.param(chain)}::text[]`
  // Whether the story has an edition this reader would rather get: then its slug is not the one a list has shown.
  const better = sql`(select true from visible_editions b where b.article_id = v.article_id
    and array_position(${languages}, b.language) < coalesce(array_position(${languages}, v.language), 1000) limit 1)`
  const target = isId(key)
    ? sql`select ${key}::uuid as id, null::text as language`
    : sql`select v.article_id as id, v.language from visible_editions v where v.slug = ${key}
        order by ${better} is null desc, array_position(${languages}, v.language), v.method <> 'original', v.language limit 1`
  return sql`target as (${target}),
    asked as (
      select t.id, case when ${explicit}::boolean or t.language is null then ${languages}
        else array_prepend(t.language, array_remove(${languages}, t.language)) end as chain from target t),
    served as (
      select v.article_id, v.language from asked t join visible_editions v on v.article_id = t.id
      join articles a on a.id = t.id
      where v.language = t.chain[1] or ${fallback === 'chain'}::boolean and (v.language = any(t.chain) or v.language = a.original_language)
      order by array_position(t.chain, v.language) limit 1)`
}

/** The article by id or slug in the reader's best language, in one statement. */
export async function find(db: Db, context: Context, key: string, { view, fallback }: Find) {
  const [article] = await db.items<Article>(sql`with ${toServe(context, key, fallback)},
    ${readerOf(context, sql`(select chain from asked)`)}
    select ${sql.raw(columns[view])}
    from reader, served s join articles a on a.id = s.article_id
    join editions e on e.article_id = s.article_id and e.language = s.language`)
  return article && toArticle(article)
}

/** The id alone of the article that would be found. */
export async function identify(db: Db, context: Context, key: string): Promise<string | undefined> {
  const [served] = await db.rows<{ id: string }>(
    sql`with ${toServe(context, key, 'chain')} select article_id as id from served`
  )
  return served?.id
}

/** Why an article is not there: it moved, it was withdrawn, or nobody may know of it. */
export interface Absence {
  movedTo: string | null
  withdrawnAt: string | null
  reason: string | null
  successor: string | null
}

/** Asked only after `find` found nothing: a retired slug's new address, or the withdrawal of the edition that was asked for. */
export async function explainAbsence(db: Db, context: Context, key: string, fallback: 'chain' | 'none') {
  const languages = languagesOf(context, fallback)
  const byKey = isId(key) ? sql`e.article_id = ${key}::uuid` : sql`e.slug = ${key}`
  const [absence] = await db.rows<Absence>(sql`with ${readerOf(context)}
    select null as "movedTo", e.withdrawn_reason as reason, e.successor_id as successor,
      to_char(e.withdrawn_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "withdrawnAt", e.language
    from editions e join articles a on a.id = e.article_id, reader
    where ${byKey} and e.state = 'withdrawn' and (a.embargo_until is null or a.embargo_until <= now())
      and (e.language = any(${languages}::text[]) or ${!isId(key)}::boolean or e.language = a.original_language)
    union all
    select v.slug, null, null, null, v.language from former_slugs f
    join visible_editions v on v.article_id = f.article_id and v.language = f.language
    where f.slug = ${key} and not exists (select 1 from editions e where e.slug = f.slug and e.state = 'withdrawn')
    order by 5 limit 1`)
  return absence
}
