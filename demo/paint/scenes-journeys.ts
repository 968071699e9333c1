import { arc, box, type Canvas, draw, fill, mix, oval, type Point, path } from './canvas.ts'
import { type Chance, cloud, hills, pine, ranges, type Scene, sky, sun } from './land.ts'
import { figure } from './people.ts'

function railViaduct(c: Canvas, chance: Chance): void {
  sky(c, '#83b9d3', '#fbeed4', [0, 380])
  ranges(c, chance, { from: 330, to: 420, rise: 150, count: 3 }, ['#b4c8ca', '#6f9a75'])
  fill(c, box(0, 430, 960, 110), '#97bb62')
  for (let i = 0; i < 7; i++)
    draw(
      c,
      [
        [i * 190 - 120, 540],
        [i * 90 + 150, 432]
      ],
      3,
      '#6f9a4a'
    )
  fill(c, box(0, 262, 960, 26), '#d8d4ca')
  for (let x = 60; x < 960; x += 150)
    fill(
      c,
      [
        [x - 26, 288],
        [x + 26, 288],
        [x + 13, 312],
        [x + 13, 486],
        [x - 13, 486],
        [x - 13, 312]
      ],
      '#c2bdb2'
    )
  fill(c, path('90,262 90,204 720,204 790,222 836,252 836,262'), '#f7f7f4')
  fill(c, path('90,250 834,250 836,262 90,262'), '#c0392b')
  for (let i = 0; i < 15; i++) fill(c, box(108 + i * 40, 216, 28, 18), '#2f4a5c')
  fill(c, path('728,212 772,226 786,236 728,236'), '#2f4a5c')
}

function nightTrain(c: Canvas, chance: Chance): void {
  sky(c, '#0f1838', '#3a4a78', [0, 400])
  for (let i = 0; i < 70; i++) fill(c, oval(chance() * 960, chance() * 260, 1.4, 1.4), '#e9ecf5')
  sun(c, [770, 96], 34, '#f3ecd2')
  ranges(c, chance, { from: 350, to: 390, rise: 150, count: 2 }, ['#2b3763', '#1c2647'])
  fill(c, box(0, 384, 960, 156), '#141b33')
  for (let i = 0; i < 4; i++) {
    const x = i * 270 - 140
    fill(c, box(x, 288, 258, 96), '#2c5a4e')
    fill(c, box(x, 282, 258, 12), '#1d3f39')
    fill(c, box(x, 352, 258, 8), '#e0b04a')
    for (let n = 0; n < 5; n++) fill(c, box(x + 20 + n * 46, 306, 30, 28), '#ffd98a')
    for (const dx of [46, 84, 174, 212]) fill(c, oval(x + dx, 390, 15, 15), '#0c1122')
  }
  for (const y of [402, 416]) fill(c, box(0, y, 960, 4), '#7f88a8')
  for (let x = 0; x < 960; x += 60)
    fill(
      c,
      [
        [x, 440],
        [x + 150, 440],
        [x + 90, 540],
        [x - 130, 540]
      ],
      '#ffd98a',
      0.035
    )
}

function metroStation(c: Canvas, chance: Chance): void {
  sky(c, '#e8ecec', '#cfd8da', [0, 540])
  for (let i = 0; i < 9; i++)
    draw(c, arc([480, 330], [470 - i * 38, 300 - i * 26], Math.PI, Math.PI * 2), 8, mix('#b9c6c9', '#e9eeee', i / 8))
  fill(c, path('0,540 330,330 400,330 250,540'), '#3a4650')
  fill(c, path('250,540 400,330 414,330 310,540'), '#f0c541')
  fill(c, path('310,540 414,330 960,330 960,540'), '#aeb8ba')
  fill(c, path('20,470 20,200 300,262 300,346 120,470'), '#f5f6f4')
  fill(c, path('20,400 300,316 300,330 20,430'), '#1f7a6d')
  for (let i = 0; i < 4; i++)
    fill(
      c,
      [
        [50 + i * 62, 250 + i * 9],
        [94 + i * 62, 257 + i * 9],
        [94 + i * 62, 330 - i * 9],
        [50 + i * 62, 344 - i * 9]
      ],
      '#2f4654'
    )
  fill(c, box(560, 150, 260, 62), '#1f7a6d')
  for (let i = 0; i < 3; i++) fill(c, box(584, 168 + i * 13, 140 - i * 30, 6), '#f4f6f1')
  for (let i = 0; i < 9; i++)
    figure(c, [440 + i * 58, 400 + chance() * 110], 130, {
      clothes: ['#2f4a6d', '#b5523b', '#e2b04a', '#50626b'][i % 4]!
    })
}

function mountainPass(c: Canvas, chance: Chance): void {
  sky(c, '#7fb2d3', '#f1e6d2', [0, 360])
  hills(c, chance, { y: 350, rise: 280, colour: '#a6b8c4', waves: 2.4, sharp: true })
  hills(c, chance, { y: 400, rise: 240, colour: '#7b95a3', waves: 2, sharp: true })
  hills(c, chance, { y: 440, rise: 170, colour: '#5b8377', waves: 1.6 })
  hills(c, chance, { y: 560, rise: 150, colour: '#3e6a58', waves: 1.2 })
  const road: Point[] = path('360,540 560,492 400,452 590,418 470,392 560,374')
  for (let i = 0; i + 1 < road.length; i++) {
    const bend = [
      road[i]!,
      [(road[i]![0] + road[i + 1]![0]) / 2, (road[i]![1] + road[i + 1]![1]) / 2 + 6] as Point,
      road[i + 1]!
    ]
    draw(c, bend, 26 - i * 4.4, '#d9cfbd')
  }
  for (let i = 0; i < 16; i++)
    pine(
      c,
      [chance() < 0.5 ? chance() * 300 : 660 + chance() * 300, 470 + chance() * 70],
      50 + chance() * 40,
      '#27503f'
    )
  cloud(c, [190, 250], 80, '#f3f3ee')
  cloud(c, [770, 210], 64, '#f3f3ee')
}

/** Pictures of rails and roads. */
export const journeysScenes: Record<string, Scene> = {
  'rail-viaduct': railViaduct,
  'night-train': nightTrain,
  'metro-station': metroStation,
  'mountain-pass': mountainPass
}
