import { Tokenizer } from 'htmlparser2'

/** An opening tag as the text has it; the first of equal attributes wins. */
export interface Tag {
  name: string
  attributes: Map<string, string>
  selfClosing: boolean
  /** Where in the text the tag begins. */
  at: number
}

/** What a reader of tags is told, in the order of the text. */
export interface TokenReader {
  open(tag: Tag): void
  close(name: string): void
  text(data: string): void
  /** Inside svg and math, script and title are ordinary elements. */
  foreign(): boolean
}

const nothing = () => {}

/** Tells `reader` the tags and texts of `html` in one pass; keeps no tree and no stack, so nesting costs nothing. */
export function readTokens(html: string, reader: TokenReader): void {
  let tag: Tag = { name: '', attributes: new Map(), selfClosing: false, at: 0 }
  let attribute = ''
  let value = ''
  const name = (start: number, end: number) => html.slice(start, end).toLowerCase()
  const finish = (selfClosing: boolean) => {
    tag.selfClosing = selfClosing
    reader.open(tag)
  }
  const tokenizer = new Tokenizer(
    { recognizeSelfClosing: true },
    {
      onopentagname(start, end) {
        const written = name(start, end)
        tag = { name: written === 'image' ? 'img' : written, attributes: new Map(), selfClosing: false, at: start }
      },
      onattribname(start, end) {
        attribute = name(start, end)
        value = ''
      },
      onattribdata(start, end) {
        value += html.slice(start, end)
      },
      onattribentity(code) {
        value += String.fromCodePoint(code)
      },
      onattribend() {
        if (!tag.attributes.has(attribute)) tag.attributes.set(attribute, value)
      },
      onopentagend: () => finish(false),
      onselfclosingtag: () => finish(true),
      onclosetag: (start, end) => reader.close(name(start, end)),
      ontext: (start, end) => reader.text(html.slice(start, end)),
      ontextentity: code => reader.text(String.fromCodePoint(code)),
      isInForeignContext: () => reader.foreign(),
      oncdata: nothing,
      oncomment: nothing,
      ondeclaration: nothing,
      onprocessinginstruction: nothing,
      onend: nothing
    }
  )
  tokenizer.write(html)
  tokenizer.end()
}
