/** Not a failure but an answer: the thing asked for has another address now, and the reader is sent there with 301. */
export class Moved extends Error {
  readonly location: string

  constructor(location: string) {
    super(`moved to ${location}`)
    this.location = location
  }
}
