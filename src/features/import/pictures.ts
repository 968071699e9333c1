import { createHash } from 'node:crypto'
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { Rejection } from './check.ts'
import type { Settings } from './session.ts'

/** How each kind of picture begins; what is none of these is not shown to readers, whatever its name says. */
const beginnings: [extension: string, mime: string, begins: (bytes: Buffer) => boolean][] = [
  ['png', 'image/png', bytes => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))],
  ['jpg', 'image/jpeg', bytes => bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))],
  ['gif', 'image/gif', bytes => /^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6))],
  ['webp', 'image/webp', bytes => /^RIFF.{4}WEBP$/s.test(bytes.toString('latin1', 0, 12))],
  ['avif', 'image/avif', bytes => /^ftypavi[fs]$/.test(bytes.toString('latin1', 4, 12))]
]

/** Copies a picture into the house under the hash of its bytes: the same bytes are stored once, and a name never becomes a path. */
export async function storePicture({ beside, media }: Settings, file: string) {
  const bytes = await readFile(await placeOf(beside, file))
  const kind = beginnings.find(([, , begins]) => begins(bytes))
  if (!kind) throw new Rejection(`"${file}" is no PNG, JPEG, GIF, WebP or AVIF picture.`, '/file')
  const [extension, mime] = kind
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const name = `${sha256}.${extension}`
  if (media) {
    await mkdir(media, { recursive: true })
    await writeFile(join(media, name), bytes)
  }
  return { file: name, mime, sha256, bytes: bytes.length }
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
