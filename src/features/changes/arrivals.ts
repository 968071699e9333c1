/** Tells everybody in this process who waits for the log that something may have come. */
export class Arrivals {
  /** How often something was announced: who remembers it before looking misses nothing that comes while it looks. */
  count = 0
  /** Whether the database tells what other processes write; without it those who wait must look from time to time. */
  isListening = false
  #hasEnded = false
  readonly #waiting = new Set<() => void>()

  announce(): void {
    this.count++
    for (const wake of [...this.#waiting]) wake()
  }

  /** Nobody waits any more: the process stops. */
  end(): void {
    this.#hasEnded = true
    this.announce()
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Until something is announced after `seen`, the time is over, or the signal ends it. */
  wait(seen: number, milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (this.#hasEnded || this.count !== seen || signal?.aborted || milliseconds <= 0) return Promise.resolve()
    return new Promise(resolve => {
      const wake = () => {
        clearTimeout(timer)
        this.#waiting.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, milliseconds)
      this.#waiting.add(wake)
      signal?.addEventListener('abort', wake)
    })
  }
}
