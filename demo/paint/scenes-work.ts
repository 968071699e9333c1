import { hall } from './built.ts'
import { arc, box, type Canvas, draw, fill, mix, oval, type Point, path, reflect } from './canvas.ts'
import { type Chance, glints, type Scene, sky } from './land.ts'
import { conicalHat, figure } from './people.ts'
import { bowl, lantern } from './things.ts'

function puppetStage(c: Canvas, chance: Chance): void {
  fill(c, box(0, 0, 960, 540), '#4a1f24')
  hall(c, [480, 300], [720, 260], { wall: '#2f5d4f', roof: '#b5382f', pillar: '#e5b84f' })
  for (let i = 0; i < 22; i++) fill(c, box(186 + i * 27, 150, 22, 150), i % 2 ? '#7fa35a' : '#5f8a4a')
  for (const x of [110, 850]) lantern(c, [x, 120], 34, '#e8743b')
  const dragon = Array.from({ length: 60 }, (_, n): Point => [190 + n * 7, 292 - Math.abs(Math.sin(n / 8)) * 62])
  draw(c, dragon, 26, '#d9a13a')
  fill(c, oval(612, 270, 32, 22), '#c8313a')
  fill(c, oval(622, 264, 5, 5), '#fff6d0')
  for (const x of [700, 760]) figure(c, [x, 312], 96, { clothes: '#c8313a', hat: '#f0dfa8' })
  reflect(c, 306, '#25564a', 0.4)
  glints(c, chance, 306, '#f2d48a')
}

function lacquerWorkshop(c: Canvas, chance: Chance): void {
  fill(c, box(0, 0, 960, 540), '#2a1512')
  fill(c, box(70, 50, 820, 250), '#7d1f1c')
  fill(c, oval(700, 160, 70, 70), '#e5b84f')
  for (let i = 0; i < 3; i++) {
    const edge = Array.from({ length: 83 }, (_, n): Point => [70 + n * 10, 210 + i * 30 + Math.sin(n / 9 + i * 2) * 20])
    fill(c, [...edge, [890, 300], [70, 300]], ['#a8382a', '#4a1512', '#d9a13a'][i]!)
  }
  for (let i = 0; i < 60; i++) fill(c, oval(90 + chance() * 780, 66 + chance() * 220, 2, 2), '#f0d48a')
  fill(c, box(0, 400, 960, 140), '#5b3a26')
  fill(c, box(0, 400, 960, 10), '#8a5d3c')
  const pots = ['#c8313a', '#111111', '#e5b84f', '#2f5d4f', '#7a3b2d']
  for (let i = 0; i < 5; i++) bowl(c, [120 + i * 180, 400], 56 + (i % 2) * 16, pots[i]!)
  for (let i = 0; i < 4; i++)
    draw(
      c,
      [
        [216 + i * 180, 470],
        [256 + i * 180, 440]
      ],
      5,
      '#d9b98a'
    )
}

function silkLoom(c: Canvas, chance: Chance): void {
  sky(c, '#f2dfc2', '#e3c39a', [0, 540])
  const threads = ['#b23a48', '#e0a458', '#2f6f73', '#f6efe0', '#7a3b6d']
  for (let i = 0; i < 90; i++)
    draw(
      c,
      [
        [190 + i * 6.5, 60],
        [250 + i * 5.2, 330]
      ],
      2.4,
      threads[Math.floor(chance() * 5)]!
    )
  for (let row = 0; row < 9; row++)
    for (let i = 0; i < 18; i++) {
      const [x, y] = [250 + i * 26 + (row % 2) * 13, 334 + row * 18]
      fill(
        c,
        [
          [x, y],
          [x + 13, y + 9],
          [x, y + 18],
          [x - 13, y + 9]
        ],
        threads[(i + row) % 3]!
      )
    }
  const wood = '#7a4a2d'
  for (const x of [140, 790]) fill(c, box(x, 40, 32, 480), wood)
  for (const y of [40, 320, 500]) fill(c, box(120, y, 722, 22), mix(wood, '#000000', 0.12))
  fill(c, path('420,306 540,306 566,318 540,330 420,330 394,318'), '#4a2c1a')
}

function craftVillage(c: Canvas, chance: Chance): void {
  sky(c, '#f4d8a8', '#fbf0d8', [0, 300])
  for (const x of [180, 500, 820])
    hall(c, [x, 330], [300, 200], { wall: '#d99a5b', roof: '#a3452f', pillar: '#7a3b2d' })
  fill(c, box(0, 326, 960, 214), '#c9955f')
  for (let row = 0; row < 4; row++)
    for (let i = 0; i < 12; i++) {
      const [x, y] = [40 + i * 82 + (row % 2) * 40, 372 + row * 48]
      const colour = ['#c8313a', '#d8433f', '#b3262e', '#e0583f'][Math.floor(chance() * 4)]!
      for (let n = -4; n <= 4; n++)
        draw(
          c,
          [
            [x, y + 14],
            [x + n * 7, y - 34 + Math.abs(n) * 3]
          ],
          4,
          n % 2 ? colour : mix(colour, '#ffffff', 0.2)
        )
      fill(c, box(x - 5, y + 6, 10, 14), '#8a5d3c')
    }
  conicalHat(c, [420, 440], 44, '#f1e2b4')
  conicalHat(c, [690, 400], 36, '#f1e2b4')
}

function ceramicKiln(c: Canvas, chance: Chance): void {
  sky(c, '#3f2a26', '#6b4032', [0, 420])
  fill(c, [...arc([300, 420], [230, 300], Math.PI, Math.PI * 2)], '#a8593c')
  for (let i = 0; i < 9; i++) draw(c, arc([300, 420], [230 - i * 4, 300 - i * 33], Math.PI, Math.PI * 2), 2, '#8a4630')
  fill(c, [...arc([300, 420], [90, 130], Math.PI, Math.PI * 2)], '#2a1210')
  for (const [r, colour] of [
    [76, '#e0583f'],
    [56, '#f2963c'],
    [34, '#ffd98a']
  ] as const)
    fill(
      c,
      [
        [300 - r, 420],
        [300 - r * 0.6, 420 - r],
        [300 - r * 0.1, 420 - r * 0.6],
        [300 + r * 0.2, 420 - r * 1.5],
        [300 + r * 0.6, 420 - r * 0.7],
        [300 + r, 420]
      ],
      colour
    )
  fill(c, box(0, 418, 960, 122), '#5a3a2c')
  for (const y of [150, 270, 390]) {
    fill(c, box(590, y, 330, 12), '#8a5d3c')
    for (let i = 0; i < 4; i++) vase(c, [636 + i * 80, y], 62 + chance() * 20)
  }
  for (let i = 0; i < 5; i++) vase(c, [90 + i * 120, 520], 84)
}

function vase(c: Canvas, foot: Point, size: number): void {
  const [x, y] = foot
  fill(c, oval(x, y - size * 0.42, size * 0.3, size * 0.42), '#eef0ea')
  fill(c, box(x - size * 0.13, y - size, size * 0.26, size * 0.3), '#eef0ea')
  fill(c, oval(x, y - size, size * 0.19, size * 0.05), '#cfd6d4')
  fill(c, box(x - size * 0.29, y - size * 0.5, size * 0.58, size * 0.07), '#2f5f9a')
  for (let i = -1; i < 2; i++) fill(c, oval(x + i * size * 0.14, y - size * 0.3, size * 0.05, size * 0.07), '#2f5f9a')
}

function noodleBowl(c: Canvas, chance: Chance): void {
  fill(c, box(0, 0, 960, 540), '#c98f5a')
  for (let i = 0; i < 8; i++) fill(c, box(0, i * 68, 960, 4), '#b57b48')
  fill(c, oval(480, 292, 300, 226), '#8f5a33')
  fill(c, oval(480, 274, 290, 216), '#f4f1e8')
  draw(c, arc([480, 274], [272, 200], 0, Math.PI * 2), 8, '#2f5f9a')
  fill(c, oval(480, 274, 250, 182), '#d99a4e')
  for (let i = 0; i < 26; i++)
    draw(
      c,
      arc(
        [330 + chance() * 300, 230 + chance() * 90],
        [60 + chance() * 50, 26 + chance() * 22],
        chance() * 3,
        3 + chance() * 3
      ),
      6,
      i % 2 ? '#f8ecd0' : '#efdcb4'
    )
  for (let i = 0; i < 5; i++) fill(c, oval(390 + i * 48, 230 + (i % 2) * 24, 40, 22), i % 2 ? '#9c5a48' : '#b06a55')
  for (let i = 0; i < 34; i++)
    fill(c, oval(320 + chance() * 320, 190 + chance() * 170, 9, 4), i % 2 ? '#4b8b4f' : '#7fb069')
  fill(c, arc([640, 330], [56, 56], -1.2, 1.94), '#c9d86a')
  for (const dx of [0, 26])
    draw(
      c,
      [
        [700 + dx, 60],
        [560 + dx, 480]
      ],
      9,
      '#6b2f2c'
    )
}

/** Pictures of crafts, markets and kitchens. */
export const workScenes: Record<string, Scene> = {
  'puppet-stage': puppetStage,
  'lacquer-workshop': lacquerWorkshop,
  'silk-loom': silkLoom,
  'craft-village': craftVillage,
  'ceramic-kiln': ceramicKiln,
  'noodle-bowl': noodleBowl
}
