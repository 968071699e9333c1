import { arc, box, type Canvas, draw, fill, oval, type Point, path } from './canvas.ts'
import type { Scene } from './land.ts'
import { bust } from './people.ts'

function portraitHa(c: Canvas): void {
  const likeness = { skin: '#e8b88f', hair: '#231c1e', clothes: '#b23a48', ground: '#dcebe4', halo: '#bcd8cc' }
  const behind = () => {
    fill(c, oval(240, 205, 106, 118), likeness.hair)
    fill(c, path('136,205 344,205 356,400 124,400'), likeness.hair)
  }
  bust(c, likeness, behind, () => {
    fill(c, [...arc([240, 200], [92, 92], Math.PI, Math.PI * 2), [300, 168], [250, 128], [186, 186]], likeness.hair)
    fill(c, path('206,352 240,392 274,352 282,372 240,420 198,372'), '#8e2b38')
  })
}

function portraitClaire(c: Canvas): void {
  const likeness = { skin: '#f2cbb0', hair: '#a8652f', clothes: '#2f4a6d', ground: '#f4e6d2', halo: '#ecd0aa' }
  const behind = () => {
    for (const [x, y, r] of [
      [160, 190, 58],
      [320, 190, 58],
      [148, 256, 46],
      [332, 256, 46],
      [240, 140, 90]
    ] as const) {
      fill(c, oval(x, y, r, r), likeness.hair)
    }
  }
  bust(c, likeness, behind, () => {
    for (const [x, y, r] of [
      [184, 146, 36],
      [226, 132, 36],
      [268, 134, 34],
      [300, 156, 30]
    ] as const)
      fill(c, oval(x, y, r, r), likeness.hair)
    for (const side of [-1, 1]) draw(c, arc([240 + side * 36, 223], [27, 24], 0, Math.PI * 2), 4, '#3a2a26')
    draw(c, path('231,221 249,221'), 4, '#3a2a26')
    fill(c, path('240,410 196,366 176,400 214,440'), '#f6f1e6')
    fill(c, path('240,410 284,366 304,400 266,440'), '#f6f1e6')
  })
}

function portraitLayla(c: Canvas): void {
  const likeness = { skin: '#d9a173', hair: '#2f6f73', clothes: '#274b5a', ground: '#efe3d6', halo: '#e0c7a8' }
  bust(
    c,
    likeness,
    () => fill(c, oval(240, 226, 122, 138), likeness.hair),
    () => {
      const opening = arc([240, 226], [76, 100], Math.PI, Math.PI * 2).reverse()
      fill(c, [...arc([240, 226], [122, 138], Math.PI, Math.PI * 2), ...opening], likeness.hair)
      fill(c, path('118,226 164,226 176,290 240,334 304,290 316,226 362,226 352,372 240,440 128,372'), likeness.hair)
      fill(c, path('128,372 240,440 300,404 352,372 330,420 232,478 150,424'), '#255a5e')
    }
  )
}

function logoPortal(c: Canvas): void {
  fill(c, box(0, 0, 480, 480), '#b3262e')
  fill(c, oval(240, 196, 92, 92), '#fbe9c6')
  for (let i = 0; i < 3; i++) {
    const wave = (offset: number) =>
      Array.from({ length: 61 }, (_, n): Point => [60 + n * 6, 262 + i * 52 + offset + Math.sin(n / 5 + i * 1.4) * 13])
    fill(c, [...wave(-20), ...wave(20).reverse()], i === 1 ? '#f3c98b' : '#fbe9c6')
  }
}

function logoBao(c: Canvas): void {
  fill(c, box(0, 0, 480, 480), '#f5efe0')
  fill(c, box(76, 84, 328, 312), '#1f2f3a')
  fill(c, box(104, 112, 52, 256), '#f5efe0')
  for (const y of [180, 292]) {
    fill(c, arc([156, y + 4], [150, 68], -Math.PI / 2, Math.PI / 2), '#f5efe0')
    fill(c, arc([156, y + 4], [96, 30], -Math.PI / 2, Math.PI / 2), '#1f2f3a')
  }
  fill(c, box(328, 112, 48, 12), '#c0392b')
  fill(c, box(328, 356, 48, 12), '#c0392b')
}

function logoLagoon(c: Canvas): void {
  fill(c, box(0, 0, 480, 480), '#0f5c6e')
  for (const [radius, colour] of [
    [176, '#1f8a95'],
    [128, '#5cc0b8'],
    [80, '#f6f3e4']
  ] as const)
    fill(c, oval(240, 240, radius, radius), colour)
  fill(c, box(0, 240, 480, 24), '#0f5c6e')
  fill(c, box(60, 296, 360, 16), '#0f5c6e')
  fill(c, path('240,92 310,236 240,236'), '#e76f51')
}

function logoDelta(c: Canvas): void {
  fill(c, box(0, 0, 480, 480), '#2b2d6e')
  fill(c, path('240,166 390,420 90,420'), '#ffd166')
  fill(c, path('240,256 316,380 164,380'), '#2b2d6e')
  for (const radius of [52, 92, 132]) draw(c, arc([240, 164], [radius, radius], -2.5, -0.64), 15, '#ef476f')
  fill(c, oval(240, 164, 24, 24), '#ef476f')
}

/** Square pictures: portraits and the marks of the houses. */
export const marksScenes: Record<string, Scene> = {
  'portrait-ha': portraitHa,
  'portrait-claire': portraitClaire,
  'portrait-layla': portraitLayla,
  'logo-portal': logoPortal,
  'logo-bao': logoBao,
  'logo-lagoon': logoLagoon,
  'logo-delta': logoDelta
}
