import t from 'tap'
import { keyFor, openHouse } from './helpers.ts'

t.test('a body is converted at the desk and nothing is stored', async t => {
  const { db, send } = await openHouse(t)
  const headers = await keyFor(db, 'articles:write')
  const convert = (payload: object, form = 'blocks') =>
    send('POST', `/v1/desk/bodies?body=${form}`, { headers, payload })

  await t.test('the words are the same in every form', async t => {
    const content = '<h2>Flood</h2><p>The <b>Red River</b> rose.</p><script>steal()</script>'
    const blocks = (await convert({ format: 'html', content })).json()
    t.match(blocks.blocks, [{ style: 'h2' }, { style: 'normal' }])
    t.equal(
      (await convert({ format: 'html', content }, 'html')).json().content.replace(/ data-key="[^"]*"/g, ''),
      '<h2>Flood</h2><p>The <strong>Red River</strong> rose.</p>'
    )
    t.equal((await convert({ format: 'html', content }, 'text')).json().content, 'Flood\n\nThe Red River rose.')
    const markdown = (await convert({ format: 'html', content }, 'markdown')).json().content
    t.same((await convert({ format: 'markdown', content: markdown })).json().blocks, blocks.blocks)
    t.same((await convert({ format: 'blocks', blocks: blocks.blocks })).json().blocks, blocks.blocks)
  })

  await t.test('a link that does something else is refused where it stands', async t => {
    const block = {
      _type: 'block',
      style: 'normal',
      children: [{ _type: 'span', text: 'here', marks: ['a'] }],
      markDefs: [{ _type: 'link', _key: 'a', href: 'javascript:alert(1)' }]
    }
    const answer = await convert({ format: 'blocks', blocks: [block] })
    t.match(answer.json(), { status: 422, code: 'invalid-field', errors: [{ pointer: /^\/blocks\/0\/markDefs\/0/ }] })
  })
})
