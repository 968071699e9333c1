import type { LogFunctionFactory } from 'graphile-worker'

type Line = (words: object, message: string) => void

/** What is needed of a pino logger. */
export interface Log {
  debug: Line
  info: Line
  warn: Line
  error: Line
}

/**
 * graphile-worker's words in our log. Its meta data hold payloads and stay out; the failure of a job is told by us, and its other
 * errors are of connections, which come back by themselves.
 */
export const loggerFor =
  (log: Log): LogFunctionFactory =>
  () =>
  (level, message, meta) => {
    if (meta?.failure || meta?.success) return
    const isTrouble = level === 'error' || level === 'warning'
    log[isTrouble ? 'warn' : 'debug']({ from: 'graphile-worker' }, message)
  }
