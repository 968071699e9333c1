import type { Article } from '../../contract/article.ts'
import type { BodyFormat } from '../../contract/body.ts'
import type { BodyNode } from '../../lib/portable-text/model.ts'
import { toHtml } from '../../lib/portable-text/to-html.ts'
import { toMarkdown } from '../../lib/portable-text/to-markdown.ts'
import { toText } from '../../lib/portable-text/to-text.ts'

/** The stored blocks in the form the reader asked for; pictures in the text get their address from the article's images. */
export function renderBody(article: Article, format: BodyFormat): Article {
  if (!article.body) return article
  const blocks = article.body as unknown as BodyNode[]
  if (format === 'blocks') return { ...article, body: { format, blocks } }
  const addresses = new Map(article.images?.map(image => [image.id, image.url]))
  const options = { image: (node: { image: string | null }) => (node.image && addresses.get(node.image)) || null }
  const render = { html: toHtml, markdown: toMarkdown, text: toText }[format]
  return { ...article, body: { format, content: render(blocks, options) } }
}
