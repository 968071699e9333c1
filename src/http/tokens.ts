import {
  createRemoteJWKSet,
  errors,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
  type JWTPayload,
  jwtVerify
} from 'jose'
import type { TokenSettings } from '../config.ts'

export type { TokenSettings } from '../config.ts'

/** Whom a token speaks for, and what they may do. */
export interface TokenIdentity {
  subject: string
  name: string
  scopes: string[]
  expiresAt: Date
}

/** The token is no good; `reason` is for the caller and holds nothing of the token. */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal'
  readonly reason: string
  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }
}

/** The token may be good, but the keys to tell by cannot be had now. */
export class TokenUnavailable extends Error {
  override readonly name = 'TokenUnavailable'
  constructor(detail = 'asked a moment ago') {
    super(`The keys of the identity provider cannot be fetched (${detail}).`)
  }
}

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA']
const longest = 8192
const tolerance = 5
const fetchTimeout = 3000
/** Milliseconds for which a key set is believed; after that, keys the provider has taken back are noticed. */
const fresh = 600_000
/** Milliseconds between two fetches for the same cause; nothing is known before the first success, so it is tried again soon. */
const pauses = { first: 1000, stale: 30_000, unknown: 30_000 }

/** What verifies tokens of one issuer; it throws TokenRefusal or TokenUnavailable. */
export function openTokens(settings: TokenSettings): (token: string) => Promise<TokenIdentity> {
  const { issuer, audience, algorithm } = settings
  if (!algorithms.includes(algorithm)) throw new Error(`Tokens are signed with one of ${algorithms.join(', ')}`)
  // An empty expectation would be no expectation.
  if (!issuer || !audience) throw new Error('Tokens need an issuer and an audience')
  const key = openKeys(settings.jwksUrl)
  const requiredClaims = ['exp', 'sub']
  const options = { algorithms: [algorithm], issuer, audience, requiredClaims, clockTolerance: tolerance }
  return async token => {
    if (token.length > longest) throw new TokenRefusal('It is too long.')
    // The library forgives white space inside base64; one token has one spelling here.
    if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new TokenRefusal('It is not a signed token.')
    const { payload, protectedHeader } = await jwtVerify(token, key, options).catch(error => {
      throw refusal(error)
    })
    checkType(protectedHeader.typ)
    return identity(payload, settings)
  }
}

/** The provider's keys: fetched when first needed, kept while it is away, asked for again when old or when a key is new. */
function openKeys(url: string) {
  const { keys, last, ask } = openProvider(url)
  return async (header: JWSHeaderParameters, token: FlattenedJWSInput) => {
    if (!keys.fresh) await ask('first')
    else if (performance.now() > last.fetchedAt + fresh) {
      const renewal = ask('stale')
      // Nobody waits for a provider that was away the last time.
      if (!last.failure) await renewal
    }
    if (!keys.fresh) throw last.failure ?? new TokenUnavailable()
    try {
      return await keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
    }
    await ask('unknown')
    return keys(header, token).catch(error => {
      // A key nobody knows may be a new one as long as the provider cannot be asked.
      throw (error instanceof errors.JWKSNoMatchingKey && last.failure) || error
    })
  }
}

/** The key set, and how it is asked for. */
function openProvider(url: string) {
  // The library must never fetch by itself: it counts successes only, so a provider that is away would be asked for every token.
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: fetchTimeout,
    cooldownDuration: Number.POSITIVE_INFINITY,
    cacheMaxAge: Number.POSITIVE_INFINITY
  })
  const asked = { first: -Infinity, stale: -Infinity, unknown: -Infinity }
  const last = { fetchedAt: -Infinity, failure: null as TokenUnavailable | null }

  /** Fetches unless the same cause had its turn a moment ago; whoever comes during a fetch waits for that one. */
  async function ask(cause: keyof typeof pauses) {
    if (!keys.reloading) {
      if (performance.now() < asked[cause] + pauses[cause]) return
      asked[cause] = performance.now()
    }
    try {
      await keys.reload()
      last.fetchedAt = performance.now()
      last.failure = null
    } catch (error) {
      last.failure = new TokenUnavailable(codeOf(error))
    }
  }
  return { keys, last, ask }
}

/** A word for the operator; messages of parsers and of sockets may quote what was fetched. */
function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  if (error instanceof errors.JWKSTimeout) return 'no answer in time'
  if (error instanceof errors.JOSEError) return 'the answer is not a key set'
  if (typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code)) return code
  return cause ? codeOf(cause) : 'no connection'
}

const reasons: Record<string, string> = {
  ERR_JWT_EXPIRED: 'It has expired.',
  ERR_JOSE_ALG_NOT_ALLOWED: 'It is not signed with the algorithm this API accepts.',
  ERR_JOSE_NOT_SUPPORTED: 'It demands an extension this API does not know (crit).',
  ERR_JWKS_NO_MATCHING_KEY: 'It is signed with a key the identity provider does not publish.',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'It does not say which key signed it (kid).',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'Its signature is wrong.',
  ERR_JWS_INVALID: 'It is not a well-formed token.',
  ERR_JWT_INVALID: 'It is not a well-formed token.'
}

const claims: Record<string, string> = {
  iss: 'It was not made by the issuer this API trusts.',
  aud: 'It was not made for this API (audience).',
  exp: 'It does not say when it expires.',
  nbf: 'It is not valid yet.',
  iat: 'It was not issued in the past.',
  sub: 'It does not say who it speaks for (subject).'
}

/** The library's errors carry the claims, so none of them is passed on. */
function refusal(error: unknown): TokenUnavailable | TokenRefusal {
  if (error instanceof TokenUnavailable) return error
  const { code, claim } = error as { code?: string; claim?: string }
  const reason = error instanceof errors.JWTClaimValidationFailed ? claims[claim ?? ''] : reasons[code ?? '']
  return new TokenRefusal(reason ?? 'It cannot be verified.')
}

/** Other kinds of JWT (logout tokens, proofs of possession) come from the same issuer and are no permission. */
function checkType(type: unknown) {
  if (type === undefined || (typeof type === 'string' && /^(application\/)?(at\+)?jwt$/i.test(type))) return
  throw new TokenRefusal('It is another kind of token (typ).')
}

const unprintable = /[\u0000-\u001f\u007f-\u009f]/g

function identity(payload: JWTPayload, settings: TokenSettings): TokenIdentity {
  const { sub, iat = 0, exp } = payload
  if (typeof sub !== 'string' || !sub.trim() || sub.length > 255 || sub.search(unprintable) >= 0 || !sub.isWellFormed())
    throw new TokenRefusal(claims.sub!)
  if (iat > Date.now() / 1000 + tolerance) throw new TokenRefusal(claims.iat!)
  const expiresAt = new Date(exp! * 1000)
  if (Number.isNaN(expiresAt.getTime())) throw new TokenRefusal(claims.exp!)
  return { subject: sub, name: nameOf(payload) ?? sub, scopes: scopesOf(payload, settings), expiresAt }
}

/** What people call the bearer, for lists and logs: one line, never too long. */
const nameOf = (payload: JWTPayload) =>
  [payload.name, payload.preferred_username]
    .filter(name => typeof name === 'string')
    .map(name => name.toWellFormed().replace(unprintable, '').trim().slice(0, 200))
    .find(Boolean)

/** Roles stand for their scopes; a word that is neither role nor scope is the provider's own affair. */
function scopesOf(payload: JWTPayload, { scopesClaim, roles }: TokenSettings): string[] {
  const claim = payload[scopesClaim]
  const words = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : []
  const known = [...new Set(words)].filter(word => word && typeof word === 'string')
  const scopes = known.flatMap(word => {
    if (Object.hasOwn(roles, word)) return roles[word] ?? []
    return /^[^\s:]+:\S+$/.test(word) ? [word] : []
  })
  return [...new Set(scopes)]
}
