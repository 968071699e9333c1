// Pictures are painted at twice their size and averaged down, so that every edge is soft without any drawing library.
const SCALE = 2

/** A point in picture coordinates, origin at the top left. */
export type Point = [number, number]

/** A colour as three channels, 0 to 255. */
export type Rgb = [number, number, number]

/** A picture being painted: its outer size and its oversized RGB pixels. */
export interface Canvas {
  width: number
  height: number
  pixels: Uint8Array
}

/** Opens an empty black canvas of the given outer size. */
export function openCanvas(width: number, height: number): Canvas {
  return { width, height, pixels: new Uint8Array(width * height * SCALE * SCALE * 3) }
}

/** Reads `#rrggbb` into channels. */
export function toRgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

/** Writes channels as `#rrggbb`. */
export function toHex(rgb: Rgb): string {
  return `#${rgb.map(channel => Math.round(channel).toString(16).padStart(2, '0')).join('')}`
}

/** Mixes two colours; `share` 0 is all of the first, 1 all of the second. */
export function mix(first: string, second: string, share: number): string {
  const [a, b] = [toRgb(first), toRgb(second)]
  return toHex([0, 1, 2].map(i => a[i]! + (b[i]! - a[i]!) * share) as Rgb)
}

function fillSpan(c: Canvas, row: number, span: Point, ink: { rgb: Rgb; alpha: number }): void {
  const stride = c.width * SCALE
  const from = Math.max(0, Math.round(span[0]))
  const to = Math.min(stride, Math.round(span[1]))
  for (let x = from; x < to; x++) {
    const at = (row * stride + x) * 3
    for (let i = 0; i < 3; i++) {
      const under = c.pixels[at + i]!
      c.pixels[at + i] = under + (ink.rgb[i]! - under) * ink.alpha
    }
  }
}

function crossings(points: Point[], y: number): number[] {
  const found: number[] = []
  for (let i = 0; i < points.length; i++) {
    const [x1, y1] = points[i]!
    const [x2, y2] = points[(i + 1) % points.length]!
    if (y1 <= y !== y2 <= y) found.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1))
  }
  return found.sort((a, b) => a - b)
}

/** Fills a closed outline with one colour, by the even-odd rule. */
export function fill(c: Canvas, outline: Point[], colour: string, alpha = 1): void {
  const points = outline.map(([x, y]): Point => [x * SCALE, y * SCALE])
  const ys = points.map(point => point[1])
  const top = Math.max(0, Math.floor(Math.min(...ys)))
  const bottom = Math.min(c.height * SCALE - 1, Math.ceil(Math.max(...ys)))
  const ink = { rgb: toRgb(colour), alpha }
  for (let row = top; row <= bottom; row++) {
    const xs = crossings(points, row + 0.5)
    for (let i = 0; i + 1 < xs.length; i += 2) fillSpan(c, row, [xs[i]!, xs[i + 1]!], ink)
  }
}

/** Draws an open line of the given thickness. */
export function draw(c: Canvas, line: Point[], thickness: number, colour: string): void {
  for (let i = 0; i + 1 < line.length; i++) {
    const [x1, y1] = line[i]!
    const [x2, y2] = line[i + 1]!
    const length = Math.hypot(x2 - x1, y2 - y1) || 1
    const [dx, dy] = [((y2 - y1) / length) * (thickness / 2), ((x1 - x2) / length) * (thickness / 2)]
    const quad: Point[] = [
      [x1 + dx, y1 + dy],
      [x2 + dx, y2 + dy],
      [x2 - dx, y2 - dy],
      [x1 - dx, y1 - dy]
    ]
    fill(c, quad, colour)
    if (thickness > 3 && i > 0) fill(c, oval(x1, y1, thickness / 2, thickness / 2), colour)
  }
}

/** Reads points written as `x,y x,y`, the short form for a drawing known in advance. */
export function path(text: string): Point[] {
  return text.split(' ').map(pair => pair.split(',').map(Number) as Point)
}

/** Shifts an outline to another place. */
export function move(points: Point[], by: Point): Point[] {
  return points.map(([x, y]): Point => [x + by[0], y + by[1]])
}

/** The outline of an upright rectangle. */
export function box(x: number, y: number, width: number, height: number): Point[] {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height]
  ]
}

/** The outline of an ellipse around a centre. */
export function oval(x: number, y: number, rx: number, ry: number): Point[] {
  return arc([x, y], [rx, ry], 0, Math.PI * 2)
}

/** The points of an elliptic arc, angles in radians, clockwise from three o'clock. */
export function arc(centre: Point, radii: Point, from: number, to: number): Point[] {
  const steps = 72
  return Array.from({ length: steps + 1 }, (_, i): Point => {
    const angle = from + ((to - from) * i) / steps
    return [centre[0] + radii[0] * Math.cos(angle), centre[1] + radii[1] * Math.sin(angle)]
  })
}

/** Mirrors what stands above a waterline into the water below it, rippled and tinted. */
export function reflect(c: Canvas, waterline: number, colour: string, tint = 0.45): void {
  const stride = c.width * SCALE
  const line = Math.round(waterline * SCALE)
  const rgb = toRgb(colour)
  for (let row = line; row < c.height * SCALE; row++) {
    const depth = row - line
    const source = Math.max(0, line - 1 - Math.floor((depth * 1.15) / 6) * 6)
    const shift = Math.round(Math.sin(Math.floor(depth / 6) * 1.7) * (2 + depth * 0.03))
    const share = Math.min(0.92, tint + (depth / (c.height * SCALE - line)) * 0.35)
    for (let x = 0; x < stride; x++) {
      const from = (source * stride + Math.min(stride - 1, Math.max(0, x + shift))) * 3
      const to = (row * stride + x) * 3
      for (let i = 0; i < 3; i++) {
        const above = c.pixels[from + i]!
        c.pixels[to + i] = above + (rgb[i]! - above) * share
      }
    }
  }
}

/** Averages the oversized pixels down to a picture of any smaller size, as RGB bytes. */
export function shrink(c: Canvas, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height * 3)
  const [sx, sy] = [(c.width * SCALE) / width, (c.height * SCALE) / height]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sum = average(c, [Math.floor(x * sx), Math.floor(y * sy)], [Math.floor(sx), Math.floor(sy)])
      out.set(sum, (y * width + x) * 3)
    }
  }
  return out
}

function average(c: Canvas, corner: Point, size: Point): Rgb {
  const sum: Rgb = [0, 0, 0]
  for (let y = corner[1]; y < corner[1] + size[1]; y++) {
    for (let x = corner[0]; x < corner[0] + size[0]; x++) {
      const at = (y * c.width * SCALE + x) * 3
      for (let i = 0; i < 3; i++) sum[i] = sum[i]! + c.pixels[at + i]!
    }
  }
  return sum.map(channel => Math.round(channel / (size[0] * size[1]))) as Rgb
}
