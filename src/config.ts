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
  SHUTDOWN_SECONDS: Type.Integer({
    default: 10,
    minimum: 1,
    maximum: 300,
    description: 'Time requests in flight get to finish'
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
  if (!error) return Object.freeze(value as Static<typeof Settings>)
  const name = error.instancePath.split('/')[1] ?? ''
  const setting = (settings as Record<string, Setting>)[name] as Setting
  throw new Error(`${name} ${expected(setting)} (${setting.description})`)
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
