import { arc, box, type Canvas, draw, fill, mix, oval, type Point } from './canvas.ts'
import type { Chance } from './land.ts'

/** A paper lantern hanging from a point. */
export function lantern(c: Canvas, at: Point, size: number, colour: string): void {
  fill(c, oval(at[0], at[1], size * 1.9, size * 1.9), colour, 0.12)
  fill(c, oval(at[0], at[1], size, size * 0.82), colour)
  fill(c, oval(at[0], at[1], size * 0.45, size * 0.82), mix(colour, '#ffffff', 0.28))
  for (const dy of [-0.86, 0.74])
    fill(c, box(at[0] - size * 0.36, at[1] + dy * size, size * 0.72, size * 0.14), '#4a2c1a')
  draw(
    c,
    [
      [at[0], at[1] + size * 0.85],
      [at[0], at[1] + size * 1.4]
    ],
    size * 0.12,
    mix(colour, '#000000', 0.2)
  )
}

/** Stacks of coloured containers filling a rectangle of whole boxes. */
export function containers(
  c: Canvas,
  chance: Chance,
  at: Point,
  grid: { columns: number; rows: number; width: number }
): void {
  const shades = ['#c8553d', '#2f6f8f', '#e0a458', '#588157', '#7d8597', '#b23a48', '#f1ede4']
  const height = grid.width * 0.42
  for (let column = 0; column < grid.columns; column++) {
    const rows = Math.max(1, Math.round(grid.rows * (0.55 + chance() * 0.45)))
    for (let row = 0; row < rows; row++) {
      const shade = shades[Math.floor(chance() * shades.length)]!
      const corner: Point = [at[0] + column * grid.width, at[1] - (row + 1) * height]
      fill(c, box(corner[0], corner[1], grid.width - 2, height - 2), shade)
      for (let i = 1; i < 5; i++)
        fill(c, box(corner[0] + (i * grid.width) / 5, corner[1] + 3, 1.5, height - 8), '#000000', 0.14)
    }
  }
}

/** A three-bladed wind turbine standing on its foot point. */
export function turbine(c: Canvas, foot: Point, size: number, turn: number): void {
  const [x, y] = foot
  const hub: Point = [x, y - size]
  fill(
    c,
    [
      [x - size * 0.022, y],
      [x + size * 0.022, y],
      [x + size * 0.01, hub[1]],
      [x - size * 0.01, hub[1]]
    ],
    '#f4f6f5'
  )
  for (let i = 0; i < 3; i++) {
    const angle = turn + (i * Math.PI * 2) / 3
    const tip: Point = [x + Math.cos(angle) * size * 0.55, hub[1] + Math.sin(angle) * size * 0.55]
    const side: Point = [x + Math.cos(angle + 0.22) * size * 0.16, hub[1] + Math.sin(angle + 0.22) * size * 0.16]
    fill(c, [hub, side, tip], '#ffffff')
  }
  fill(c, oval(x, hub[1], size * 0.026, size * 0.026), '#d7dde0')
}

/** A wide glazed bowl standing on its foot point. */
export function bowl(c: Canvas, at: Point, size: number, colour: string): void {
  const [x, y] = at
  fill(c, arc([x, y - size * 0.7], [size, size * 0.72], 0, Math.PI), colour)
  fill(c, oval(x, y - size * 0.7, size, size * 0.2), mix(colour, '#ffffff', 0.2))
  fill(c, oval(x, y - size * 0.7, size * 0.86, size * 0.14), mix(colour, '#000000', 0.35))
  fill(c, box(x - size * 0.35, y - size * 0.08, size * 0.7, size * 0.1), mix(colour, '#000000', 0.2))
}
