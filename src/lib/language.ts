import { match } from '@formatjs/intl-localematcher'
import Negotiator from 'negotiator'

/** A language of the house, as the negotiation needs it. */
export interface HouseLanguage {
  tag: string
  direction: 'ltr' | 'rtl'
  fallback: string[]
}

/** The languages a request may be answered in: the one asked for, then its chain. */
export interface Reader {
  requested: string
  chain: string[]
  /** The other languages of the house: where only an original can stand in. */
  others: string[]
  /** Whether the reader said anything at all; without a word, a slug's own language wins. */
  explicit: boolean
}

/** RFC 4647 lookup of one range: the tag itself, then without its last subtags; null when the house lacks it. */
export function lookup(range: string, tags: readonly string[]): string | null {
  const wanted = range.toLowerCase().split('-')
  for (let length = wanted.length; length > 0; length--) {
    const candidate = wanted.slice(0, length).join('-')
    const found = tags.find(tag => tag.toLowerCase() === candidate)
    if (found) return found
  }
  return null
}

/** The tag of `Accept-Language` the house serves best (zh-TW finds zh-Hant, fr-CA finds fr), or null. */
export function negotiate(header: string, tags: readonly string[]): string | null {
  const ranges = new Negotiator({ headers: { 'accept-language': header } }).languages().filter(isTag)
  for (const range of ranges) {
    const found = lookup(range, tags) ?? (match([range], tags, 'und') as string)
    if (found !== 'und') return found
  }
  return null
}

/** The requested language followed by its own fallback chain, each once. */
export function chainOf(tag: string, languages: readonly HouseLanguage[]): string[] {
  return [...new Set([tag, ...(languages.find(language => language.tag === tag)?.fallback ?? [])])]
}

const isTag = (range: string) => {
  try {
    return Intl.getCanonicalLocales(range).length === 1
  } catch {
    return false
  }
}
