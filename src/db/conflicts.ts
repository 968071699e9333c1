import { type SQL, sql } from 'drizzle-orm'
import { ApiError, within } from '../contract/errors.ts'
import type { Db } from './client.ts'

/** What PostgreSQL tells of a refused row. */
interface Refusal {
  code?: string
  table?: string
  constraint?: string
  detail?: string
  message?: string
  /** Of which part of the body the row was made. */
  place?: string
}

/** Where the desk finds a row. */
function addressOf(table: string, row: Record<string, string | null>): string | null {
  if (table === 'editions' || table === 'former_slugs')
    return `/v1/desk/articles/${row.article_id}/editions/${row.language}`
  const key = row.id ?? row.tag
  return key && table !== 'api_keys' ? `/v1/desk/${table}/${key}` : null
}

/** What clients call the columns that must differ or refer, where that is not the column's own name. */
const members: Record<string, string> = {
  'md5(url)': 'url',
  article_id: 'article',
  default_language: 'defaultLanguage',
  image_id: 'image',
  logo_id: 'logo',
  parent_id: 'parent',
  portrait_id: 'portrait',
  credit_source_id: 'credit/source',
  rail_position: 'rail/position',
  source_id: 'source',
  target_id: 'target',
  translated_from: 'translatedFrom'
}

const pointerTo = (column = '') => `/${members[column] ?? column}`

/** Columns and values of "Key (a, b)=(1, 2) …". */
function keyIn(detail: string) {
  const [, columns = '', values = ''] = /^Key \((.*)\)=\((.*)\) /s.exec(detail) ?? []
  const list = columns.replaceAll('"', '').split(', ')
  return { columns: list, values: list.length > 1 ? values.split(', ') : [values] }
}

/** A broken rule of the database in words: a duplicate names the other, a removal what holds on. Anything else is given back as it came. */
export async function explainConflict(db: Db, error: Refusal): Promise<unknown> {
  const explained = await explain(db, error)
  return error.place && explained instanceof ApiError ? within(error.place, explained) : explained
}

async function explain(db: Db, error: Refusal): Promise<unknown> {
  const { code = '' } = error
  if (code === '23505') return duplicate(db, error)
  if (code === '23503' && error.table) return brokenReference(error)
  if (code === '23514' || code === '23001') return brokenRule(error)
  if (code.startsWith('22'))
    return new ApiError(
      'invalid-field',
      'A value lies outside of what can be kept, such as a day in the year 0 or an offset of a whole day.'
    )
  return error
}

async function duplicate(db: Db, { table = '', detail = '' }: Refusal): Promise<ApiError> {
  const { columns, values } = keyIn(detail)
  const same = columns.map((column, n) => {
    const equal = sql`(${sql.raw(column.includes('(') ? column : `"${column}"`)})::text = ${values[n] ?? ''}`
    return values[n] === 'null' ? sql`(${equal} or ${sql.raw(`"${column}"`)} is null)` : equal
  })
  const [other] = await db.rows<{ row: Record<string, string | null> }>(
    sql`select to_json(x) as row from ${sql.raw(table)} x where ${sql.join(same, sql` and `)} limit 1`
  )
  const address = other && addressOf(table, other.row)
  const slug = values[columns.indexOf('slug')]
  return new ApiError(
    slug === undefined ? 'duplicate' : 'slug-taken',
    `${slug === undefined ? 'This' : `The slug "${slug}"`} is taken${address ? ` by ${address}` : ''}.`,
    {
      errors: [
        { pointer: slug === undefined ? pointerTo(columns[0]) : '/slug', detail: 'It must differ from the others.' }
      ],
      ...(address ? { other: address } : {})
    }
  )
}

/** A foreign key: on the way in something was removed meanwhile, on the way out something holds on. */
function brokenReference({ detail = '', table = '' }: Refusal): ApiError {
  if (/is not present in/.test(detail))
    return new ApiError('dangling-reference', 'What it refers to was removed meanwhile.', {
      errors: [{ pointer: pointerTo(keyIn(detail).columns[0]), detail: 'It is there no longer.' }]
    })
  const holder = table.replaceAll('_', ' ')
  return new ApiError('in-use', `It is still referred to, as it is, by some of ${holder}.`, {
    errors: [{ pointer: `/v1/desk/${table}`, detail: `Some of ${holder} hold on to it.` }]
  })
}

/** What the rules of the tables say. */
const rules: Record<string, [pointer: string, sentence: string]> = {
  images_place_check: ['/url', 'A picture has an address, or else a file in the store of the house.'],
  editions_schedule_check: ['/unpublishAt', 'An edition ends after it has been published.'],
  pins_time_check: ['/endsAt', 'A pin ends after it has started.'],
  pins_target_check: ['/target', 'An article is not pinned to its own page.'],
  captions_pair_check: ['/translatedFrom', 'A translation names the caption it was made from, an original none.']
}

/** What a thing may not become; the database says it in words. */
const moves = new Set(['editions_move_check', 'releases_keep_check'])

function brokenRule({ constraint = '', message = '' }: Refusal): ApiError {
  if (moves.has(constraint)) return new ApiError('invalid-transition', `${message}.`)
  const [pointer, sentence] = rules[constraint] ?? []
  if (pointer && sentence) return new ApiError('invalid-field', sentence, { errors: [{ pointer, detail: sentence }] })
  return new ApiError(
    'invalid-field',
    `The values do not go together: ${constraint.replace(/_check$/, '').replaceAll('_', ' ')}.`
  )
}

/** References by name, which no foreign key guards. */
const byName: Record<string, (key: string) => SQL> = {
  languages: key => sql`select 'languages' as holder, (array_agg(tag))[1:10] as keys, count(*) from languages
    where ${key} = any(fallback)`,
  categories: key => sql`select 'pins' as holder, (array_agg(p.id::text))[1:10] as keys, count(*) from pins p
    join categories c on c.slug = p."group" and c.rail_position is not null where c.id = ${key}::uuid`
}

/** What still refers to a row, for a removal that would orphan it. */
export async function holdersOf(db: Db, table: string, key: string): Promise<{ detail: string; pointer: string }[]> {
  const named = byName[table]
  const rows = await db.rows<{ holder: string; keys: string[]; count: number }>(
    sql`select holder, keys, count::int from (select * from holders(${table}::regclass, ${key})
      ${named ? sql`union all ${named(key)}` : sql``}) h where count > 0`
  )
  return rows.map(({ holder, keys, count }) => ({
    pointer: `/v1/desk/${holder}`,
    detail: `${count > 100 ? 'more than 100' : count} of ${holder.replaceAll('_', ' ')}: ${keys.slice(0, 5).join(', ')}`
  }))
}
