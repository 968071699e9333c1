import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface Stored {
  /** Name in the store. */
  file: string
  sha256: string
  bytes: number
}

/** The name bytes have in the store: the same bytes are one file, and a name from outside never becomes a path. */
export function nameOf(bytes: Buffer, extension: string): Stored {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { file: `${sha256}.${extension}`, sha256, bytes: bytes.length }
}

/** Keeps bytes in the store. They are on the disk, whole and under their name, before this ends: a row may name them from then on. */
export async function storeFile(folder: string, bytes: Buffer, extension: string): Promise<Stored> {
  const stored = nameOf(bytes, extension)
  const path = join(folder, stored.file)
  const known = await stat(path).catch(() => undefined)
  if (known?.size === bytes.length) return stored
  await mkdir(folder, { recursive: true })
  const unfinished = join(folder, `.${randomUUID()}`)
  await written(unfinished, bytes)
  await rename(unfinished, path)
  await synced(folder)
  return stored
}

async function written(path: string, bytes: Buffer) {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A name is durable when its folder is. */
async function synced(folder: string) {
  const directory = await open(folder, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
