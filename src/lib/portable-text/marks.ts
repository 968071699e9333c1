import { FORMATTING } from './elements.ts'
import { DECORATORS, type Decorator } from './model.ts'

/** The formatting elements open at a place. As in browsers it outlives paragraphs and ends with its own closing tag. */
export interface Marks {
  open: Map<Decorator, Map<string, number>>
  links: (string | null)[]
  list: readonly string[]
}

/** A place without formatting. */
export const noMarks = (): Marks => ({ open: new Map(), links: [], list: [] })

/** Where text at this place leads, or null. */
export const hrefAt = (marks: Marks) => marks.links.at(-1) ?? null

/** Begins a link; a link inside a link ends the outer one. */
export function openLink(marks: Marks, href: string | null): void {
  if (marks.links.length > 0) marks.links[marks.links.length - 1] = null
  marks.links.push(href)
}

/** Counts a formatting element in (`by` 1) or out (`by` -1). */
export function turnMark(marks: Marks, name: string, by: 1 | -1): void {
  const decorator = FORMATTING.get(name)
  if (!decorator) return
  const counts = marks.open.get(decorator) ?? new Map<string, number>()
  const count = Math.max(0, (counts.get(name) ?? 0) + by)
  if (count === 0) counts.delete(name)
  else counts.set(name, count)
  marks.open.set(decorator, counts)
  marks.list = DECORATORS.filter(each => (marks.open.get(each)?.size ?? 0) > 0)
}
