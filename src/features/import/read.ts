import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** A line of a file, or why there are no more. */
export interface Line {
  number: number
  text: string
  /** Set on a line that was not kept: too long, or the file ends in damage. */
  broken?: string
}

/** Longer lines are refused before they are parsed; memory stays flat. */
const longestLine = 10 * 1024 * 1024

export interface Reading {
  lines: AsyncGenerator<Line>
  totalBytes: number | null
  bytes(): number
}

/** Opens a file, or standard input as `-`, as lines; gzip is recognised by its first bytes, whatever the name. */
export async function openLines(file: string): Promise<Reading> {
  const input: Readable = file === '-' ? process.stdin : createReadStream(file)
  const totalBytes = file === '-' ? null : (await stat(file)).size
  let bytes = 0
  if (file !== '-') await (await open(file)).close()
  return { lines: linesOf(count(input)), totalBytes, bytes: () => bytes }

  async function* count(stream: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length
      yield chunk as Buffer
    }
  }
}

async function* linesOf(input: AsyncGenerator<Buffer>): AsyncGenerator<Line> {
  let number = 0
  let pieces: Buffer[] = []
  let length = 0
  const take = (): Line | null => {
    number++
    const line = Buffer.concat(pieces).toString('utf8')
    const tooLong = length > longestLine
    pieces = []
    length = 0
    if (tooLong) return { number, text: line.slice(0, 4096), broken: `Longer than ${longestLine} bytes.` }
    const text = (number === 1 ? line.replace(/^\uFEFF/, '') : line).trim()
    return text === '' ? null : { number, text }
  }
  try {
    for await (const chunk of plain(input)) {
      let start = 0
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
        keep(chunk.subarray(start, end))
        const line = take()
        if (line) yield line
        start = end + 1
      }
      keep(chunk.subarray(start))
    }
  } catch (error) {
    yield { number: number + 1, text: '', broken: `The file ends in damage: ${(error as Error).message}` }
    return
  }
  const last = length > 0 ? take() : null
  if (last) yield last

  function keep(piece: Buffer) {
    length += piece.length
    if (length <= longestLine || pieces.length === 0) pieces.push(piece)
  }
}

/** The bytes themselves, unpacked when they begin as gzip does. */
async function* plain(input: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const first = await input.next()
  if (first.done) return
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield first.value
    yield* input
    return
  }
  const gunzip = createGunzip()
  const packed = Readable.from(again(first.value, input))
  packed.once('error', error => gunzip.destroy(error))
  yield* packed.pipe(gunzip) as AsyncIterable<Buffer>
}

async function* again(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first
  yield* rest
}
