import { gantry } from './built.ts'
import { arc, box, type Canvas, draw, fill, mix, move, type Point, path, reflect } from './canvas.ts'
import { type Chance, cloud, glints, hills, palm, rain, ranges, type Scene, sky, sun } from './land.ts'
import { containers, turbine } from './things.ts'

function portCranes(c: Canvas, chance: Chance): void {
  sky(c, '#5f8fb0', '#f8d9a8', [0, 400])
  cloud(c, [180, 100], 66, '#e9e3dc')
  ranges(c, chance, { from: 380, to: 392, rise: 70, count: 2 }, ['#9fb2b8', '#7d98a3'])
  for (let i = 0; i < 4; i++) gantry(c, [170 + i * 215, 404], 270 + (i % 2) * 30, i % 2 ? '#c8553d' : '#b04632')
  containers(c, chance, [20, 404], { columns: 18, rows: 4, width: 52 })
  fill(c, box(0, 402, 960, 14), '#4d4a4f')
  reflect(c, 416, '#3f6478', 0.5)
  glints(c, chance, 416, '#e3d2b4')
}

function containerShip(c: Canvas, chance: Chance): void {
  sky(c, '#79b4cf', '#e9f1ea', [0, 360])
  for (const [x, y, s] of [
    [160, 110, 74],
    [560, 70, 50],
    [860, 150, 60]
  ] as const)
    cloud(c, [x, y], s, '#ffffff')
  sky(c, '#3f87a0', '#2b6580', [350, 540])
  containers(c, chance, [210, 352], { columns: 9, rows: 6, width: 58 })
  fill(c, box(740, 200, 92, 156), '#f1efe8')
  for (let i = 0; i < 5; i++) fill(c, box(740, 216 + i * 24, 92, 9), '#51707e')
  fill(c, box(776, 150, 26, 52), '#c8553d')
  fill(c, path('120,338 190,352 850,352 860,330 838,442 180,442'), '#27364a')
  fill(c, path('166,424 842,424 838,450 180,450'), '#a8402f')
  for (let i = 0; i < 24; i++)
    fill(c, arc([i * 42 + chance() * 12, 456 + (i % 3) * 26], [34, 5], 0, 6.29), '#bfe0e2', 0.5)
}

function desertPort(c: Canvas, chance: Chance): void {
  sky(c, '#e9a46a', '#fbe6c2', [0, 340])
  sun(c, [250, 210], 56, '#fff2d0')
  for (let i = 0; i < 16; i++) {
    const [x, tall] = [420 + i * 34, 50 + chance() * 170]
    const colour = mix('#c69a7a', '#9d7765', chance())
    const spire = move(path(`0,${tall} 4,0 14,-24 24,0 28,${tall}`), [x, 344 - tall])
    fill(c, i % 3 ? box(x, 344 - tall, 28, tall) : spire, colour)
  }
  hills(c, chance, { y: 372, rise: 40, colour: '#d9a066', waves: 2 })
  sky(c, '#3d8c95', '#2f7480', [370, 470])
  for (const [x, size] of path('240,70 470,54 760,84')) dhow(c, x, size)
  hills(c, chance, { y: 500, rise: 40, colour: '#e8bd83', waves: 1.5 })
  for (const x of [80, 150, 880]) palm(c, [x, 520], 150, '#4b6b43')
}

function dhow(c: Canvas, x: number, size: number): void {
  const [bow, stern, sail] = [size * 1.1, size * 0.7, size * 1.4]
  fill(c, move(path(`${-size},420 ${bow},408 ${stern},436 ${-stern},436`), [x, 0]), '#6a3f2b')
  fill(c, move(path(`${-size * 0.1},414 ${-size * 0.2},${414 - sail} ${size * 0.9},404`), [x, 0]), '#f6ead2')
}

function windCoast(c: Canvas, chance: Chance): void {
  sky(c, '#6db3d9', '#eaf4ee', [0, 330])
  for (const [x, y, s] of [
    [180, 90, 70],
    [620, 130, 54],
    [860, 70, 60]
  ] as const)
    cloud(c, [x, y], s, '#ffffff')
  sky(c, '#4a9db5', '#2f7f99', [320, 540])
  for (let i = 0; i < 7; i++) turbine(c, [70 + i * 138, 344 + (i % 3) * 24], 170 + (i % 3) * 42, chance() * 2)
  for (let i = 0; i < 3; i++) {
    const edge = Array.from(
      { length: 121 },
      (_, n): Point => [n * 8, 450 + i * 16 + Math.sin(n / 17 + i) * 14 + n * 0.2]
    )
    fill(c, [...edge, [960, 540], [0, 540]], ['#d8f0ec', '#9fd3d2', '#ead8a9'][i]!)
  }
}

function typhoonSky(c: Canvas, chance: Chance): void {
  sky(c, '#2c3a4a', '#8d9aa0', [0, 400])
  for (let ring = 0; ring < 9; ring++) {
    const turn = ring * 0.75
    draw(
      c,
      arc([560, 150], [60 + ring * 58, 26 + ring * 25], turn, turn + 3.9),
      26,
      mix('#c5ced1', '#4a5a68', ring / 8)
    )
  }
  sky(c, '#4f6670', '#2b3f4b', [400, 540])
  for (let i = 0; i < 4; i++) {
    const edge = Array.from(
      { length: 121 },
      (_, n): Point => [n * 8, 410 + i * 32 - Math.abs(Math.sin(n / 9 + i)) * (18 + i * 6)]
    )
    fill(c, [...edge, [960, 540], [0, 540]], mix('#7c929a', '#2b3f4b', i / 3))
  }
  for (const x of [90, 180, 240]) palm(c, [x, 540], 210, '#20352f')
  rain(c, chance, '#d5dde0', 80)
}

/** Pictures of harbours, ships and coasts. */
export const portsScenes: Record<string, Scene> = {
  'port-cranes': portCranes,
  'container-ship': containerShip,
  'desert-port': desertPort,
  'wind-coast': windCoast,
  'typhoon-sky': typhoonSky
}
