import type { FastifyContextConfig, FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { TokenSettings } from '../config.ts'
import { ApiError, problem } from '../contract/errors.ts'
import type { Db } from '../db/client.ts'
import { findKey, noteUse } from '../db/keys.ts'
import { reaches, readScope, type Scope, scopesFor, type Target } from '../lib/scope.ts'
import { hashKey, isKeyShaped, isWholeKey } from '../lib/secret.ts'
import { openTokens, TokenRefusal, TokenUnavailable } from './tokens.ts'

/** Who acts: a key of a consumer, or a person the house's identity provider vouches for. */
export interface Principal {
  /** As the change log and the audit trail name it: `key:…` or `user:…`. */
  id: string
  name: string
  scopes: Scope[]
}

export interface Options {
  db: Db
  /** Whose tokens are taken besides keys; null: nobody's. */
  tokens: TokenSettings | null
}

/** How long, in milliseconds, a key is believed without asking again: a revoked one is refused everywhere within a second. */
const freshness = 500
const remembered = 1_000

/** The door: a route that does not say who may enter stops the boot; one that names a scope opens only to those who have it. */
export default fp<Options>(
  async (app, { db, tokens }) => {
    const routes: RouteOptions[] = []
    const identify = rememberKeys(db, tokens && readTokens(tokens))
    app.decorateRequest('principal', null as unknown as Principal)
    app.decorateRequest('grants', null as unknown as Scope[])
    app.addHook('onRoute', route => {
      routes.push(route)
      const access = route.config?.access
      if (!access || access === 'public') return
      const wanted = [access].flat()
      documentAccess(route, wanted)
      route.onRequest = [
        ...[route.onRequest ?? []].flat(),
        async request => {
          request.principal = await identify(request)
          request.grants = grantsOf(request.principal, wanted)
        }
      ]
    })
    app.addHook('onReady', async () => {
      const silent = routes.find(route => !route.config?.access)
      if (silent) throw new Error(`${silent.method} ${silent.url} does not say who may enter (config.access)`)
    })
  },
  { name: 'access' }
)

/** A request as the log has it: without the token of a preview, and without a key that somebody has put into an address, where it is refused. */
export const loggedRequest = ({ method, url, host, ip }: FastifyRequest) => ({
  method,
  url: url.replace(/([?&]preview=)[^&#]*/g, '$1…').replace(/(bsk_|eyJ)[\w.-]*/g, '$1…'),
  host,
  remoteAddress: ip
})

function documentAccess(route: RouteOptions, wanted: readonly string[]) {
  const response = (route.schema?.response ?? {}) as object
  route.schema = {
    ...route.schema,
    security: wanted.map(access => ({ key: [access] })),
    response: {
      ...response,
      401: problem('No key or token, or not a valid one'),
      403: problem(`The key lacks the scope ${wanted.join(' or ')}`)
    }
  }
}

function grantsOf({ name, scopes }: Principal, wanted: readonly string[]): Scope[] {
  const grants = wanted.flatMap(access => {
    const [resource = '', action = ''] = access.split(':')
    return scopesFor(scopes, resource, action)
  })
  if (grants.length === 0)
    throw new ApiError(
      'forbidden',
      `"${name}" has no scope that includes ${wanted.join(' or ')}; ask for a key that has.`
    )
  return grants
}

/** Whether it matters what the request is about: no scope that opened the door reaches everything. */
export const isNarrowed = ({ grants }: FastifyRequest) => !reaches(grants, { language: null, source: [], section: [] })

/** Refuses what the caller's scopes do not reach; those who may not even know of it are told that it does not exist. */
export function mustReach(request: FastifyRequest, target: Target, absent: ApiError): void {
  const { grants, principal } = request
  if (reaches(grants, target)) return
  const [resource = ''] = String(request.routeOptions.config.access).split(':')
  if (!reaches(scopesFor(principal.scopes, resource, 'read'), target)) throw absent
  throw new ApiError('forbidden', 'The scopes of this key do not reach this language, source or section.')
}

/** Refuses who may not also do this with what is written; where no scope for it is narrowed, nobody asks for the target. */
export async function mustAlso(
  { principal }: FastifyRequest,
  access: Extract<FastifyContextConfig['access'], string>,
  target: () => Promise<Target>
): Promise<void> {
  const [resource = '', action = ''] = access.split(':')
  const grants = scopesFor(principal.scopes, resource, action)
  if (
    grants.length > 0 &&
    (reaches(grants, { language: null, source: [], section: [] }) || reaches(grants, await target()))
  )
    return
  throw new ApiError(
    'forbidden',
    `"${principal.name}" has no scope ${access} that reaches this; ask for a key that has.`
  )
}

/** People come with tokens of the house's identity provider; the words of theirs that are scopes of ours count. */
function readTokens(settings: TokenSettings) {
  const verify = openTokens(settings)
  return async (token: string): Promise<Principal> => {
    try {
      const { subject, name, scopes } = await verify(token)
      return { id: `user:${subject}`, name, scopes: scopesOf(scopes) }
    } catch (error) {
      if (error instanceof TokenRefusal) throw new ApiError('invalid-key', error.reason)
      if (error instanceof TokenUnavailable) throw new ApiError('identity-unavailable', error.message)
      throw error
    }
  }
}

const scopesOf = (texts: readonly string[]) => texts.map(readScope).filter(scope => typeof scope !== 'string')

function rememberKeys(db: Db, tokens: ReturnType<typeof readTokens> | null) {
  const known = new Map<string, { principal: Principal; at: number }>()
  return async ({ headers, log }: FastifyRequest): Promise<Principal> => {
    const secret = secretOf(headers.authorization)
    if (!isKeyShaped(secret)) {
      if (tokens) return tokens(secret)
      throw new ApiError('invalid-key', 'That is no key of Broadsheet; keys begin with bsk_.')
    }
    if (!isWholeKey(secret))
      throw new ApiError('invalid-key', 'The key is cut off or mistyped: its checksum does not fit.')
    const hash = hashKey(secret)
    const last = known.get(hash)
    if (last && Date.now() - last.at < freshness) return last.principal
    known.delete(hash)
    const key = await findKey(db, hash)
    if (!key) throw new ApiError('invalid-key', 'There is no such key.')
    if (key.state !== 'active') throw new ApiError('invalid-key', `The key is ${key.state}.`)
    const principal = { id: `key:${key.id}`, name: key.name || key.consumer, scopes: scopesOf(key.scopes) }
    if (known.size >= remembered) known.clear()
    known.set(hash, { principal, at: Date.now() })
    noteUse(db, key.id).catch(error => log.warn({ err: error }, 'the use of a key was not noted'))
    return principal
  }
}

/** RFC 6750: the credential travels in this header only, never in an address. */
function secretOf(header: string | undefined): string {
  const [scheme = '', secret = '', ...rest] = header?.trim().split(/ +/) ?? []
  if (!header) throw new ApiError('unauthenticated', 'Send a key as "Authorization: Bearer bsk_…".')
  if (scheme.toLowerCase() !== 'bearer' || secret === '' || rest.length > 0)
    throw new ApiError('invalid-key', 'The header reads "Authorization: Bearer bsk_…".')
  return secret
}
