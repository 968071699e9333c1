import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { everything, facetOfType } from '../src/db/postings.ts'
import { addressOf } from './archive.ts'
import type { Story, Write } from './story.ts'

/** The limit of writing: the same rows by hand, one transaction for what the house does in one request, through `pg` with prepared statements. */

const words = `headline, standfirst, body, method`
const statements = {
  topic: `insert into topics (id, slug, type) values ($1, $2, 'subject')`,
  label: `insert into topic_labels (topic_id, language, label, reviewed) values ($1, 'en', $2, true)`,
  article: `insert into articles (id, original_language, section_id, source_id) values ($1, 'en', $2, $3)`,
  topics: `insert into article_topics (article_id, topic_id, position, weight)
    select $1, t.id, t.position - 1, 1 from unnest($2::uuid[]) with ordinality t (id, position)`,
  edition: `insert into editions (article_id, language, slug, ${words}, word_count, reading_minutes)
    values ($1, 'en', $2, $3, $4, $5, 'original', $6, $7)`,
  revision: `insert into revisions (article_id, language, number, ${words}, saved_by)
    values ($1, 'en', 1, $2, $3, $4, 'original', 'bench')`,
  publish: `update editions set state = 'published', published_at = now(), first_published_at = now(), updated_at = now(), version = version + 1
    where article_id = $1 and language = 'en' returning published_at, updated_at`,
  postings: `insert into postings (kind, facet, language, article_id, published_at, updated_at, original, show_in_related)
    select f.kind, f.facet, 'en', $1, $2, $3, true, true from unnest($4::text[], $5::uuid[]) f (kind, facet)`
}

/** A client that writes as the house does, story by story. */
export async function openBare(
  database: string
): Promise<{ writer: () => Promise<Write>; close: () => Promise<void> }> {
  const clients: pg.Client[] = []
  const writer = async () => {
    const client = new pg.Client({ connectionString: addressOf(database), options: '-c timezone=UTC -c jit=off' })
    await client.connect()
    clients.push(client)
    return bareWrites(client)
  }
  return { writer, close: async () => void (await Promise.all(clients.map(client => client.end()))) }
}

function bareWrites(client: pg.Client): Write {
  const run = (name: keyof typeof statements, values: unknown[]) =>
    client.query({ name, text: statements[name], values })
  const transaction = async (work: () => Promise<unknown>) => {
    await client.query('begin')
    await work()
    await client.query('commit')
  }
  return {
    async topic({ slug, label }) {
      const id = newId()
      await transaction(async () => {
        await run('topic', [id, slug])
        await run('label', [id, label])
      })
    },
    async story(story) {
      const id = newId()
      const { section, source, topics, slug, headline, standfirst, wordCount, readingMinutes } = story
      const body = JSON.stringify(story.blocks)
      await transaction(async () => {
        await run('article', [id, section, source])
        await run('topics', [id, topics])
      })
      await transaction(async () => {
        await run('edition', [id, slug, headline, standfirst, body, wordCount, readingMinutes])
        await run('revision', [id, headline, standfirst, body])
      })
      await transaction(async () => {
        const { rows } = await run('publish', [id])
        const lists = listsOf(story)
        const [kinds, facets] = [lists.map(([kind]) => kind), lists.map(([, facet]) => facet)]
        await run('postings', [id, rows[0].published_at, rows[0].updated_at, kinds, facets])
      })
    }
  }
}

const listsOf = ({ section, source, topics }: Story): [string, string][] => [
  ['all', everything],
  ['type', facetOfType('article')],
  ['section', section],
  ['category', section],
  ['source', source],
  ...topics.map((topic): [string, string] => ['topic', topic])
]

/** Sorts as those of the house do: the time comes first. */
function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  const rest = randomBytes(9).toString('hex')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6, 18)}`
}
