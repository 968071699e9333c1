import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { marked } from 'marked'
import t from 'tap'
import { bodySchemas, BodyInput as Schema } from '../src/contract/body.ts'
import type { BlockInput } from '../src/lib/portable-text/block-input.ts'
import { fromBlocks } from '../src/lib/portable-text/from-blocks.ts'
import { fromHtml } from '../src/lib/portable-text/from-html.ts'
import { fromMarkdown } from '../src/lib/portable-text/from-markdown.ts'
import { fromText } from '../src/lib/portable-text/from-text.ts'
import { duplicateKeys } from '../src/lib/portable-text/keys.ts'
import { type Block, type BodyNode, plain, type Span } from '../src/lib/portable-text/model.ts'
import { type BodyInput, readBody } from '../src/lib/portable-text/read-body.ts'
import { toHtml } from '../src/lib/portable-text/to-html.ts'
import { toMarkdown } from '../src/lib/portable-text/to-markdown.ts'
import { activeParts } from './active-parts.ts'
import { lacking, naughtyStrings, readNaughtyStrings, readSanitiserCases, sanitiserCases } from './corpora.ts'

/** Whatever a body is written as, what comes out is inert, keeps its words, and keeps its keys. */

t.setTimeout(160_000)

const keys = (nodes: BodyNode[]) => nodes.map(node => node._key)
const brief = (nodes: BodyNode[]) =>
  nodes.map(node =>
    node._type === 'block'
      ? [node.style, node.listItem, node.level, plain(node)].filter(part => part !== undefined).join(' ')
      : `${node._type} ${plain(node)}`
  )
const paragraph = (text: string, rest: object = {}): BlockInput => ({
  ...{ _type: 'block', style: 'normal', children: [{ _type: 'span', text }] },
  ...rest
})

/** Marks by name and links by address, for every run of text. */
const runs = (block: Block) => {
  const links = new Map(block.markDefs.map(link => [link._key, link.href]))
  return block.children.map(span => ({ text: span.text, marks: span.marks.map(mark => links.get(mark) ?? mark) }))
}

t.test('Markdown becomes blocks', async t => {
  const read = (markdown: string) => brief(fromMarkdown(markdown))
  t.same(read('# A\n\nb\nc  \nd\n\n> e\n>\n> f\n\n***\n\n1. g\n   - h\n2. i\n'), [
    ...['h2 A', 'normal b c\nd', 'blockquote e', 'blockquote f', 'divider '],
    ...['normal number 1 g', 'normal bullet 2 h', 'normal number 1 i']
  ])
  t.same(read('| a | b |\n| --- | --- |\n| c | d |'), ['table a\tb\nc\td'])
  t.same(read('~~~js\na <b>\n~~~'), ['code a <b>'])
  t.same(read('- [x] a\n- [ ] b'), ['normal bullet 1 ☑ a', 'normal bullet 1 ☐ b'])
  t.same(read('a <script>no()</script><b onclick=x>b</b>\n\n<div>c</div>'), ['normal a b', 'normal c'])
  t.same(runs(fromMarkdown('a **b** *c* ~~d~~ `e` www.f.org <g@h.org> [i](javascript:x)')[0] as Block), [
    { text: 'a ', marks: [] },
    { text: 'b', marks: ['strong'] },
    { text: ' ', marks: [] },
    { text: 'c', marks: ['em'] },
    { text: ' ', marks: [] },
    { text: 'd', marks: ['strike-through'] },
    { text: ' ', marks: [] },
    { text: 'e', marks: ['code'] },
    { text: ' ', marks: [] },
    { text: 'www.f.org', marks: ['http://www.f.org/'] },
    { text: ' ', marks: [] },
    { text: 'g@h.org', marks: ['mailto:g@h.org'] },
    { text: ' i', marks: [] }
  ])
  t.match(fromMarkdown('![a](https://a.org/i.jpg "b *c*")\n\n![d](/e.jpg)\\\nf \\*g\\*\\\nh'), [
    { _type: 'image', alt: 'a', src: 'https://a.org/i.jpg', caption: 'b *c*' },
    { _type: 'image', alt: 'd', src: '/e.jpg', caption: 'f *g* h' }
  ])
})

t.test('plain text becomes paragraphs', async t => {
  t.same(brief(fromText('a <b>\n c &amp; d\r\n\r\n \t\n# e\n* f\n')), ['normal a <b>\nc &amp; d', 'normal # e\n* f'])
  t.same(fromText(' \n\n'), [])
})

/** What Markdown can say of a body: every visible character with its marks and links; embeds are links to it. */
const said = (nodes: BodyNode[]) =>
  nodes.map(node => {
    if (node._type === 'embed') return ['normal', [...plain(node)].map(each => [each, [node.url]])]
    if (node._type === 'block') {
      const letters = runs(node).flatMap(run => [...run.text].map(each => [each, /\s/.test(each) ? [] : run.marks]))
      return [node.style, node.listItem, node.level, letters]
    }
    const { _key, ...rest } = node
    if (rest._type !== 'table') return rest
    const width = Math.max(...rest.rows.map(row => row.cells.length))
    return rest.rows.map((row, index) => [
      Array.from({ length: width }, (_, place) => row.cells[place] ?? ''),
      row.header && index === 0
    ])
  })

const tag = 'p div h2 h3 h5 ul ol li blockquote b i code a q u s sub sup table tr td th figure figcaption pre span'
const piece = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...tag.split(' ')).map(name => `<${name}>`) },
  { weight: 4, arbitrary: fc.constantFrom(...tag.split(' ')).map(name => `</${name}>`) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...[
        'alpha',
        ' beta',
        'γ ',
        '1. ',
        ' * ',
        '\n',
        '&amp;lt;',
        'é',
        '# ',
        '> ',
        '- ',
        '+',
        '**',
        '_a_',
        '~~',
        '``',
        '\\'
      ],
      ...[
        '[x](y)',
        '![',
        '&nbsp;',
        '|',
        '&lt;b&gt;',
        'https://a.org/x_y',
        'a@b.org',
        '===',
        '---',
        '“',
        '!',
        '😀',
        '    ',
        '.'
      ]
    )
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        '<br>',
        '<hr>',
        '<img src=/x alt="a*b]">',
        '<a href="/l(m)_n&amp;o">',
        '<a href=https://a.org/?b=1&c=2>',
        '<pre><code>'
      ]
    )
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 6, unit: 'binary' }).map(text => text.replace(/[<&]/g, '')) }
)
const anyHtml = fc.array(piece, { maxLength: 25 }).map(pieces => pieces.join(''))

t.test('Markdown says what the body says, and is read back as it was', async t => {
  const rule = fc.property(anyHtml, html => {
    const nodes = fromHtml(html)
    const markdown = toMarkdown(nodes)
    const back = fromMarkdown(markdown)
    if (JSON.stringify(said(back)) !== JSON.stringify(said(nodes))) throw new Error(`${html}\n${markdown}`)
  })
  t.doesNotThrow(() => fc.assert(rule, { numRuns: 2000 }))
})

const faultsOf = (blocks: BlockInput[], options = {}) =>
  fromBlocks(blocks, options).faults.map(({ pointer }) => pointer)
const linked = (href: string, _key = 'l') => ({ markDefs: [{ _type: 'link' as const, _key, href }] })

t.test('blocks of a client', async t => {
  const { nodes, faults } = fromBlocks([
    paragraph('', { _key: 'empty' }),
    {
      _type: 'block',
      _key: 'mine',
      children: [
        { _type: 'span', text: 'cafe\u0301 \ud800', marks: ['em', 'strong'] },
        { _type: 'span', text: ' b', marks: ['strong', 'em', 'em'] },
        { _type: 'span', text: 'c', marks: ['l'] }
      ],
      markDefs: [...linked('HTTPS://a.org').markDefs, ...linked('/unused', 'm').markDefs]
    },
    paragraph('d', { listItem: 'bullet', level: 7 }),
    { _type: 'image', src: '/i.jpg', alt: ' e\nf ' },
    { _type: 'table', rows: [{ cells: ['g', 'h'], header: true }, { cells: [' '] }] }
  ])
  t.same(faults, [])
  t.equal(nodes[0]?._key, 'mine')
  t.same(runs(nodes[0] as Block), [
    { text: 'café b', marks: ['strong', 'em'] },
    { text: 'c', marks: ['https://a.org/'] }
  ])
  t.equal((nodes[0] as Block).markDefs.length, 1)
  t.match(nodes.slice(1), [{ level: 1 }, { alt: 'e f', image: null }, { rows: [{ cells: ['g', 'h'] }] }])
  t.same(duplicateKeys(nodes), [])
  t.ok(nodes.every(node => node._key !== ''))
  t.same(fromBlocks(nodes), { nodes, faults: [] }, 'stored blocks go in as they came out')
  t.same(brief(fromBlocks([paragraph('a\n\nb')]).nodes), ['normal a', 'normal b'])
})

t.test('what is wrong with blocks is said where it stands', async t => {
  const span = (marks: string[]) => ({ children: [{ _type: 'span' as const, text: 'a', marks }] })
  t.same(faultsOf([paragraph('a', span(['em', 'blink']))]), ['/0/children/0/marks/1'])
  t.same(faultsOf([paragraph('a', linked('javascript:x'))]), ['/0/markDefs/0/href'])
  t.same(faultsOf([paragraph('a', linked('/x', 'em'))]), ['/0/markDefs/0/_key'])
  const two = { markDefs: [...linked('/x').markDefs, ...linked('/y', 'm').markDefs] }
  t.same(faultsOf([paragraph('a', { ...span(['l', 'm']), ...two })]), ['/0/children/0/marks/1'])
  t.same(faultsOf([paragraph('a', { level: 2 })]), ['/0/level'])
  t.same(faultsOf([paragraph('a', { listItem: 'bullet', level: 11 })]), ['/0/level'])
  t.same(faultsOf([paragraph('a', { _key: 'k' }), paragraph('b', { _key: 'k' })]), ['/1/_key'])
  const spans = (number: number, marks: (index: number) => string[]) =>
    Array.from({ length: number }, (_, index): Partial<Span> => ({ _type: 'span', text: 'a', marks: marks(index) }))
  t.same(faultsOf([paragraph('a', { children: spans(1001, () => []) })]), ['/0/children'])
  t.same(faultsOf([paragraph('a', { children: spans(1000, index => [index % 2 ? 'em' : 'strong']) })]), [
    '/0/children/999/marks'
  ])
  t.same(faultsOf([{ _type: 'embed', url: 'http://a.org/' }]), ['/0/url'])
  t.same(faultsOf([{ _type: 'image', src: 'data:x' }, { _type: 'image' }]), ['/0/src', '/1/image'])
  t.same(faultsOf([{ _type: 'table', rows: [{ cells: ['a'] }] }]), ['/0/rows'])
  t.same(faultsOf([{ _type: 'code', code: 'a', language: '" onclick' }]), ['/0/language'])
  const many = readBody({ format: 'html', content: '<hr>'.repeat(5001) }).faults
  t.same(
    many.map(({ pointer }) => pointer),
    ['']
  )
})

t.test('the schema of what is written', async t => {
  const ajv = new Ajv2020({ strict: false })
  formats.default(ajv)
  for (const schema of bodySchemas) if (schema.$id !== Schema.$id) ajv.addSchema(schema)
  const valid = ajv.compile(Schema)
  t.ok(valid({ format: 'markdown', content: '' }))
  t.ok(valid({ format: 'blocks', blocks: [paragraph('a'), { _type: 'divider' }, { _type: 'image', src: '/x' }] }))
  const stored = fromHtml('<p>a <a href="/b">c</a><ul><li>d</ul><table><tr><th>e</table><pre>f</pre><img src=/g><hr>')
  t.ok(valid({ format: 'blocks', blocks: stored }), 'takes back what was stored')
  for (const wrong of [
    ...[{}, { format: 'html' }, { format: 'html', content: 'a', blocks: [] }, { format: 'blocks', content: 'a' }],
    { format: 'text', content: 'a'.repeat(400_001) },
    { format: 'blocks', blocks: [{ _type: 'divider', more: 1 }] },
    { format: 'blocks', blocks: [{ _type: 'html', html: 'a' }] },
    { format: 'blocks', blocks: [paragraph('a', { _key: '\0' })] },
    { format: 'blocks', blocks: [paragraph('a', { style: 'h1' })] },
    { format: 'blocks', blocks: [paragraph('a', { markDefs: [{ _type: 'link', href: '/x' }] })] },
    { format: 'blocks', blocks: Array.from({ length: 5001 }, () => ({ _type: 'divider' })) }
  ])
    t.notOk(valid(wrong), JSON.stringify(wrong).slice(0, 80))
})

/** One body in each of the formats it may be written in. */
const forms = (nodes: BodyNode[]): BodyInput[] => [
  { format: 'html', content: toHtml(nodes) },
  { format: 'markdown', content: toMarkdown(nodes) },
  { format: 'text', content: nodes.map(plain).join('\n\n') },
  { format: 'blocks', blocks: keyless(nodes) }
]
const keyless = (nodes: BodyNode[]): BlockInput[] => nodes.map(({ _key, ...node }) => node)

const block = fc.constantFrom(
  ...['<p>a</p>', '<h2>b</h2>', '<p>c</p>', '<p><b>d</b></p>', '<p>e</p>', '<blockquote>f</blockquote>', '<p>g</p>'],
  ...['<ul><li>h</ul>', '<h3>i</h3>', '<p>j</p>', '<table><tr><th>k<th>l</table>']
)
const bodies = fc.uniqueArray(block, { minLength: 3, maxLength: 9 })
const stored = (pieces: string[], original?: BodyNode[]) =>
  readBody({ format: 'html', content: pieces.join('') }, { original }).nodes

t.test('a body saved twice keeps every key', async t => {
  const rule = fc.property(anyHtml, html => {
    for (const input of forms(fromHtml(html))) {
      const before = readBody(input).nodes
      const after = readBody(input, { previous: before }).nodes
      if (JSON.stringify(after) !== JSON.stringify(before)) throw new Error(`${input.format}: ${html}`)
      const translated = readBody(input, { previous: before, original: stored(['<p>x', '<h2>y']) }).nodes
      if (JSON.stringify(translated) !== JSON.stringify(before)) throw new Error(`${input.format}, original: ${html}`)
    }
  })
  t.doesNotThrow(() => fc.assert(rule, { numRuns: 300 }))
})

t.test('an edit of one block changes no other key', async t => {
  const edit = fc.constantFrom('change', 'insert', 'delete', 'move')
  const rule = fc.property(bodies, edit, fc.nat(), fc.nat(), (pieces, what, from, to) => {
    const place = from % pieces.length
    const before = stored(pieces)
    const edited = [...pieces]
    const [piece] = edited.splice(place, what === 'insert' ? 0 : 1)
    if (what === 'insert' || what === 'change') edited.splice(place, 0, '<p>quite new</p>')
    if (what === 'move') edited.splice(to % pieces.length, 0, piece!)
    const wanted = keys(before).filter((_, index) => what === 'insert' || what === 'move' || index !== place)
    for (const input of forms(stored(edited))) {
      const previous = readBody(forms(before).find(({ format }) => format === input.format)!, {
        previous: before
      }).nodes
      const after = readBody(input, { previous }).nodes
      const kept =
        keys(previous).length === keys(before).length
          ? wanted.map(key => keys(previous)[keys(before).indexOf(key)]!)
          : []
      const lost = kept.filter(key => !keys(after).includes(key))
      if (lost.length > 0 || duplicateKeys(after).length > 0) throw new Error(`${input.format} ${what} lost ${lost}`)
    }
  })
  t.doesNotThrow(() => fc.assert(rule, { numRuns: 500 }))
})

t.test('a translation has the keys of its original', async t => {
  const rule = fc.property(bodies, fc.nat(), (pieces, at) => {
    const original = stored(pieces)
    const words = pieces.map(each => each.replace(/(?<=>|^)[a-z](?=$|<)/g, letter => `${letter} in another language`))
    const translation = stored(words, original)
    if (keys(translation).join() !== keys(original).join()) throw new Error('first saved')
    const place = at % (pieces.length + 1)
    const longer = stored([...pieces.slice(0, place), '<p>new</p>', ...pieces.slice(place)])
    const [before, after] = [readBody({ format: 'blocks', blocks: original }).nodes, original]
    const grown = readBody({ format: 'blocks', blocks: keyless(longer) }, { previous: after }).nodes
    if (keys(before).some(key => !keys(grown).includes(key))) throw new Error('the original grew')
    const added = [...words.slice(0, place), '<p>new in another language</p>', ...words.slice(place)].join('')
    const saved = readBody({ format: 'html', content: added }, { previous: translation, original: grown }).nodes
    if (keys(saved).join() !== keys(grown).join()) throw new Error(`${keys(saved)} for ${keys(grown)}`)
  })
  t.doesNotThrow(() => fc.assert(rule, { numRuns: 500 }))
  const original = readBody({
    format: 'blocks',
    blocks: [paragraph('a', { _key: 'a' }), paragraph('b', { _key: 'b' })]
  })
  const own = readBody(
    { format: 'blocks', blocks: [paragraph('c', { _key: 'c' }), paragraph('d')] },
    { original: original.nodes }
  )
  t.same(keys(own.nodes), ['c', 'b'], 'keys of the client come first')
})

/** Everything a payload may be sent as. */
const sent = (payload: string): BodyInput[] => {
  const span = (text: string, marks: string[] = []) => ({ _type: 'span' as const, text, marks })
  const blocks: BlockInput[] = [
    { _type: 'block', children: [span(payload), span('a', ['l']), span(payload, ['em'])], ...linked(payload) },
    paragraph(payload, { style: 'h2' }),
    { _type: 'image', src: payload, alt: payload, caption: payload },
    { _type: 'image', src: 'https://a.org/i.jpg', alt: payload, caption: payload },
    { _type: 'embed', url: payload, provider: payload, title: payload },
    { _type: 'embed', url: 'https://a.org/', provider: payload, title: payload },
    { _type: 'code', code: payload, language: payload },
    { _type: 'table', rows: [{ cells: [payload, payload], header: true }, { cells: [payload, 'b'] }] }
  ]
  const [html, markdown, text] = ['html', 'markdown', 'text'].map(format => ({ format, content: payload }) as BodyInput)
  return [html!, markdown!, text!, { format: 'blocks', blocks }]
}

const unkeyed = (nodes: BodyNode[]) => JSON.stringify(nodes, (name, value) => (name === '_key' ? undefined : value))

function broken(payload: string): string | null {
  for (const input of sent(payload)) {
    const { nodes } = readBody(input)
    const html = toHtml(nodes)
    const markdown = toMarkdown(nodes)
    const active = [...activeParts(html), ...activeParts(marked.parse(markdown, { async: false }))]
    if (active.length > 0) return `${input.format} is active: ${active}`
    const again = readBody({ format: 'html', content: html }, { previous: nodes }).nodes
    if (unkeyed(again) !== unkeyed(nodes)) return `${input.format} unstable: ${unkeyed(nodes)} then ${unkeyed(again)}`
    if (keys(again).join() !== keys(nodes).join()) return `${input.format} changes keys`
  }
  return null
}

t.test('hostile HTML in every form', { skip: lacking(sanitiserCases) }, async t => {
  const cases = await readSanitiserCases()
  t.ok(cases.length > 100)
  for (const [index, { payload, expected }] of cases.entries())
    t.same([payload, expected].flat().map(broken).filter(Boolean), [], `payload ${index}`)
})

t.test('naughty strings in every form', { skip: lacking(naughtyStrings) }, async t => {
  for (const [index, text] of readNaughtyStrings().entries()) {
    t.equal(broken(text), null, `string ${index}`)
    t.equal(broken(`a ${text} [b](${text}) <a href="${text}">c</a> ![d](<${text}>)`), null, `string ${index} in markup`)
  }
})

t.test('a megabyte of bait is read in the time of its length', async t => {
  const most = 1_000_000
  const many = (text: string) => text.repeat(Math.floor(most / text.length))
  const ladder = (times: number, line: (index: number) => string) => Array.from({ length: times }, (_, i) => line(i))
  const baits = {
    brackets: many('['),
    stars: many('***'),
    'stars and letters': many('*a**a'),
    links: many('[a](b)'),
    'open links': many('[a]('),
    quotes: many('>'),
    'lists in lists': many('- '),
    'numbers in numbers': many('1. '),
    'ten thousand lists': ladder(10_000, index => `${' '.repeat(Math.min(index * 2, 200))}- a`).join('\n'),
    'ever deeper lists': ladder(1_000, index => `${' '.repeat(index * 2)}- a`).join('\n'),
    'ten thousand quotes': `${'> '.repeat(10_000)}a`,
    backticks: many('`'),
    'longer and longer backticks': ladder(1_400, index => '`'.repeat(index + 1)).join(' '),
    addresses: many('a.b_'),
    parentheses: `http://a${many(')')}`,
    'wide table': `${'a|'.repeat(50_000)}\n${'-|'.repeat(50_000)}\n${'b\n'.repeat(400_000)}`,
    rows: `a|b\n-|-\n${many('a|b\n')}`,
    'HTML left open': many('<a b="')
  }
  for (const [name, bait] of Object.entries(baits)) {
    const started = performance.now()
    const nodes = fromMarkdown(bait)
    const read = Math.round(performance.now() - started)
    toMarkdown(nodes)
    t.ok(read < 10_000, `${name} ${read} ms, and written ${Math.round(performance.now() - started - read)} ms`)
  }
})
