import { arc, box, type Canvas, draw, fill, oval, path } from './canvas.ts'
import { type Chance, type Scene, sky } from './land.ts'
import { figure } from './people.ts'
import { lantern } from './things.ts'

function chipLab(c: Canvas, chance: Chance): void {
  sky(c, '#16324a', '#25607a', [0, 540])
  for (let i = 0; i < 26; i++) {
    const [x, y] = [chance() * 960, chance() * 540]
    const bend = chance() < 0.5 ? -60 : 60
    draw(
      c,
      [
        [x, y],
        [x + 70, y],
        [x + 70 + Math.abs(bend), y + bend],
        [x + 240, y + bend]
      ],
      3,
      '#3f8fa0'
    )
    fill(c, oval(x, y, 6, 6), '#7fd0cf')
  }
  for (let i = 0; i < 12; i++) {
    for (const y of [106, 410]) fill(c, box(342 + i * 24, y, 10, 30), '#d9b45a')
    for (const x of [302, 630]) fill(c, box(x, 146 + i * 22, 30, 10), '#d9b45a')
  }
  fill(c, box(330, 134, 302, 278), '#101820')
  for (let row = 0; row < 6; row++)
    for (let column = 0; column < 6; column++) {
      const shade = ['#2f6f8f', '#58b0a8', '#8a5fa8', '#d98f4a', '#3f8fa0'][Math.floor(chance() * 5)]!
      fill(c, box(354 + column * 43, 156 + row * 40, 38, 35), shade)
    }
  fill(c, box(354, 156, 81, 75), '#e9c46a')
  fill(c, box(483, 276, 124, 75), '#58b0a8')
}

function ballotBox(c: Canvas): void {
  sky(c, '#dfe8e6', '#c6d6d4', [0, 540])
  fill(c, box(0, 430, 960, 110), '#a98663')
  fill(c, box(0, 430, 960, 10), '#c7a47f')
  fill(c, path('300,250 660,250 690,210 330,210'), '#a8262c')
  fill(c, box(300, 250, 360, 220), '#c8313a')
  fill(c, path('660,250 690,210 690,430 660,470'), '#8e1f26')
  fill(c, box(420, 224, 160, 12), '#4a1014')
  fill(c, path('438,230 452,90 560,100 556,230'), '#fbf8ee')
  for (let i = 0; i < 4; i++) fill(c, box(468, 122 + i * 24, 64 - (i % 2) * 18, 7), '#8fa3ab')
  draw(c, path('540,118 552,132 576,100'), 7, '#3c8a57')
  fill(c, oval(480, 350, 62, 62), '#f2c94c')
  fill(c, oval(480, 350, 46, 46), '#c8313a')
  draw(c, path('458,350 474,368 506,332'), 10, '#fbf8ee')
  for (const x of [120, 210, 780, 860]) figure(c, [x, 440], 230, { clothes: x % 20 ? '#4f6f8f' : '#7f8f6a' })
}

function libraryHall(c: Canvas, chance: Chance): void {
  fill(c, box(0, 0, 960, 540), '#e9d9bd')
  const spines = ['#8e3b46', '#2f5d4f', '#34507f', '#c98f2e', '#6b4a34', '#b5623f', '#e3cfa3']
  for (const side of [0, 620])
    for (let shelf = 0; shelf < 5; shelf++) {
      const y = 40 + shelf * 84
      fill(c, box(side, y, 340, 72), '#5b3a26')
      for (let x = side + 8; x < side + 326; ) {
        const [width, height] = [8 + chance() * 12, 46 + chance() * 22]
        fill(c, box(x, y + 72 - height, width, height), spines[Math.floor(chance() * 7)]!)
        x += width + 1.5
      }
      fill(c, box(side, y + 72, 340, 12), '#7a5236')
    }
  fill(c, [...arc([480, 160], [100, 110], Math.PI, Math.PI * 2), [580, 420], [380, 420]], '#bcdbe0')
  for (const x of [430, 480, 530]) fill(c, box(x - 3, 60, 6, 360), '#8a6a4c')
  fill(c, box(380, 236, 200, 6), '#8a6a4c')
  fill(c, box(0, 456, 960, 84), '#b98b5e')
  fill(c, box(180, 430, 600, 20), '#7a4a2d')
  for (const x of [210, 740]) fill(c, box(x, 450, 16, 90), '#5b3322')
  for (const x of [300, 480, 660]) {
    fill(
      c,
      [
        [x - 34, 430],
        [x - 30, 418],
        [x, 426],
        [x + 30, 418],
        [x + 34, 430]
      ],
      '#fbf8ee'
    )
    lantern(c, [x, 380], 16, '#3c8a57')
  }
}

/** Pictures of rooms and of things on tables. */
export const indoorsScenes: Record<string, Scene> = {
  'chip-lab': chipLab,
  'ballot-box': ballotBox,
  'library-hall': libraryHall
}
