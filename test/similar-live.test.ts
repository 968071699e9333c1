import t from 'tap'
import { fill, openKey } from './helpers.ts'
import { openHousehold } from './household.ts'
import { storyRecord } from './stories.ts'
import { until } from './workers.ts'

/** A server and a worker as they run for real: what is published stands in the list of what is similar to it, and leaves it when it is withdrawn. */

t.setTimeout(170_000)

const flood = (place: string, order: number[]) => {
  const words = 'river dyke sluice crest warden sandbag levee torrent ferry embankment gauge culvert'.split(' ')
  return `<p>${order.map(n => `The ${words[n]} of ${place} is ${words[(n * 5 + 2) % 12]}.`).join(' ')}</p>`
}
const orders = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  [5, 0, 7, 2, 9, 4, 11, 6, 1, 8, 3, 10]
]
const rounds = 3
/** Far more than a second, as the machine may be busy: that it comes is what is tested, how fast is measured by the bench. */
const patience = 15

t.test('what is published comes to the lists of others by itself, and goes', async t => {
  const home = await openHousehold(t)
  await home.ready()
  const db = await home.open()
  await fill(db, [
    { kind: 'language', tag: 'en', name: 'English', position: 1 },
    { kind: 'category', slug: 'news', labels: { en: 'News' } },
    ...Array.from({ length: 12 }, (_, n) =>
      storyRecord(`filler-${n}`, {}, { html: `<p>Council ${n} discussed budget item ${n * 7} at length.</p>` })
    ),
    storyRecord('flood-at-hue', {}, { html: flood('Hue', orders[0]!) })
  ])
  const { authorization } = await openKey(db, {})
  const send = async (method: string, path: string, body?: object) => {
    const answer = await fetch(home.address + path, {
      method,
      headers: { authorization, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {})
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return JSON.parse(text)
  }
  const isThere = async (id: string) => {
    const { groups } = await send('GET', '/v1/articles/flood-at-hue/related?language=en&groups=similar&limit=1')
    return groups[0].items.some((item: { id: string }) => item.id === id)
  }
  for (let round = 0; round < rounds; round++) {
    const slug = `flood-${round}`
    const content = flood('Vinh', orders[1]!)
    const { id } = await send('POST', '/v1/desk/articles', {
      originalLanguage: 'en',
      section: 'news',
      editions: [{ language: 'en', slug, headline: 'The river rises', body: { format: 'html', content } }]
    })
    t.notOk(await isThere(id), 'nobody sees a draft')
    const edition = `/v1/desk/articles/${id}/editions/en`
    await send('POST', `${edition}/publish`)
    t.comment(`there after ${await until(() => isThere(id), patience)} s`)
    await send('POST', `${edition}/withdraw`, { reason: 'It was another river.' })
    t.comment(`gone after ${await until(async () => !(await isThere(id)), patience)} s`)
  }
  t.same(home.told, { falls: [], failedStarts: [] })
})
