import type { FastifyInstance } from 'fastify'
import { ApiError, within } from '../contract/errors.ts'
import { BulkFrame } from '../resources/articles/bulk.ts'
import { parseLine } from './bodies.ts'
import { refuseForbidden } from './validation.ts'

/** So many lines are taken in one request, each as large as a body may be. */
const mostLines = 1_000
const largest = 1_048_576

export interface Line {
  /** As an editor counts them, from 1; blank ones count. */
  number: number
  text: string
}

/** A line as the single request it stands for. */
export interface Single {
  method: 'POST' | 'PATCH'
  url: string
  body: object
  /** Where the body stands in the line. */
  place: string
  version?: number | '*'
}

interface Said {
  create?: object
  change?: { id: string; version: number | '*'; patch: object }
  createEdition?: { article: string; edition: object }
  changeEdition?: { article: string; language: string; version: number | '*'; patch: object }
}

/** The lines of a body that are not blank. */
export function linesIn(body: string): Line[] {
  const lines = body.split('\n').flatMap((text, n) => (text.trim() === '' ? [] : [{ number: n + 1, text }]))
  if (lines.length === 0) throw new ApiError('empty-body', 'The body has no line; send one JSON object on each.')
  if (lines.length <= mostLines) return lines
  throw new ApiError('body-too-large', `The body has ${lines.length} lines; at most ${mostLines} are taken at once.`)
}

/** What a line asks for. What is wrong with the line itself is refused here, what is wrong with its body by the address it is for. */
export function readLine(app: FastifyInstance, text: string): Single {
  if (Buffer.byteLength(text) > largest)
    throw new ApiError('body-too-large', `The line is larger than ${largest} bytes.`)
  const said = parseLine(text) as Said
  app.checkBody(BulkFrame, said)
  const single = singleOf(said)
  try {
    // Before it is written out again, which walks it to the bottom.
    refuseForbidden(single.body, 'body')
  } catch (error) {
    throw error instanceof ApiError ? within(single.place, error) : error
  }
  return single
}

const articles = '/v1/desk/articles'

function singleOf({ create, change, createEdition, changeEdition }: Said): Single {
  if (create) return { method: 'POST', url: articles, body: create, place: '/create' }
  if (createEdition) {
    const { article, edition } = createEdition
    return { method: 'POST', url: `${articles}/${article}/editions`, body: edition, place: '/createEdition/edition' }
  }
  if (change) {
    const { id, version, patch } = change
    return { method: 'PATCH', url: `${articles}/${id}`, body: patch, place: '/change/patch', version }
  }
  const { article, language, version, patch } = changeEdition!
  const url = `${articles}/${article}/editions/${language}`
  return { method: 'PATCH', url, body: patch, place: '/changeEdition/patch', version }
}
