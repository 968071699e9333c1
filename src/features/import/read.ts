import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
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
  const facts = file === '-' ? null : await stat(file)
  if (facts?.isDirectory()) throw new Error('it is a folder')
  const totalBytes = facts ? facts.size : null
  const input: Readable = facts ? createReadStream(file) : process.stdin
  let bytes = 0
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
    const bytes = Buffer.concat(pieces)
    const line = bytes.toString('utf8')
    const tooLong = length > longestLine
    pieces = []
    length = 0
    if (tooLong) return { number, text: line.slice(0, 4096), broken: `Longer than ${longestLine} bytes.` }
    if (!isUtf8(bytes)) return { number, text: line, broken: 'Not UTF-8.' }
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
  yield* unpacked(first.value, input)
}

/** What gzip held, also up to the place where it is damaged: each piece is taken out before the next one goes in. */
async function* unpacked(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  const out: Buffer[] = []
  let failure: Error | undefined
  let wake = () => {}
  gunzip.on('data', (piece: Buffer) => out.push(piece))
  gunzip.on('error', error => {
    failure = error
    wake()
  })
  const step = (work: (done: () => void) => void) =>
    new Promise<void>(resolve => {
      wake = resolve
      work(() => setImmediate(resolve))
    })
  for (let piece: Buffer | undefined = first; piece && !failure; piece = (await rest.next()).value) {
    const packed: Buffer = piece
    await step(done => gunzip.write(packed, done))
    yield* out.splice(0)
  }
  if (!failure) await step(done => gunzip.once('end', done).end())
  yield* out.splice(0)
  if (failure) throw failure
}
