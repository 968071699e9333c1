import { hall, sampan, sweptRoof } from './built.ts'
import { arc, box, type Canvas, draw, fill, mix, move, oval, type Point, path, reflect } from './canvas.ts'
import { type Chance, cloud, glints, hills, rain, type Scene, sky, sun, tree } from './land.ts'
import { figure } from './people.ts'
import { bowl, lantern } from './things.ts'

function oldQuarter(c: Canvas, chance: Chance): void {
  sky(c, '#f2b880', '#fbe3bd', [0, 330])
  for (let i = 0; i < 9; i++) tubeHouse(c, chance, i)
  fill(c, box(0, 438, 960, 102), '#b59b82')
  draw(c, path('0,120 480,175 960,110'), 2.5, '#5a3a2a')
  for (let i = 0; i < 9; i++) {
    lantern(c, [60 + i * 105, 165 + Math.sin(i / 2.6) * 22], 20, i % 2 ? '#e0483a' : '#f0a13c')
  }
  for (let i = 0; i < 7; i++) {
    const clothes = ['#34507f', '#8e3b46', '#e9e2d0'][i % 3]!
    const foot: Point = [80 + i * 130 + chance() * 40, 484 + chance() * 40]
    figure(c, foot, 108, i % 2 ? { clothes, hat: '#ecd9a4' } : { clothes })
  }
}

function tubeHouse(c: Canvas, chance: Chance, i: number): void {
  const shades = ['#e3b85a', '#d99a5b', '#c9d0a5', '#e8d3a0', '#b9c9c0', '#d47f5f']
  const [x, top, shade] = [i * 110 - 20, 110 + chance() * 110, shades[Math.floor(chance() * 6)]!]
  fill(c, box(x, top, 108, 340), shade)
  fill(c, move(path('-4,0 10,-30 98,-30 112,0'), [x, top]), '#9c4a33')
  for (const [dx, dy] of path('16,26 62,26 16,104 62,104')) {
    fill(c, box(x + dx, top + dy, 30, 50), '#3f6b5f')
    fill(c, box(x + dx + 14, top + dy, 2, 50), mix('#3f6b5f', '#ffffff', 0.35))
  }
  fill(c, box(x + 8, 360, 92, 80), mix(shade, '#2a1a14', 0.65))
  fill(c, move(path('0,352 108,352 118,376 -10,376'), [x, 0]), i % 2 ? '#b5382f' : '#2f6b73')
}

function hueCitadel(c: Canvas, chance: Chance): void {
  sky(c, '#8cc0d0', '#fae7c4', [0, 380])
  sun(c, [770, 110], 36, '#fff3d4')
  cloud(c, [210, 100], 66, '#ffffff')
  for (let i = 0; i < 8; i++) tree(c, [i * 140 + chance() * 40, 372], 130 + chance() * 50, '#5c8a5a')
  fill(c, box(0, 318, 960, 70), '#b98b64')
  fill(c, box(0, 312, 960, 10), '#8d5f45')
  fill(c, box(250, 262, 460, 126), '#c79a6c')
  for (const x of [300, 480, 660])
    fill(c, [...arc([x, 330], [26, 26], Math.PI, Math.PI * 2), [x + 26, 388], [x - 26, 388]], '#5a3428')
  hall(c, [480, 264], [380, 130], { wall: '#a8322d', roof: '#d9a13a', pillar: '#e5c04f' })
  sweptRoof(c, [480, 156], [240, 52], '#c98f2e')
  for (const x of [280, 680]) hall(c, [x, 264], [110, 74], { wall: '#a8322d', roof: '#4f7d5a', pillar: '#e5c04f' })
  reflect(c, 388, '#6f8d84', 0.4)
  glints(c, chance, 388, '#f4e6c6')
}

function floodStreet(c: Canvas, chance: Chance): void {
  sky(c, '#6e7f8d', '#b4bcc0', [0, 320])
  cloud(c, [260, 80], 96, '#5f6d7a')
  cloud(c, [700, 60], 110, '#59656f')
  for (let i = 0; i < 11; i++) shophouse(c, chance, i * 90 - 10)
  reflect(c, 372, '#8a7558', 0.5)
  glints(c, chance, 372, '#cdbf9f')
  sampan(c, [520, 452], 92, ['#41525c', '#2f6f8f'])
  rain(c, chance, '#dfe6ea')
}

function shophouse(c: Canvas, chance: Chance, x: number): void {
  const shade = ['#d8b26e', '#c9c2a5', '#b78f6a', '#a9b5a0', '#cfa58f'][Math.floor(chance() * 5)]!
  const top = 150 + chance() * 90
  fill(c, box(x, top, 86, 240), mix(shade, '#5c6670', 0.25))
  fill(
    c,
    [
      [x - 4, top],
      [x + 43, top - 34],
      [x + 90, top]
    ],
    '#7d4a3d'
  )
  for (const y of [top + 30, top + 100]) for (const dx of [14, 50]) fill(c, box(x + dx, y, 22, 40), '#48565f')
  fill(c, box(x, 330, 86, 20), ['#b5523b', '#3f6b62', '#30586b'][Math.floor(chance() * 3)]!)
}

function parisRoofs(c: Canvas, chance: Chance): void {
  sky(c, '#8fb0cf', '#f9dcc4', [0, 340])
  for (const [x, y, s] of [
    [200, 90, 66],
    [760, 130, 58]
  ] as const)
    cloud(c, [x, y], s, '#f6ece6')
  hills(c, chance, { y: 330, rise: 60, colour: '#a9b3c4', waves: 1.5 })
  fill(c, [...arc([690, 258], [34, 46], Math.PI, Math.PI * 2), [724, 320], [656, 320]], '#e9e4dc')
  for (let layer = 0; layer < 3; layer++) {
    for (let x = -40 + layer * 30; x < 980; x += 150) {
      const y = 330 + layer * 70 + chance() * 20
      fill(c, box(x, y, 148, 230), mix('#e6d9c4', '#cbb79b', layer / 3))
      fill(
        c,
        [
          [x - 4, y],
          [x + 16, y - 52],
          [x + 132, y - 52],
          [x + 152, y]
        ],
        mix('#7f8fa6', '#56657c', layer / 2)
      )
      for (const dx of [34, 88]) fill(c, box(x + dx, y - 38, 24, 30), '#f2ead8')
      for (let n = 0; n < 4; n++) fill(c, box(x + 12 + n * 34, y + 20, 18, 34), '#6f7f8c')
      for (let n = 0; n < 3; n++) fill(c, box(x + 30 + n * 14, y - 72, 9, 22), '#b5623f')
    }
  }
}

function marketStalls(c: Canvas, chance: Chance): void {
  sky(c, '#bcdde0', '#fbf0d8', [0, 220])
  fill(c, box(0, 210, 960, 330), '#d8bb90')
  const fruit = ['#e07a2f', '#d7263d', '#f2c14e', '#7fb069', '#8e4f9c']
  for (let i = 0; i < 5; i++) {
    const x = i * 196 - 10
    fill(c, box(x + 6, 180, 8, 250), '#6b4a34')
    for (let n = 0; n < 7; n++)
      fill(
        c,
        [
          [x + n * 26, 130],
          [x + n * 26 + 26, 130],
          [x + n * 27 + 24, 200],
          [x + n * 27 - 4, 200]
        ],
        n % 2 ? '#f6efe0' : ['#c8313a', '#2f7d73', '#e0a02f'][i % 3]!
      )
    figure(c, [x + 96, 370], 130, { clothes: ['#7a3b6d', '#2f5f9a', '#3c8a57'][i % 3]!, hat: '#efdfae' })
    fill(
      c,
      [
        [x, 330],
        [x + 184, 330],
        [x + 194, 430],
        [x - 10, 430]
      ],
      '#8a5d3c'
    )
    for (let row = 0; row < 3; row++)
      for (let n = 0; n < 9; n++)
        fill(
          c,
          oval(x + 16 + n * 19 + row * 3, 322 + row * 19, 11, 11),
          fruit[(i + Math.floor(n / 3) + Math.floor(chance() * 1.3)) % 5]!
        )
  }
  for (let i = 0; i < 4; i++) bowl(c, [140 + i * 230, 516], 60, '#c99a63')
}

/** Pictures of streets and roofs. */
export const streetsScenes: Record<string, Scene> = {
  'old-quarter': oldQuarter,
  'hue-citadel': hueCitadel,
  'flood-street': floodStreet,
  'paris-roofs': parisRoofs,
  'market-stalls': marketStalls
}
