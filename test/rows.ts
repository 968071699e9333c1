import { sql } from 'drizzle-orm'
import type { Db } from './helpers.ts'

/** How many rows every table has: what an import that changes nothing leaves alone. */
export async function countRows(db: Db): Promise<Record<string, number>> {
  const tables = await db.rows<{ name: string }>(
    sql`select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`
  )
  const counts = tables.map(
    ({ name }) => sql`select ${name}::text as name, count(*)::int as count from ${sql.identifier(name)}`
  )
  const rows = await db.rows<{ name: string; count: number }>(sql.join(counts, sql` union all `))
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
}

/** What an import has made, by names instead of ids, so that two databases can be compared. */
export async function describe(db: Db) {
  const editions =
    await db.rows<object>(sql`select e.headline, e.language, e.slug, e.state, e.method, e.of_language, e.revision,
      md5(e.body::text) as body, e.published_at, cardinality(e.stale_blocks) as stale,
      (select count(*)::int from revisions r where r.article_id = e.article_id and r.language = e.language) as revisions,
      (select slug from categories c where c.id = a.section_id) as section,
      (select slug from sources s where s.id = e.source_id) as source,
      (select string_agg(c.slug, ' ' order by x.position, c.slug) from article_categories x join categories c on c.id = x.category_id where x.article_id = a.id) as categories,
      (select string_agg(c.slug, ' ' order by x.position, c.slug) from article_topics x join topics c on c.id = x.topic_id where x.article_id = a.id) as topics,
      (select string_agg(c.slug, ' ' order by x.position, c.slug) from article_authors x join authors c on c.id = x.author_id where x.article_id = a.id) as authors,
      (select string_agg(i.url || x.role, ' ' order by x.position, i.url) from article_images x join images i on i.id = x.image_id where x.article_id = a.id) as images,
      (select string_agg(k.language || k.text, ' ' order by k.language, k.text) from captions k where k.article_id = a.id) as captions,
      (select string_agg(o.language, ' ' order by o.language) from editions o where o.article_id = a.id) as languages
    from editions e join articles a on a.id = e.article_id order by e.headline, e.language, e.slug`)
  const postings = await db.rows<object>(
    sql`select kind, language, count(*)::int as count from postings group by 1, 2 order by 1, 2`
  )
  return { editions, postings, counts: await countRows(db) }
}
