import { isDeepStrictEqual } from 'node:util'
import { type SQL, sql } from 'drizzle-orm'
import type { Place } from '../lib/cursor.ts'
import type { Db } from './client.ts'
import { afterPlace, ordered, placeOf, toPage, type Window } from './keyset.ts'

/**
 * A noun as the desk reads and writes it: its own row and the words it has per language. All names are constants of the house, never of a
 * request; `r` is the row.
 */
export interface RecordTable {
  table: string
  /** Column of the key; most have an id, languages their tag. */
  key?: string
  /** Wire member and the SQL that reads it. */
  columns: Record<string, string>
  /** The rows per language, as `texts: { fr: { … } }`. */
  texts?: { table: string; owner: string; columns: Record<string, string> }
}

/** A condition on the rows of a list. */
export type Condition = SQL

/** What every record ends with. */
const stamps = {
  version: 'r.version',
  createdAt: `to_char(r.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  updatedAt: `to_char(r.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

const keyOf = ({ key: column = 'id' }: RecordTable) => sql.raw(`r.${column}`)

/** The select list of a record. */
function columnsOf({ key, columns, texts }: RecordTable): SQL {
  const members = Object.entries({ ...(key ? {} : { id: 'r.id' }), ...columns, ...stamps }).map(
    ([name, text]) => `${text} as "${name}"`
  )
  if (texts) {
    const words = Object.entries(texts.columns).map(([name, column]) => `'${name}', t.${column}`)
    members.push(`(select coalesce(json_object_agg(t.language, json_build_object(${words.join(', ')}) order by t.language), '{}')
      from ${texts.table} t where t.${texts.owner} = r.id) as texts`)
  }
  return sql.raw(members.join(', '))
}

/** Both conditions. */
export const both = (one: SQL, other: SQL): SQL => sql`${one} and ${other}`

/** The condition of a list: columns that equal what was asked for, and the languages the caller may know of. */
export const filtered = (
  query: Record<string, string>,
  filters: Record<string, { column: string }>,
  languages: string[] | null,
  member?: string
): SQL =>
  sql.join(
    [
      sql`true`,
      ...Object.entries(query).map(([name, value]) => sql`${sql.raw(filters[name]!.column)} = ${value}`),
      ...(languages && member ? [sql`r.language = any(${sql.param(languages)}::text[])`] : [])
    ],
    sql` and `
  )

/** A page of records that fit the condition, in one statement. */
export async function listRecords<Row>(db: Db, table: RecordTable, window: Window, where: SQL = sql`true`) {
  const id = keyOf(table)
  const cast = table.key ? 'text' : 'uuid'
  const rows = await db.items<
    Row & { place: Place }
  >(sql`select ${columnsOf(table)}, ${placeOf(window.order, id)} as place
    from ${sql.raw(table.table)} r where ${where}${afterPlace(window, id, cast)}${ordered(window, id)}`)
  return toPage(rows, window.limit)
}

/** One record; `forUpdate` keeps others from changing it until the transaction ends. */
export async function findRecord<Row>(db: Db, table: RecordTable, key: string, forUpdate = false) {
  const by = sql`${keyOf(table)} = ${key}`
  // The lock comes first, in a statement of its own: what is read after it is what the last writer has left.
  // It is the weaker of the two, so that rows which only refer to this one are written meanwhile.
  if (forUpdate) await db.rows(sql`select 1 from ${sql.raw(table.table)} r where ${by} for no key update`)
  const [row] = await db.items<Row>(sql`select ${columnsOf(table)} from ${sql.raw(table.table)} r where ${by}`)
  return row
}

/** What `write` makes of a record; where it comes out as it was, nothing was written: version, stamps and log stay too. */
export async function changeRecord<Row extends object>(
  db: Db,
  table: RecordTable,
  key: string,
  before: Row,
  write: () => Promise<void>
): Promise<Row> {
  await db.rows(sql`savepoint change`)
  await write()
  const after = (await findRecord<Row>(db, table, key))!
  if (!isDeepStrictEqual(contentOf(before), contentOf(after))) return after
  await db.rows(sql`rollback to savepoint change`)
  return before
}

const contentOf = (record: object) => ({ ...record, version: null, updatedAt: null })

export type Texts = Record<string, Record<string, unknown>>

const names = (columns: readonly string[]) => sql.raw(columns.map(column => `"${column}"`).join(', '))

/** Writes a new row; its columns take their types from the table. */
export async function insertRecord(db: Db, table: RecordTable, row: Record<string, unknown>, texts?: Texts) {
  const columns = Object.keys(row)
  await db.rows(sql`insert into ${sql.raw(table.table)} (${names(columns)})
    select ${names(columns)} from json_populate_record(null::${sql.raw(table.table)}, ${JSON.stringify(row)}::json)`)
  if (texts) await writeTexts(db, table, String(row.id), texts)
}

/** Overwrites a row and the words it has per language. */
export async function updateRecord(
  db: Db,
  table: RecordTable,
  key: string,
  row: Record<string, unknown>,
  texts?: Texts
) {
  const columns = Object.keys(row)
  await db.rows(sql`update ${sql.raw(table.table)} r set (${names(columns)}) = (select ${names(columns)}
      from json_populate_record(null::${sql.raw(table.table)}, ${JSON.stringify(row)}::json)),
    version = r.version + 1, updated_at = greatest(now(), r.updated_at + interval '1 ms') where ${keyOf(table)} = ${key}`)
  if (texts) await writeTexts(db, table, key, texts)
}

/** The words per language as given; languages that are not named lose theirs. */
async function writeTexts(db: Db, { texts: words }: RecordTable, owner: string, texts: Texts) {
  const { table, owner: ownerColumn, columns } = words!
  const rows = Object.entries(texts).map(([language, text]) => ({
    [ownerColumn]: owner,
    language,
    ...Object.fromEntries(Object.entries(columns).map(([member, column]) => [column, text[member] ?? null]))
  }))
  const all = [ownerColumn, 'language', ...Object.values(columns)]
  const updates = Object.values(columns).map(column => `"${column}" = excluded."${column}"`)
  await db.rows(sql`delete from ${sql.raw(table)} where ${sql.raw(ownerColumn)} = ${owner}::uuid
    and not language = any(${sql.param(Object.keys(texts))}::text[])`)
  await db.rows(sql`insert into ${sql.raw(table)} (${names(all)})
    select ${names(all)} from json_populate_recordset(null::${sql.raw(table)}, ${JSON.stringify(rows)}::json)
    on conflict (${sql.raw(ownerColumn)}, language) do update set ${sql.raw(updates.join(', '))}`)
}

/**
 * Whether the way up from one row, by the column that names the row above, comes to another. Who asks may close no circle together with somebody
 * else who asks at the same time: from here to the end of the transaction the others wait.
 */
export async function leadsTo(db: Db, table: string, column: string, from: string, to: string): Promise<boolean> {
  const [rows, above] = [sql.raw(table), sql.raw(`"${column}"`)]
  await db.rows(sql`select pg_advisory_xact_lock(hashtext(${`${table}.${column}`}))`)
  const [row] = await db.rows<{ leads: boolean }>(sql`with recursive up as (
      select r.id, r.${above} as above from ${rows} r where r.id = ${from}::uuid
      union select r.id, r.${above} from ${rows} r join up on up.above = r.id)
    select exists (select 1 from up where id = ${to}::uuid) as leads`)
  return row!.leads
}

/** Removes a row; what still points at it refuses. */
export async function removeRecord(db: Db, table: RecordTable, key: string) {
  await db.rows(sql`delete from ${sql.raw(table.table)} r where ${keyOf(table)} = ${key}`)
}
