import { keyFor, type Method, openHouse } from './helpers.ts'

export type Json = Record<string, unknown>

/** A newsroom with one story at the desk, written in English, and the ways to it. */
export async function openDesk(t: Parameters<typeof openHouse>[0]) {
  const house = await openHouse(t, { demo: true })
  const headers = await keyFor(house.db, '*:*')
  const call = async (method: Method, url: string, payload?: object, more: Record<string, string> = {}) =>
    house.send(method, url, { headers: { ...headers, ...more }, ...(payload ? { payload } : {}) })
  const made = await call('POST', '/v1/desk/articles', { originalLanguage: 'en', section: 'politics' })
  const story = `/v1/desk/articles/${made.json().id}`
  const write = (language: string, words: object) => call('POST', `${story}/editions`, { language, ...words })
  const save = async (language: string, change: object, tag?: string) => {
    const edition = `${story}/editions/${language}`
    const etag = tag ?? String((await call('GET', edition)).headers.etag)
    return call('PATCH', edition, change, { 'if-match': etag })
  }
  const move = (language: string, verb: string, body?: object) =>
    call('POST', `${story}/editions/${language}/${verb}`, body)
  const read = (language: string) =>
    house.get(`/v1/articles/${made.json().id}?language=${language}&fallback=none&body=text`)
  return { ...house, headers, call, story, write, save, move, read, id: made.json().id as string }
}

export const html = (...paragraphs: string[]) => ({
  format: 'html',
  content: paragraphs.map(text => `<p>${text}</p>`).join('')
})
export const keysOf = (edition: Json) =>
  (edition.body as { blocks: { _key: string }[] }).blocks.map(block => block._key)
