import { type FromHtmlOptions, fromHtml } from './from-html.ts'
import type { BodyNode } from './model.ts'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** The body plain text shows: an empty line begins a paragraph, a single line break stays one. */
export function fromText(text: string, options: FromHtmlOptions = {}): BodyNode[] {
  const paragraphs: string[][] = [[]]
  for (const line of text.split(/\r\n|[\n\r\u2028\u2029]/)) {
    if (/\S/.test(line)) paragraphs.at(-1)!.push(line.replace(/[&<>]/g, character => ENTITIES[character]!))
    else if (paragraphs.at(-1)!.length > 0) paragraphs.push([])
  }
  return fromHtml(paragraphs.map(lines => `<p>${lines.join('<br>')}</p>`).join(''), options)
}
