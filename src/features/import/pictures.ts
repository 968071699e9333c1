import { readFile, realpath } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { nameOf, storeFile } from '../../db/media.ts'
import { kindOf } from '../../lib/pictures/read.ts'
import { Rejection } from './check.ts'
import type { Settings } from './session.ts'

/** Copies a picture into the house under the hash of its bytes: the same bytes are stored once, and a name never becomes a path. */
export async function storePicture({ beside, media }: Settings, file: string) {
  const bytes = await readFile(await placeOf(beside, file))
  const kind = kindOf(bytes)
  if (!kind) throw new Rejection(`"${file}" is no PNG, JPEG, GIF, WebP or AVIF picture.`, '/file')
  const { mime, extension } = kind
  return { ...(media ? await storeFile(media, bytes, extension) : nameOf(bytes, extension)), mime }
}

/** Where the picture lies; a link that leads out of the folder is followed no further than to this check. */
async function placeOf(beside: string, file: string): Promise<string> {
  const folder = await realpath(beside)
  const path = await realpath(resolve(folder, file)).catch(() => {
    throw new Rejection(`There is no picture "${file}" beside the file.`, '/file')
  })
  if (!path.startsWith(folder + sep)) throw new Rejection('The picture must lie beside the file.', '/file')
  return path
}
