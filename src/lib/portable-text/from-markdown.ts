import { Parser, Renderer, type Token, type Tokens } from 'marked'
import { wellFormed } from '../text.ts'
import { type FromHtmlOptions, fromHtml } from './from-html.ts'
import { fromText } from './from-text.ts'
import { BoundedLexer } from './markdown-lexer.ts'
import type { BodyNode } from './model.ts'

/** The body GitHub's Markdown shows; HTML inside it is read by the rules of any other HTML. */
export function fromMarkdown(markdown: string, options: FromHtmlOptions = {}): BodyNode[] {
  const html = htmlOf(wellFormed(markdown))
  return html === null ? fromText(markdown, options) : fromHtml(html, options)
}

function htmlOf(markdown: string): string | null {
  try {
    return new Parser({ renderer: new BodyRenderer() }).parse(new BoundedLexer().lex(markdown))
  } catch {
    // The parser recurses into markup, so what nests beyond the stack is taken as plain text.
    return null
  }
}

const figure = (image: string, caption: string) => `<figure>${image}<figcaption>${caption}</figcaption></figure>`

/** Writes what a body can hold of Markdown and HTML has no plain words for: captions and ticked boxes. */
class BodyRenderer extends Renderer {
  override paragraph({ tokens }: Tokens.Paragraph): string {
    const [image, line, ...caption] = tokens
    const captioned = image?.type === 'image' && line?.type === 'br' && caption.every(isPlain)
    if (!captioned) return `<p>${this.parser.parseInline(tokens)}</p>\n`
    return figure(this.parser.parseInline([image]), this.parser.parseInline(caption))
  }

  override image(image: Tokens.Image): string {
    const { title, ...untitled } = image
    const picture = super.image({ ...untitled, title: null })
    return title ? figure(picture, this.text({ type: 'text', raw: title, text: title })) : picture
  }

  override checkbox({ checked }: Tokens.Checkbox): string {
    return checked ? '☑ ' : '☐ '
  }
}

const isPlain = ({ type }: Token) => type === 'text' || type === 'escape' || type === 'br'
