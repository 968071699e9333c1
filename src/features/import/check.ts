import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { nearest } from '../../lib/nearest.ts'
import { hasForbidden, wellFormed } from '../../lib/text.ts'
import type { FlatDocument } from './document-schema.ts'
import { type Kind, kindNames, type Newsroom, newsroomSchema } from './schema.ts'

/** A line that cannot be imported, and why. */
export class Rejection extends Error {
  readonly pointer: string | undefined

  constructor(reason: string, pointer?: string) {
    super(reason)
    this.pointer = pointer
  }
}

export type Checked = { kind: Kind | 'document'; value: Newsroom[Kind] | FlatDocument }

/** Tells of each line whether it is one of the records, and if not, where it fails. */
export function openChecker(): (line: string) => Checked {
  const schema = newsroomSchema()
  const ajv = formats.default(new Ajv2020({ strict: false, verbose: true }).addSchema(schema))
  const checks = new Map<string, ValidateFunction>(
    [...kindNames, 'document'].map(kind => [kind, ajv.compile({ $ref: `${schema.$id}#/$defs/${kind}` })])
  )
  return line => {
    const value = parse(line)
    const kind = kindOf(value)
    const check = checks.get(kind)!
    const tidy = kind === 'document' ? repaired(value) : value
    if (!check(tidy)) throw complaint(check.errors![0]!)
    if (kind === 'document') refuseBodiless(tidy as FlatDocument)
    else refuseForbidden(tidy)
    return { kind, value: tidy as Checked['value'] }
  }
}

function refuseBodiless({ body_html, body_text }: FlatDocument) {
  if ((body_html === undefined) === (body_text === undefined))
    throw new Rejection('The record must have either body_html or body_text.', '/body_html')
}

function parse(line: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw new Rejection(`Not JSON: ${(error as Error).message.slice(0, 200)}`)
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Rejection('A line must be a JSON object.')
  return value as Record<string, unknown>
}

function kindOf({ kind }: Record<string, unknown>): Kind | 'document' {
  if (kind === undefined) return 'document'
  if (kindNames.includes(kind as Kind)) return kind as Kind
  const near = nearest(String(kind), kindNames)
  throw new Rejection(`"${String(kind).slice(0, 60)}" is not a kind.${near ? ` Did you mean "${near}"?` : ''}`, '/kind')
}

function complaint({ keyword, instancePath, params, message, parentSchema }: ErrorObject): Rejection {
  if (keyword !== 'additionalProperties')
    return new Rejection(`${instancePath || 'The record'} ${message}.`, instancePath || '/')
  const name = String(params.additionalProperty).slice(0, 60)
  const near = nearest(name, Object.keys(parentSchema?.properties ?? {}))
  return new Rejection(
    `"${name}" is not known here.${near ? ` Did you mean "${near}"?` : ''}`,
    `${instancePath}/${name}`
  )
}

/** Foreign text is repaired: NUL characters and lone surrogates cannot be kept and mean nothing. */
function repaired(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value)
  if (Array.isArray(value)) return value.map(repaired)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, repaired(member)]))
}

/** The house's own format is held to it: such text is a mistake somebody should see. */
function refuseForbidden(value: unknown, pointer = ''): void {
  if (typeof value === 'string' && hasForbidden(value))
    throw new Rejection('NUL characters and lone surrogates cannot be kept.', pointer || '/')
  if (value === null || typeof value !== 'object') return
  for (const [name, member] of Object.entries(value)) refuseForbidden(member, `${pointer}/${name}`)
}
