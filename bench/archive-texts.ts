/** Texts of a made archive: words as rare as words are, and events that several stories report. Every value follows from the number of the article. */

/** A draw for some numbers, from 0 to below 1 (the finalizer of MurmurHash3 over each in turn). */
function draw(...numbers: number[]): number {
  let sum = 0x9e3779b1
  for (const number of numbers) {
    sum = Math.imul(sum ^ number, 0x85ebca6b)
    sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35)
    sum ^= sum >>> 16
  }
  return (sum >>> 0) / 2 ** 32
}

/** A made word for a number, in letters. */
const letters = (number: number) =>
  number.toString(16).replaceAll(/[0-9a-f]/g, digit => 'bdfglmnprstvaeio'[Number.parseInt(digit, 16)]!)

/** 60,000 words, of which the first is the most common (Zipf): the draw is of its logarithm. */
const vocabulary = Array.from({ length: 60_000 }, (_, rank) => letters(((rank + 1) * 7919) % 1_000_003))
const common = (at: number) => vocabulary[Math.floor(Math.exp(at * Math.log(vocabulary.length)))]!

/** Some of forty stories in a row tell of one of eight events: of the first a third, of the last few. */
const eventOf = (n: number) => Math.floor(n / 40) * 8 + Math.floor(draw(n) ** 2 * 8)

/** The k-th word: each fifth is one of the twelve names of the event, the same in all languages. */
const word = (n: number, k: number, language: string) =>
  k % 5 === 0
    ? `U${letters(eventOf(n) * 16 + Math.floor(draw(n, k) * 12))}`
    : language[0] + common(draw(n, k, language.charCodeAt(0)))

const words = (n: number, language: string, from: number, count: number) =>
  Array.from({ length: count }, (_, index) => word(n, from + index, language)).join(' ')

/** A headline of eight words and a body of ten paragraphs of forty. */
export function madeStory(n: number, language: string) {
  const body = Array.from({ length: 10 }, (_, paragraph) => ({
    _type: 'block',
    _key: `k${paragraph}`,
    style: 'normal',
    markDefs: [],
    children: [{ _type: 'span', _key: `s${paragraph}`, marks: [], text: words(n, language, paragraph * 50, 40) }]
  }))
  return { headline: words(n, language, 900, 8), body }
}
