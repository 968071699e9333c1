import { transliterate } from 'transliteration'
import { isId } from './id.ts'
import { collapse, wellFormed } from './text.ts'

const LONGEST = 80

/** A short address made of a headline in any script: [a-z0-9-], cut between words, never empty and never like an id. */
export function toSlug(text: string, fallback: string): string {
  const slug = latin(text) || latin(fallback) || 'untitled'
  return isId(slug) ? `n-${slug}` : slug
}

/** A label as it is compared: "Design", "design " and "ＤＥＳＩＧＮ" are one. */
export const foldLabel = (text: string) =>
  collapse(text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC'))

function latin(text: string): string {
  const lower = wellFormed(text).slice(0, 500).normalize('NFKC').toLowerCase()
  const slug = transliterate(lower)
    .toLowerCase()
    .replace(/'(?=s\b)/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  if (slug.length <= LONGEST) return slug
  const end = slug[LONGEST] === '-' ? LONGEST : slug.lastIndexOf('-', LONGEST - 1)
  return slug.slice(0, end > 0 ? end : LONGEST)
}
