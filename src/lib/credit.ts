import { CREDIT_PHRASES, CREDIT_WORDS, type CreditRole } from './credit-words.ts'

/** Who gave what a caption credits. */
export interface Credit {
  name: string
  role: CreditRole
}

/** A caption and the credit that stood in it. */
export interface SplitCaption {
  text: string
  credit: Credit | null
}

const ROLES: CreditRole[] = ['illustration', 'graphic', 'photo', 'source']
const NAME = String.raw`[^()（）[\]\n]{1,120}?(?:\([^()]{1,60}\))?`

/** Takes the credit out of the end or the start of a caption; what is not clearly a credit stays in the text. */
export function splitCredit(caption: string): SplitCaption {
  const text = caption.normalize('NFC').trim()
  for (const [pattern, loose] of PATTERNS) {
    const found = pattern.exec(text)
    const { announced = '', name = '' } = found?.groups ?? {}
    const clean = name.trim().replace(/[\s.。,;]+$/, '')
    if (!found || clean === '' || (loose && !(isApart(text, found, announced) && isName(clean)))) continue
    const before = text.slice(0, found.index).trimEnd()
    const after = text.slice(found.index + found[0].length).trimStart()
    const rest = loose ? before.replace(/\s*[-–—|/,;]$/, '') : before
    return { text: `${rest} ${after}`.trim(), credit: { name: clean, role: roleOf(announced) } }
  }
  return { text, credit: null }
}

const wordsOf = (role: CreditRole) => Object.values(CREDIT_WORDS).flatMap(language => language[role] ?? [])
const either = (words: string[]) =>
  [...new Set(words)]
    .sort((a, b) => b.length - a.length)
    .map(word =>
      word
        .normalize('NFC')
        .replace(/[.*+?]/g, '\\$&')
        .replaceAll(' ', '\\s+')
    )
    .join('|')

const announcement = `(?<announced>(?:${either(ROLES.flatMap(wordsOf))})\\s*[:：]|(?:${either(
  ROLES.flatMap(role => CREDIT_PHRASES[role] ?? [])
)})(?=\\s)|©)`

const inBrackets = String.raw`[(（[]\s*${announcement}\s*(?<name>${NAME})\s*[)）\]]`
const PATTERNS: [pattern: RegExp, loose: boolean][] = [
  [new RegExp(`${inBrackets}[.。]?$`, 'iu'), false],
  [new RegExp(`^${inBrackets}`, 'iu'), false],
  [new RegExp(`(?<![\\p{L}\\p{N}])${announcement}\\s*(?<name>${NAME})[.。]?$`, 'iu'), true],
  [new RegExp(`^${announcement}\\s*(?<name>${NAME})(?:\\.(?=\\s)|。|\\n)`, 'iu'), true]
]

/** Stands at the start or after a sentence, a line or a stroke; a capital letter after a space will do as well. */
function isApart(text: string, found: RegExpExecArray, announced: string): boolean {
  const before = text.slice(0, found.index)
  if (/^$|[.!?…。！？"”»)）\]|/\-–—,;]\s*$|\n\s*$/.test(before) || announced === '©') return true
  return /\s$/.test(before) && (/^\p{Lu}/u.test(announced) || !/^\p{Ll}/u.test(announced))
}

/** Looks like a name: short, and in scripts that know them every longer word begins with a capital or is an address. */
function isName(name: string): boolean {
  const words = name.split(/[\s/,;&+]+/).filter(word => word !== '')
  const plain = words.filter(word => /^\p{Ll}[\p{L}\p{M}'’-]{3,}$/u.test(word))
  const capital = words.some(word => /^[\p{Lu}\p{Lo}\p{N}@]/u.test(word) || /\w\.\w/.test(word))
  return words.length <= 10 && name.length <= 80 && plain.length === 0 && capital && !/[.!?]\s+\p{L}{3,}/u.test(name)
}

function roleOf(announced: string): CreditRole {
  const word = announced
    .replace(/\s*[:：]$/, '')
    .replace(/\s+/g, ' ')
    .toLowerCase()
  const matches = (role: CreditRole) =>
    [...wordsOf(role), ...(CREDIT_PHRASES[role] ?? [])].some(each => each.normalize('NFC') === word)
  return ROLES.find(matches) ?? 'source'
}
