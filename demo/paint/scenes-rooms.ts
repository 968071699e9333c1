import { arc, box, type Canvas, draw, fill, mix, move, oval, type Point, path } from './canvas.ts'
import { type Chance, type Scene, sky } from './land.ts'

function radioStudio(c: Canvas, chance: Chance): void {
  fill(c, box(0, 0, 960, 540), '#22304a')
  for (let row = 0; row < 5; row++)
    for (let i = 0; i < 12; i++) {
      const [x, y] = [i * 82 - 10, row * 76]
      fill(
        c,
        [
          [x, y],
          [x + 78, y],
          [x + 39, y + 36]
        ],
        mix('#2f4266', '#3a5078', chance())
      )
      fill(
        c,
        [
          [x, y + 72],
          [x + 78, y + 72],
          [x + 39, y + 36]
        ],
        '#1b2740'
      )
    }
  fill(c, box(400, 40, 160, 50), '#d8333a')
  fill(c, box(420, 58, 120, 14), '#ffe3d0')
  fill(c, path('0,430 960,430 960,540 0,540'), '#8a5d3c')
  for (let i = 0; i < 20; i++) {
    fill(c, box(560 + i * 18, 452, 6, 70), '#4a2f20')
    fill(c, box(556 + i * 18, 460 + chance() * 46, 14, 10), '#f2c14e')
  }
  draw(c, path('250,440 250,330 360,300'), 9, '#8c97a8')
  fill(c, oval(390, 290, 46, 62), '#c3cbd6')
  for (let i = -3; i < 4; i++) fill(c, box(350, 288 + i * 15, 80, 3), '#7c879a')
  for (const side of [-1, 1]) fill(c, oval(720 + side * 74, 350, 26, 40), '#ef6f4a')
  draw(c, arc([720, 340], [78, 96], Math.PI, Math.PI * 2), 14, '#e8e2d6')
  for (let ring = 0; ring < 3; ring++)
    draw(c, arc([390, 290], [86 + ring * 34, 96 + ring * 34], -0.7, 0.7), 5, mix('#ffd166', '#22304a', ring / 4))
}

function newsroomDesk(c: Canvas, chance: Chance): void {
  sky(c, '#cfdde2', '#eef0e8', [0, 400])
  for (let i = 0; i < 4; i++) {
    fill(c, box(40 + i * 230, 40, 190, 150), '#9cc3d6')
    for (let n = 0; n < 5; n++) fill(c, box(50 + i * 230 + n * 36, 96 + chance() * 64, 28, 92), '#7fa3b5')
    fill(c, box(40 + i * 230, 188, 190, 66), '#dde5e3')
  }
  fill(c, box(0, 360, 960, 180), '#c79a6c')
  fill(c, box(0, 360, 960, 12), '#e0bb92')
  for (let i = 0; i < 3; i++) {
    screen(c, 90 + i * 290, ['#7fb0c0', '#d9a05a', '#86aa8a'][i]!)
    sheet(c, 140 + i * 280)
  }
  fill(c, box(886, 388, 44, 54), '#b5523b')
  draw(c, arc([930, 414], [16, 16], -1.5, 1.5), 6, '#b5523b')
}

function screen(c: Canvas, x: number, colour: string): void {
  fill(c, box(x, 210, 200, 124), '#2b3440')
  fill(c, box(x + 8, 218, 184, 104), '#f6f3ea')
  fill(c, box(x + 20, 230, 90, 12), '#b3262e')
  fill(c, box(x + 20, 250, 70, 50), colour)
  for (let n = 0; n < 5; n++) fill(c, box(x + 100, 252 + n * 11, 76 - (n % 3) * 14, 5), '#8b959c')
  fill(c, box(x + 88, 334, 24, 26), '#4a5561')
}

function sheet(c: Canvas, x: number): void {
  fill(c, move(path('0,420 170,410 190,500 10,512'), [x, 0]), '#faf7ee')
  fill(c, move(path('14,432 110,427 112,439 15,444'), [x, 0]), '#2b3440')
  for (let n = 0; n < 4; n++) draw(c, move(path(`18,458 ${160 - n * 8},449`), [x, n * 12]), 3, '#a3a9ab')
}

function pyongyangTable(c: Canvas): void {
  sky(c, '#e9e0cf', '#d8c9ae', [0, 360])
  for (let i = 0; i < 5; i++) fill(c, box(40 + i * 215, 40, 130, 220), '#cbb88f')
  for (let i = 0; i < 5; i++) fill(c, box(54 + i * 215, 54, 102, 192), '#efe7d6')
  for (const x of [300, 362]) standard(c, x, ['#f4f4f0', '#2f4f9a', '#c8313a'])
  for (const x of [600, 662]) standard(c, x, ['#2f4f9a', '#c8313a', '#2f4f9a'])
  fill(c, box(0, 330, 960, 210), '#8e2b30')
  fill(c, path('150,350 810,350 930,500 30,500'), '#6b4028')
  fill(c, path('172,358 788,358 890,486 70,486'), '#86553a')
  for (let i = 0; i < 6; i++) {
    chair(c, [210 + i * 108, 352], 60)
    fill(c, move(path('226,376 270,376 272,396 222,396'), [i * 92, 0]), '#fbf8ee')
  }
  for (const x of [400, 480, 560]) flowers(c, x)
  for (let i = 0; i < 5; i++) chair(c, [140 + i * 170, 540], 110)
}

function standard(c: Canvas, x: number, bands: string[]): void {
  draw(c, path(`${x},330 ${x},80`), 5, '#b59a5a')
  bands.forEach((band, i) => {
    const fold = (y: number) => move(path('3,96 30,104 52,96'), [x, y])
    fill(c, [...fold(i * 34), ...fold(i * 34 + 34.5).reverse()], band)
  })
}

function flowers(c: Canvas, x: number): void {
  for (let n = 0; n < 7; n++) {
    fill(c, oval(x + Math.cos(n) * 22, 412 + Math.sin(n) * 12, 12, 11), n % 2 ? '#e7a0b0' : '#f6efe0')
  }
}

function chair(c: Canvas, foot: Point, size: number): void {
  const [x, y] = foot
  fill(
    c,
    [
      ...arc([x, y - size * 0.6], [size * 0.36, size * 0.34], Math.PI, Math.PI * 2),
      [x + size * 0.36, y],
      [x - size * 0.36, y]
    ],
    '#4a2a1c'
  )
  fill(
    c,
    [
      ...arc([x, y - size * 0.56], [size * 0.27, size * 0.25], Math.PI, Math.PI * 2),
      [x + size * 0.27, y],
      [x - size * 0.27, y]
    ],
    '#a8743f'
  )
}

/** Pictures of rooms where people talk. */
export const roomsScenes: Record<string, Scene> = {
  'radio-studio': radioStudio,
  'newsroom-desk': newsroomDesk,
  'pyongyang-table': pyongyangTable
}
