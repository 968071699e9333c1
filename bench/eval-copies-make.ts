import { drawsOf, type Pen, pick } from './eval-copies-words.ts'

/** Copies of real articles, made the way newsrooms make them: the same in every run. */

export interface Original {
  id: string
  language: string
  title: string
  paragraphs: string[]
  publishedAt: string
}

/** A flat document that was made, and of which article. */
export interface Made {
  kind: string
  family: string
  document: { id: string; language: string; title: string; body_text: string; published_at: string; source: string }
}

interface Draft {
  title: string
  paragraphs: string[]
}

type Step = (draft: Draft, pen: Pen, seed: string) => Draft

const agencies = ['Agency A', 'Agency B', 'Agency C']
/** What an agency's terms of use take at the end of each of its stories. */
const terms = 60
const dateline = 8

const headline: Step = (draft, pen, seed) => ({ ...draft, title: pen.write(`${seed} title`, 8) })

/** Another first paragraph, as long as the one that stood there. */
const lead: Step = ({ title, paragraphs: [first, ...rest] }, pen, seed) => ({
  title,
  paragraphs: [pen.write(`${seed} lead`, Math.max(15, pen.count(first!))), ...rest]
})

/** The last 20 to 50 % of the letters are gone, paragraphs or parts of them. */
const ending: Step = ({ title, paragraphs }, _, seed) => {
  const share = 0.2 + 0.3 * drawsOf(`${seed} ending`)()
  let left = Math.floor((1 - share) * paragraphs.reduce((sum, { length }) => sum + length, 0))
  const kept: string[] = []
  for (const paragraph of paragraphs) {
    if (left <= 0) break
    kept.push(paragraph.slice(0, left))
    left -= paragraph.length
  }
  return { title, paragraphs: kept }
}

/** What an agency puts before and after each of its stories in a language: the same words for all. */
const boilerplate: Step = ({ title, paragraphs: [first, ...rest] }, pen, seed) => {
  const agency = pick(agencies, drawsOf(`${seed} agency`))
  const before = pen.write(`${agency} dateline`, dateline)
  return { title, paragraphs: [`${before} — ${first}`, ...rest, pen.write(`${agency} terms`, terms)] }
}

/** A paragraph more in the middle, and every other figure is another one. */
const update: Step = ({ title, paragraphs }, pen, seed) => {
  const next = drawsOf(`${seed} update`)
  const middle = Math.ceil(paragraphs.length / 2)
  const more = pen.write(`${seed} more`, 40)
  const changed = [...paragraphs.slice(0, middle), more, ...paragraphs.slice(middle)]
  return {
    title,
    paragraphs: changed.map(text =>
      text.replaceAll(/\p{Nd}+/gu, figure => (next() < 0.5 ? figure : String(1 + Math.floor(next() * 99))))
    )
  }
}

/** Ten to fifteen words of a hundred are others. */
const paraphrase: Step = ({ title, paragraphs }, pen, seed) => {
  const share = 0.1 + 0.05 * drawsOf(`${seed} share`)()
  return { title, paragraphs: paragraphs.map((text, n) => pen.reword(`${seed} paraphrase ${n}`, text, share)) }
}

/** How copies are made; the harder grade is reported apart. */
export const kinds: Record<string, { steps: Step[]; harder: boolean }> = {
  headline: { steps: [headline], harder: false },
  lead: { steps: [lead], harder: false },
  ending: { steps: [ending], harder: false },
  boilerplate: { steps: [boilerplate], harder: false },
  update: { steps: [headline, update], harder: false },
  'lead, boilerplate': { steps: [headline, lead, boilerplate], harder: false },
  'ending, boilerplate': { steps: [headline, ending, boilerplate], harder: false },
  'lead, ending, boilerplate': { steps: [headline, ending, lead, boilerplate], harder: false },
  paraphrase: { steps: [headline, paraphrase], harder: true },
  'paraphrase, ending': { steps: [headline, paraphrase, ending], harder: true }
}

/** Copies of an article of each kind, each a few hours after the one before. */
export function copiesOf(original: Original, pen: Pen): Made[] {
  return Object.entries(kinds).map(([kind, { steps }], index) => {
    const id = `${original.id} / ${kind}`
    const draft = steps.reduce((draft, step) => step(draft, pen, id), original as Draft)
    return { kind, family: original.id, document: toDocument(id, original, draft, index + 1) }
  })
}

/** Three to six stories one after the other, as a morning's briefing has them: a version of none. */
export function roundUpOf(id: string, originals: readonly Original[]): Made {
  const draft = { title: id, paragraphs: originals.flatMap(({ title, paragraphs }) => [title, ...paragraphs]) }
  return { kind: 'round-up', family: id, document: toDocument(id, originals[0]!, draft, 20) }
}

function toDocument(id: string, { language, publishedAt }: Original, { title, paragraphs }: Draft, later: number) {
  const at = new Date(Date.parse(publishedAt) + later * 5 * 3_600_000)
  const source = `Newspaper ${later}`
  return { id, language, title, body_text: paragraphs.join('\n\n'), published_at: at.toISOString(), source }
}
