import { type NodeRenderer, type PortableTextComponents, toHTML } from '@portabletext/to-html'
import { type Item, type List, type Quote, toGroups } from './groups.ts'
import { safeEmbed, safeHref, safeSource } from './hrefs.ts'
import type { BodyNode, Code, Embed, ImageRef, LinkMark, Table } from './model.ts'

/** Where a rendering finds pictures. */
export interface RenderOptions {
  /** The address of a picture, null to show none; without it, its remote address. */
  image?: (image: ImageRef) => string | null
}

/** The HTML of a body: no attributes but addresses, alt texts and what fromHtml reads back. */
export function toHtml(nodes: BodyNode[], options: RenderOptions = {}): string {
  return toHTML(toGroups(nodes), { components: componentsOf(options), onMissingComponent: false })
}

/** The address a picture is shown from, or null. */
export function sourceOf(image: ImageRef, options: RenderOptions): string | null {
  const address = options.image ? options.image(image) : (image.src ?? null)
  return address === null ? null : safeSource(address)
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' }
const escaped = (text: string) => text.replace(/[&<>"']/g, character => ENTITIES[character]!)
const lines = (text: string) => escaped(text).replaceAll('\n', '<br/>')

function imageHtml(image: ImageRef, options: RenderOptions): string {
  const src = sourceOf(image, options)
  const id = image.image === null ? '' : ` data-image="${escaped(image.image)}"`
  const address = src === null ? '' : ` src="${escaped(src)}"`
  const picture = id + address === '' ? '' : `<img${address}${id} alt="${escaped(image.alt ?? '')}"/>`
  const caption = image.caption ? `<figcaption>${lines(image.caption)}</figcaption>` : ''
  return picture + caption === '' ? '' : `<figure>${picture}${caption}</figure>`
}

function embedHtml(embed: Embed): string {
  const text = escaped(embed.title ?? embed.url)
  const url = safeEmbed(embed.url)
  return url === null
    ? `<p>${text}</p>`
    : `<p><a href="${escaped(url)}" data-embed="${escaped(embed.provider ?? '')}">${text}</a></p>`
}

function codeHtml({ code, language }: Code): string {
  const name = language ? ` class="language-${escaped(language)}"` : ''
  return `<pre><code${name}>${escaped(code)}</code></pre>`
}

function tableHtml(table: Table): string {
  const rows = table.rows.map(({ cells, header }) => {
    const name = header ? 'th' : 'td'
    return `<tr>${cells.map(cell => `<${name}>${lines(cell)}</${name}>`).join('')}</tr>`
  })
  const first = table.rows.findIndex(row => !row.header)
  const heads = first === -1 ? rows.length : first
  const head = heads === 0 ? '' : `<thead>${rows.slice(0, heads).join('')}</thead>`
  const rest = heads === rows.length ? '' : `<tbody>${rows.slice(heads).join('')}</tbody>`
  return `<table>${head}${rest}</table>`
}

function linkHtml(link: LinkMark | undefined, children: string): string {
  const href = link ? safeHref(link.href) : null
  return href === null ? children : `<a href="${escaped(href)}">${children}</a>`
}

function listHtml({ listItem, items }: List, render: Render): string {
  const item = ({ block, lists }: Item) => {
    const { listItem: _, level: __, ...text } = block
    const inner = render(text.style === 'normal' ? { ...text, style: 'bare' } : text)
    return `<li>${inner}${lists.map(list => listHtml(list, render)).join('')}</li>`
  }
  const tag = listItem === 'number' ? 'ol' : 'ul'
  return `<${tag}>${items.map(item).join('')}</${tag}>`
}

type Render = (node: { _type: string; style: string }) => string
type Given<Value> = { value: Value; renderNode: NodeRenderer }

const renderOf = (renderNode: NodeRenderer): Render => {
  return node => renderNode({ node, index: 0, isInline: false, renderNode })
}

const wrap = (tag: string) => (given: { children?: string }) => `<${tag}>${given.children ?? ''}</${tag}>`
const bare = (given: { children?: string }) => given.children ?? ''

function componentsOf(options: RenderOptions): PortableTextComponents {
  return {
    types: {
      image: ({ value }: Given<ImageRef>) => imageHtml(value, options),
      embed: ({ value }: Given<Embed>) => embedHtml(value),
      code: ({ value }: Given<Code>) => codeHtml(value),
      table: ({ value }: Given<Table>) => tableHtml(value),
      divider: () => '<hr/>',
      list: ({ value, renderNode }: Given<List>) => listHtml(value, renderOf(renderNode)),
      quote: ({ value, renderNode }: Given<Quote>) => {
        const render = renderOf(renderNode)
        const paragraphs = value.blocks.map(block => render({ ...block, style: 'normal' }))
        return `<blockquote>${paragraphs.join('')}</blockquote>`
      }
    },
    marks: {
      ...{ underline: wrap('u'), 'strike-through': wrap('s'), sub: wrap('sub'), sup: wrap('sup') },
      link: ({ value, children }: { value?: LinkMark; children: string }) => linkHtml(value, children)
    },
    block: { bare },
    unknownMark: bare,
    unknownType: () => '',
    escapeHTML: escaped
  }
}
