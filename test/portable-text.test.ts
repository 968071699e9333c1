import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { Parser } from 'htmlparser2'
import t from 'tap'
import { fromHtml } from '../src/lib/portable-text/from-html.ts'
import { safeHref } from '../src/lib/portable-text/hrefs.ts'
import { duplicateKeys, withKeys } from '../src/lib/portable-text/keys.ts'
import { type Block, type BodyNode, MAX_SPANS, plain } from '../src/lib/portable-text/model.ts'
import { toHtml } from '../src/lib/portable-text/to-html.ts'
import { toMarkdown } from '../src/lib/portable-text/to-markdown.ts'
import { toText } from '../src/lib/portable-text/to-text.ts'
import { countWords, readingMinutes } from '../src/lib/portable-text/words.ts'
import { corpora, lacking } from './corpora.ts'

const words = (text: string) => text.normalize('NFC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
const unseen = /^(?:script|style|noscript|template|title|svg|math|button|textarea|select|iframe|video|audio|object|rp)$/
const ownLine =
  /^(?:br|address|article|aside|blockquote|body|dd|details|div|dl|dt|fig\w+|footer|form|h\d|header|hr|li|main|nav|ol|p|pre|section|summary|table|caption|thead|tbody|t[rdh]|ul)$/

/** What a browser shows of HTML, with the numbers of ordered lists. */
function visible(html: string): string {
  let text = ''
  let hidden = 0
  const lists: number[] = []
  const parser = new Parser({
    onopentagname(name) {
      if (unseen.test(name)) hidden++
      if (ownLine.test(name)) text += '\n'
      if (/^[ou]l$/.test(name)) lists.push(name === 'ol' ? 0 : Number.NaN)
      if (name === 'li' && lists.length > 0) text += `${++lists[lists.length - 1]!}. `.replace('NaN. ', '')
    },
    ontext(data) {
      if (hidden === 0) text += data
    },
    onclosetag(name) {
      if (unseen.test(name)) hidden--
      if (ownLine.test(name)) text += '\n'
      if (/^[ou]l$/.test(name)) lists.pop()
    }
  })
  parser.end(html)
  return text
}

/** Everything in HTML that could act, or style, or lead to a script. */
function activeParts(html: string): string[] {
  const found: string[] = []
  const parser = new Parser({
    onopentag(name, attributes) {
      if (
        !/^(?:p|h[234]|blockquote|[ou]l|li|a|strong|em|code|u|s|sub|sup|br|hr|pre|figure|img|figcaption|table|thead|tbody|t[rdh])$/.test(
          name
        )
      )
        found.push(name)
      for (const [attribute, value] of Object.entries(attributes)) {
        if (!/^(?:href|src|alt|class|data-image|data-embed)$/.test(attribute)) found.push(`${name} ${attribute}`)
        const address = value.replace(/[\0- ]/g, '').toLowerCase()
        const leads = /^(?:href|src)$/.test(attribute)
        if (leads && !/^(?:https?:|mailto:|tel:|\/(?!\/)|#|\.{1,2}\/)/.test(address))
          found.push(`${attribute}=${value}`)
      }
    },
    oncomment: data => found.push(`<!--${data}`)
  })
  parser.end(html)
  return found
}

/** Markdown without its pictures, addresses and elements. */
const unmarked = (markdown: string) =>
  markdown
    .replace(/^(`{3,})\S*$/gm, '')
    .replace(/!\[(?:\\.|[^\]\\])*\]\(<[^>]*>\)/g, '')
    .replace(/\]\(<[^>]*>\)/g, ' ')
    .replace(/(?<!\\)&#\d+;/g, '')
    .replace(/<\/?(?:u|del|sub|sup|strong|em|br)>/g, '')

const shape = (nodes: BodyNode[]) =>
  nodes.map(node =>
    node._type === 'block' ? [node.style, node.listItem, node.level, plain(node)] : [node._type, plain(node)]
  )

function holds(html: string): string | null {
  const nodes = fromHtml(html)
  const rendered = toHtml(nodes)
  const again = fromHtml(rendered)
  if (activeParts(rendered).length > 0) return `active: ${activeParts(rendered).join(', ')}`
  if (duplicateKeys(nodes).length > 0) return 'keys stand twice'
  if (JSON.stringify(shape(again)) !== JSON.stringify(shape(nodes))) return `unstable: ${rendered}`
  if (words(toText(nodes)).join(' ') !== words(visible(rendered)).join(' ')) return `other words: ${rendered}`
  if (words(unmarked(toMarkdown(nodes))).join('') !== words(toText(nodes)).join('')) return 'other words in Markdown'
  if (JSON.stringify(fromHtml(html)) !== JSON.stringify(nodes)) return 'not the same twice'
  return null
}

const one = (html: string) => fromHtml(html)[0] as Block
const brief = (html: string) => shape(fromHtml(html)).map(parts => parts.filter(part => part !== undefined).join(' '))

t.test('HTML becomes blocks', async t => {
  t.same(brief('<h1>A</h1><h3>B</h3><h6>C</h6><p>D<p>E<blockquote>F</blockquote>'), [
    ...['h2 A', 'h3 B', 'h4 C', 'normal D', 'normal E', 'blockquote F']
  ])
  t.same(brief(' <p> a \n b<br> c </p>\n<p>&nbsp;</p> <div>d</div>e<p></p>'), ['normal a b\nc', 'normal d', 'normal e'])
  t.same(brief('<ul><li>a<ol><li>b</ol><li><p>c</p><p>d</p></ul>'), [
    ...['normal bullet 1 a', 'normal number 2 b', 'normal bullet 1 c\nd']
  ])
  t.same(brief('a<br>b<br><br>c<h2>d<br><br>e</h2>'), ['normal a\nb', 'normal c', 'h2 d\n\ne'])
  t.same(brief('<dl><dt>Tea<dd>A drink</dl><details><summary>More</summary>text</details>'), [
    ...['normal Tea', 'normal A drink', 'normal More', 'normal text']
  ])
  t.same(brief('<p>a<made-up>b</made-up></p><button>no</button><script>no()</script><p>漢<rt>かん</rt></p>'), [
    ...['normal ab', 'normal 漢（かん）']
  ])
  t.same(brief('<p>a<button>no<p>b</p>'), ['normal a'], 'nothing inside a form control')
  t.same(brief('<div>a<svg><g>no</div><p>b'), ['normal a', 'normal b'], 'an unclosed drawing ends with its parent')
})

t.test('marks and links', async t => {
  const block = one(
    '<p>a <b>b</b><strong>c</strong> <a href="HTTPS://Example.org/ü">d <i>e</i></a> <a href="javascript:x">f</a></p>'
  )
  t.same(
    block.children.map(span => [span.text, span.marks.length]),
    [
      ['a ', 0],
      ['bc', 1],
      [' ', 0],
      ['d ', 1],
      ['e', 2],
      [' f', 0]
    ]
  )
  t.equal(block.markDefs[0]?.href, 'https://example.org/%C3%BC')
  t.ok(block.children[4]?.marks.includes(block.markDefs[0]!._key))
  t.equal(one('<a href="../x">y</a>').markDefs[0]?.href, '../x')
  t.equal(fromHtml('<a href="x">y</a>', { base: 'https://a.org/b/' }).length, 1)
  t.equal(
    (fromHtml('<a href="x">y</a>', { base: 'https://a.org/b/' })[0] as Block).markDefs[0]?.href,
    'https://a.org/b/x'
  )
})

t.test('pictures, players, code, tables', async t => {
  const [image] = fromHtml(
    '<figure><img src="https://a.org/i.jpg" alt="A"><figcaption>B <b>c</b></figcaption></figure>'
  )
  t.match(image, { _type: 'image', image: null, src: 'https://a.org/i.jpg', alt: 'A', caption: 'B c' })
  const known = fromHtml('<p>x<img src="key:boat">y', { image: src => (src === 'key:boat' ? 'id-1' : null) })
  t.match(known, [{ _type: 'block' }, { _type: 'image', image: 'id-1' }, { _type: 'block' }])
  t.same(fromHtml('<img src="data:image/png;base64,AAAA"><img src="/p.gif" width="1" height="1">'), [])
  t.match(fromHtml('<iframe src="//www.youtube.com/embed/x" title="T"></iframe>'), [
    { _type: 'embed', url: 'https://www.youtube.com/embed/x', provider: 'youtube', title: 'T' }
  ])
  t.match(fromHtml('<video controls>old<source src="https://a.org/v.mp4"></video>z'), [
    { _type: 'embed', url: 'https://a.org/v.mp4' },
    { _type: 'block' }
  ])
  t.match(fromHtml('<iframe src="http://a.org/x"/>'), [{ _type: 'block', markDefs: [{ href: 'http://a.org/x' }] }])
  t.match(fromHtml('<pre>\n<code class="language-js">a\n  &lt;b</code></pre>'), [
    { _type: 'code', code: 'a\n  <b', language: 'js' }
  ])
  const [table] = fromHtml('<table><tr><th>a<th>b<tr><td><p>c</p><p>d</p><td>e</table>')
  t.match(table, {
    rows: [
      { cells: ['a', 'b'], header: true },
      { cells: ['c\nd', 'e'], header: false }
    ]
  })
  t.same(brief('<table><tr><td><h2>a</h2><p>b</table>'), ['h2 a', 'normal b'], 'a table for layout is none')
  t.match(fromHtml('a<hr>b')[1], { _type: 'divider' })
})

t.test('what old pages and other systems write', async t => {
  t.same(brief('<p>a<img class="emoji" alt="😀">b</br>c</p>'), ['normal a😀b\nc'])
  t.same(brief('<b style="font-weight: normal">a</b><dl><dd>b<dd>c</dl><p>d <br> <i> </i><br></p>'), [
    ...['normal a', 'normal b', 'normal c', 'normal d']
  ])
  t.match(fromHtml('<object><param name="movie" value="http://youtube.com/v/x"></object>'), [
    { _type: 'embed', url: 'https://youtube.com/v/x', provider: 'youtube' }
  ])
  t.match(fromHtml('<figure><iframe src="https://a.org/"></iframe><figcaption>b<br>c</figcaption></figure>'), [
    { _type: 'embed', title: 'b c' }
  ])
  t.same(brief('<figure><blockquote>a</blockquote><figcaption>b</figcaption></figure>'), ['blockquote a', 'normal b'])
  t.match(fromHtml('<table><caption>t<thead><tr><td>a<tbody><tr><td>b<td><img src=/c></table>'), [
    { _type: 'block' },
    { _type: 'table', rows: [{ header: true }, { header: false }] },
    { _type: 'image', src: '/c' }
  ])
  t.same(brief('<table><tr><td>a<br>b<td> <tr><td></table>'), ['table a\nb\t'])
  t.same(brief('<table><tr><td> </td><td></td></tr><tr><td>a<br>b</td></tr></table>'), ['normal a\nb'])
  t.same(brief('<pre class="lang-c"><div>a</div><div>b<br>c</div></pre>'), ['code a\nb\nc'])
  t.same(brief('<a data-embed href="https://b.org/">x<br>y</a>z'), ['embed x y', 'normal z'])
})

t.test('HTML is written', async t => {
  const picture = { _type: 'image' as const, _key: 'a', image: 'id-1', alt: 'A "b"', caption: 'c\nd' }
  t.equal(
    toHtml([picture]),
    '<figure><img data-image="id-1" alt="A &quot;b&quot;"/><figcaption>c<br/>d</figcaption></figure>'
  )
  const image = () => 'https://a.org/i.jpg'
  t.match(toHtml([picture], { image }), '<img src="https://a.org/i.jpg" data-image="id-1"')
  t.equal(toMarkdown([picture], { image }), '![A "b"](<https://a.org/i.jpg>)\\\nc\\\nd\n')
  t.equal(toMarkdown([{ ...picture, alt: '', caption: '' }]), '')
  const html = [
    '<h2>a <strong>b</strong></h2><blockquote><p>c</p><p>d</p></blockquote>',
    '<ol><li>e<ul><li><h3>f</h3></li></ul><ol><li>g</li></ol></li></ol><hr/>',
    '<table><thead><tr><th>h</th><th>i</th></tr></thead><tbody><tr><td>j<br/>k</td><td>l</td></tr></tbody></table>',
    '<table><thead><tr><th>m</th><th>n</th></tr></thead></table><pre><code class="language-js">o</code></pre>',
    '<p><a href="https://a.org/" data-embed="">p</a></p>',
    '<p><u>q</u><s>r</s><sub>s</sub><sup>t</sup><code>u</code><a href="/v"><em>w</em></a></p>'
  ].join('')
  t.equal(toHtml(fromHtml(html)), html, 'and read back as it was')
})

t.test('an address', async t => {
  for (const href of [
    'javascript:x',
    'JaVa\tscript:x',
    '\u0001javascript:x',
    ' data:text/html,x',
    'vbscript:x',
    'java\0script:x'
  ]) {
    t.not(safeHref(href)?.startsWith('http'), true)
    t.equal(safeHref(href), null, JSON.stringify(href))
  }
  for (const href of ['', 'ftp://a', 'file:///etc', 'page.html', '/\\evil.org', '\u00a0javascript:x', 'http://'])
    t.equal(safeHref(href), null, href)
  for (const href of ['/a?b=c', '#d', './e', 'mailto:a@b.org', 'tel:+841', 'https://a.org/'])
    t.equal(safeHref(href), href)
  t.equal(safeHref('//a.org/b'), 'https://a.org/b')
})

t.test('keys', async t => {
  const original = fromHtml('<h2>Một</h2><p>Hai</p><ul><li>Ba</ul><p>Bốn</p>')
  const same = withKeys(fromHtml('<h2>One</h2><p>Two</p><ul><li>Three</ul><p>Four</p>'), original)
  const shorter = withKeys(fromHtml('<h2>One</h2><ul><li>Three</ul><p>Four</p><hr>'), original)
  const keys = (nodes: BodyNode[]) => nodes.map(node => node._key)
  t.same(keys(same), keys(original), 'are the same in a parallel translation')
  t.same(
    keys(shorter).slice(0, 3),
    [0, 2, 3].map(index => original[index]!._key),
    'and where structures align'
  )
  t.same(duplicateKeys(shorter), [])
  t.match(keys(original).join(' '), /^([0-9a-f]{12} ?){4}$/)
  const before = fromHtml('<p>a</p><p>b</p><p>c</p>')
  const after = fromHtml('<p>new</p><p>a</p><p>B, changed</p><p>c</p>', { previous: before })
  t.same(keys(after).slice(1), keys(before), 'stay through an edit')
  t.same(keys(fromHtml('<p>new</p><p>a</p>')).slice(1), keys(before).slice(0, 1), 'do not depend on what stands before')
  t.same(duplicateKeys(fromHtml('<p>x</p>'.repeat(300))), [])
  const long = Array.from({ length: 1500 }, (_, index) => `<p>${index}</p>`)
  const longer = fromHtml(['<hr>', ...long, '<hr>'].join('<h2>x</h2>'))
  const kept = withKeys(fromHtml(['<p>new</p>', ...long.reverse(), '<p>end</p>'].join('<h2>x</h2>')), longer)
  t.ok(keys(kept).filter(key => keys(longer).includes(key)).length > 2000, 'also in very long bodies')
  t.same(duplicateKeys(kept), [])
  t.same(duplicateKeys([...before, before[0]!]).includes(before[0]!._key), true, 'that stand twice are found')
})

t.test('text and Markdown', async t => {
  const nodes = fromHtml('<h2>A</h2><p>b *c* <b>d </b>e<ol><li>f<ul><li>g</ul><li>h</ol><pre>```</pre>')
  t.equal(toText(nodes), 'A\n\nb *c* d e\n\n1. f\n   • g\n2. h\n\n```')
  t.equal(toMarkdown(nodes), '## A\n\nb \\*c\\* **d** e\n\n1. f\n   - g\n2. h\n\n````\n```\n````\n')
  t.equal(toMarkdown(fromHtml('<p># a<br>1. b<br>- c</p>')), '\\# a\\\n1\\. b\\\n\\- c\n')
  t.equal(
    toMarkdown(fromHtml('<p>他<b>“好”</b>了<a href="https://a.org/?x=1&y=2">z</a>')),
    '他<strong>“好”</strong>了[z](<https://a.org/?x=1&y=2>)\n'
  )
  t.equal(toMarkdown(fromHtml('<p>a <code>b`c</code></p><p>H<sub>2</sub>O')), 'a ``b`c``\n\nH<sub>2</sub>O\n')
  t.equal(toMarkdown(fromHtml('<table><tr><th>a<th>b<tr><td>c|d<td>e')), '| a | b |\n| --- | --- |\n| c\\|d | e |\n')
  t.equal(countWords(fromHtml('<p>The red river</p><p>ແມ່ນ້ຳ'), 'en') >= 4, true)
  t.equal(countWords(fromHtml('<p>สวัสดีชาวโลก'), 'th') > 1, true)
  t.equal(countWords(fromHtml('<p>a b'), 'not a language'), 2)
  t.same([0, 1, 230, 700].map(readingMinutes), [0, 1, 1, 3])
})

t.test('what the API stores is rendered safely too', async t => {
  const span = { _type: 'span' as const, _key: 's', text: 'x', marks: ['l', 'nobody', 'strong'] }
  const html = toHtml([
    {
      _type: 'block',
      _key: 'a',
      style: 'normal',
      children: [span],
      markDefs: [{ _key: 'l', _type: 'link', href: 'javascript:x' }]
    },
    { _type: 'embed', _key: 'b', url: 'javascript:x', title: '<b>' },
    { _type: 'image', _key: 'c', image: '"><script>', src: 'data:x', alt: '"' },
    { _type: 'code', _key: 'd', code: '</pre><script>', language: '"onclick="x' },
    { _type: 'block', _key: 'e', style: 'normal', listItem: 'bullet', level: 9, children: [span], markDefs: [] }
  ])
  t.same(activeParts(html), [])
  t.equal(visible(html).includes('<b>'), true)
})

t.test('every composition of elements keeps its promises', async t => {
  const names =
    'p div h1 h3 h5 ul ol li blockquote b i code a q table tr td th caption figure figcaption pre dl dt span sup'
  const tag = fc.constantFrom(...names.split(' '))
  const piece = fc.oneof(
    { weight: 4, arbitrary: tag.map(name => `<${name}>`) },
    { weight: 3, arbitrary: tag.map(name => `</${name}>`) },
    { weight: 4, arbitrary: fc.constantFrom('alpha', ' beta', 'γ ', '1. ', ' * ', '\n', '&amp;', '&nbsp;', 'é') },
    fc.constantFrom(
      '<br>',
      '<hr>',
      '<img src=/x alt=y>',
      '<iframe src=https://a.org/x></iframe>',
      '<a href=/l>',
      '<svg>'
    ),
    fc.constantFrom(
      '</svg>',
      '<!--',
      '-->',
      '<button>',
      '</button>',
      '<a data-embed href=https://b.org/>',
      '<table><tr><td>a<td>b'
    )
  )
  const rule = fc.property(fc.array(piece, { maxLength: 25 }), pieces => {
    const broken = holds(pieces.join(''))
    if (broken) throw new Error(broken)
  })
  t.doesNotThrow(() => fc.assert(rule, { numRuns: 2000 }))
})

t.test('hostile HTML', { skip: lacking('hostile/dompurify/test/fixtures/expect.mjs') }, async t => {
  const path = join(corpora, 'hostile/dompurify/test/fixtures/expect.mjs')
  const { default: cases } = (await import(pathToFileURL(path).href)) as { default: { payload: string }[] }
  t.ok(cases.length > 100)
  for (const [index, { payload }] of cases.entries()) t.equal(holds(payload), null, `payload ${index}`)
})

t.test('very deep HTML', { skip: lacking('hostile/generated/deep-html-50k.html') }, async t => {
  t.equal(holds(readFileSync(join(corpora, 'hostile/generated/deep-html-50k.html'), 'utf8')), null)
})

t.test('naughty strings', { skip: lacking('hostile/blns/blns.json') }, async t => {
  const strings: string[] = JSON.parse(readFileSync(join(corpora, 'hostile/blns/blns.json'), 'utf8'))
  for (const text of strings) {
    t.equal(holds(text), null)
    t.equal(holds(`<p>a ${text}</p><a href="${text}">b</a><img src='${text}'>`), null)
  }
})

t.test('a megabyte of anything takes no longer than its length', async t => {
  const most = 1_000_000
  const shapes = [
    '<div>',
    '<ul><li>',
    '<blockquote>',
    '<b>',
    '<p>x',
    '<table><tr><td>',
    '<a href=/x><b>a</b>c',
    '</div><p>'
  ]
  shapes.push(
    '<figure><img src=/x>',
    'a <br>',
    '<td>a <br>',
    '<svg>',
    '<i>x</i>',
    '<button><p>',
    '&lt;',
    '<pre>\n',
    '<q>',
    '<'
  )
  for (const shape of shapes) {
    const started = performance.now()
    const nodes = fromHtml(`<div>${'</span>'.repeat(10)}${shape.repeat(Math.floor(most / shape.length))}`)
    const read = performance.now() - started
    t.ok(toHtml(nodes).length >= 0 && nodes.every(node => node._type !== 'block' || node.children.length <= MAX_SPANS))
    t.ok(read < 20_000, `${shape} ${Math.round(read)} ms, with rendering ${Math.round(performance.now() - started)} ms`)
  }
})

t.test('articles lose no word', { skip: lacking('articles/articles-demo.jsonl.gz') }, async t => {
  const lines = gunzipSync(readFileSync(join(corpora, 'articles/articles-demo.jsonl.gz')))
    .toString()
    .trim()
    .split('\n')
  for (const [index, line] of lines.entries()) {
    if (index % 40 !== 0) continue
    const { id, body_html } = JSON.parse(line) as { id: string; body_html: string }
    const kept = new Map<string, number>()
    for (const word of words(fromHtml(body_html).map(plain).join('\n'))) kept.set(word, (kept.get(word) ?? 0) + 1)
    const lost = words(visible(body_html.replace(/<(\/?)ol/g, '<$1ul'))).filter(word => {
      kept.set(word, (kept.get(word) ?? 0) - 1)
      return kept.get(word)! < 0
    })
    t.same(lost, [], id)
    t.equal(holds(body_html), null, `${id} keeps its promises`)
  }
})
