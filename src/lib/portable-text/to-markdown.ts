import { type List, toGroups } from './groups.ts'
import { safeEmbed } from './hrefs.ts'
import { longestTicks, onOneLine, spansToMarkdown, written } from './markdown-spans.ts'
import { type Block, type BodyNode, type Code, type Embed, type ImageRef, plain, type Table } from './model.ts'
import { type RenderOptions, sourceOf } from './to-html.ts'

const HEADINGS = { h2: '## ', h3: '### ', h4: '#### ', normal: '', blockquote: '> ' } as const

/** The CommonMark of a body, tables as GitHub writes them; no character of a text is taken for markup. */
export function toMarkdown(nodes: BodyNode[], options: RenderOptions = {}): string {
  const texts = toGroups(nodes).map(group => {
    if (group._type === 'list') return listMarkdown(group)
    return group._type === 'quote' ? group.blocks.map(blockMarkdown).join('\n>\n') : nodeMarkdown(group, options)
  })
  const body = texts.filter(text => text !== '').join('\n\n')
  return body === '' ? '' : `${body}\n`
}

function nodeMarkdown(node: BodyNode, options: RenderOptions): string {
  switch (node._type) {
    case 'block':
      return blockMarkdown(node)
    case 'image':
      return imageMarkdown(node, options)
    case 'embed':
      return embedMarkdown(node)
    case 'code':
      return codeMarkdown(node)
    case 'table':
      return tableMarkdown(node)
    case 'divider':
      return '***'
  }
}

function blockMarkdown(block: Block): string {
  const text = spansToMarkdown(block)
  if (block.style === 'normal') return text
  if (block.style === 'blockquote') return `> ${text.replaceAll('\n', '\n> ')}`
  return HEADINGS[block.style] + onOneLine(text).replace(/(^| )(#+)$/, '$1\\$2')
}

function listMarkdown(list: List): string {
  const items = list.items.map(({ block, lists }, index) => {
    const marker = list.listItem === 'number' ? `${index + 1}. ` : '- '
    const inner = [blockMarkdown(block), ...lists.map(listMarkdown)].join('\n')
    return marker + inner.replaceAll('\n', `\n${' '.repeat(marker.length)}`)
  })
  return items.join('\n')
}

function imageMarkdown(image: ImageRef, options: RenderOptions): string {
  const src = sourceOf(image, options)
  const picture = src === null ? '' : `![${written((image.alt ?? '').replaceAll('\n', ' '))}](<${src}>)`
  const caption = image.caption ? written(image.caption) : ''
  return [picture, caption].filter(text => text !== '').join('\\\n')
}

function embedMarkdown(embed: Embed): string {
  const url = safeEmbed(embed.url)
  const text = written(plain(embed))
  return url === null ? text : `[${text}](<${url}>)`
}

function codeMarkdown({ code, language }: Code): string {
  const fence = '`'.repeat(Math.max(2, longestTicks(code)) + 1)
  return `${fence}${(language ?? '').replace(/[^\w+#-]/g, '')}\n${code}\n${fence}`
}

/** Rows shorter than the widest are completed by the reader. */
function tableMarkdown({ rows }: Table): string {
  const width = rows.reduce((widest, row) => Math.max(widest, row.cells.length), 1)
  const line = (cells: string[]) => `| ${cells.map(cell => onOneLine(written(cell))).join(' | ')} |`
  const [first, ...others] = rows
  const filled = (cells: string[]) => Array.from({ length: width }, (_, index) => cells[index] ?? '')
  const head = line(filled(first?.header ? first.cells : []))
  const body = first?.header ? others : rows
  return [head, `|${' --- |'.repeat(width)}`, ...body.map(row => line(row.cells))].join('\n')
}
