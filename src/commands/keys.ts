import { readConfig } from '../config.ts'
import { createKey, listKeys, revokeKey } from '../features/keys/queries.ts'
import { readScope } from '../lib/scope.ts'
import { makeKey } from '../lib/secret.ts'
import { openStore } from '../server.ts'

export interface KeyOptions {
  scope: string[]
  consumer: string
  name: string
  expires?: string
}

/** `broadsheet keys create`: the way to the first key, for those who have the database. The key is shown once. */
export async function createKeyCommand({ scope, consumer, name, expires }: KeyOptions): Promise<void> {
  const wrong = scope.map(readScope).find(read => typeof read === 'string')
  if (typeof wrong === 'string') throw new Error(wrong)
  await withStore(async store => {
    const key = makeKey()
    await store.db.transaction(
      db => createKey(db, { ...key, consumer, name, scopes: scope, expiresAt: expires ?? null }),
      'command:keys'
    )
    process.stdout.write(`${key.secret}\n`)
    process.stderr.write('Keep it now: it is stored only as a hash and never shown again.\n')
  })
}

/** `broadsheet keys list`: what is known of all keys; never the keys themselves. */
export async function listKeysCommand(): Promise<void> {
  await withStore(async store => {
    const keys = await listKeys(store.db)
    for (const { prefix, consumer, name, state, scopes, lastUsedAt } of keys)
      process.stdout.write(
        `${[prefix, state.padEnd(7), consumer, name, scopes.join(' '), `last used ${lastUsedAt ?? 'never'}`].join('  ')}\n`
      )
  })
}

/** `broadsheet keys revoke`: refused by every process within a second. */
export async function revokeKeyCommand(prefix: string): Promise<void> {
  await withStore(async store => {
    const count = await store.db.transaction(db => revokeKey(db, prefix), 'command:keys')
    if (count === 0)
      throw new Error(`There is no active key that begins with "${prefix}"; broadsheet keys list shows them.`)
    process.stdout.write(`Revoked ${count} key${count > 1 ? 's' : ''}.\n`)
  })
}

async function withStore(work: (store: Awaited<ReturnType<typeof openStore>>) => Promise<void>) {
  const store = await openStore(readConfig())
  try {
    await work(store)
  } finally {
    await store.close()
  }
}
