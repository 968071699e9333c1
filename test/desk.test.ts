import { sql } from 'drizzle-orm'
import t from 'tap'
import type { DeskNoun } from '../src/resources/desk.ts'
import { type Json, nounsWithExamples, worldOf } from './desk-examples.ts'
import { keyFor, openHouse } from './helpers.ts'

/** What the desk promises of every noun it writes, tried on each; the examples stand in desk-examples.ts. */

type Schema = { type?: string | string[]; $ref?: string; '~optional'?: true }

/** Values that are of another type than the schema says. */
function wrongTypes(schema: Schema): unknown[] {
  const type = schema.$ref ? 'object' : String([schema.type].flat()[0])
  const values: Record<string, unknown> = {
    object: { x: { y: 1 } },
    array: [[1]],
    integer: 5,
    boolean: true,
    string: 'x'
  }
  return Object.entries(values).flatMap(([name, value]) => (name === type && name !== 'object' ? [] : [value]))
}

const membersOf = ({ input }: DeskNoun) => Object.entries(input.properties as Record<string, Schema>)
const requiredOf = ({ input }: DeskNoun) => (input as { required?: string[] }).required ?? []
/** What an answer says of a member that was sent: names that stand for ids come back as ids. */
const isReference = (noun: DeskNoun, member: string) =>
  noun.mentions({
    fallback: [],
    [member]: ['image', 'article', 'parent', 'source', 'logo', 'portrait', 'target', 'translatedFrom'].includes(member)
      ? 'x'
      : []
  }).length > 0

t.test('the desk', async t => {
  const { db, send } = await openHouse(t, { demo: true })
  const world = await worldOf(db)
  const all = await keyFor(db, '*:*')
  let number = 0
  const next = () => ++number

  for (const { noun, example } of nounsWithExamples) {
    const base = `/v1/desk/${noun.name}`
    const create = async (n = next()) => {
      const answer = await send('POST', base, { headers: all, payload: example.input(n, world) })
      t.equal(answer.statusCode, 201, answer.body)
      return {
        n,
        address: String(answer.headers.location),
        tag: String(answer.headers.etag),
        record: answer.json() as Json
      }
    }
    const change = (address: string, tag: string, payload: Json) =>
      send('PATCH', address, { headers: { ...all, 'if-match': tag }, payload })
    const rows = async () =>
      (
        await db.rows<{ count: number }>(sql`select count(*)::int as count from ${sql.identifier(noun.table.table)}`)
      )[0]!.count

    await t.test(`${noun.name}: what is made is read back as it was sent`, async t => {
      const { n, address, tag, record } = await create()
      t.match(address, new RegExp(`^${base}/[\\w-]+$`))
      t.match(tag, /^"v1\.[\w-]{12}"$/)
      for (const [member, value] of Object.entries(example.input(n, world)))
        if (!isReference(noun, member)) t.same(record[member], value, member)
      t.match(record, { version: 1, createdAt: /Z$/, updatedAt: /Z$/ })
      const read = await send('GET', address, { headers: all })
      t.same(read.json(), record)
      t.equal(read.headers.etag, tag, 'the tag of the answer that made it is the one it is read with')
      t.equal(read.headers['cache-control'], 'private, no-store')
    })

    await t.test(`${noun.name}: a list is walked without gap or repetition`, async t => {
      for (let n = 0; n < 3; n++) await create()
      for (const order of Object.keys(noun.orders)) {
        const seen: unknown[] = []
        for (let cursor = ''; ; ) {
          const page = await send('GET', `${base}?order=${order}&limit=100${cursor}`, { headers: all })
          t.equal(page.headers['cache-control'], 'private, no-store')
          seen.push(...page.json().items.map((item: Json) => item[noun.table.key ?? 'id']))
          if (!page.json().next) break
          cursor = `&cursor=${page.json().next}`
        }
        t.equal(new Set(seen).size, seen.length, 'nothing twice')
        t.equal(seen.length, await rows(), 'nothing left out')
      }
      const [order, other] = [...Object.keys(noun.orders), 'none']
      const first = await send('GET', `${base}?order=${order}&limit=2`, { headers: all })
      const second = await send('GET', `${base}?order=${order}&limit=2&cursor=${first.json().next}`, { headers: all })
      t.equal(new Set([...first.json().items, ...second.json().items].map(item => JSON.stringify(item))).size, 4)
      const cursor = String(first.json().next)
      const turned = (cursor[5] === 'A' ? 'B' : 'A') + cursor.slice(6)
      for (const [query, status, code] of [
        [`?order=${order}&cursor=${cursor.slice(0, 5)}${turned}`, 400, 'invalid-cursor'],
        [`?order=${order}&cursor=${cursor.slice(0, -3)}`, 400, 'invalid-cursor'],
        [`?order=${other}&cursor=${cursor}`, 400, other === 'none' ? 'invalid-parameter' : 'invalid-cursor'],
        ['?orde=x', 400, 'unknown-parameter'],
        ['?limit=101', 400, 'invalid-parameter']
      ] as const) {
        const answer = await send('GET', base + query, { headers: all })
        t.match(answer.json(), { status, code }, query)
      }
    })

    await t.test(`${noun.name}: filters find what was asked for and refuse what nobody knows`, async t => {
      const { record, address } = await create()
      for (const [name, { column }] of Object.entries(noun.filters)) {
        const member = Object.keys(noun.table.columns).find(member => noun.table.columns[member] === column)!
        if (record[member] === null) continue
        const found = await send('GET', `${base}?${name}=${record[member]}&limit=100`, { headers: all })
        t.ok(
          found.json().items.every((item: Json) => item[member] === record[member]),
          name
        )
        if (!found.json().next)
          t.ok(
            found.json().items.some((item: Json) => address.endsWith(String(item.id))),
            name
          )
        t.equal((await send('GET', `${base}?${name}=%00`, { headers: all })).statusCode, 400)
        t.equal((await send('GET', `${base}?${name}=${record[member]}&${name}=x`, { headers: all })).statusCode, 400)
      }
    })

    await t.test(`${noun.name}: what does not fit is refused, each place by its name`, async t => {
      const before = await rows()
      const good = example.input(next(), world)
      const post = async (payload: unknown) =>
        (await send('POST', base, { headers: all, payload: payload as object })).json()
      const [first] = Object.keys(good)
      t.match(await post({ ...good, [`${first}e`]: 1 }), {
        status: 422,
        code: 'unknown-field',
        errors: [{ pointer: `/${first}e`, suggestion: first }]
      })
      for (const member of requiredOf(noun)) {
        const { [member]: _, ...rest } = good
        t.match(await post(rest), { status: 422, code: 'missing-field', errors: [{ pointer: `/${member}` }] })
      }
      const owned = Object.keys((noun.record as { properties?: object }).properties ?? {}).filter(
        member => !(member in noun.creation.properties)
      )
      for (const member of owned)
        t.match(await post({ ...good, [member]: 1 }), {
          status: 422,
          code: 'read-only-field',
          errors: [{ pointer: `/${member}` }]
        })
      for (const [member, schema] of membersOf(noun)) {
        for (const value of [...wrongTypes(schema), ...(schema['~optional'] ? [] : [null])]) {
          const answer = await post({ ...good, [member]: value })
          t.equal(answer.status, 422, `${member} ${JSON.stringify(value)}`)
          t.ok(
            answer.errors.every((error: { pointer: string }) => error.pointer.startsWith(`/${member}`)),
            JSON.stringify(answer)
          )
        }
      }
      for (const wrong of example.dangling)
        t.match(await post({ ...good, ...wrong }), {
          status: 422,
          code: 'dangling-reference',
          errors: [{ pointer: new RegExp(`^/${Object.keys(wrong)[0]}`) }]
        })
      t.equal(await rows(), before, 'nothing was stored')
    })

    await t.test(`${noun.name}: a change needs the tag of what it changes`, async t => {
      const { n, address, tag } = await create()
      const [patch] = Object.values(example.changes(n, world)).slice(1)
      const tried = async (header: string | undefined, payload = patch!) =>
        (
          await send('PATCH', address, {
            headers: { ...all, ...(header === undefined ? {} : { 'if-match': header }) },
            payload
          })
        ).json()
      t.match(await tried(undefined), { status: 428, code: 'precondition-required' })
      t.match(await tried('"v7.abc"'), { status: 412, code: 'precondition-failed' })
      for (const header of [`W/${tag}`, 'v1', '"1"', '"v1', '""', '"v1.a", W/"v1.b"', '"v-1"', '*, "v1.a"', 'null', ''])
        t.match(await tried(header), { status: 400, code: 'invalid-precondition' }, header)
      t.match(await tried(`"v9.x" , ${tag}`), { version: 2 }, 'one of a list is enough')
      const [member] = Object.keys(patch!)
      t.match(await tried('*', { [member!]: example.input(n, world)[member!] ?? null }), { version: 3 })
      t.match(await tried(tag), { status: 412 })
      const gone = address.replace(/[^/]+$/, noun.table.key ? 'qzz' : '018d2a7e-5c00-7b3a-9d1e-2f6a4c8b0e11')
      t.match((await change(gone, '*', patch!)).json(), { status: 404, code: 'not-found' })
    })

    await t.test(`${noun.name}: each member is changed alone`, async t => {
      const changes = example.changes(next(), world)
      t.same(
        Object.keys(changes).sort(),
        membersOf(noun)
          .map(([name]) => name)
          .sort(),
        'the example changes them all'
      )
      for (const [member, patch] of Object.entries(changes)) {
        const { address, tag, record } = await create()
        const answer = await change(address, tag, patch)
        if (member === noun.table.key) {
          t.match(answer.json(), { status: 422, code: 'invalid-field', errors: [{ pointer: `/${member}` }] })
          continue
        }
        t.equal(answer.statusCode, 200, `${member}: ${answer.body}`)
        const changed = answer.json() as Json
        t.equal(changed.version, 2)
        t.match(answer.headers.etag, /^"v2\./)
        t.not(changed.updatedAt, record.updatedAt)
        for (const [name, value] of Object.entries(record)) {
          if (['version', 'updatedAt'].includes(name)) continue
          if (name in patch) {
            if (!isReference(noun, name)) t.match(changed[name], patch[name], name)
          } else t.same(changed[name], value, `${name} stays when ${member} is changed`)
        }
        t.same((await send('GET', address, { headers: all })).json(), changed)
      }
    })

    await t.test(`${noun.name}: a change that changes nothing is no write`, async t => {
      const { n, address, tag, record } = await create()
      const logged = async () =>
        (await db.rows<{ count: number }>(sql`select count(*)::int as count from changes`))[0]!.count
      const before = await logged()
      const input = example.input(n, world)
      for (const payload of [input, ...Object.entries(input).map(([name, value]) => ({ [name]: value }))]) {
        if (noun.table.key) delete (payload as Json)[noun.table.key]
        if (Object.keys(payload).length === 0) continue
        const answer = await change(address, tag, payload)
        t.same(answer.json(), record)
        t.equal(answer.headers.etag, tag)
      }
      t.same((await send('GET', address, { headers: all })).json(), record)
      t.equal(await logged(), before, 'and nothing is told of it')
    })

    await t.test(`${noun.name}: null removes what may be missing and nothing else`, async t => {
      const { address, record } = await create()
      for (const [member, schema] of membersOf(noun)) {
        const answer = await change(address, '*', { [member]: null })
        if (!schema['~optional']) {
          t.match(answer.json(), { status: 422, errors: [{ pointer: `/${member}` }] }, member)
          continue
        }
        if (example.kept?.includes(member)) continue
        t.equal(answer.statusCode, 200, `${member}: ${answer.body}`)
        const empty = noun.defaults[member] ?? null
        t.same(answer.json()[member], empty, member)
      }
      t.equal((await send('GET', address, { headers: all })).json().createdAt, record.createdAt)
    })

    await t.test(`${noun.name}: a change is checked like a new one`, async t => {
      const { address, record } = await create()
      const patch = async (payload: unknown) => (await change(address, '*', payload as Json)).json()
      t.match(await patch({}), { status: 422, code: 'invalid-body' })
      for (const body of [[], null, 5, 'x', true]) t.match(await patch(JSON.stringify(body)), { status: 415 })
      for (const member of ['version', 'createdAt', ...(noun.table.key ? [] : ['id'])])
        t.match(await patch({ [member]: record[member] }), { status: 422, code: 'read-only-field' })
      for (const [member, schema] of membersOf(noun))
        for (const value of wrongTypes(schema)) t.equal((await patch({ [member]: value })).status, 422, member)
      for (const wrong of example.dangling) t.match(await patch(wrong), { status: 422, code: 'dangling-reference' })
      t.same((await send('GET', address, { headers: all })).json(), record, 'it is what it was')
    })

    if (example.duplicate) {
      await t.test(`${noun.name}: a second of the same is refused with the address of the first`, async t => {
        const { n, address } = await create()
        const [twin, pointer] = example.duplicate!(n, world)
        const answer = (await send('POST', base, { headers: all, payload: twin })).json()
        t.match(answer, {
          status: 409,
          code: pointer === '/slug' ? 'slug-taken' : 'duplicate',
          other: address,
          errors: [{ pointer }]
        })
        const other = await create()
        const same = Object.fromEntries(Object.entries(twin).filter(([name]) => name === pointer.slice(1)))
        t.match((await change(other.address, '*', same)).json(), { status: 409, other: address })
      })
    }

    await t.test(`${noun.name}: what is removed is gone`, async t => {
      const { address, tag } = await create()
      const remove = (headers: Record<string, string>) => send('DELETE', address, { headers: { ...all, ...headers } })
      t.match((await remove({})).json(), { status: 428 })
      t.match((await remove({ 'if-match': '"v2.a"' })).json(), { status: 412 })
      t.match((await remove({ 'if-match': `W/${tag}` })).json(), { status: 400, code: 'invalid-precondition' })
      const answer = await remove({ 'if-match': tag })
      t.equal(answer.statusCode, 204)
      t.equal(answer.body, '')
      for (const method of ['GET', 'DELETE', 'PATCH'] as const) {
        const payload = method === 'PATCH' ? { payload: Object.values(example.changes(1, world))[1]! } : {}
        const after = await send(method, address, { headers: { ...all, 'if-match': tag }, ...payload })
        t.match(after.json(), { status: 404, code: 'not-found' }, method)
      }
    })
  }
})
