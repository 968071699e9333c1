import { BrokenPicture, mustBeFew, type Size, take } from './picture.ts'

interface Box {
  type: string
  content: Buffer
}

/** ISO/IEC 14496-12 §4.2: boxes in boxes. They fill what holds them to its last byte. */
function boxesIn(bytes: Buffer): Box[] {
  const boxes: Box[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = take(bytes, at, 8).readUInt32BE()
    const large = size === 1 ? Number(take(bytes, at + 8, 8).readBigUInt64BE()) : size
    const header = size === 1 ? 16 : 8
    const length = size === 0 ? bytes.length - at : large
    mustBeFew(boxes.length)
    if (length < header) throw new BrokenPicture(`At byte ${at} stands no box.`)
    boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), content: take(bytes, at, length).subarray(header) })
    at += length
  }
  return boxes
}

const find = (boxes: readonly Box[], type: string): Buffer => {
  const box = boxes.find(box => box.type === type)
  if (!box) throw new BrokenPicture(`The file has no "${type}".`)
  return box.content
}

/** ISO/IEC 23008-12: the size and the turn of the primary item stand among the properties that are tied to it. */
export function readAvif(bytes: Buffer): Size {
  const file = boxesIn(bytes)
  const meta = boxesIn(find(file, 'meta').subarray(4))
  if (![...file, ...meta].some(({ type }) => type === 'mdat' || type === 'idat'))
    throw new BrokenPicture('The file has no pixels.')
  const primary = find(meta, 'pitm')
  const item = take(primary, 0, 6)[0] === 0 ? primary.readUInt16BE(4) : take(primary, 4, 4).readUInt32BE()
  const properties = boxesIn(find(meta, 'iprp'))
  const all = boxesIn(find(properties, 'ipco'))
  const tied = tiedTo(item, find(properties, 'ipma')).flatMap(index => all[index - 1] ?? [])
  const size = take(find(tied, 'ispe'), 4, 8)
  const [width, height] = [size.readUInt32BE(0), size.readUInt32BE(4)]
  const turned = tied.some(({ type, content }) => type === 'irot' && (content[0] ?? 0) % 2 === 1)
  return turned ? { width: height, height: width } : { width, height }
}

/** The numbers, from 1, of the properties of an item. */
function tiedTo(item: number, ties: Buffer): number[] {
  const version = take(ties, 0, 8)[0]!
  const [idLength, indexLength] = [version < 1 ? 2 : 4, ties[3]! & 1 ? 2 : 1]
  let at = 8
  const entries = ties.readUInt32BE(4)
  mustBeFew(entries)
  for (let n = 0; n < entries; n++) {
    const id = take(ties, at, idLength).readUIntBE(0, idLength)
    const count = take(ties, at + idLength, 1)[0]!
    at += idLength + 1
    const indexes = take(ties, at, count * indexLength)
    if (id === item)
      return Array.from({ length: count }, (_, n) =>
        indexLength === 2 ? indexes.readUInt16BE(n * 2) & 0x7fff : indexes[n]! & 0x7f
      )
    at += count * indexLength
  }
  return []
}
