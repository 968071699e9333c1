import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import type { BodyNode } from '../../lib/portable-text/model.ts'
import { isPublished } from './queries.ts'

/** What an edition says. */
export interface Body {
  article: string
  language: string
  body: BodyNode[]
}

/** The bodies of those of these editions that are published; without a language of all of an article's. */
export async function readBodies(
  db: Db,
  asked: readonly { article: string; language?: string }[]
): Promise<readonly Body[]> {
  if (asked.length === 0) return []
  const articles = sql.param(asked.map(({ article }) => article))
  const languages = sql.param(asked.map(({ language }) => language ?? null))
  return db.rows<Body>(sql`select e.article_id as article, e.language, e.body
    from (select distinct * from unnest(${articles}::uuid[], ${languages}::text[])) w (article, language)
    cross join lateral (select * from editions e where e.article_id = w.article and (w.language is null or e.language = w.language)
      and ${isPublished} offset 0) e`)
}

/** Two articles that are versions of one text. */
export interface Copy {
  article: string
  other: string
  share: number
}

/** Forgets what is known of the copies of these articles, except of what a rebuild has still to compare. */
export async function forgetCopies(db: Db, articles: readonly string[]): Promise<void> {
  if (articles.length === 0) return
  const ids = sql.param([...articles])
  const isCompared = (other: SQL) => sql`((select true from descriptions d where d.article_id = ${other} limit 1)
    or (select true from editions e where e.article_id = ${other} and ${isPublished} limit 1) is null)`
  await db.rows(sql`delete from copies where article_id = any(${ids}::uuid[]) and ${isCompared(sql`other_id`)}
    or other_id = any(${ids}::uuid[]) and ${isCompared(sql`copies.article_id`)}`)
}

export async function writeCopies(db: Db, copies: readonly Copy[]): Promise<void> {
  if (copies.length === 0) return
  await db.rows(sql`insert into copies (article_id, other_id, share)
    select c.article, c.other, c.share from json_to_recordset(${JSON.stringify(copies)}::json) as c (article uuid, other uuid, share real)
    cross join lateral (select 1 from articles a where a.id = c.article limit 1) a cross join lateral (select 1 from articles o where o.id = c.other limit 1) o
    on conflict (article_id, other_id) do update set share = greatest(copies.share, excluded.share)`)
}

/** The members of the clusters these articles are in, with the name of the cluster. */
export async function clustersOf(db: Db, articles: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.rows<{
    article: string
    cluster: string
  }>(sql`select m.article_id as article, m.cluster_id as cluster
    from clusters c cross join lateral (select * from clusters m where m.cluster_id = c.cluster_id offset 0) m where c.article_id = any(${sql.param([...articles])}::uuid[])`)
  return new Map(rows.map(({ article, cluster }) => [article, cluster]))
}

/** These articles and those they are copies of, and whoever is in a cluster with one of them or of `others`. */
export async function storiesBeside(db: Db, articles: readonly string[], others: readonly string[]): Promise<string[]> {
  const rows = await db.rows<{
    id: string
  }>(sql`with asked (id) as (select unnest(${sql.param([...articles])}::uuid[])),
      near (id) as materialized (select id from asked union select unnest(${sql.param([...others])}::uuid[])
        union select c.other_id from asked a cross join lateral (select * from copies c where c.article_id = a.id offset 0) c
        union select c.article_id from asked a cross join lateral (select * from copies c where c.other_id = a.id offset 0) c)
    select id from near
    union select m.article_id from near n cross join lateral (select * from clusters c where c.article_id = n.id limit 1) c
      cross join lateral (select * from clusters m where m.cluster_id = c.cluster_id offset 0) m`)
  return rows.map(({ id }) => id).sort()
}

/** The copies of which both are among these articles. */
export const copiesAmong = (db: Db, articles: readonly string[]): Promise<Copy[]> =>
  db.rows<Copy>(sql`select article_id as article, other_id as other, share from copies
    where article_id = any(${sql.param([...articles])}::uuid[]) and other_id = any(${sql.param([...articles])}::uuid[])`)

/** These articles in the order they were first published. */
export async function firstPublished(db: Db, articles: readonly string[]): Promise<string[]> {
  const rows = await db.rows<{ article: string }>(sql`select article_id as article from editions
    where article_id = any(${sql.param([...articles])}::uuid[]) and first_published_at is not null
    group by article_id order by min(first_published_at), article_id`)
  return rows.map(({ article }) => article)
}

/** Writes to which cluster articles belong, or that they belong to none; those for which that changed. */
export async function writeClusters(
  db: Db,
  members: readonly { article: string; cluster: string | null }[]
): Promise<string[]> {
  const rows = await db.rows<{ article: string }>(sql`with m as (
      select * from json_to_recordset(${JSON.stringify(members)}::json) as m (article uuid, cluster uuid)),
    gone as (delete from clusters where article_id = any(array(select article from m where cluster is null)) returning article_id as article),
    put as (insert into clusters (article_id, cluster_id) select m.article, m.cluster from m
      cross join lateral (select 1 from articles a where a.id = m.article limit 1) a where m.cluster is not null
      on conflict (article_id) do update set cluster_id = excluded.cluster_id where clusters.cluster_id <> excluded.cluster_id
      returning article_id as article)
    select article from gone union select article from put`)
  return rows.map(({ article }) => article)
}
