import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The corpora lie beside the checkout, or one folder further up; tests that need one say so and are skipped without it. */
export const corpora =
  ['../shared/corpora', '../../shared/corpora'].map(path => resolve(path)).find(existsSync) ??
  resolve('../shared/corpora')

export const lacking = (path: string) => (existsSync(join(corpora, path)) ? false : `the corpus ${path} is not here`)

export const sanitiserCases = 'hostile/dompurify/test/fixtures/expect.mjs'
export const naughtyStrings = 'hostile/blns/blns.json'

/** What DOMPurify is tested with. */
export async function readSanitiserCases() {
  const { default: cases } = (await import(pathToFileURL(join(corpora, sanitiserCases)).href)) as {
    default: { payload: string; expected: string | string[] }[]
  }
  return cases
}

export const readNaughtyStrings = () => JSON.parse(readFileSync(join(corpora, naughtyStrings), 'utf8')) as string[]
