/** Where failures of what runs behind the requests are told. */
export interface Log {
  warn(details: object, message: string): void
}

/** A failure for the log, without what it may have been about: its first line only, and no keys, passwords or queries of addresses in that. */
export function tell(log: Log, error: unknown, message: string, details: object = {}): void {
  const { name = 'Error', code, message: words = String(error) } = (error ?? {}) as Error & { code?: string }
  const said = words
    .split('\n')[0]!
    .replace(/bsk_\w+/g, 'bsk_…')
    .replace(/\/\/[^/@\s]*@/g, '//…@')
    .replace(/\?[^\s'"]*/g, '?…')
    .slice(0, 300)
  log.warn({ ...details, failure: { name, code, said } }, message)
}
