import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** An API key: `bsk_`, 40 random characters, `_` and a checksum, so that scanners recognise a leaked one and a mistyped one costs no query. */
export interface Key {
  /** The whole key: shown once, never stored. */
  secret: string
  /** What lists may show of it. */
  prefix: string
  /** SHA-256, what is stored; 238 random bits need no slow hash. */
  hash: string
}

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const shape = /^bsk_[0-9A-Za-z]{40}_[0-9A-Za-z]{6}$/

/** 248 is the largest multiple of 62 in a byte: larger bytes are thrown away, so every letter is as likely. */
function randomLetters(count: number): string {
  let text = ''
  while (text.length < count)
    for (const byte of randomBytes(count)) if (byte < 248 && text.length < count) text += letters[byte % 62]
  return text
}

function checksum(text: string): string {
  let rest = crc32(text)
  let out = ''
  for (let place = 0; place < 6; place++) {
    out = letters[rest % 62] + out
    rest = Math.floor(rest / 62)
  }
  return out
}

export function makeKey(): Key {
  const body = `bsk_${randomLetters(40)}`
  const secret = `${body}_${checksum(body)}`
  return { secret, prefix: secret.slice(0, 12), hash: hashKey(secret) }
}

export const hashKey = (secret: string) => createHash('sha256').update(secret).digest('hex')

/** Whether a text looks like one of our keys at all. */
export const isKeyShaped = (text: string) => text.startsWith('bsk_')

/** Whether it can be one: shape and checksum fit. */
export const isWholeKey = (text: string) => shape.test(text) && checksum(text.slice(0, -7)) === text.slice(-6)

const sealOf = (secret: string, purpose: string, body: string) =>
  createHmac('sha256', secret).update(purpose).update('\0').update(body).digest('base64url')

/** A value that the house recognises as its own and that nobody can change: `body.signature`, bound to its purpose. */
export function seal(secret: string, purpose: string, value: unknown): string {
  const body = Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${body}.${sealOf(secret, purpose, body)}`
}

/** What was sealed, or null when it was not by us, not for this, or was changed. */
export function unseal(secret: string, purpose: string, token: string): unknown {
  const [body = '', signature = '', ...rest] = token.split('.')
  const given = Buffer.from(signature)
  const right = Buffer.from(sealOf(secret, purpose, body))
  if (rest.length > 0 || given.length !== right.length || !timingSafeEqual(given, right)) return null
  return JSON.parse(Buffer.from(body, 'base64url').toString())
}
