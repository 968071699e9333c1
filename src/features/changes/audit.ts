import { createHash } from 'node:crypto'
import type { Db } from '../../db/client.ts'
import { appendAudit, auditAfter, lastSeal, readUpTo } from './audit-queries.ts'
import type { Reader } from './readers.ts'
import type { AuditEntry } from './schema.ts'

type Happened = Omit<AuditEntry, 'hash' | 'previousHash'>

/** What stands before the first entry. */
const genesis = '0'.repeat(64)

/**
 * The bytes that are hashed: JSON without spaces, in UTF-8, its members in the order position, at, actor, noun, subject, action, language,
 * detail; the position as text, the instant as RFC 3339 in UTC with milliseconds, and inside detail the members of every object by code units.
 */
export const canonical = ({ position, at, actor, noun, subject, action, language, detail }: Happened): string =>
  JSON.stringify({ position, at, actor, noun, subject, action, language, detail: sorted(detail) })

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]))
}

export const sealOf = (previousHash: string, entry: Happened): string =>
  createHash('sha256')
    .update(`${previousHash}\n${canonical(entry)}`)
    .digest('hex')

/** Copies the log into the audit trail, which is never trimmed, and seals each entry with the one before. */
export const auditReader: Reader = {
  name: 'audit',
  batch: 500,
  async read(db, changes) {
    let previousHash = (await lastSeal(db)) ?? genesis
    const entries = changes.map(({ groups: _, ...happened }) => {
      const entry = { ...happened, previousHash, hash: sealOf(previousHash, happened) }
      previousHash = entry.hash
      return entry
    })
    await appendAudit(db, entries)
  }
}

export interface Verdict {
  entries: number
  /** The first position where the chain does not hold; null when all of it does. */
  broken: string | null
  /** Hash of the last entry. Kept elsewhere it also shows a chain that was made anew as a whole. */
  head: string
}

/** Computes the whole chain again. An entry that is changed, missing or put in breaks it, also when entries are cut off the end. */
export async function verifyAudit(db: Db): Promise<Verdict> {
  const due = BigInt(await readUpTo(db, auditReader.name))
  let [entries, last, head] = [0, '0', genesis]
  for (;;) {
    const batch = await auditAfter(db, last, 1_000)
    for (const entry of batch) {
      if (entry.previousHash !== head || entry.hash !== sealOf(head, entry))
        return { entries, broken: entry.position, head }
      head = entry.hash
      last = entry.position
      entries++
    }
    if (batch.length === 0) break
  }
  return { entries, broken: BigInt(last) < due ? String(BigInt(last) + 1n) : null, head }
}
