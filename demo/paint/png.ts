import { crc32, deflateSync } from 'node:zlib'
import { type Rgb, toHex } from './canvas.ts'

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])

function distance(a: number, b: number): number {
  const [dr, dg, db] = [(a >> 16) - (b >> 16), ((a >> 8) & 255) - ((b >> 8) & 255), (a & 255) - (b & 255)]
  return dr * dr * 2 + dg * dg * 3 + db * db
}

function countColours(rgb: Uint8Array): [colour: number, count: number][] {
  const counts = new Map<number, number>()
  for (let i = 0; i < rgb.length; i += 3) {
    const colour = (rgb[i]! << 16) | (rgb[i + 1]! << 8) | rgb[i + 2]!
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])
}

function choosePalette(colours: [colour: number, count: number][], limit: number): number[] {
  const palette: number[] = []
  for (const [colour] of colours) {
    if (palette.every(chosen => distance(chosen, colour) > 60)) palette.push(colour)
    if (palette.length === limit) break
  }
  return palette
}

function nearest(palette: number[], colour: number): number {
  let best = 0
  for (let i = 1; i < palette.length; i++) {
    if (distance(palette[i]!, colour) < distance(palette[best]!, colour)) best = i
  }
  return best
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

function header(width: number, height: number): Buffer {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  data.set([8, 3], 8)
  return data
}

/** Encodes RGB bytes as an indexed PNG of at most `limit` colours; the same bytes always give the same file. */
export function encodePng(rgb: Uint8Array, width: number, height: number, limit = 96): Buffer {
  const colours = countColours(rgb)
  const palette = choosePalette(colours, limit)
  const indices = new Map(colours.map(([colour]) => [colour, nearest(palette, colour)]))
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3
      rows[y * (width + 1) + x + 1] = indices.get((rgb[at]! << 16) | (rgb[at + 1]! << 8) | rgb[at + 2]!)!
    }
  }
  const plte = Buffer.from(palette.flatMap(colour => [colour >> 16, (colour >> 8) & 255, colour & 255]))
  const parts = [chunk('IHDR', header(width, height)), chunk('PLTE', plte)]
  parts.push(chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })), chunk('IEND', new Uint8Array()))
  return Buffer.concat([SIGNATURE, ...parts])
}

/** The colour that covers most of a picture, after grouping near shades. */
export function dominantColour(rgb: Uint8Array): string {
  const groups = new Map<number, { count: number; sum: Rgb }>()
  for (const [colour, count] of countColours(rgb)) {
    const rgbOf: Rgb = [colour >> 16, (colour >> 8) & 255, colour & 255]
    const key = ((rgbOf[0] >> 5) << 6) | ((rgbOf[1] >> 5) << 3) | (rgbOf[2] >> 5)
    const group = groups.get(key) ?? { count: 0, sum: [0, 0, 0] }
    group.count += count
    group.sum = group.sum.map((channel, i) => channel + rgbOf[i]! * count) as Rgb
    groups.set(key, group)
  }
  const [largest] = [...groups.values()].sort((a, b) => b.count - a.count)
  return toHex(largest!.sum.map(channel => channel / largest!.count) as Rgb)
}
