import { junk, sampan, skyline } from './built.ts'
import { arc, box, type Canvas, draw, fill, mix, type Point, path, reflect } from './canvas.ts'
import { type Chance, cloud, glints, hills, palm, ranges, type Scene, sky, sun, tree } from './land.ts'
import { conicalHat } from './people.ts'

function riverDawn(c: Canvas, chance: Chance): void {
  sky(c, '#7fa7c4', '#fbd9b0', [0, 330])
  sun(c, [640, 265], 44, '#fff1cf')
  cloud(c, [220, 120], 70, '#f6e3d3')
  cloud(c, [820, 90], 50, '#e9dcd6')
  ranges(c, chance, { from: 300, to: 332, rise: 110, count: 3 }, ['#b9bfc8', '#6d8594'])
  for (let i = 0; i < 9; i++) tree(c, [20 + i * 27 + chance() * 14, 336], 60 + chance() * 36, '#3f5d5a')
  reflect(c, 334, '#c98f78')
  glints(c, chance, 334, '#ffeccb')
  sampan(c, [610, 420], 62, ['#3a3440', '#6b5648'])
  sampan(c, [300, 385], 38, ['#4a4450', '#7d6a5c'])
}

function riverDusk(c: Canvas, chance: Chance): void {
  sky(c, '#2b2d5b', '#f08a5d', [0, 340])
  sun(c, [330, 285], 52, '#ffd28a')
  for (const [x, y, s] of [
    [700, 110, 80],
    [520, 170, 46],
    [120, 90, 56]
  ] as const)
    cloud(c, [x, y], s, '#7d4f74')
  skyline(c, chance, { y: 336, tall: 70, step: 34 }, ['#3d3358', '#f7c873'])
  draw(c, path('420,318 960,304'), 8, '#241f3d')
  for (let x = 470; x < 960; x += 62)
    draw(
      c,
      [
        [x, 316],
        [x, 340]
      ],
      9,
      '#241f3d'
    )
  for (let x = 470; x < 930; x += 124)
    draw(
      c,
      [
        [x, 314],
        [x + 62, 262],
        [x + 124, 310]
      ],
      4,
      '#241f3d'
    )
  reflect(c, 338, '#3a2b52', 0.35)
  glints(c, chance, 338, '#f9b37a')
  sampan(c, [250, 432], 74, ['#191632', '#3a2b4a'])
}

function deltaBoats(c: Canvas, chance: Chance): void {
  sky(c, '#9fd0d6', '#f4efd6', [0, 250])
  cloud(c, [700, 80], 76, '#ffffff')
  hills(c, chance, { y: 244, rise: 40, colour: '#6f9f7c', waves: 5 })
  for (let i = 0; i < 13; i++)
    palm(c, [30 + i * 76 + chance() * 30, 254], 70 + chance() * 50, i % 2 ? '#3f7a57' : '#57915f')
  reflect(c, 250, '#a98f58', 0.4)
  glints(c, chance, 250, '#f8eecb')
  const fruit = ['#e07a2f', '#d7263d', '#f2c14e', '#7fb069']
  for (let i = 0; i < 6; i++) {
    const [x, y, size] = [90 + (i % 3) * 320 + chance() * 90 + (i > 2 ? 60 : 0), i < 3 ? 322 : 452, i < 3 ? 68 : 104]
    for (let n = 0; n < 9; n++)
      fill(
        c,
        arc([x - size * 0.55 + n * size * 0.13, y - size * 0.3], [size * 0.12, size * 0.14], 0, 6.29),
        fruit[(i + (n % 2)) % 4]!
      )
    fill(
      c,
      [
        [x - size, y - size * 0.22],
        [x + size * 1.05, y - size * 0.26],
        [x + size * 0.64, y + size * 0.16],
        [x - size * 0.64, y + size * 0.16]
      ],
      i % 2 ? '#5b3d2b' : '#30586b'
    )
    fill(c, box(x + size * 0.52, y - size * 0.62, size * 0.2, size * 0.44), fruit[(i + 2) % 4]!)
    conicalHat(c, [x + size * 0.62, y - size * 0.66], size * 0.28, '#ead9a8')
  }
}

function haLongBay(c: Canvas, chance: Chance): void {
  sky(c, '#86bcc9', '#f5e9d0', [0, 330])
  sun(c, [720, 150], 34, '#fff6da')
  for (let layer = 0; layer < 3; layer++) {
    for (let i = 0; i < 6 - layer; i++) {
      const [x, width, tall] = [chance() * 1000 - 20, 60 + chance() * 60 + layer * 26, 90 + chance() * 90 + layer * 34]
      karst(c, [x, 332], [width, tall], mix('#a9c3bf', '#3f6b62', layer / 2))
    }
  }
  reflect(c, 330, '#5f9ea0', 0.4)
  glints(c, chance, 330, '#eaf6ee')
  junk(c, [300, 430], 110, ['#4a2f27', '#b5523b'])
  junk(c, [690, 372], 52, ['#5a3f37', '#c97b4a'])
}

function karst(c: Canvas, foot: Point, size: Point, colour: string): void {
  const [[x, y], [w, h]] = [foot, size]
  const side = [
    [-0.5, 0],
    [-0.46, 0.42],
    [-0.38, 0.78],
    [-0.16, 0.97],
    [0.1, 1],
    [0.3, 0.84],
    [0.4, 0.5],
    [0.52, 0.16],
    [0.5, 0]
  ] as const
  fill(
    c,
    side.map(([dx, dy]): Point => [x + dx * w, y - dy * h]),
    colour
  )
  fill(
    c,
    [
      [x + 0.1 * w, y - h],
      [x + 0.3 * w, y - 0.84 * h],
      [x + 0.4 * w, y - 0.5 * h],
      [x + 0.52 * w, y],
      [x + 0.16 * w, y]
    ],
    mix(colour, '#1d3b3a', 0.2)
  )
}

function mangrove(c: Canvas, chance: Chance): void {
  sky(c, '#a9cfc4', '#f1edcf', [0, 290])
  hills(c, chance, { y: 280, rise: 60, colour: '#86aa8a', waves: 4 })
  for (let i = 0; i < 12; i++) {
    const [x, size] = [chance() * 960, 120 + chance() * 80]
    const y = 290 + chance() * 16
    for (let n = -3; n <= 3; n++)
      draw(
        c,
        [
          [x + n * 5, y - size * 0.42],
          [x + n * 14, y - size * 0.18],
          [x + n * 17, y]
        ],
        5,
        '#5a4636'
      )
    tree(c, [x, y - size * 0.1], size, i % 2 ? '#3f7350' : '#2f5d47')
  }
  reflect(c, 304, '#5c7c68', 0.35)
  glints(c, chance, 304, '#dfead0')
}

/** Pictures of open water and the boats on it. */
export const waterScenes: Record<string, Scene> = {
  'river-dawn': riverDawn,
  'river-dusk': riverDusk,
  'delta-boats': deltaBoats,
  'ha-long-bay': haLongBay,
  mangrove: mangrove
}
