import { arc, box, type Canvas, draw, fill, mix, type Point } from './canvas.ts'
import type { Chance, Colours } from './land.ts'

/** A flat-faced building with rows of windows, some of them lit. */
export function tower(c: Canvas, chance: Chance, area: Point[], colours: Colours): void {
  const [x, y] = area[0]!
  const [width, height] = [area[2]![0] - x, area[2]![1] - y]
  fill(c, area, colours[0])
  fill(c, box(x + width * 0.78, y, width * 0.22, height), mix(colours[0], '#101820', 0.18))
  const [columns, rows] = [Math.max(2, Math.floor(width / 20)), Math.max(2, Math.floor(height / 30))]
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const shade = chance() < 0.55 ? colours[1] : mix(colours[0], '#101820', 0.3)
      const at: Point = [x + ((column + 0.25) * width) / columns, y + ((row + 0.3) * height) / rows]
      fill(c, box(at[0], at[1], (width / columns) * 0.5, (height / rows) * 0.48), shade)
    }
  }
}

/** A row of buildings of uneven heights standing on one line. */
export function skyline(
  c: Canvas,
  chance: Chance,
  area: { y: number; tall: number; step: number },
  colours: Colours
): void {
  for (let x = -10; x < c.width; ) {
    const width = area.step * (0.7 + chance() * 0.7)
    const height = area.tall * (0.35 + chance() * 0.65)
    tower(c, chance, box(x, area.y - height, width, height), [mix(colours[0], '#ffffff', chance() * 0.12), colours[1]])
    x += width + 1
  }
}

/** A roof with upturned corners, its eaves at the given height. */
export function sweptRoof(c: Canvas, at: Point, size: Point, colour: string): void {
  const [x, y] = at
  const [half, rise] = [size[0] / 2, size[1]]
  const side = (s: number): Point[] => [
    [x + s * half * 1.08, y - rise * 0.3],
    [x + s * half * 0.92, y - rise * 0.12],
    [x + s * half * 0.72, y - rise * 0.3],
    [x + s * half * 0.52, y - rise * 0.72],
    [x + s * half * 0.46, y - rise]
  ]
  fill(c, [...side(-1), ...side(1).reverse(), [x + half * 0.9, y], [x - half * 0.9, y]], colour)
  fill(c, box(x - half * 0.46, y - rise * 1.06, half * 0.92, rise * 0.12), mix(colour, '#000000', 0.25))
  fill(c, box(x - half * 0.9, y - rise * 0.06, half * 1.8, rise * 0.1), mix(colour, '#ffffff', 0.25))
}

/** A hall with pillars under a swept roof, standing on its foot point. */
export function hall(
  c: Canvas,
  foot: Point,
  size: Point,
  colours: { wall: string; roof: string; pillar: string }
): void {
  const [x, y] = foot
  const [width, height] = size
  fill(c, box(x - width * 0.42, y - height * 0.6, width * 0.84, height * 0.6), colours.wall)
  for (let i = 0; i < 6; i++) {
    fill(
      c,
      box(x - width * 0.4 + (i * width * 0.78) / 5, y - height * 0.6, width * 0.025, height * 0.6),
      colours.pillar
    )
  }
  fill(c, box(x - width * 0.06, y - height * 0.4, width * 0.12, height * 0.4), mix(colours.wall, '#1a1010', 0.7))
  sweptRoof(c, [x, y - height * 0.55], [width, height * 0.45], colours.roof)
}

/** A low boat with an arched cover, its hull sitting on the water at the given point. */
export function sampan(c: Canvas, at: Point, size: number, colours: Colours): void {
  const [x, y] = at
  const hull: Point[] = [
    [x - size, y - size * 0.2],
    [x - size * 0.6, y - size * 0.08],
    [x + size * 0.6, y - size * 0.08],
    [x + size, y - size * 0.24],
    [x + size * 0.62, y + size * 0.12],
    [x - size * 0.62, y + size * 0.12]
  ]
  fill(c, [...arc([x - size * 0.05, y - size * 0.07], [size * 0.38, size * 0.34], Math.PI, Math.PI * 2)], colours[1])
  fill(
    c,
    [...arc([x - size * 0.05, y - size * 0.07], [size * 0.16, size * 0.22], Math.PI, Math.PI * 2)],
    mix(colours[1], '#1a1010', 0.5)
  )
  fill(c, hull, colours[0])
}

/** A boat with one ribbed sail. */
export function junk(c: Canvas, at: Point, size: number, colours: Colours): void {
  const [x, y] = at
  for (const [dx, scale] of [
    [-0.35, 1],
    [0.32, 0.8]
  ] as Point[]) {
    const [sx, tall] = [x + dx * size, size * 1.25 * scale]
    fill(
      c,
      [
        [sx, y - tall],
        [sx + size * 0.4 * scale, y - tall * 0.62],
        [sx + size * 0.34 * scale, y - size * 0.16],
        [sx - size * 0.22 * scale, y - size * 0.16]
      ],
      colours[1]
    )
    for (let i = 1; i < 4; i++) {
      const rib = y - size * 0.16 - (tall - size * 0.16) * (i / 4.6)
      fill(c, box(sx - size * 0.16 * scale, rib, size * 0.5 * scale, size * 0.018), mix(colours[1], '#000000', 0.3))
    }
  }
  fill(
    c,
    [
      [x - size * 0.75, y - size * 0.26],
      [x + size * 0.7, y - size * 0.2],
      [x + size * 0.55, y + size * 0.06],
      [x - size * 0.55, y + size * 0.06]
    ],
    colours[0]
  )
}

/** A ship-to-shore crane standing on its foot point. */
export function gantry(c: Canvas, foot: Point, size: number, colour: string): void {
  const leg = size * 0.045
  const at = (dx: number, dy: number): Point => [foot[0] + dx * size, foot[1] - dy * size]
  for (const dx of [-0.22, 0.16]) draw(c, [at(dx, 0), at(dx * 0.9, 0.62)], leg, colour)
  draw(c, [at(-0.22, 0.28), at(0.16, 0.28)], leg * 0.8, colour)
  draw(c, [at(-0.5, 0.62), at(0.72, 0.62)], leg * 1.1, colour)
  draw(c, [at(0.12, 0.62), at(0.02, 1)], leg * 0.8, colour)
  draw(c, [at(-0.46, 0.62), at(0.02, 1), at(0.66, 0.62)], leg * 0.4, colour)
  draw(c, [at(0.46, 0.6), at(0.46, 0.36)], leg * 0.3, colour)
  fill(c, box(...at(0.4, 0.6), size * 0.12, size * 0.06), mix(colour, '#ffffff', 0.5))
}
