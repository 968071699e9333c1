import { BrokenPicture, mustBeFew, mustEnd, type Size, take } from './picture.ts'

/** RFC 9649: a RIFF file of chunks; the first says the size. */
export function readWebp(bytes: Buffer): Size {
  const end = 8 + bytes.readUInt32LE(4)
  const file = take(bytes, 0, end)
  const size = sizeIn(file)
  let pixels = false
  for (let at = 12, parts = 0; at < end; parts++) {
    mustBeFew(parts)
    const type = take(file, at, 8).toString('latin1', 0, 4)
    const length = file.readUInt32LE(at + 4)
    take(file, at + 8, length)
    if (type === 'VP8 ' || type === 'VP8L' || type === 'ANMF') pixels = true
    at += 8 + length + (length % 2)
  }
  if (!pixels) throw new BrokenPicture('The file has no pixels.')
  mustEnd(bytes, end)
  return size
}

function sizeIn(file: Buffer): Size {
  const type = take(file, 12, 18).toString('latin1', 0, 4)
  if (type === 'VP8X') return { width: file.readUIntLE(24, 3) + 1, height: file.readUIntLE(27, 3) + 1 }
  if (type === 'VP8 ' && file.readUIntBE(23, 3) === 0x9d012a)
    return { width: file.readUInt16LE(26) & 0x3fff, height: file.readUInt16LE(28) & 0x3fff }
  if (type === 'VP8L' && file[20] === 0x2f) {
    const bits = file.readUInt32LE(21)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  }
  throw new BrokenPicture('The file does not begin with a frame.')
}
