import { constants, createWriteStream, type WriteStream } from 'node:fs'
import { access, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Db } from '../../db/client.ts'
import { planReposts, post } from '../../db/postings.ts'
import { markStale } from '../../db/staleness.ts'
import { writeSuccessor } from './article-queries.ts'
import { importArticle } from './articles.ts'
import { type Checked, openChecker, Rejection } from './check.ts'
import type { FlatDocument } from './document-schema.ts'
import { importDocuments } from './documents.ts'
import { isPassing, toRejection } from './failures.ts'
import { countAnew, readKeys, takeTurn, writeKeys } from './keys-queries.ts'
import { type Line, openLines } from './read.ts'
import { recordWriters } from './records.ts'
import type { Newsroom } from './schema.ts'
import { digestOf, Session, type Successor } from './session.ts'

export interface Progress {
  file: string
  lines: number
  bytes: number
  totalBytes: number | null
  rejected: number
}

export interface Summary {
  lines: number
  created: Record<string, number>
  updated: Record<string, number>
  unchanged: number
  rejected: number
  seconds: number
}

export interface Options {
  /** Where lines that cannot be imported go, with number and reason; made only when there is one. */
  rejects: string
  at?: string
  media?: string
  progress?: (progress: Progress) => void
  signal?: AbortSignal
}

/** How many lines are written in one transaction: a killed import loses at most these, and finds them again when it is repeated. */
const batchSize = 50

/** Times a batch is tried again that another writer was in the way of. */
const attempts = 5

interface Entry extends Line {
  file: string
  checked: Checked
}

/** Reads newsroom NDJSON into the house. Repeating it makes nothing twice; a bad line costs only itself. */
export async function importFiles(db: Db, files: readonly string[], options: Options): Promise<Summary> {
  const started = Date.now()
  if (files.some(file => resolve(file) === resolve(options.rejects)))
    throw new Error(`${options.rejects} is read; rejects must go elsewhere`)
  await access(dirname(resolve(options.rejects)), constants.W_OK).catch(() => {
    throw new Error(`${options.rejects} cannot be written: its folder is not there or not open to you`)
  })
  const check = openChecker()
  const rejects = openRejects(options.rejects)
  const session = new Session({ at: options.at ?? new Date().toISOString(), media: options.media, beside: '.' })
  let lines = 0
  for (const file of files) {
    session.settings.beside = dirname(file)
    const reading = await openLines(file).catch((error: Error) => {
      throw new Error(`${file} cannot be read: ${error.message}`)
    })
    const flush = async (batch: Entry[]) => {
      await writeBatch(db, session, batch, rejects.add)
      options.progress?.({
        file,
        lines,
        bytes: reading.bytes(),
        totalBytes: reading.totalBytes,
        rejected: rejects.count()
      })
    }
    let batch: Entry[] = []
    for await (const line of reading.lines) {
      if (options.signal?.aborted) break
      lines++
      try {
        if (line.broken) throw new Rejection(line.broken)
        batch.push({ ...line, file, checked: check(line.text) })
      } catch (error) {
        rejects.add({ ...line, file }, error as Rejection)
      }
      if (batch.length >= batchSize) {
        await flush(batch)
        batch = []
      }
    }
    await flush(batch)
  }
  await tieSuccessors(db, session, rejects.add)
  await rejects.close()
  const { created, updated, unchanged } = session
  if (Object.keys({ ...created, ...updated }).length > 0) await countAnew(db)
  return { lines, created, updated, unchanged, rejected: rejects.count(), seconds: (Date.now() - started) / 1000 }
}

/** Writes a batch in one transaction; when one of its lines fails, each gets its own, so that the good ones stay. */
async function writeBatch(db: Db, session: Session, batch: Entry[], reject: Reject, attempt = 1): Promise<void> {
  if (batch.length === 0) return
  const before = session.snapshot()
  try {
    await db.transaction(tx => writeEntries(tx, session, batch), 'import')
  } catch (error) {
    session.restore(before)
    if (isPassing(error as Error) && attempt < attempts) return writeBatch(db, session, batch, reject, attempt + 1)
    // A database that is away is no fault of the lines: the import stops and is continued later.
    const reason = toRejection(error as Error)
    if (!reason) throw error
    if (batch.length === 1) return reject(batch[0]!, reason)
    for (const entry of batch) await writeBatch(db, session, [entry], reject)
  }
}

type Reject = (entry: Omit<Entry, 'checked'>, reason: Rejection) => void

/** The lines of editions that wait for their successor. */
const lineOf = new WeakMap<Successor, Entry>()

async function writeEntries(db: Db, session: Session, batch: Entry[]): Promise<void> {
  await takeTurn(db)
  for (let from = 0; from < batch.length; ) {
    const run = documentsFrom(batch, from)
    if (run.length > 0) {
      for (const article of await importDocuments(db, session, run)) session.touched.add(article)
    } else await writeRecord(db, session, batch[from]!)
    from += run.length || 1
  }
  await markStale(db, [...session.touched])
  if (session.touched.size > 0) await post(db, [...session.touched])
  session.touched.clear()
  await planReposts(db)
}

/** The flat documents that stand here, up to the next record: they are written together. */
function documentsFrom(batch: Entry[], from: number): FlatDocument[] {
  const end = batch.findIndex(({ checked }, index) => index >= from && checked.kind !== 'document')
  return batch.slice(from, end === -1 ? batch.length : end).map(({ checked }) => checked.value as FlatDocument)
}

async function writeRecord(db: Db, session: Session, entry: Entry): Promise<void> {
  const { kind, value } = entry.checked
  if (kind === 'document') return
  if (kind === 'article') {
    const waiting = session.successors.length
    const article = await importArticle(db, session, value as Newsroom['article'])
    for (const successor of session.successors.slice(waiting)) lineOf.set(successor, entry)
    if (article) session.touched.add(article)
    else session.unchanged++
    return
  }
  const key = `${kind}:${keyOf(value as never)}`
  const digest = digestOf(value)
  const [known] = await readKeys(db, 'record', [key])
  if (known?.digest === digest) {
    session.unchanged++
    return
  }
  await recordWriters[kind](db, session, value as never)
  await session.remember(db, key, digest)
}

const keyOf = (record: {
  slug?: string
  tag?: string
  key?: string
  id?: string
  article?: string
  group?: string
  target?: string
}) => record.slug ?? record.tag ?? record.key ?? record.id ?? [record.article, record.group, record.target].join(' ')

/** Successors may stand later in the files than what they replace; one that never came is told, and the next import looks again. */
async function tieSuccessors(db: Db, session: Session, reject: Reject): Promise<void> {
  for (const waiting of session.successors) {
    const { article, language, key, record, digest } = waiting
    const successor = await session.key(db, 'article', key)
    if (!successor) {
      const reason = `The article was imported, but its successor "${key.slice(0, 120)}" is in no file and not in the house.`
      reject(lineOf.get(waiting)!, new Rejection(reason, '/editions/withdrawn/successor'))
      continue
    }
    await db.transaction(async tx => {
      await writeSuccessor(tx, article, language, successor.id)
      await writeKeys(tx, [{ noun: 'article', key: record, id: article, digest }])
    }, 'import')
  }
}

function openRejects(path: string) {
  let stream: WriteStream | undefined
  let count = 0
  return {
    count: () => count,
    add({ file, number, text }: Omit<Entry, 'checked'>, { message, pointer }: Rejection) {
      count++
      stream ??= createWriteStream(path)
      const place = { file, line: number, reason: message, ...(pointer ? { pointer } : {}) }
      stream.write(`${JSON.stringify({ ...place, record: text.slice(0, 4096) })}\n`)
    },
    async close() {
      if (stream) await new Promise(resolve => stream!.end(resolve))
      else await rm(path, { force: true })
    }
  }
}
