import { Parser } from 'htmlparser2'
import { marked } from 'marked'
import type { Test } from 'tap'
import { fromMarkdown } from '../src/lib/portable-text/from-markdown.ts'
import { type BodyNode, plain } from '../src/lib/portable-text/model.ts'
import type { BodyInput } from '../src/lib/portable-text/read-body.ts'
import { hasForbidden } from '../src/lib/text.ts'
import { activeAddresses, activeParts } from './active-parts.ts'
import { keyFor, type Method, openHouse } from './helpers.ts'

/** Whatever goes in at the desk, nothing active comes out to readers, and every form of a body has the same words. */

/** In which language a payload goes in as what. */
const forms = { en: 'html', fr: 'markdown', vi: 'text' } as const
type Language = keyof typeof forms
const languages = Object.keys(forms) as Language[]

interface Json {
  id: string
  slug: string
  body: { blocks: BodyNode[]; content: string }
  seo: Record<string, unknown>
  [member: string]: unknown
}

async function openDesk(t: Parameters<typeof openHouse>[0]) {
  const house = await openHouse(t, { demo: true })
  const headers = await keyFor(house.db, '*:*')
  const call = async (method: Method, url: string, payload?: object) =>
    house.send(method, url, { headers, ...(payload ? { payload } : {}) })
  const make = async (noun: string, payload: object) => {
    const answer = await call('POST', `/v1/desk/${noun}`, payload)
    if (answer.statusCode !== 201) throw new Error(`${answer.body} for ${JSON.stringify(payload)}`)
    return answer.json().id as string
  }
  const topic = await make('topics', { slug: 'bait', type: 'subject', texts: {} })
  /** Everything of a list, by pages of a hundred. */
  const readAll = async (address: string) => {
    const items: Json[] = []
    for (let url: string | null = `${address}&limit=100`; url; ) {
      const answer = await house.get(url)
      const { items: page, next }: { items: Json[]; next: string | null } = answer.json()
      if (
        !/^application\/json/.test(String(answer.headers['content-type'])) ||
        answer.headers['x-content-type-options'] !== 'nosniff'
      )
        throw new Error('an answer could be taken for a page')
      items.push(...page)
      url = next && `${address}&limit=100&cursor=${next}`
    }
    return items
  }
  return { ...house, call, make, topic, readAll }
}

/** A payload as a text of at most so many characters; what is only space is no text. */
const textOf = (payload: string, longest = 500) => {
  const text = payload.slice(0, longest).replace(/[\ud800-\udbff]$/, '')
  return /\S/.test(text) ? text : `none ${text}`
}

type Make = Awaited<ReturnType<typeof openDesk>>['make']

async function picture(make: Make, line: string, n: number) {
  const file = { url: `https://example.org/${n}.jpg`, mime: 'image/jpeg', width: 1, height: 1 }
  const image = await make('images', { ...file, credit: { name: line, role: 'photo' } })
  await make('captions', { image, language: 'en', text: line, alt: line })
  return image
}

/** One story: the payload as the body of three editions, and in everything beside it that is words. */
async function publish({ call, make, topic }: Awaited<ReturnType<typeof openDesk>>, payload: string, n: number) {
  const images =
    n % 4 === 0 && /\S/.test(payload) ? [{ image: await picture(make, textOf(payload, 100), n), role: 'lead' }] : []
  const work = { originalLanguage: 'en', section: 'politics', topics: [{ topic, weight: 1 }], images }
  const article = await make('articles', work)
  const line = textOf(payload)
  for (const language of languages) {
    const words = {
      headline: line,
      kicker: line,
      standfirst: line,
      byline: line,
      seo: { title: line, description: line }
    }
    const body = { format: forms[language], content: payload } as BodyInput
    const translation = language === 'en' ? {} : { translation: { method: 'human', engine: line, translator: line } }
    const slug = `bait-${n}`
    const edition = { language, slug, ...words, ...translation, body }
    const written = await call('POST', `/v1/desk/articles/${article}/editions`, edition)
    if (written.statusCode !== 201) throw new Error(`${written.body} for ${JSON.stringify(payload)}`)
    const published = await call('POST', `/v1/desk/articles/${article}/editions/${language}/publish`)
    // Of some baits nothing is left, and what is empty is not published.
    if (published.statusCode !== 200 && published.json().code !== 'not-publishable') throw new Error(published.body)
  }
}

/** Four at a time, as one writer would wait for every commit. */
async function inLanes(payloads: string[], work: (payload: string, n: number) => Promise<void>) {
  const rest = payloads.entries()
  const lane = async () => {
    for (const [n, payload] of rest) await work(payload, n)
  }
  await Promise.all([lane(), lane(), lane(), lane()])
}

const wordsOf = (...texts: string[]) => texts.join(' ').split(/\s+/).filter(Boolean)

/** The words of HTML as a browser shows them. */
function wordsOfHtml(html: string): string[] {
  let text = ''
  const inline = /^(?:a|strong|em|code|u|s|sub|sup)$/
  const apart = (name: string) => {
    if (!inline.test(name)) text += ' '
  }
  const parser = new Parser({
    onopentag: apart,
    onclosetag: apart,
    ontext: more => {
      text += more
    }
  })
  parser.end(html)
  return wordsOf(text)
}

/** Whether the text has these words in this order, and besides them only the marks of lists. */
function hasWords(text: string, words: string[]): boolean {
  let place = 0
  for (const word of wordsOf(text)) {
    if (word === words[place]) place++
    else if (!/^(?:•|\d+\.)$/.test(word)) return false
  }
  return place === words.length
}

/** What is wrong with the four forms of one published body. */
function faultsOf(id: string, read: Record<string, Map<string, Json>>): string[] {
  const body = (format: string) => read[format]!.get(id)!.body
  const { blocks } = body('blocks')
  const [html, markdown, text] = ['html', 'markdown', 'text'].map(format => body(format).content) as [
    string,
    string,
    string
  ]
  const words = wordsOf(...blocks.map(plain))
  const same = (form: string, found: string[]) =>
    JSON.stringify(found) === JSON.stringify(words) ? [] : [`${form} says ${found.join(' ')} for ${words.join(' ')}`]
  return [
    ...activeParts(html),
    ...activeParts(marked.parse(markdown, { async: false })),
    ...activeAddresses(blocks),
    ...same('HTML', wordsOfHtml(html)),
    ...same('Markdown', wordsOf(...fromMarkdown(markdown).map(plain))),
    ...(hasWords(text, words) ? [] : [`text says ${text} for ${words.join(' ')}`])
  ]
}

async function holdBodies(t: Test, desk: Awaited<ReturnType<typeof openDesk>>, payloads: string[]) {
  for (const language of languages) {
    const read: Record<string, Map<string, Json>> = {}
    for (const format of ['blocks', 'html', 'markdown', 'text']) {
      const items = await desk.readAll(`/v1/articles?topic=bait&view=full&language=${language}&body=${format}`)
      read[format] = new Map(items.map(item => [item.id, item]))
    }
    const faults: string[] = []
    for (const [id, item] of read.blocks!) {
      const payload = payloads[Number(item.slug.slice(5))]!
      const named = (fault: string) => `${JSON.stringify(payload)}: ${fault}`
      faults.push(...faultsOf(id, read).map(named))
      const { headline, kicker, standfirst, byline, seo } = item
      const line = textOf(payload)
      if (headline !== line.normalize('NFC')) faults.push(named(`headline ${headline}`))
      for (const each of [kicker, standfirst, byline, seo.title, seo.description])
        if (each !== line) faults.push(named(`is told as ${each}`))
      const said = read.text!.get(id)!.body
      if (language === 'vi' && wordsOf(said.content).join(' ') !== wordsOf(payload.normalize('NFC')).join(' '))
        faults.push(named(`as text says ${said.content}`))
    }
    t.same(faults, [], `what went in as ${forms[language]}`)
    t.ok(read.blocks!.size > payloads.length / 2, `${read.blocks!.size} of ${payloads.length} are published`)
  }
}

/** Payloads in the words of other nouns come back letter by letter, as text. */
async function holdLabels(t: Test, desk: Awaited<ReturnType<typeof openDesk>>, payloads: string[]) {
  const { make, readAll } = desk
  const commented = await make('articles', { originalLanguage: 'en', section: 'politics' })
  await desk.call('POST', `/v1/desk/articles/${commented}/editions`, {
    ...{ language: 'en', headline: 'Commented', body: { format: 'text', content: 'x' } }
  })
  await desk.call('POST', `/v1/desk/articles/${commented}/editions/en/publish`)
  const lines = payloads.map(payload => textOf(payload, 100))
  await inLanes(lines, async (line, n) => {
    const label = { label: line, reviewed: true }
    await make('comments', { article: commented, language: 'en', authorName: line, body: line, state: 'approved' })
    if (n % 4 > 0) return
    await make('authors', { slug: `bait-${n}`, type: 'person', texts: { en: { name: line, biography: line } } })
    await make('topics', { slug: `bait-${n}`, type: 'subject', texts: { en: { ...label, aliases: [line] } } })
    await make('categories', { slug: `bait-${n}`, position: 5000 + n, texts: { en: label } })
    await make('sources', { slug: `bait-${n}`, type: 'agency', defaultCredit: line, texts: { en: { name: line } } })
  })
  const told = async (noun: string, members: string[]) => {
    const items = await readAll(`/v1/${noun}${noun.includes('?') ? '&' : '?'}language=en`)
    return new Set(items.flatMap(item => members.map(member => String(item[member]))))
  }
  const comments = await told(`comments?article=${commented}`, ['authorName', 'body'])
  t.same(
    lines.filter(line => !comments.has(line)),
    [],
    'comments'
  )
  const some = lines.filter((_, n) => n % 4 === 0)
  for (const [noun, members] of Object.entries({
    authors: ['name'],
    topics: ['label'],
    categories: ['label'],
    sources: ['name'],
    captions: ['text', 'alt']
  })) {
    const found = await told(noun, members)
    // Where there are no words nothing is published, and so no picture shown.
    if (noun === 'captions') for (const line of some) if (line.startsWith('none ')) found.add(line)
    t.same(
      some.filter(line => !found.has(line)),
      [],
      noun
    )
  }
}

/** All payloads through the door and back. What no text can hold, NUL and lone surrogates, is refused there and has its own test. */
export async function throughTheDoor(t: Test, given: string[]) {
  const desk = await openDesk(t)
  const payloads = [...new Set(given)].filter(payload => !hasForbidden(payload))
  await inLanes(payloads, (payload, n) => publish(desk, payload, n))
  await holdBodies(t, desk, payloads)
  await holdLabels(t, desk, payloads)
  return payloads.length
}
