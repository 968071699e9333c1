import { crc32 } from 'node:zlib'
import { BrokenPicture, mustBeFew, mustEnd, type Size, take } from './picture.ts'

/** PNG 3rd edition §5: chunks of length, type, data and checksum, from IHDR to IEND. */
export function readPng(bytes: Buffer): Size {
  let at = 8
  let size: Size | undefined
  let pixels = false
  for (let n = 0; ; n++) {
    mustBeFew(n)
    const length = take(bytes, at, 8).readUInt32BE()
    const named = take(bytes, at + 4, length + 8).subarray(0, length + 4)
    if (crc32(named) !== bytes.readUInt32BE(at + 8 + length))
      throw new BrokenPicture(`The part at byte ${at} is damaged.`)
    const type = named.toString('latin1', 0, 4)
    if (n === 0) {
      if (type !== 'IHDR' || length !== 13) throw new BrokenPicture('The file does not begin with its header.')
      size = { width: named.readUInt32BE(4), height: named.readUInt32BE(8) }
    }
    at += length + 12
    if (type === 'IDAT') pixels = true
    if (type !== 'IEND') continue
    if (!pixels) throw new BrokenPicture('The file has no pixels.')
    mustEnd(bytes, at)
    return size!
  }
}
