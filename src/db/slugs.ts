import { sql } from 'drizzle-orm'
import { ApiError } from '../contract/errors.ts'
import { toSlug } from '../lib/slug.ts'
import type { Db } from './client.ts'

export interface Wanted {
  headline: string
  language: string
  article: string
}

/** So many addresses are tried in one statement. */
const most = 5_000

/**
 * An address for each headline, no two alike in a language and none another article's: the slug of the headline, or that with the first free
 * number. The thousandth of a name costs hardly more statements than the second, as more and more numbers are tried at once.
 */
export async function freeSlugs(db: Db, wanted: readonly Wanted[]): Promise<string[]> {
  const free: string[] = []
  const given = new Set<string>()
  let waiting = wanted.map(({ headline, ...rest }, index) => ({ ...rest, index, base: toSlug(headline, 'article') }))
  for (let number = 1, many = 1; waiting.length > 0; ) {
    const numbers = Array.from({ length: many }, (_, n) => number + n)
    const candidates = waiting.flatMap(({ base, ...rest }) =>
      numbers.map(number => ({ ...rest, slug: number === 1 ? base : `${base}-${number}` }))
    )
    const taken = await takenSlugs(db, candidates)
    for (const [n, { index, slug, language }] of candidates.entries()) {
      if (free[index] !== undefined || taken.has(n) || given.has(`${language}/${slug}`)) continue
      given.add(`${language}/${slug}`)
      free[index] = slug
    }
    waiting = waiting.filter(({ index }) => free[index] === undefined)
    number += many
    many = Math.min(many * 50, Math.ceil(most / (waiting.length || 1)))
  }
  return free
}

interface Address {
  slug: string
  language: string
  article: string
}

/** Which of these addresses, by their number in the list, are or were another article's. */
async function takenSlugs(db: Db, addresses: readonly Address[]): Promise<Set<number>> {
  const rows = await db.rows<{ number: number }>(sql`select w.number::int
    from rows from (json_to_recordset(${JSON.stringify(addresses)}::json) as (slug text, language text, article uuid))
      with ordinality as w (slug, language, article, number)
    where exists (select 1 from editions e where e.slug = w.slug and e.language = w.language and e.article_id <> w.article)
      or exists (select 1 from former_slugs f where f.slug = w.slug and f.language = w.language and f.article_id <> w.article)`)
  return new Set(rows.map(row => row.number - 1))
}

/**
 * Makes the address an edition has been given its own. It may not be taken over from a story whose readers are still led on from it, but from one
 * that was withdrawn. Asked after the edition is written: a story that leaves the address at the same moment has then left it.
 */
export async function claimSlug(db: Db, { slug, language, article }: Address): Promise<void> {
  const [other] = await db.rows<{ article: string }>(sql`select f.article_id as article from former_slugs f
    join editions e on e.article_id = f.article_id and e.language = f.language
    where f.slug = ${slug} and f.language = ${language} and f.article_id <> ${article}::uuid and e.state <> 'withdrawn'`)
  if (!other) {
    await db.rows(sql`delete from former_slugs where slug = ${slug} and language = ${language}`)
    return
  }
  const address = `/v1/desk/articles/${other.article}/editions/${language}`
  throw new ApiError('slug-taken', `The slug "${slug}" still leads to ${address}, which had it before.`, {
    errors: [
      { pointer: '/slug', detail: 'It must differ from the former slugs of others, unless those are withdrawn.' }
    ],
    other: address
  })
}
