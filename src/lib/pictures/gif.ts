import { BrokenPicture, mustBeFew, mustEnd, type Size, take } from './picture.ts'

/** GIF89a: a screen, then blocks up to the trailer. */
export function readGif(bytes: Buffer): Size {
  const screen = take(bytes, 6, 7)
  let at = 13 + tableAfter(screen[4]!)
  let frames = 0
  for (let parts = 0; ; parts++) {
    mustBeFew(parts)
    const [block] = take(bytes, at, 1)
    if (block === 0x3b) break
    if (block === 0x2c) {
      frames++
      at = afterBlocks(bytes, at + 11 + tableAfter(take(bytes, at + 9, 2)[0]!))
    } else if (block === 0x21) at = afterBlocks(bytes, at + 2)
    else throw new BrokenPicture(`At byte ${at} stands no block of a GIF.`)
  }
  if (frames === 0) throw new BrokenPicture('The file has no frame.')
  mustEnd(bytes, at + 1)
  return { width: screen.readUInt16LE(0), height: screen.readUInt16LE(2) }
}

/** Bytes of the colour table that the flags announce. */
const tableAfter = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0)

function afterBlocks(bytes: Buffer, from: number): number {
  let at = from
  for (;;) {
    const length = bytes[at]
    if (length === undefined) throw new BrokenPicture('The file is cut off.')
    at += 1 + length
    if (length === 0) return at
  }
}
