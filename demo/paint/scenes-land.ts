import { box, type Canvas, draw, fill, mix, oval, type Point } from './canvas.ts'
import { type Chance, hills, pine, ranges, type Scene, sky, sun } from './land.ts'
import { figure } from './people.ts'

function riceTerraces(c: Canvas, chance: Chance): void {
  sky(c, '#8fc3d1', '#f7ecc9', [0, 260])
  sun(c, [210, 120], 36, '#fff4d0')
  ranges(c, chance, { from: 240, to: 280, rise: 150, count: 3 }, ['#b7cfc9', '#6b9a86'])
  for (let i = 0; i < 11; i++) {
    const y = 262 + i * i * 1.5 + i * 13
    const [swing, phase] = [18 + i * 5, i * 0.7 + chance()]
    const edge = Array.from({ length: 121 }, (_, n): Point => [n * 8, y + Math.sin(n / (14 + i) + phase) * swing])
    fill(c, [...edge, [960, 540], [0, 540]], mix('#4d7f4a', '#2e5f3c', i / 10))
    fill(
      c,
      [...edge.map(([x, v]): Point => [x, v + 5]), [960, 540], [0, 540]],
      i % 3 === 1 ? '#cfe3d2' : mix('#a5c561', '#6ea34c', i / 10)
    )
  }
  figure(c, [640, 470], 74, { clothes: '#2b3f66', hat: '#ecd9a4' })
  figure(c, [700, 482], 70, { clothes: '#a5303a', hat: '#ecd9a4' })
}

function teaHills(c: Canvas, chance: Chance): void {
  sky(c, '#bcd9dc', '#fbf3da', [0, 250])
  ranges(c, chance, { from: 220, to: 250, rise: 140, count: 3 }, ['#c3d6d2', '#8fb3a2'])
  for (let i = 0; i < 4; i++) {
    const height = hills(c, chance, {
      y: 320 + i * 70,
      rise: 120,
      colour: mix('#7fae62', '#3f7a45', i / 3),
      waves: 1.4
    })
    for (let row = 1; row < 7; row++) {
      const line = Array.from(
        { length: 97 },
        (_, n): Point => [n * 10, height(n * 10) + row * (11 + i * 3) + row * row]
      )
      draw(c, line, 3 + i, mix('#5d9150', '#2c5c38', i / 3))
    }
  }
  for (const x of [180, 250, 700])
    figure(c, [x, 462], 82, { clothes: x === 250 ? '#b5523b' : '#3a4f86', hat: '#efdfae' })
}

function coffeeFarm(c: Canvas, chance: Chance): void {
  sky(c, '#f3c58b', '#fbeacb', [0, 240])
  sun(c, [740, 140], 46, '#fff3d2')
  ranges(c, chance, { from: 220, to: 250, rise: 120, count: 2 }, ['#c9a98c', '#8f7f68'])
  fill(c, box(0, 244, 960, 296), '#8a4b32')
  for (let row = 0; row < 5; row++) {
    const y = 290 + row * row * 9 + row * 22
    for (let i = -1; i < 12 - row; i++) bush(c, chance, [i * (84 + row * 16) + row * 30, y], 62 + row * 18)
  }
}

function bush(c: Canvas, chance: Chance, foot: Point, size: number): void {
  const [x, y] = foot
  fill(c, oval(x, y, size * 0.5, size * 0.1), '#5d2f20')
  fill(c, oval(x, y - size * 0.32, size * 0.44, size * 0.38), '#2f6541')
  fill(c, oval(x - size * 0.12, y - size * 0.44, size * 0.26, size * 0.2), '#47834f')
  for (let n = 0; n < 7; n++)
    fill(
      c,
      oval(x + (chance() - 0.5) * size * 0.66, y - size * (0.12 + chance() * 0.4), size * 0.04, size * 0.04),
      '#d6333a'
    )
}

function forestRidge(c: Canvas, chance: Chance): void {
  sky(c, '#a7c6c2', '#f3f0dc', [0, 300])
  sun(c, [480, 150], 40, '#fffbe6')
  for (let layer = 0; layer < 4; layer++) {
    const colour = mix('#9dbbb0', '#1f4636', layer / 3)
    const height = hills(c, chance, { y: 270 + layer * 82, rise: 130, colour, waves: 1.6 + layer * 0.3 })
    for (let x = -10; x < 970; x += 26 + layer * 11)
      pine(c, [x + chance() * 14, height(x) + 12], 40 + layer * 24 + chance() * 22, colour)
  }
}

function solarField(c: Canvas, chance: Chance): void {
  sky(c, '#5aa9d6', '#fdf0cf', [0, 260])
  sun(c, [760, 110], 50, '#fff0b8')
  ranges(c, chance, { from: 240, to: 262, rise: 90, count: 2 }, ['#a8c2b8', '#7da27f'])
  fill(c, box(0, 258, 960, 282), '#b9b274')
  for (let row = 0; row < 5; row++) {
    const [y, size] = [290 + row * row * 11 + row * 18, 34 + row * 18]
    for (let x = -60 - row * 20; x < 980; x += size * 3.1) panel(c, [x, y], size)
  }
}

function panel(c: Canvas, at: Point, size: number): void {
  const [x, y] = at
  const edge = (u: number, v: number): Point => [x + u * size * 2.8 + v * size * 0.4, y - size * 0.7 * v]
  fill(c, box(x + size * 1.4, y - 4, size * 0.12, size * 0.4), '#6b6a60')
  fill(c, [edge(0, 0), edge(1, 0), edge(1, 1), edge(0, 1)], '#1f3f6e')
  fill(c, [edge(0.55, 0), edge(0.8, 0), edge(0.95, 1), edge(0.7, 1)], '#3f6fa3')
  for (let i = 1; i < 5; i++) draw(c, [edge(i / 5, 0), edge(i / 5, 1)], 1.6, '#8fb0cc')
  draw(c, [edge(0, 0.5), edge(1, 0.5)], 1.6, '#8fb0cc')
}

/** Pictures of fields and hills. */
export const landScenes: Record<string, Scene> = {
  'rice-terraces': riceTerraces,
  'tea-hills': teaHills,
  'coffee-farm': coffeeFarm,
  'forest-ridge': forestRidge,
  'solar-field': solarField
}
