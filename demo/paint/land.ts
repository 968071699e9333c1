import { box, type Canvas, draw, fill, mix, oval, type Point } from './canvas.ts'

/** A source of numbers from 0 to 1 that repeats for the same key. */
export type Chance = () => number

/** Opens a repeatable source of numbers for one picture. */
export function openChance(key: string): Chance {
  let state = 2166136261
  for (const letter of key) state = Math.imul(state ^ letter.charCodeAt(0), 16777619)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296
  }
}

/** Fills the whole width from one height to another with a soft vertical gradient. */
export function sky(c: Canvas, top: string, bottom: string, span: Point = [0, c.height]): void {
  const steps = 30
  fill(c, box(0, span[1], c.width, c.height), bottom)
  const step = (span[1] - span[0]) / steps
  for (let i = 0; i < steps; i++) {
    fill(c, box(0, span[0] + i * step, c.width, step + 1), mix(top, bottom, i / (steps - 1)))
  }
}

/** Sets a sun or moon with two pale rings around it. */
export function sun(c: Canvas, at: Point, radius: number, colour: string): void {
  fill(c, oval(at[0], at[1], radius * 2.3, radius * 2.3), colour, 0.12)
  fill(c, oval(at[0], at[1], radius * 1.55, radius * 1.55), colour, 0.2)
  fill(c, oval(at[0], at[1], radius, radius), colour)
}

/** One range of hills: the height of its foot line, how far it rises, and its colour. */
export interface Range {
  y: number
  rise: number
  colour: string
  waves?: number
  sharp?: boolean
}

/** Draws a range of hills down to the lower edge and gives back its height at any place. */
export function hills(c: Canvas, chance: Chance, range: Range): (x: number) => number {
  const waves = range.waves ?? 2
  const parts = [1, 2.1, 4.3].map((f, i) => ({ f: f * waves, phase: chance() * 6.28, size: 0.6 ** (i * 1.6) }))
  const height = (x: number) => {
    const sum = parts.reduce((total, part) => {
      const wave = Math.sin((x / c.width) * part.f * Math.PI + part.phase)
      return total + (range.sharp ? 1 - 2 * Math.abs(wave) : wave) * part.size
    }, 0)
    return range.y - (range.rise * (sum + 1.6)) / 3.2
  }
  const ridge = Array.from({ length: c.width / 4 + 1 }, (_, i): Point => [i * 4, height(i * 4)])
  fill(c, [...ridge, [c.width, c.height], [0, c.height]], range.colour)
  return height
}

/** Lays several ranges one before the other, from the far colour to the near one. */
export function ranges(
  c: Canvas,
  chance: Chance,
  area: { from: number; to: number; rise: number; count: number },
  colours: Colours
): void {
  for (let i = 0; i < area.count; i++) {
    const share = area.count === 1 ? 1 : i / (area.count - 1)
    const y = area.from + (area.to - area.from) * share
    hills(c, chance, {
      y,
      rise: area.rise * (0.8 + chance() * 0.4),
      colour: mix(...colours, share),
      waves: 1.5 + i * 0.5
    })
  }
}

/** A pair of colours, far and near or light and dark. */
export type Colours = [string, string]

/** Strews pale horizontal strokes over water, longer towards the viewer. */
export function glints(c: Canvas, chance: Chance, waterline: number, colour: string): void {
  for (let i = 0; i < 46; i++) {
    const depth = chance()
    const y = waterline + 6 + depth * depth * (c.height - waterline - 10)
    const width = 20 + chance() * 40 + depth * 90
    fill(c, oval(chance() * c.width, y, width / 2, 0.8 + depth * 1.6), colour, 0.25 + chance() * 0.3)
  }
}

/** A flat-bottomed cloud of rounded heaps. */
export function cloud(c: Canvas, at: Point, size: number, colour: string): void {
  const heaps: [number, number, number][] = [
    [-1, 0, 0.45],
    [-0.4, -0.3, 0.55],
    [0.3, -0.15, 0.6],
    [0.95, 0.02, 0.42]
  ]
  for (const [dx, dy, r] of heaps)
    fill(c, oval(at[0] + dx * size, at[1] + dy * size, r * size, r * size * 0.62), colour)
  fill(c, oval(at[0], at[1] + size * 0.16, size * 1.4, size * 0.2), colour)
}

/** A round-crowned tree standing on its foot point. */
export function tree(c: Canvas, foot: Point, size: number, colour: string): void {
  const [x, y] = foot
  fill(c, box(x - size * 0.05, y - size * 0.5, size * 0.1, size * 0.5), mix(colour, '#2a1a12', 0.6))
  fill(c, oval(x, y - size * 0.68, size * 0.34, size * 0.36), colour)
  fill(c, oval(x - size * 0.1, y - size * 0.78, size * 0.16, size * 0.16), mix(colour, '#ffffff', 0.16))
}

/** A palm leaning with the wind, standing on its foot point. */
export function palm(c: Canvas, foot: Point, size: number, colour: string): void {
  const [x, y] = foot
  const lean = Math.sin(x) * 0.3
  const top: Point = [x + lean * size, y - size]
  draw(c, [foot, [x + lean * size * 0.35, y - size * 0.5], top], size * 0.055, mix(colour, '#3a2618', 0.6))
  for (let i = 0; i < 9; i++) {
    const angle = Math.PI * (0.92 + (i / 8) * 1.16) + lean
    const reach = size * 0.42
    const tip: Point = [top[0] + Math.cos(angle) * reach, top[1] + Math.sin(angle) * reach * 0.7 + size * 0.12]
    const bend: Point = [top[0] + Math.cos(angle) * reach * 0.55, top[1] + Math.sin(angle) * reach * 0.75 - size * 0.05]
    fill(c, [top, [bend[0], bend[1] - size * 0.04], tip, [bend[0], bend[1] + size * 0.05]], colour)
  }
}

/** A conifer of three tiers standing on its foot point. */
export function pine(c: Canvas, foot: Point, size: number, colour: string): void {
  const [x, y] = foot
  fill(c, box(x - size * 0.03, y - size * 0.2, size * 0.06, size * 0.2), '#3b2a20')
  for (let i = 0; i < 3; i++) {
    const base = y - size * (0.14 + i * 0.25)
    const half = size * (0.24 - i * 0.055)
    fill(
      c,
      [
        [x - half, base],
        [x + half, base],
        [x, base - size * 0.4]
      ],
      mix(colour, '#ffffff', i * 0.06)
    )
  }
}

/** Slanting rain over the whole picture. */
export function rain(c: Canvas, chance: Chance, colour: string, count = 110): void {
  for (let i = 0; i < count; i++) {
    const [x, y, length] = [chance() * (c.width + 80), chance() * c.height, 14 + chance() * 22]
    fill(
      c,
      [
        [x, y],
        [x + 1.6, y],
        [x - length * 0.32, y + length],
        [x - length * 0.32 - 1.6, y + length]
      ],
      colour,
      0.4
    )
  }
}

/** Paints one whole picture. */
export type Scene = (c: Canvas, chance: Chance) => void
