import { skyline, tower } from './built.ts'
import { arc, box, type Canvas, draw, fill, oval, type Point, path } from './canvas.ts'
import { type Chance, cloud, type Scene, sky, sun, tree } from './land.ts'
import { figure, runner } from './people.ts'

function stadium(c: Canvas, chance: Chance): void {
  sky(c, '#1d2f5b', '#7a5f8e', [0, 300])
  for (const x of [90, 870]) floodlight(c, x)
  fill(c, oval(480, 380, 620, 220), '#343c63')
  for (let i = 0; i < 1100; i++) {
    const [angle, ring] = [Math.PI + chance() * Math.PI, 0.7 + chance() * 0.27]
    const at: Point = [480 + Math.cos(angle) * 620 * ring, 385 + Math.sin(angle) * 215 * ring]
    fill(c, oval(at[0], at[1], 4, 4), ['#d8433f', '#f1e3c2', '#e2b04a', '#5a6794'][Math.floor(chance() * 4)]!)
  }
  fill(c, oval(480, 430, 450, 170), '#2f7d46')
  for (let i = 0; i < 7; i++) {
    const [far, near] = [200 + i * 80, 90 + i * 100]
    fill(c, path(`${far},330 ${far + 40},330 ${near + 50},540 ${near},540`), '#3c9154')
  }
  draw(c, arc([480, 440], [110, 42], 0, Math.PI * 2), 4, '#eaf4e4')
  draw(c, path('120,440 840,440'), 4, '#eaf4e4')
  for (let i = 0; i < 7; i++) {
    figure(c, [210 + i * 88, 420 + chance() * 80], 66, { clothes: i % 2 ? '#d8333a' : '#f4f4f0' })
  }
}

function floodlight(c: Canvas, x: number): void {
  draw(c, path(`${x},300 ${x},60`), 8, '#46506f')
  fill(c, box(x - 44, 34, 88, 36), '#fff6d0')
  const far = x < 480 ? 260 : 340
  fill(c, path(`${x - 40},70 ${x + 40},70 ${far + 360},460 ${far},460`), '#fff6d0', 0.08)
}

function marathonStreet(c: Canvas, chance: Chance): void {
  sky(c, '#f6c98f', '#fdf0d6', [0, 300])
  sun(c, [480, 210], 54, '#fff5d8')
  skyline(c, chance, { y: 316, tall: 190, step: 60 }, ['#c58f76', '#f8e2b0'])
  for (let i = 0; i < 10; i++) tree(c, [i * 108 + chance() * 20, 344], 110, '#6a9258')
  fill(c, box(0, 330, 960, 210), '#8b8790')
  fill(c, path('0,330 960,330 960,346 0,346'), '#e7ddcf')
  for (let i = 0; i < 8; i++) fill(c, box(i * 140 - 30, 430, 70, 7), '#efe9de')
  const shirts = ['#d8333a', '#2f6fae', '#f2b632', '#3c9154', '#8e4f9c', '#f4f4f0']
  for (let i = 0; i < 6; i++) runner(c, [90 + i * 140, 424], 106, { shirt: shirts[i]!, skin: '#c98f66' })
  for (let i = 0; i < 5; i++)
    runner(c, [130 + i * 180, 520], 168, { shirt: shirts[(i + 3) % 6]!, skin: i % 2 ? '#d9a67c' : '#b97d55' })
}

function schoolYard(c: Canvas, chance: Chance): void {
  sky(c, '#9ed0e0', '#f9f0d8', [0, 300])
  cloud(c, [200, 80], 60, '#ffffff')
  fill(c, box(110, 170, 740, 190), '#f0d58f')
  fill(c, path('90,176 130,120 830,120 870,176'), '#b5523b')
  for (let i = 0; i < 8; i++) {
    fill(c, box(140 + i * 88, 200, 56, 52), '#4f8a91')
    fill(c, box(140 + i * 88, 282, 56, i === 4 ? 78 : 52), i === 4 ? '#7a4a32' : '#4f8a91')
  }
  fill(c, box(0, 358, 960, 182), '#d9b98a')
  for (const x of [60, 900]) tree(c, [x, 430], 250, '#4b8b4f')
  for (const x of [150, 820]) tree(c, [x, 380], 120, '#c8483a')
  for (let i = 0; i < 14; i++) {
    const y = 430 + chance() * 90
    figure(c, [180 + i * 46, y], 72 + (y - 430) * 0.4, { clothes: i % 2 ? '#f7f7f2' : '#2f5f9a' })
  }
}

function assemblyHall(c: Canvas, chance: Chance): void {
  sky(c, '#5a3b2e', '#7a5540', [0, 250])
  fill(c, box(0, 0, 960, 60), '#3f2a22')
  for (let i = 0; i < 9; i++) fill(c, box(20 + i * 115, 60, 26, 200), '#8f6a50')
  fill(c, box(360, 90, 240, 150), '#a8262c')
  fill(c, oval(480, 160, 40, 40), '#f2c94c')
  fill(c, box(380, 226, 200, 44), '#c99a63')
  fill(c, box(0, 262, 960, 278), '#6b2f2c')
  for (let row = 0; row < 6; row++) {
    const y = 300 + row * row * 6 + row * 22
    fill(c, arc([480, y + 180], [620 + row * 40, 190], Math.PI, Math.PI * 2), row % 2 ? '#b98553' : '#a87545')
    for (let i = 0; i < 15 - row; i++) {
      const x = 480 + (i - (14 - row) / 2) * (58 + row * 14)
      const lift = ((x - 480) / 620) ** 2 * 90
      fill(c, oval(x, y - 16 + lift, 11 + row * 2, 13 + row * 2), chance() < 0.3 ? '#5b4a44' : '#241a1a')
      fill(
        c,
        [...arc([x, y + 20 + lift], [20 + row * 3, 24 + row * 3], Math.PI, Math.PI * 2)],
        ['#2f3b52', '#e8e2d6', '#4b5a4e'][Math.floor(chance() * 3)]!
      )
    }
  }
}

function flags(c: Canvas, chance: Chance): void {
  sky(c, '#6fb1da', '#f2f3e4', [0, 430])
  cloud(c, [240, 110], 76, '#ffffff')
  tower(c, chance, box(0, 330, 960, 150), ['#d8cfbf', '#8fb0bf'])
  fill(c, box(0, 440, 960, 100), '#b9b3a5')
  const bands = [
    ['#c8313a', '#f6efe0', '#2f5f9a'],
    ['#3c8a57', '#f2c14e', '#c8313a'],
    ['#2b3f7a', '#e9b44c', '#2b3f7a'],
    ['#f6efe0', '#2f8f95', '#f6efe0'],
    ['#e07a2f', '#f6efe0', '#3c8a57'],
    ['#7a3b6d', '#f2c14e', '#f6efe0']
  ]
  for (let i = 0; i < 6; i++) {
    const [x, top] = [70 + i * 150, 96 + (i % 2) * 14]
    draw(
      c,
      [
        [x, 470],
        [x, top - 14]
      ],
      7,
      '#eef0ee'
    )
    for (let band = 0; band < 3; band++) {
      const wave = (y: number) =>
        Array.from({ length: 27 }, (_, n): Point => [x + 3 + n * 4.4, top + y + Math.sin(n / 4 + i) * 7 * (n / 26)])
      fill(c, [...wave(band * 27), ...wave(band * 27 + 27.5).reverse()], bands[i]![band]!)
    }
  }
}

/** Pictures of many people in one place. */
export const gatheringsScenes: Record<string, Scene> = {
  stadium: stadium,
  'marathon-street': marathonStreet,
  'school-yard': schoolYard,
  'assembly-hall': assemblyHall,
  flags: flags
}
