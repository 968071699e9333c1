import { BrokenPicture, mustBeFew, mustEnd, type Size, take } from './picture.ts'

const start = 0xd8
const end = 0xd9
const scan = 0xda
const exif = 0xe1

/** Such as a preview, a gain map, a depth map and the views of two lenses. */
const mostFurther = 16

/** Frame headers: C0 to CF without the tables that share the range. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** ITU-T T.81 Annex B. A file may hold further pictures after the first, such as a gain map (CIPA DC-007). */
export function readJpeg(bytes: Buffer): Size {
  const first = readOne(bytes, 0)
  let at = first.end
  for (let further = 0; bytes[at] === 0xff && bytes[at + 1] === start; further++) {
    if (further > mostFurther) throw new BrokenPicture(`More than ${mostFurther} pictures stand behind the first.`)
    at = readOne(bytes, at).end
  }
  mustEnd(bytes, at)
  const { width, height, orientation } = first
  return orientation > 4 ? { width: height, height: width } : { width, height }
}

function readOne(bytes: Buffer, from: number) {
  let [width, height, orientation] = [0, 0, 1]
  for (let at = from + 2, parts = 0; ; parts++) {
    mustBeFew(parts)
    if (take(bytes, at, 2)[0] !== 0xff) throw new BrokenPicture(`At byte ${at} stands no marker.`)
    const marker = bytes[at + 1]!
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === end) {
      if (width === 0 || height === 0) throw new BrokenPicture('The file has no frame with a size.')
      return { end: at + 2, width, height, orientation }
    }
    const segment = take(bytes, at + 2, Math.max(2, take(bytes, at + 2, 2).readUInt16BE()))
    if (isFrame(marker) && segment.length >= 7) [height, width] = [segment.readUInt16BE(3), segment.readUInt16BE(5)]
    if (marker === exif) orientation = orientationIn(segment) ?? orientation
    at += 2 + segment.length
    if (marker === scan) at = afterScan(bytes, at)
  }
}

/** The next marker after coded pixels, in which FF 00 is a byte FF and FF D0 to FF D7 are marks for restarting. */
function afterScan(bytes: Buffer, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue
    const next = bytes[at + 1]!
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at
  }
  throw new BrokenPicture('The file is cut off.')
}

/** Exif 3.0 §4.6: the tag 0x0112 of the first directory says how the picture is turned; 5 to 8 lie on their side. */
function orientationIn(segment: Buffer): number | undefined {
  if (segment.toString('latin1', 2, 8) !== 'Exif\0\0') return undefined
  const tiff = segment.subarray(8)
  if (tiff.length < 8) return undefined
  const little = tiff.toString('latin1', 0, 2) === 'II'
  const short = (at: number) => (at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
  for (let n = 0; n < short(directory); n++) {
    const entry = directory + 2 + n * 12
    if (short(entry) === 0x0112) return short(entry + 8)
  }
  return undefined
}
