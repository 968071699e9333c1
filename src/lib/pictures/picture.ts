/** What the bytes of a picture say of it; the size as a reader sees it, turned the right way up. */
export interface Size {
  width: number
  height: number
}

/** Why bytes are no picture that could be kept, in words for whoever sent them. */
export class BrokenPicture extends Error {}

/** The bytes between two places, or word that the file ends before. */
export function take(bytes: Buffer, from: number, length: number): Buffer {
  if (from + length > bytes.length) throw new BrokenPicture('The file is cut off.')
  return bytes.subarray(from, from + length)
}

/** More parts than any program writes; each costs a little time, and a large file of tiny ones would cost seconds. */
const mostParts = 100_000

export function mustBeFew(parts: number): void {
  if (parts > mostParts) throw new BrokenPicture(`The file has more than ${mostParts} parts.`)
}

/** What follows a picture would be another file in its coat; cameras and programs leave zeros. */
export function mustEnd(bytes: Buffer, end: number): void {
  for (let at = end; at < bytes.length; at++)
    if (bytes[at] !== 0)
      throw new BrokenPicture(
        `The picture ends at byte ${end} of ${bytes.length}, and something else follows; save it anew.`
      )
}
