import { Agent, request } from 'node:http'
import { lengthOf } from '../src/lib/portable-text/words.ts'

/** What is written: a topic with its label, and a story that is made, written and published. */

export interface Story {
  section: string
  source: string
  topics: string[]
  slug: string
  headline: string
  standfirst: string
  blocks: object[]
  wordCount: number
  readingMinutes: number
}

export interface Topic {
  slug: string
  label: string
}

/** One writer's two kinds of work: a topic is one write, a story three. */
export interface Write {
  topic(topic: Topic): Promise<void>
  story(story: Story): Promise<void>
}

export const writesOf = { topic: 1, story: 3 } as const
export type Kind = keyof typeof writesOf

/** What a story can stand in: ids of the archive. */
export interface Places {
  section: string
  source: string
  topics: string[]
}

export const topicOf = (name: string): Topic => ({ slug: `bench-${name}`, label: `Topic ${name}` })

/** About 4 kB of body, as the archive's stories have it. */
export function storyOf({ section, source, topics }: Places, name: string): Story {
  const sentence = `The water rose slowly over the lower fields and the pumps ran through the night of ${name}. `
  const blocks = Array.from({ length: 8 }, (_, n) => ({
    _type: 'block',
    _key: `k${n}`,
    style: 'normal',
    markDefs: [],
    children: [{ _type: 'span', _key: `s${n}`, marks: [], text: sentence.repeat(4).trim() }]
  }))
  const number = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)
  return {
    section,
    source,
    topics: [topics[number % topics.length]!, topics[(number + 1) % topics.length]!],
    slug: `bench-${name}`,
    headline: `Story ${name}`,
    standfirst: sentence,
    blocks,
    ...lengthOf(blocks as never, 'en')
  }
}

/** Some 4 kB of the words of one event, which stories `near-…` and `seen-…` of a name tell in orders of their own: alike, and no copies. */
export function alikeOf(places: Places, name: string): Story {
  const [teller, ...rest] = name.split('-')
  const event = [...rest.join('')]
    .reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 0)
    .toString(36)
  const step = teller === 'near' ? 7 : 11
  const words = (round: number) =>
    Array.from({ length: 61 }, (_, n) => `w${event}x${((n * (step + round)) % 61).toString(36)}`).join(' ')
  const story = storyOf(places, name)
  const blocks = story.blocks.map((block, n) => ({
    ...block,
    children: [{ _type: 'span', _key: `s${n}`, marks: [], text: `${words(n * 6)}.` }]
  }))
  return { ...story, blocks, standfirst: `Of ${event}.`, ...lengthOf(blocks as never, 'en') }
}

/** A client of the house over HTTP that keeps its connections. */
export class Desk {
  readonly #address: string
  readonly #authorization: string
  readonly #agent = new Agent({ keepAlive: true })

  constructor(address: string, key: string) {
    this.#address = address
    this.#authorization = `Bearer ${key}`
  }

  /** Anything but a success fails: errors are fast and would look like a record. */
  async send<Answer>(method: string, path: string, payload?: object): Promise<Answer> {
    const body = payload && JSON.stringify(payload)
    const headers = {
      authorization: this.#authorization,
      ...(body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {})
    }
    const { status, text } = await new Promise<{ status: number; text: string }>((done, fail) => {
      const sent = request(this.#address + path, { method, headers, agent: this.#agent }, response => {
        let text = ''
        response.setEncoding('utf8').on('data', data => {
          text += data
        })
        response.on('end', () => done({ status: response.statusCode!, text })).on('error', fail)
      })
      sent.on('error', fail).end(body)
    })
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text.slice(0, 500)}`)
    return JSON.parse(text) as Answer
  }

  async topic({ slug, label }: Topic): Promise<void> {
    await this.send('POST', '/v1/desk/topics', {
      slug,
      type: 'subject',
      texts: { en: { label, reviewed: true, aliases: [] } }
    })
  }

  async story(story: Story): Promise<void> {
    const id = await this.draft(story)
    await this.publish(id)
  }

  async draft({ section, source, topics, slug, headline, standfirst, blocks }: Story): Promise<string> {
    const { id } = await this.send<{ id: string }>('POST', '/v1/desk/articles', {
      originalLanguage: 'en',
      section,
      source,
      topics: topics.map(topic => ({ topic, weight: 1 }))
    })
    const body = { format: 'blocks', blocks }
    await this.send('POST', `/v1/desk/articles/${id}/editions`, { language: 'en', slug, headline, standfirst, body })
    return id
  }

  publish(id: string): Promise<object> {
    return this.send('POST', `/v1/desk/articles/${id}/editions/en/publish`)
  }

  withdraw(id: string): Promise<object> {
    return this.send('POST', `/v1/desk/articles/${id}/editions/en/withdraw`, { reason: 'A bench.' })
  }

  close(): void {
    this.#agent.destroy()
  }
}
