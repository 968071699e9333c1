import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openCanvas, shrink } from './paint/canvas.ts'
import { openChance, type Scene } from './paint/land.ts'
import { dominantColour, encodePng } from './paint/png.ts'
import { gatheringsScenes } from './paint/scenes-gatherings.ts'
import { indoorsScenes } from './paint/scenes-indoors.ts'
import { journeysScenes } from './paint/scenes-journeys.ts'
import { landScenes } from './paint/scenes-land.ts'
import { marksScenes } from './paint/scenes-marks.ts'
import { portsScenes } from './paint/scenes-ports.ts'
import { roomsScenes } from './paint/scenes-rooms.ts'
import { streetsScenes } from './paint/scenes-streets.ts'
import { waterScenes } from './paint/scenes-water.ts'
import { workScenes } from './paint/scenes-work.ts'

const scenes: Record<string, Scene> = {
  ...gatheringsScenes,
  ...indoorsScenes,
  ...journeysScenes,
  ...landScenes,
  ...portsScenes,
  ...roomsScenes,
  ...streetsScenes,
  ...waterScenes,
  ...workScenes,
  ...marksScenes
}

/** What the newsroom records about one picture, beside its bytes. */
export interface Picture {
  key: string
  width: number
  height: number
  mime: string
  dominantColour: string
  placeholder: string
  bytes: Buffer
}

/** Lists the keys of all pictures the painter knows. */
export function listKeys(): string[] {
  return Object.keys(scenes)
}

/** Paints one picture; the same key always gives the same bytes. */
export function paint(key: string): Picture {
  const scene = scenes[key]
  if (!scene) throw new Error(`No picture is called ${key}`)
  const square = key in marksScenes
  const [width, height] = square ? [480, 480] : [960, 540]
  const canvas = openCanvas(width, height)
  scene(canvas, openChance(key))
  const pixels = shrink(canvas, width, height)
  const [smallWidth, smallHeight] = square ? [9, 9] : [16, 9]
  const small = encodePng(shrink(canvas, smallWidth, smallHeight), smallWidth, smallHeight, 32)
  return {
    key,
    width,
    height,
    mime: 'image/png',
    dominantColour: dominantColour(pixels),
    placeholder: `data:image/png;base64,${small.toString('base64')}`,
    bytes: encodePng(pixels, width, height)
  }
}

function paintAll(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const key of listKeys()) {
    const { bytes, ...facts } = paint(key)
    writeFileSync(resolve(folder, `${key}.png`), bytes)
    process.stdout.write(`${JSON.stringify({ ...facts, bytes: bytes.length })}\n`)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  paintAll(resolve(process.argv[2] ?? 'demo/pictures'))
}
