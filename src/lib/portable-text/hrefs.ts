import { wellFormed } from '../text.ts'

const LONGEST = 4096
const WEB = new Set(['http:', 'https:'])
const LINKS = new Set(['http:', 'https:', 'mailto:', 'tel:'])
const scheme = /^[a-z][a-z0-9+.-]*:/i
const relative = /^(?:\/(?![/\\])|#|\.{1,2}\/)/

/** The address a link may have, in its canonical form, or null when it could do anything but lead somewhere. */
export const safeHref = (raw: string, base?: string): string | null => safeAddress(raw, base, LINKS)

/** The address media may be fetched from: http, https or relative. */
export const safeSource = (raw: string, base?: string): string | null => safeAddress(raw, base, WEB)

function safeAddress(raw: string, base: string | undefined, schemes: Set<string>): string | null {
  const text = browserTrim(raw)
  if (text === '' || text.length > LONGEST || /[\0-\x1f\x7f]/.test(text)) return null
  if (scheme.test(text)) return absolute(text, undefined, schemes)
  if (base !== undefined) return absolute(text, base, schemes)
  if (text.startsWith('//')) return absolute(`https:${text}`, undefined, schemes)
  return relative.test(text) ? encoded(text) : null
}

const browserTrim = (raw: string) =>
  wellFormed(raw)
    .replace(/[\t\n\r]/g, '')
    .replace(/^[\0- ]+/, '')
    .trimEnd()

function absolute(text: string, base: string | undefined, schemes: Set<string>): string | null {
  if (!URL.canParse(text, base)) return null
  const url = new URL(text, base)
  return schemes.has(url.protocol) ? url.href.replace(/[ <>"`\\]/g, encodeURIComponent) : null
}

const encoded = (text: string) => encodeURI(text.replaceAll('\\', '/')).replace(/%25(?=[0-9a-f]{2})/gi, '%')

const PROVIDERS: [suffix: string, provider: string][] = [
  ['youtube.com', 'youtube'],
  ['youtube-nocookie.com', 'youtube'],
  ['youtu.be', 'youtube'],
  ['vimeo.com', 'vimeo'],
  ['dailymotion.com', 'dailymotion'],
  ['facebook.com', 'facebook'],
  ['instagram.com', 'instagram'],
  ['tiktok.com', 'tiktok'],
  ['twitter.com', 'x'],
  ['x.com', 'x'],
  ['soundcloud.com', 'soundcloud'],
  ['spotify.com', 'spotify'],
  ['bilibili.com', 'bilibili'],
  ['vk.com', 'vk']
]

/** Who plays what lies at this address, when it is somebody well known. */
export function providerOf(address: string): string | undefined {
  const { hostname } = new URL(address)
  return PROVIDERS.find(([suffix]) => hostname === suffix || hostname.endsWith(`.${suffix}`))?.[1]
}

/** The https address of something embedded; known providers answer https, so their old http addresses are lifted. */
export function safeEmbed(raw: string, base?: string): string | null {
  const address = safeSource(raw, base)
  if (address === null) return null
  if (address.startsWith('https:')) return address
  return address.startsWith('http:') && providerOf(address) ? `https:${address.slice(5)}` : null
}
