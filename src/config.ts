import { type Static, type TProperties, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'

const settings = {
  HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on; 0.0.0.0 for all' }),
  PORT: Type.Integer({
    default: 3000,
    minimum: 0,
    maximum: 65535,
    description: 'Port to listen on; 0 takes a free one'
  }),
  DATA_DIR: Type.String({
    default: 'data',
    minLength: 1,
    description: 'Folder of the embedded database and of stored pictures'
  }),
  DATABASE_URL: Type.String({
    default: '',
    pattern: '^$|^postgres(ql)?://',
    description: 'A PostgreSQL 15 or newer; empty starts the embedded one'
  }),
  DATABASE_POOL: Type.Integer({ default: 10, minimum: 1, maximum: 200, description: 'Connections to the database' }),
  STATEMENT_TIMEOUT: Type.Integer({
    default: 3000,
    minimum: 100,
    maximum: 600_000,
    description: 'Milliseconds a statement may take'
  }),
  PUBLIC_URL: Type.String({
    default: '',
    pattern: '^$|^https?://[^\\s]+[^/]$',
    description: 'Address readers use, for absolute links; empty: as asked for'
  }),
  LOG_LEVEL: Type.Unsafe<'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'>({
    type: 'string',
    enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    default: 'info',
    description: 'How much is logged'
  }),
  WORKER: Type.Unsafe<'inside' | 'apart'>({
    type: 'string',
    enum: ['inside', 'apart'],
    default: 'inside',
    description: 'Where scheduled work is done: inside the server, or apart by `broadsheet worker`'
  }),
  SHUTDOWN_SECONDS: Type.Integer({
    default: 10,
    minimum: 1,
    maximum: 300,
    description: 'Time requests in flight get to finish'
  }),
  OIDC_ISSUER: Type.String({ default: '', description: 'Issuer whose tokens are accepted; empty: none are' }),
  OIDC_AUDIENCE: Type.String({ default: '', description: 'Audience a token must be made for' }),
  OIDC_JWKS_URL: Type.String({
    default: '',
    // Whoever can change the keys on their way can make tokens, so in the clear only within this machine.
    pattern: '^$|^https://[^\\s/@]+(/\\S*)?$|^http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d+)?/\\S*$',
    description: "Address of the issuer's public keys; https, or http on this machine"
  }),
  OIDC_ALGORITHM: Type.Unsafe<'RS256' | 'PS256' | 'ES256' | 'EdDSA'>({
    type: 'string',
    enum: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    default: 'RS256',
    description: 'The one algorithm tokens may be signed with'
  }),
  OIDC_SCOPES_CLAIM: Type.String({
    default: 'scope',
    description: 'Claim that holds scopes and roles: words with spaces between, or a list'
  }),
  OIDC_ROLES: Type.String({
    default: '{}',
    description: 'Roles of the issuer and the scopes each stands for, as a JSON object of lists'
  }),
  CHANGES_KEPT_DAYS: Type.Integer({
    default: 30,
    minimum: 1,
    maximum: 3650,
    description: 'Days the change log is kept'
  })
} satisfies TProperties

/** Every variable Broadsheet reads, with its default and meaning; the README's table is made of it. */
export const Settings = Type.Object(settings)
export type Config = Readonly<Static<typeof Settings>>

/** The configuration, or an error that names the variable and what it should be. The value is not repeated: it may be secret. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(
    Object.keys(settings).flatMap(name => (environment[name] ? [[name, environment[name]]] : []))
  )
  const value = Value.Convert(Settings, Value.Default(Settings, given))
  const [error] = Value.Errors(Settings, value)
  if (error) throw wrong(error.instancePath.split('/')[1] ?? '')
  const config = Object.freeze(value as Static<typeof Settings>)
  tokenSettings(config)
  return config
}

function wrong(name: string, what?: string): Error {
  const setting = (settings as Record<string, Setting>)[name] as Setting
  return new Error(`${name} ${what ?? expected(setting)} (${setting.description})`)
}

/** What the start fails on, told with the variables that led there. */
export const because = (names: string, error: unknown): Error =>
  new Error(`${names}: ${(error as Error).message || (error as NodeJS.ErrnoException).code}`, { cause: error })

/** Whose tokens are accepted, and what their words mean here. */
export interface TokenSettings {
  issuer: string
  audience: string
  jwksUrl: string
  algorithm: string
  scopesClaim: string
  roles: Readonly<Record<string, readonly string[]>>
}

const Roles = Type.Record(Type.String({ pattern: '\\S' }), Type.Array(Type.String({ pattern: '^[^\\s:]+:\\S+$' })), {
  additionalProperties: false
})

/** The settings of tokens, or null when none are accepted. */
export function tokenSettings(config: Config): TokenSettings | null {
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_JWKS_URL: jwksUrl } = config
  const roles = readRoles(config.OIDC_ROLES)
  const missing = Object.entries({ OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_JWKS_URL: jwksUrl }).find(
    ([, value]) => !value
  )
  if (!issuer && !audience && !jwksUrl) return null
  if (missing) throw wrong(missing[0], 'must be set too: OIDC_ISSUER, OIDC_AUDIENCE and OIDC_JWKS_URL go together')
  if (!URL.canParse(jwksUrl)) throw wrong('OIDC_JWKS_URL', 'must be an address')
  return { issuer, audience, jwksUrl, algorithm: config.OIDC_ALGORITHM, scopesClaim: config.OIDC_SCOPES_CLAIM, roles }
}

function readRoles(text: string): TokenSettings['roles'] {
  try {
    const roles: unknown = JSON.parse(text)
    if (Value.Check(Roles, roles)) return roles
  } catch {
    // The parser's own message would repeat the value.
  }
  throw wrong('OIDC_ROLES', 'must be like {"editor": ["articles:read", "articles:write"]}')
}

type Setting = TSchema & {
  description?: string
  minimum?: number
  maximum?: number
  enum?: string[]
  pattern?: string
  default?: unknown
  type?: string
}

function expected(schema: Setting): string {
  if (schema.enum) return `must be one of ${schema.enum.join(', ')}`
  if (schema.type === 'integer') return `must be a whole number from ${schema.minimum} to ${schema.maximum}`
  return `must match ${schema.pattern ?? 'a text that is not empty'}`
}

/** The settings as lines of help. */
export const settingsHelp = () =>
  Object.entries(settings as Record<string, Setting>)
    .map(
      ([name, { description, default: initial }]) =>
        `  ${name.padEnd(18)} ${description} (default: ${initial === '' ? 'none' : initial})`
    )
    .join('\n')
