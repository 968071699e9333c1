import { sql } from 'drizzle-orm'
import { ApiError } from '../contract/errors.ts'
import { toSlug } from '../lib/slug.ts'
import type { Db } from './client.ts'

export interface Wanted {
  headline: string
  language: string
  article: string
}

/** An address for each headline, no two alike in a language and none another article's: the slug of the headline, or that with the first free number. */
export async function freeSlugs(db: Db, wanted: readonly Wanted[]): Promise<string[]> {
  const free: string[] = []
  const given = new Set<string>()
  const bases = wanted.map(({ headline }) => toSlug(headline, 'article'))
  let waiting = wanted.map((_, index) => index)
  for (let number = 1; waiting.length > 0; number++) {
    const candidates = waiting.map(index => {
      const { language, article } = wanted[index]!
      return { slug: number === 1 ? bases[index]! : `${bases[index]}-${number}`, language, article }
    })
    const taken = await takenSlugs(db, candidates)
    waiting = waiting.filter((index, n) => {
      const { slug, language } = candidates[n]!
      if (taken.has(n) || given.has(`${language}/${slug}`)) return true
      given.add(`${language}/${slug}`)
      free[index] = slug
      return false
    })
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
