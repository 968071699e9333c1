import { arc, box, type Canvas, draw, fill, mix, oval, type Point } from './canvas.ts'

/** The colours of one portrait. */
export interface Likeness {
  skin: string
  hair: string
  clothes: string
  ground: string
  halo: string
}

/** A standing figure of one colour with a head, on its foot point. */
export function figure(
  c: Canvas,
  foot: Point,
  size: number,
  colours: { clothes: string; skin?: string; hat?: string }
): void {
  const [x, y] = foot
  const skin = colours.skin ?? '#d9a67c'
  for (const dx of [-0.07, 0.07])
    fill(
      c,
      box(x + (dx - 0.045) * size, y - size * 0.42, size * 0.09, size * 0.42),
      mix(colours.clothes, '#101018', 0.45)
    )
  fill(
    c,
    [
      [x - size * 0.15, y - size * 0.36],
      [x - size * 0.13, y - size * 0.76],
      [x + size * 0.13, y - size * 0.76],
      [x + size * 0.15, y - size * 0.36]
    ],
    colours.clothes
  )
  fill(c, oval(x, y - size * 0.76, size * 0.13, size * 0.06), colours.clothes)
  fill(c, oval(x, y - size * 0.89, size * 0.085, size * 0.1), skin)
  if (colours.hat) conicalHat(c, [x, y - size * 0.92], size * 0.24, colours.hat)
  else fill(c, arc([x, y - size * 0.91], [size * 0.095, size * 0.1], Math.PI, Math.PI * 2), '#221a18')
}

/** The conical palm-leaf hat, seen from the side. */
export function conicalHat(c: Canvas, at: Point, half: number, colour: string): void {
  const [x, y] = at
  fill(
    c,
    [
      [x - half, y + half * 0.12],
      [x, y - half * 0.72],
      [x + half, y + half * 0.12],
      [x, y + half * 0.26]
    ],
    colour
  )
  fill(
    c,
    [
      [x, y - half * 0.72],
      [x + half, y + half * 0.12],
      [x + half * 0.3, y + half * 0.24]
    ],
    mix(colour, '#5a4020', 0.18)
  )
}

/** A runner in mid-stride on a foot point. */
export function runner(c: Canvas, foot: Point, size: number, colours: { shirt: string; skin: string }): void {
  const [x, y] = foot
  const hip: Point = [x, y - size * 0.45]
  draw(c, [hip, [x + size * 0.16, y - size * 0.28], [x + size * 0.08, y]], size * 0.08, colours.skin)
  draw(
    c,
    [hip, [x - size * 0.08, y - size * 0.24], [x - size * 0.28, y - size * 0.16]],
    size * 0.08,
    mix(colours.skin, '#3a2010', 0.2)
  )
  draw(
    c,
    [
      [x + size * 0.05, y - size * 0.74],
      [x + size * 0.2, y - size * 0.58],
      [x + size * 0.3, y - size * 0.72]
    ],
    size * 0.06,
    colours.skin
  )
  draw(c, [hip, [x + size * 0.05, y - size * 0.76]], size * 0.2, colours.shirt)
  draw(
    c,
    [
      [x + size * 0.03, y - size * 0.74],
      [x - size * 0.12, y - size * 0.6],
      [x - size * 0.02, y - size * 0.5]
    ],
    size * 0.06,
    colours.skin
  )
  fill(c, oval(x + size * 0.09, y - size * 0.92, size * 0.09, size * 0.1), colours.skin)
  fill(c, arc([x + size * 0.08, y - size * 0.94], [size * 0.095, size * 0.09], Math.PI * 0.9, Math.PI * 2), '#221a18')
}

/** Head and shoulders before a plain ground; the caller adds hair or scarf behind and before the face. */
export function bust(c: Canvas, likeness: Likeness, behind: () => void, before: () => void): void {
  fill(c, box(0, 0, c.width, c.height), likeness.ground)
  fill(c, oval(240, 220, 190, 190), likeness.halo)
  behind()
  fill(c, [...arc([240, 520], [185, 165], Math.PI, Math.PI * 2)], likeness.clothes)
  fill(
    c,
    [
      [206, 280],
      [274, 280],
      [280, 372],
      [240, 400],
      [200, 372]
    ],
    mix(likeness.skin, '#6a3a20', 0.22)
  )
  fill(c, oval(240, 222, 82, 104), likeness.skin)
  face(c, likeness.skin)
  before()
}

function face(c: Canvas, skin: string): void {
  const dark = mix(skin, '#2a1612', 0.82)
  for (const side of [-1, 1]) {
    fill(c, oval(240 + side * 34, 222, 9, 8), dark)
    fill(c, oval(240 + side * 34 + 3, 219, 2.6, 2.6), '#ffffff')
    draw(c, arc([240 + side * 34, 212], [19, 11], Math.PI * 1.15, Math.PI * 1.85), 5, dark)
    fill(c, oval(240 + side * 46, 256, 16, 11), '#d9604c', 0.2)
  }
  draw(
    c,
    [
      [241, 226],
      [234, 258],
      [245, 261]
    ],
    3.5,
    mix(skin, '#6a3a20', 0.45)
  )
  fill(c, arc([240, 281], [25, 14], 0, Math.PI), '#b5473f')
  fill(c, box(217, 279, 46, 3), mix('#b5473f', '#2a1612', 0.4))
}
