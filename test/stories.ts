import { sql } from 'drizzle-orm'
import { post } from '../src/db/postings.ts'
import { type Db, openHouse } from './helpers.ts'

/** Stories written straight into the tables, so that tests of reading do not lean on the importer. */

export type House = Awaited<ReturnType<typeof openHouse>>

export interface EditionSeed {
  language: string
  slug: string
  headline?: string
  state?: string
  publishedAt?: string
  updatedAt?: string
  publishAt?: string
  unpublishAt?: string | null
}

export interface StorySeed {
  id: string
  originalLanguage: string
  embargoUntil?: string | null
  section?: string
  topics?: readonly string[]
  editions: EditionSeed[]
}

/** An id whose order is that of the number: who wins a tie is up to the test. */
export const idOfNumber = (number: number) => `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`

/** Stories with their editions and posting lists, in one transaction. */
export async function putStories(db: Db, stories: StorySeed[]): Promise<void> {
  const editions = stories.flatMap(({ id, originalLanguage, editions }) =>
    editions.map(edition => ({ ...edition, id, originalLanguage }))
  )
  const topics = stories.flatMap(({ id, topics = [] }) => topics.map(topic => ({ id, topic })))
  await db.transaction(async tx => {
    await tx.rows(sql`insert into articles (id, original_language, section_id, embargo_until)
      select id, "originalLanguage", (select c.id from categories c where c.slug = coalesce(s.section, 'news')), "embargoUntil"
      from json_to_recordset(${JSON.stringify(stories)}::json) as s (id uuid, "originalLanguage" text, section text, "embargoUntil" timestamptz)`)
    await tx.rows(sql`insert into article_topics (article_id, topic_id, position)
      select s.id, t.id, 1 from json_to_recordset(${JSON.stringify(topics)}::json) as s (id uuid, topic text) join topics t on t.slug = s.topic`)
    await tx.rows(sql`insert into editions (article_id, language, slug, headline, state, method, of_language, first_published_at, published_at,
        updated_at, publish_at, unpublish_at, withdrawn_at, withdrawn_reason)
      select id, language, slug, coalesce(headline, slug), coalesce(state, 'published'),
        case when language = "originalLanguage" then 'original' else 'human' end,
        case when language <> "originalLanguage" then "originalLanguage" end,
        "publishedAt", "publishedAt", coalesce("updatedAt", "publishedAt", now()), "publishAt", "unpublishAt",
        case when state = 'withdrawn' then now() end, case when state = 'withdrawn' then 'Wrong.' end
      from json_to_recordset(${JSON.stringify(editions)}::json) as s (id uuid, "originalLanguage" text, language text, slug text,
        headline text, state text, "publishedAt" timestamptz, "updatedAt" timestamptz, "publishAt" timestamptz, "unpublishAt" timestamptz)`)
    await post(
      tx,
      stories.map(story => story.id)
    )
  })
}

/** A record of a story that is out, in English: what a test says of it, the rest as it does not matter. */
export const storyRecord = (id: string, more: object = {}, edition: object = {}) => ({
  kind: 'article',
  id,
  originalLanguage: 'en',
  section: 'news',
  ...more,
  editions: [
    {
      language: 'en',
      slug: id,
      headline: id.replaceAll('-', ' '),
      html: '<p>Words.</p>',
      state: 'published',
      publishedAt: '2026-05-01T00:00:00.000Z',
      ...edition
    }
  ]
})

/** A house for one run of a property, gone when the run is over. */
export async function inHouse(work: (house: House) => Promise<void>): Promise<void> {
  const chores: (() => Promise<unknown>)[] = []
  const house = await openHouse({ teardown: chore => void chores.push(chore) })
  try {
    await work(house)
  } finally {
    for (const chore of chores.reverse()) await chore()
  }
}

/** How often a property is tried, and for how long, shrinking included; PROPERTY_SEED repeats a failure. */
export const runs = (numRuns = 25) => ({
  numRuns,
  interruptAfterTimeLimit: 90_000,
  ...(process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {})
})
