import { readAvif } from './avif.ts'
import { readGif } from './gif.ts'
import { readJpeg } from './jpeg.ts'
import { BrokenPicture, type Size } from './picture.ts'
import { readPng } from './png.ts'
import { readWebp } from './webp.ts'

/** The kinds of pictures the house keeps: none of them can do anything where it is shown. */
export interface Kind {
  mime: string
  extension: string
  begins: (bytes: Buffer) => boolean
  read: (bytes: Buffer) => Size
}

const kinds: readonly Kind[] = [
  {
    mime: 'image/png',
    extension: 'png',
    begins: bytes => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex')),
    read: readPng
  },
  {
    mime: 'image/jpeg',
    extension: 'jpg',
    begins: bytes => bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex')),
    read: readJpeg
  },
  {
    mime: 'image/gif',
    extension: 'gif',
    begins: bytes => /^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6)),
    read: readGif
  },
  {
    mime: 'image/webp',
    extension: 'webp',
    begins: bytes => /^RIFF.{4}WEBP$/s.test(bytes.toString('latin1', 0, 12)),
    read: readWebp
  },
  {
    mime: 'image/avif',
    extension: 'avif',
    begins: bytes => /^ftypavi[fs]$/.test(bytes.toString('latin1', 4, 12)),
    read: readAvif
  }
]

export const pictureTypes = kinds.map(({ mime }) => mime)

/** What kind of picture the bytes begin as, whatever their name says; undefined when they are none the house keeps. */
export const kindOf = (bytes: Buffer): Kind | undefined => kinds.find(({ begins }) => begins(bytes))

/** A picture unpacks to four bytes a pixel in every browser that shows it. */
const mostPixels = 100_000_000
const longest = 100_000

/** The size of a picture that is whole from its first byte to its last, and nothing else besides. */
export function readSize(kind: Kind, bytes: Buffer): Size {
  const { width, height } = kind.read(bytes)
  if (width < 1 || height < 1) throw new BrokenPicture('The picture has no extent.')
  if (width > longest || height > longest || width * height > mostPixels)
    throw new BrokenPicture(`It has ${width} × ${height} pixels; at most ${mostPixels / 1_000_000} million are taken.`)
  return { width, height }
}
