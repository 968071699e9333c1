import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { type Db, openDatabase } from '../src/db/client.ts'
import { migrateDatabase } from '../src/db/migrate.ts'
import { everything } from '../src/db/postings.ts'
import { madeStory } from './archive-texts.ts'

/** A fixed archive of any size: every value is a hash of its row number, so that two runs measure the same. */

/** Raise it when the archive changes: older ones are made anew. */
const generation = 5

const server = process.env.BENCH_DATABASE_URL ?? `postgres://${userInfo().username}@127.0.0.1:5432/postgres`

/** The name of a database of the bench; nothing else on the server is touched. */
export const named = (what: string | number) => `broadsheet_bench_${what}`

export function addressOf(database: string): string {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.toString()
}

/** A statement about databases, on the one that is always there. */
export async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

export const openNamed = (name: string) =>
  openDatabase({ connection: { connectionString: addressOf(name) }, size: 4, statementTimeout: 1_800_000 })

/** An empty, migrated database; one of that name in use by another bench is left alone, with an error. */
export async function emptyDatabase(name: string): Promise<Db> {
  await administer(`drop database if exists ${name}`)
  await administer(`create database ${name}`)
  await migrateDatabase({ connectionString: addressOf(name) }, resolve('migrations'))
  return openNamed(name)
}

/** Ends what this process still runs in the databases: a fill in the middle would go on for minutes. */
export const endSessions = () =>
  administer(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'broadsheet:${process.pid}' and starts_with(datname, '${named('')}')`)

/** The archive of `size` articles: found, when it was made before, or made. */
export async function openArchive(
  size: number,
  fresh: boolean,
  say: (line: string) => void
): Promise<{ name: string; db: Db }> {
  const name = named(size)
  if (!fresh && (await isMade(name))) {
    await migrateDatabase({ connectionString: addressOf(name) }, resolve('migrations'))
    return { name, db: openNamed(name) }
  }
  const started = Date.now()
  const db = await freshArchive(name, size)
  await db.rows(sql.raw(`comment on database ${name} is 'generation ${generation}'`))
  say(`made ${size.toLocaleString('en')} articles in ${Math.round((Date.now() - started) / 1000)} s`)
  return { name, db }
}

/** A new archive of that name, whatever was there. */
export async function freshArchive(name: string, size: number): Promise<Db> {
  const db = await emptyDatabase(name)
  for (const step of steps(size)) await db.rows(step)
  for (const edition of editions) await insertEditions(db, size, edition)
  for (const step of furtherSteps(size)) await db.rows(step)
  await withoutIndexes(db, 'postings', postings)
  await db.rows(sql`vacuum analyze`)
  return db
}

/** A copy of a database nobody is connected to. */
export async function cloneDatabase(name: string, from: string): Promise<void> {
  await administer(`drop database if exists ${name}`)
  await administer(`create database ${name} template ${from}`)
}

async function isMade(name: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  const { rows } = await client.query(
    `select shobj_description(oid, 'pg_database') as made from pg_database where datname = $1`,
    [name]
  )
  await client.end()
  return rows[0]?.made === `generation ${generation}`
}

/** A UUIDv7-like id of a row: kind in the time part, number in the rest, so that ids sort as they are numbered. */
const id = (kind: string, n: string) =>
  `('0198${kind}00-' || lpad(to_hex((${n}) >> 16), 4, '0') || '-7' || lpad(to_hex(((${n}) >> 4) & 4095), 3, '0') || '-8' || lpad(to_hex((${n}) & 15), 3, '0') || '-' || substr(md5('${kind}' || (${n})), 1, 12))::uuid`
const ids = {
  source: '01',
  author: '02',
  category: '03',
  topic: '04',
  image: '05',
  article: '06',
  caption: '07',
  comment: '08'
}
/** A fixed number below `limit` for a row and a purpose. */
const pick = (n: string, purpose: string, limit: number | string) =>
  `(('x' || substr(md5('${purpose}' || ${n}), 1, 7))::bit(28)::int % ${limit})`
/** Few are common, most are rare: the cube of an even draw. A third of the articles stand in the first of thirty sections. */
const zipf = (n: string, purpose: string, limit: number) =>
  `floor(power(${pick(n, purpose, 100_000)} / 100000.0, 3) * ${limit})::int`

const publishedAt = (size: number) => `timestamptz '2026-01-01' - (${size} - n) * (interval '10 years' / ${size})`

function steps(size: number) {
  const published = publishedAt(size)
  return [
    `insert into languages (tag, name, position, fallback) values ('vi', 'Tiếng Việt', 1, '{en}'), ('en', 'English', 2, '{}'), ('fr', 'Français', 3, '{en,vi}')`,
    `insert into sources (id, slug, type) select ${id(ids.source, 'n')}, 'source-' || n, 'newspaper' from generate_series(0, 49) n`,
    `insert into source_names select ${id(ids.source, 'n')}, l, 'Source ' || n || ' ' || l from generate_series(0, 49) n, unnest('{vi,en,fr}'::text[]) l`,
    `insert into authors (id, slug, type) select ${id(ids.author, 'n')}, 'author-' || n, 'person' from generate_series(0, 999) n`,
    `insert into author_texts (author_id, language, name) select ${id(ids.author, 'n')}, l, 'Author ' || n from generate_series(0, 999) n, unnest('{vi,en}'::text[]) l`,
    `insert into categories (id, slug, parent_id, position, rail_position, rail_minimum, rail_fallback)
      select ${id(ids.category, 'n')}, 'section-' || n, case when n >= 15 then ${id(ids.category, 'n - 15')} end, n, case when n < 7 then n end, case when n < 7 then 3 end, case when n < 7 then 'latest' end
      from generate_series(0, 29) n order by n`,
    `insert into category_labels select ${id(ids.category, 'n')}, l, 'Section ' || n || ' ' || l, true from generate_series(0, 29) n, unnest('{vi,en,fr}'::text[]) l`,
    `insert into topics (id, slug, type) select ${id(ids.topic, 'n')}, 'topic-' || n, 'subject' from generate_series(0, 1999) n`,
    `insert into topic_labels (topic_id, language, label, reviewed) select ${id(ids.topic, 'n')}, l, 'Topic ' || n || ' ' || l, true from generate_series(0, 1999) n, unnest('{vi,en}'::text[]) l`,
    `insert into images (id, url, mime, width, height, credit_name, credit_role) select ${id(ids.image, 'n')}, 'https://pictures.example/' || n || '.jpg', 'image/jpeg', 1600, 900, 'Agency ' || n % 20, 'photo' from generate_series(0, 2999) n`,
    `insert into articles (id, source_id, original_language, section_id, embargo_until, created_at, updated_at)
      select ${id(ids.article, 'n')}, ${id(ids.source, pick('n', 'source', 50))}, 'vi', ${id(ids.category, zipf('n', 'section', 30))}, case when n % 1000 = 3 then timestamptz '2099-01-01' end, ${published}, ${published}
      from generate_series(1, ${size}) n`
  ].map(statement => sql.raw(statement))
}

/** What stands on articles that have their editions. */
function furtherSteps(size: number) {
  const published = publishedAt(size)
  return [
    `insert into article_categories select ${id(ids.article, 'n')}, ${id(ids.category, pick('n', 'further', 30))}, 1 from generate_series(1, ${size}) n where n % 3 = 0`,
    `insert into article_topics (article_id, topic_id, position) select ${id(ids.article, 'n')}, ${id(ids.topic, zipf("(n || ':' || k)", 'topic', 2000))}, k from generate_series(1, ${size}) n, generate_series(1, 4) k where k <= 2 + n % 3 on conflict do nothing`,
    `insert into article_authors (article_id, author_id, position) select ${id(ids.article, 'n')}, ${id(ids.author, zipf("(n || ':' || k)", 'author', 1000))}, k from generate_series(1, ${size}) n, generate_series(1, 2) k where k <= 1 + n % 2 on conflict do nothing`,
    `insert into article_images (article_id, image_id, role, position) select ${id(ids.article, 'n')}, ${id(ids.image, `(n * 7 + k) % 3000`)}, case k when 1 then 'lead' else 'inline' end, k from generate_series(1, ${size}) n, generate_series(1, 3) k where k <= 1 + n % 3`,
    `insert into captions (id, image_id, article_id, language, text, alt) select ${id(ids.caption, 'n')}, ${id(ids.image, '(n * 7 + 1) % 3000')}, ${id(ids.article, 'n')}, 'vi', 'Chú thích ' || n, 'Ảnh ' || n from generate_series(1, ${size}) n`,
    `insert into captions (id, image_id, article_id, language, text, translated_from, method) select ${id(ids.caption, `n + ${size}`)}, ${id(ids.image, '(n * 7 + 1) % 3000')}, ${id(ids.article, 'n')}, 'en', 'Caption ' || n, ${id(ids.caption, 'n')}, 'human' from generate_series(1, ${size}) n where n % 2 = 0`,
    `insert into comments (id, article_id, language, author_name, body, state, likes, created_at) select ${id(ids.comment, 'n * 4 + k')}, ${id(ids.article, 'n')}, 'vi', 'Reader ' || k, 'A comment', 'approved', k, ${published} from generate_series(1, ${size}) n, generate_series(1, 3) k where n % 10 = 0`
  ].map(statement => sql.raw(statement))
}

/** In which languages there are editions, of which articles, and how they came about. */
const editions = [
  { language: 'vi', each: 1, method: 'original', of: 'null, null' },
  { language: 'en', each: 2, method: 'human', of: `'vi', 1` },
  { language: 'fr', each: 5, method: 'machine', of: `'vi', 1` }
]

/** Editions with their texts, which are made here: in the database a million took an hour. */
async function insertEditions(db: Db, size: number, { language, each, method, of }: (typeof editions)[number]) {
  const published = publishedAt(size)
  const insert =
    sql.raw(`insert into editions (article_id, language, slug, headline, standfirst, body, state, method, of_language, of_revision, published_at, first_published_at, updated_at, unpublish_at, word_count, reading_minutes)
    select ${id(ids.article, 'n')}, '${language}', 'story-' || n || '-${language}', headline, repeat(md5('st' || n) || ' ', 5), body::jsonb,
      'published', '${method}', ${of}, ${published}, ${published}, ${published}, case when n % 1000 = 7 then timestamptz '2020-01-01' + interval '6 years' end, 500, 3`)
  for (let first = each; first <= size; first += 1000 * each) {
    const numbers = Array.from({ length: 1000 }, (_, index) => first + index * each).filter(n => n <= size)
    const stories = numbers.map(n => madeStory(n, language))
    await db.rows(sql`${insert} from unnest(${sql.param(numbers)}::int[], ${sql.param(stories.map(({ headline }) => headline))}::text[],
      ${sql.param(stories.map(({ body }) => JSON.stringify(body)))}::text[]) made (n, headline, body)`)
  }
}

/** What every list is read from. */
const postings = `insert into postings (kind, facet, language, article_id, published_at, updated_at, embargo_until, unpublish_at, original, show_in_related)
      select f.kind, f.facet, e.language, a.id, e.published_at, e.updated_at, a.embargo_until, e.unpublish_at, e.method = 'original', true
      from articles a join editions e on e.article_id = a.id join categories c on c.id = a.section_id
      cross join lateral (select 'all', '${everything}'::uuid union select 'type', '00000000-0000-0000-0000-000000000001'::uuid
        union select 'section', c.id union select 'section', c.parent_id where c.parent_id is not null union select 'category', c.id
        union select 'category', category_id from article_categories where article_id = a.id
        union select 'topic', topic_id from article_topics where article_id = a.id union select 'author', author_id from article_authors where article_id = a.id
        union select 'source', a.source_id) f (kind, facet)`

/** Fills a table and only then makes its indexes and checks its references: at a million articles that is minutes instead of an hour. */
async function withoutIndexes(db: Db, table: string, statement: string): Promise<void> {
  const constraints = await db.rows<{ name: string; definition: string }>(
    sql`select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = ${table}::regclass and contype in ('p', 'u', 'f')`
  )
  for (const { name } of constraints) await db.rows(sql.raw(`alter table ${table} drop constraint "${name}"`))
  const indexes = await db.rows<{ name: string; definition: string }>(
    sql`select indexname as name, indexdef as definition from pg_indexes where tablename = ${table}`
  )
  for (const { name } of indexes) await db.rows(sql.raw(`drop index "${name}"`))
  await db.rows(sql.raw(statement))
  for (const { definition } of indexes) await db.rows(sql.raw(definition))
  for (const { name, definition } of constraints)
    await db.rows(sql.raw(`alter table ${table} add constraint "${name}" ${definition}`))
}

/** Ids of articles spread over the archive's age, all of them public and with an English edition. */
export async function sampleArticles(db: Db, size: number, count: number): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(
    sql.raw(
      `select ${id(ids.article, 'n')} as id from generate_series(10, ${size}, ${Math.max(2, Math.floor(size / count / 2) * 2)}) n where n % 1000 not in (3, 7)`
    )
  )
  return rows.map(row => row.id)
}
