import { createWriteStream, type WriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Db } from '../../db/client.ts'
import { post } from '../../db/postings.ts'
import { writeChanges, writeSuccessor } from './article-queries.ts'
import { importArticle } from './articles.ts'
import { type Checked, openChecker, Rejection } from './check.ts'
import { importDocument } from './documents.ts'
import { readKeys, takeTurn } from './keys-queries.ts'
import { type Line, openLines } from './read.ts'
import { recordWriters } from './records.ts'
import type { FlatDocument, Newsroom } from './schema.ts'
import { digestOf, Session } from './session.ts'

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

interface Entry extends Line {
  checked: Checked
}

/** Reads newsroom NDJSON into the house. Repeating it makes nothing twice; a bad line costs only itself. */
export async function importFiles(db: Db, files: readonly string[], options: Options): Promise<Summary> {
  const started = Date.now()
  if (files.some(file => resolve(file) === resolve(options.rejects)))
    throw new Error(`${options.rejects} is read; rejects must go elsewhere`)
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
      await writeBatch(db, session, batch, (entry, reason) => rejects.add(file, entry, reason))
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
        batch.push({ ...line, checked: check(line.text) })
      } catch (error) {
        rejects.add(file, line, error as Error)
      }
      if (batch.length >= batchSize) {
        await flush(batch)
        batch = []
      }
    }
    await flush(batch)
  }
  await tieSuccessors(db, session)
  await rejects.close()
  const { created, updated, unchanged } = session
  return { lines, created, updated, unchanged, rejected: rejects.count(), seconds: (Date.now() - started) / 1000 }
}

/** Writes a batch in one transaction; when one of its lines fails, each gets its own, so that the good ones stay. */
async function writeBatch(db: Db, session: Session, batch: Entry[], reject: (entry: Entry, reason: Error) => void) {
  if (batch.length === 0) return
  const before = session.snapshot()
  try {
    await db.transaction(tx => writeEntries(tx, session, batch))
  } catch (error) {
    session.restore(before)
    if (batch.length > 1) {
      for (const entry of batch) await writeBatch(db, session, [entry], reject)
      return
    }
    if (!isAboutTheLine(error as Error & { code?: string })) throw error
    reject(batch[0]!, error as Error)
  }
}

/** A database that is away is no fault of the line: the import stops and is continued later. */
const isAboutTheLine = (error: Error & { code?: string }) =>
  error instanceof Rejection || /^(22|23)/.test(error.code ?? '')

async function writeEntries(db: Db, session: Session, batch: Entry[]): Promise<void> {
  await takeTurn(db)
  const touched = new Set<string>()
  for (const { checked } of batch) {
    const article = await writeEntry(db, session, checked)
    if (article) touched.add(article)
  }
  if (touched.size > 0) await post(db, [...touched])
  await writeChanges(db, session.changes)
  session.changes = []
}

async function writeEntry(db: Db, session: Session, { kind, value }: Checked): Promise<string | null> {
  if (kind === 'document' || kind === 'article') {
    const article =
      kind === 'document'
        ? await importDocument(db, session, value as FlatDocument)
        : await importArticle(db, session, value as Newsroom['article'])
    if (!article) session.unchanged++
    return article
  }
  const key = `${kind}:${keyOf(value as never)}`
  const digest = digestOf(value)
  const [known] = await readKeys(db, 'record', [key])
  if (known?.digest === digest) {
    session.unchanged++
    return null
  }
  await recordWriters[kind](db, session, value as never)
  await session.remember(db, key, digest)
  return null
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

/** Successors may stand later in the files than what they replace. */
async function tieSuccessors(db: Db, session: Session): Promise<void> {
  for (const { article, language, key } of session.successors) {
    const successor = await session.key(db, 'article', key)
    if (successor) await writeSuccessor(db, article, language, successor.id)
  }
}

function openRejects(path: string) {
  let stream: WriteStream | undefined
  let count = 0
  return {
    count: () => count,
    add(file: string, { number, text }: Line, reason: Error) {
      count++
      stream ??= createWriteStream(path)
      const pointer = reason instanceof Rejection ? reason.pointer : undefined
      stream.write(
        `${JSON.stringify({ file, line: number, reason: reason.message, ...(pointer ? { pointer } : {}), record: text.slice(0, 4096) })}\n`
      )
    },
    async close() {
      if (stream) await new Promise(resolve => stream!.end(resolve))
      else await rm(path, { force: true })
    }
  }
}
