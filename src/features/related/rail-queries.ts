import { type SQL, sql } from 'drizzle-orm'
import { categoryCard } from '../../db/cards.ts'
import type { Pin } from './compose.ts'

/** A section that is a rail. */
export interface HouseRail {
  id: string
  slug: string
  position: number
  minimum: number
  fallback: 'latest' | 'parent' | 'none'
  parent: { id: string; slug: string } | null
  category: unknown
}

export type PlacedPin = Pin & { group: string }

/** The rails of the house in their order; `reader` is in scope. */
export const houseRails = `(select coalesce(json_agg(json_build_object('id', r.id, 'slug', r.slug, 'position', r.rail_position, 'minimum', r.rail_minimum,
    'fallback', r.rail_fallback, 'parent', (select json_build_object('id', u.id, 'slug', u.slug) from categories u where u.id = r.parent_id), 'category', ${categoryCard('r.id')})
    order by r.rail_position), '[]') from categories r where r.rail_position is not null)`

/** The cluster of copies an article belongs to, or itself. */
export const storyOf = (article: string) =>
  sql.raw(`coalesce((select c.cluster_id from clusters c where c.article_id = ${article}), ${article})`)

/** The pins \`n\` of a page that are in force, of what readers of the language can see. */
export const pinsInForce = (page: SQL, language: string, asOf: string) =>
  sql`(select coalesce(json_agg(json_build_object('group', n."group", 'target', n.target_id, 'story', ${storyOf('n.target_id')})
      order by n.article_id is null, n.position, n.id), '[]') from pins n
    where ${page} and (n.starts_at is null or n.starts_at <= ${asOf}::timestamptz) and (n.ends_at is null or n.ends_at > ${asOf}::timestamptz)
      and exists (select 1 from visible_postings p where p.article_id = n.target_id and p.kind = 'all' and p.language = ${language}))`
