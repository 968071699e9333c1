import { collapse, wellFormed } from '../text.ts'
import { providerOf, safeEmbed, safeSource } from './hrefs.ts'
import type { Embed, ImageRef } from './model.ts'

/** What a reader of HTML may know about the addresses in it. */
export interface MediaOptions {
  base?: string
  image?: (src: string) => string | null
}

/** Text on one line, as attributes have it. */
export const line = (text: string | undefined) => collapse(wellFormed(text ?? '')).normalize('NFC')
const SOURCES = ['src', 'data-src', 'data-lazy-src', 'data-original']

/** The picture an img element shows; null for counting pixels and for pictures without a usable address. */
export function imageOf(attributes: Map<string, string>, options: MediaOptions): ImageRef | null {
  if (isPixel(attributes)) return null
  const written = SOURCES.map(name => attributes.get(name)?.trim() ?? '').filter(src => src !== '')
  const alt = line(attributes.get('alt'))
  const rest = alt === '' ? {} : { alt }
  for (const raw of written) {
    const src = safeSource(raw, options.base)
    const image = options.image?.(src ?? raw) ?? null
    if (image !== null) return { _type: 'image', _key: '', image, ...rest }
    if (src !== null) return { _type: 'image', _key: '', image, src, ...rest }
  }
  return null
}

/** The character an emoji picture stands for, or null for any other picture. */
export function emojiOf(attributes: Map<string, string>): string | null {
  if (!/\b(?:emoji|wp-smiley)\b/.test(attributes.get('class') ?? '')) return null
  const alt = line(attributes.get('alt'))
  return alt === '' ? null : alt
}

/** The player an element shows, or null when it has no safe address. */
export function embedOf(attributes: Map<string, string>, options: MediaOptions): Embed | null {
  const written = ['src', 'data-src', 'data', 'movie', 'href'].map(name => attributes.get(name) ?? '')
  for (const raw of written) {
    const url = raw === '' ? null : safeEmbed(raw, options.base)
    if (url === null) continue
    const provider = attributes.get('data-embed') || providerOf(url)
    const title = line(attributes.get('title'))
    const named = title === '' ? {} : { title }
    return { _type: 'embed', _key: '', url, ...(provider ? { provider: line(provider) } : {}), ...named }
  }
  return null
}

const isPixel = (attributes: Map<string, string>) =>
  ['width', 'height'].every(name => /^[01](?:px)?$/.test(attributes.get(name)?.trim() ?? ''))
