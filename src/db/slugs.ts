import { sql } from 'drizzle-orm'
import { toSlug } from '../lib/slug.ts'
import type { Db } from './client.ts'

export interface Wanted {
  headline: string
  language: string
  article: string
}

/**
 * An address for each headline, no two alike in a language and none another article's: the slug of the headline, or that with the first free number. The thousandth of a
 * name costs no more statements than the second: they are tried fifty times as many at once. */
export async function freeSlugs(db: Db, wanted: readonly Wanted[]): Promise<string[]> {
  const free: string[] = []
  const given = new Set<string>()
  const bases = wanted.map(({ headline }) => toSlug(headline, 'article'))
  let waiting = wanted.map((_, index) => index)
  for (let [number, many] = [1, 1]; waiting.length > 0; [number, many] = [number + many, many * 50]) {
    const candidates = waiting.flatMap(index =>
      Array.from({ length: many }, (_, n) => ({ ...wanted[index]!, index, slug: numbered(bases[index]!, number + n) }))
    )
    const taken = await takenSlugs(db, candidates)
    for (const [n, { index, slug, language }] of candidates.entries()) {
      if (free[index] !== undefined || taken.has(n) || given.has(`${language}/${slug}`)) continue
      given.add(`${language}/${slug}`)
      free[index] = slug
    }
    waiting = waiting.filter(index => free[index] === undefined)
  }
  return free
}

const numbered = (base: string, number: number) => (number === 1 ? base : `${base}-${number}`)

interface Address {
  slug: string
  language: string
  article: string
}

/** Which of these addresses, by their number in the list, are or were another article's. */
async function takenSlugs(db: Db, addresses: readonly Address[]): Promise<Set<number>> {
  const rows = await db.rows<{ number: number }>(sql`select w.number::int
    from rows from (json_to_recordset(${JSON.stringify(addresses.map(({ slug, language, article }) => ({ slug, language, article })))}::json) as (slug text, language text, article uuid))
      with ordinality as w (slug, language, article, number)
    where exists (select 1 from editions e where e.slug = w.slug and e.language = w.language and e.article_id <> w.article)
      or exists (select 1 from former_slugs f where f.slug = w.slug and f.language = w.language and f.article_id <> w.article)`)
  return new Set(rows.map(row => row.number - 1))
}
