import { Presets, SingleBar } from 'cli-progress'

/** A bar on a terminal, a line every few seconds elsewhere. */
export const openBar = (format: string) =>
  new SingleBar({ format, noTTYOutput: true, notTTYSchedule: 5_000 }, Presets.rect)
