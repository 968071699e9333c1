import { crc32, deflateSync } from 'node:zlib'

/** The smallest whole picture of every kind the house keeps, of any size. */

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const uint16 = (value: number) => Buffer.from([value >> 8, value & 255])
const little16 = (value: number) => Buffer.from([value & 255, value >> 8])

const chunk = (type: string, content = Buffer.alloc(0)) => {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  return Buffer.concat([uint32(content.length), named, uint32(crc32(named))])
}

/** Grey, one bit a pixel; the pixels differ by their seed. */
export const png = (width: number, height: number, seed = 0) =>
  Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', Buffer.concat([uint32(width), uint32(height), Buffer.from([1, 0, 0, 0, 0])])),
    chunk('IDAT', deflateSync(Buffer.alloc(Math.min(height * (1 + Math.ceil(width / 8)), 10_000), seed))),
    chunk('IEND')
  ])

const segment = (marker: number, content: Buffer) =>
  Buffer.concat([Buffer.from([0xff, marker]), uint16(content.length + 2), content])

/** `orientation` as a camera notes how it was held: 6 lies on its side. */
export const jpeg = (width: number, height: number, orientation?: number) =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...(orientation
      ? [
          segment(
            0xe1,
            Buffer.concat([
              Buffer.from('Exif\0\0MM\0*', 'latin1'),
              uint32(8),
              uint16(1),
              uint16(0x0112),
              uint16(3),
              uint32(1),
              uint16(orientation),
              Buffer.alloc(6)
            ])
          )
        ]
      : []),
    segment(0xc0, Buffer.concat([Buffer.from([8]), uint16(height), uint16(width), Buffer.from([1, 1, 0x11, 0])])),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56, 0xff, 0xd9])
  ])

export const gif = (width: number, height: number) =>
  Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    little16(width),
    little16(height),
    Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x21, 0xf9, 4, 0, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0]),
    little16(width),
    little16(height),
    Buffer.from([0, 2, 2, 0x44, 1, 0, 0x3b])
  ])

export const webp = (width: number, height: number) => {
  const bits = Buffer.alloc(5)
  bits[0] = 0x2f
  bits.writeUInt32LE(((height - 1) << 14) | (width - 1), 1)
  const content = Buffer.concat([bits, Buffer.alloc(5)])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(content.length)
  const file = Buffer.concat([Buffer.from('WEBPVP8L', 'latin1'), length, content])
  const whole = Buffer.alloc(4)
  whole.writeUInt32LE(file.length)
  return Buffer.concat([Buffer.from('RIFF', 'latin1'), whole, file])
}

const box = (type: string, ...content: Buffer[]) => {
  const all = Buffer.concat([Buffer.from(type, 'latin1'), ...content])
  return Buffer.concat([uint32(all.length + 4), all])
}
const plain = Buffer.alloc(4)

/** `turned` by a quarter. */
export const avif = (width: number, height: number, turned = false) =>
  Buffer.concat([
    box('ftyp', Buffer.from('avif', 'latin1'), plain, Buffer.from('mif1', 'latin1')),
    box(
      'meta',
      plain,
      box('pitm', plain, uint16(1)),
      box(
        'iprp',
        box('ipco', box('ispe', plain, uint32(width), uint32(height)), box('irot', Buffer.from([1]))),
        box('ipma', plain, uint32(1), uint16(1), Buffer.from(turned ? [2, 0x81, 0x82] : [1, 0x81]))
      )
    ),
    box('mdat', Buffer.alloc(20, 7))
  ])

export const makers = { png, jpeg, gif, webp, avif }
