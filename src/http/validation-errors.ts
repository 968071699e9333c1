import type { FastifyError, FastifyRequest } from 'fastify'
import { ApiError, type Fault } from '../contract/errors.ts'
import { nearest } from '../lib/nearest.ts'

type Complaint = NonNullable<FastifyError['validation']>[number]

/** What ajv found, said per place and with the nearest valid name. */
export function validationFailure(error: FastifyError, request: FastifyRequest): ApiError {
  const body = error.validationContext === 'body'
  const schema = request.routeOptions.schema?.[body ? 'body' : (error.validationContext as 'querystring')]
  const names = Object.keys((schema as { properties?: object } | undefined)?.properties ?? {})
  const errors = error.validation!.slice(0, 10).map(complaint => faultOf(complaint, body, names))
  const unknown = error.validation!.every(complaint => complaint.keyword === 'additionalProperties')
  const code = body ? 'invalid-body' : unknown ? 'unknown-parameter' : 'invalid-parameter'
  return new ApiError(code, errors.map(fault => fault.detail).join(' '), { errors })
}

function faultOf({ keyword, instancePath, params, message }: Complaint, body: boolean, names: string[]): Fault {
  const place = (name: string) => (body ? `${instancePath}/${name}` : name)
  if (keyword === 'additionalProperties') {
    const name = String(params.additionalProperty).slice(0, 60)
    const suggestion = nearest(name, names)
    const hint = suggestion ? ` Did you mean "${suggestion}"?` : ''
    return {
      pointer: place(name),
      detail: `"${name}" is not known here.${hint}`,
      ...(suggestion ? { suggestion } : {})
    }
  }
  if (keyword === 'required')
    return { pointer: place(String(params.missingProperty)), detail: `"${params.missingProperty}" is missing.` }
  const pointer = body ? instancePath || '/' : instancePath.slice(1)
  if (keyword === 'enum') {
    const words = (params.allowedValues as string[]).join(', ')
    return { pointer, detail: `"${pointer}" must be one of ${words}.` }
  }
  return { pointer, detail: `"${pointer}" ${message ?? 'is not valid'}.` }
}
