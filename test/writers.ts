import { setTimeout as delay } from 'node:timers/promises'

/** Writers who never give up: each request is made again, with the same Idempotency-Key, until it is answered. */

export type Json = Record<string, unknown>
export type Random = () => number

/** A small generator of fixed sequences (mulberry32), so that a seed says what was done. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export interface Answer {
  status: number
  headers: Headers
  body: Json
}

/** A request that was answered with a success. */
export interface Acknowledged {
  url: string
  key: string
  payload: Json | undefined
  answer: Answer
}

/** What the newsroom has promised to keep. */
export interface Promised {
  posts: Acknowledged[]
  topics: Map<string, Json>
  articles: Map<string, Json>
  /** By article, with the words of the newest answer. */
  editions: Map<string, Json>
  /** Headline that readers see, by article. */
  live: Map<string, string>
}

export interface Client {
  address: string
  authorization: string
  /** How often a connection was lost with the request on its way. */
  lost: number
}

type Asked = { headers?: Record<string, string>; payload?: Json | undefined }

/** One try; null when nobody can say what became of it. */
export async function attempt(client: Client, method: string, url: string, { headers = {}, payload }: Asked = {}) {
  try {
    const response = await fetch(client.address + url, {
      method,
      headers: {
        authorization: client.authorization,
        ...(payload ? { 'content-type': 'application/json' } : {}),
        ...headers
      },
      signal: AbortSignal.timeout(20_000),
      ...(payload ? { body: JSON.stringify(payload) } : {})
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : {}) as Json }
  } catch {
    client.lost++
    return null
  }
}

const isLater = ({ status, body }: Answer) =>
  status === 503 || (status === 409 && body.code === 'idempotency-in-progress')

/** Asks until it is answered for good; who `abandons` it gives up after the first try that was not. */
export async function insist(
  client: Client,
  method: string,
  url: string,
  asked: Asked = {},
  abandons = false
): Promise<Answer | null> {
  const end = Date.now() + 90_000
  for (let pause = 20; Date.now() < end; pause = Math.min(2 * pause, 250)) {
    const answer = await attempt(client, method, url, asked)
    if (answer && !isLater(answer)) return answer
    if (abandons) return null
    await delay(pause)
  }
  throw new Error(`${method} ${url} was not answered for a minute and a half`)
}

const wrong = (what: string, { status, body }: Answer) => new Error(`${what}: ${status} ${JSON.stringify(body)}`)

/** One writer: makes topics and stories of its own, saves and publishes them, until it is told to stop. */
export class Writer {
  readonly #client: Client
  readonly #promised: Promised
  readonly #name: string
  readonly #random: Random
  #count = 0
  #stories: string[] = []

  constructor(client: Client, promised: Promised, name: string, random: Random) {
    this.#client = client
    this.#promised = promised
    this.#name = name
    this.#random = random
  }

  async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const draw = this.#random()
      if (draw < 0.3) await this.#makeTopic()
      else if (draw < 0.6 || this.#stories.length === 0) await this.#makeStory()
      else await this.#saveStory(this.#stories[Math.floor(this.#random() * this.#stories.length)]!)
    }
  }

  /** Null when it was given up: it may be there, whole, or not at all. */
  async #post(kind: string, url: string, payload?: Json): Promise<Json | null> {
    const key = `${kind}-${this.#name}-${++this.#count}`
    const asked = { payload, headers: { 'idempotency-key': key } }
    const abandons = this.#random() < 0.15
    const ask = () => insist(this.#client, 'POST', url, asked, abandons)
    // Some are sent twice at once, as an impatient proxy does it.
    const twice = this.#random() < 0.15
    const [answer, other] = await Promise.all(twice ? [ask(), ask()] : [ask()])
    const given = answer ?? other
    if (!given) return null
    if (given.status >= 300) throw wrong(`POST ${url} with ${key}`, given)
    if (answer && other && JSON.stringify(answer.body) !== JSON.stringify(other.body))
      throw new Error(`${key} was answered in two ways: ${JSON.stringify([answer.body, other.body])}`)
    this.#promised.posts.push({ url, key, payload, answer: given })
    return given.body
  }

  async #makeTopic(): Promise<void> {
    const slug = `topic-${this.#name}-${this.#count}`
    const words = { label: `Topic of ${this.#name}`, reviewed: true, aliases: [slug, 'Other'] }
    const topic = await this.#post('topic', '/v1/desk/topics', {
      slug,
      type: 'subject',
      texts: { en: words, fr: words }
    })
    if (topic) this.#promised.topics.set(topic.id as string, topic)
  }

  async #makeStory(): Promise<void> {
    const topics = [...this.#promised.topics.keys()].slice(-2).map(topic => ({ topic, weight: 0.5 }))
    const article = await this.#post('article', '/v1/desk/articles', {
      originalLanguage: 'en',
      section: 'news',
      topics
    })
    if (!article) return
    const id = article.id as string
    this.#promised.articles.set(id, article)
    const base = `/v1/desk/articles/${id}/editions`
    const edition = await this.#post('edition', base, {
      language: 'en',
      headline: this.#headline(),
      body: this.#body()
    })
    if (!edition) return
    this.#promised.editions.set(id, edition)
    if (await this.#publish(id)) this.#stories.push(id)
  }

  async #publish(id: string): Promise<boolean> {
    const edition = await this.#post('publish', `/v1/desk/articles/${id}/editions/en/publish`)
    // Given up, it may be public or not; it is left alone from now on.
    if (!edition) {
      this.#promised.editions.delete(id)
      this.#promised.live.delete(id)
      this.#stories = this.#stories.filter(story => story !== id)
      return false
    }
    this.#promised.editions.set(id, edition)
    this.#promised.live.set(id, edition.headline as string)
    return true
  }

  /** A change has no Idempotency-Key: made again after a lost answer, it meets its own effect as 412. */
  async #saveStory(id: string): Promise<void> {
    const url = `/v1/desk/articles/${id}/editions/en`
    const before = this.#promised.editions.get(id)!
    const payload = { headline: this.#headline(), body: this.#body() }
    const headers = { 'if-match': `"v${before.version}"` }
    let answer = (await insist(this.#client, 'PATCH', url, { payload, headers }))!
    if (answer.status === 412) {
      answer = (await insist(this.#client, 'GET', url))!
      if (answer.body.headline !== payload.headline || answer.body.version !== Number(before.version) + 1)
        throw wrong(`PATCH ${url} met another change`, answer)
    }
    if (answer.status !== 200) throw wrong(`PATCH ${url}`, answer)
    this.#promised.editions.set(id, answer.body)
    if (this.#random() < 0.5) await this.#publish(id)
  }

  #headline = () => `Headline ${++this.#count} of ${this.#name}`

  #body() {
    const paragraphs = Array.from({ length: 3 }, (_, n) => `<p>Sentence ${n} of ${this.#count}, ${this.#name}.</p>`)
    return { format: 'html', content: paragraphs.join('') }
  }
}
