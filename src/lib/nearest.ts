import { closest, distance } from 'fastest-levenshtein'

/** The valid name a misspelt one probably meant, or undefined when nothing is near. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  if (names.length === 0 || word.length > 60) return undefined
  const found = closest(word.toLowerCase(), names as string[])
  return distance(word.toLowerCase(), found.toLowerCase()) <= Math.max(2, Math.ceil(found.length / 2))
    ? found
    : undefined
}
