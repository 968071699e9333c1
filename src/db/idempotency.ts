import { sql } from 'drizzle-orm'
import type { Db } from './client.ts'

/** The first answer to a request, as it was given. */
export interface Answer {
  status: number
  headers: Record<string, string>
  answer: string
}

/**
 * Takes a key for this transaction, or finds what stands under it. A parallel request with the same key waits here until the first has
 * committed, at most for the session's lock time-out; when the first fails, its claim is gone with it and this one is the first.
 */
export async function claimKey(db: Db, caller: string, key: string, digest: string) {
  const [claimed] = await db.rows<{ claimed: boolean }>(sql`insert into idempotency_keys (caller, key, digest)
    values (${caller}, ${key}, ${digest}) on conflict do nothing returning true as claimed`)
  if (claimed) return null
  const [first] = await db.rows<Answer & { digest: string }>(sql`select digest, status, headers, answer
    from idempotency_keys where caller = ${caller} and key = ${key}`)
  return first ?? null
}

/** Keeps the answer with its effect: both are there, or neither. */
export async function keepAnswer(db: Db, caller: string, key: string, { status, headers, answer }: Answer) {
  await db.rows(sql`update idempotency_keys set status = ${status}, headers = ${JSON.stringify(headers)}::jsonb, answer = ${answer}
    where caller = ${caller} and key = ${key}`)
}

/** Answers are kept for a day and a little more. */
export async function forgetOldAnswers(db: Db): Promise<void> {
  await db.rows(sql`delete from idempotency_keys where created_at < now() - interval '25 hours'`)
}
