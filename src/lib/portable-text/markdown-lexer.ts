import { Lexer, type Token, Tokenizer, type Tokens, type TokensList } from 'marked'

/** How deep quotes and lists nest before the rest is one paragraph. */
const MOST_DEPTH = 32
/** How much inline markup one text may cost, in steps of the estimate below; about a second. */
const MOST_WORK = 4_000_000_000
/** How many cells a table has at most, those counted that no row writes. */
const MOST_CELLS = 100_000
const markup = /[\\`*_[\]<>!~&;()]/g

/** Markdown as tokens; nesting and inline markup nobody writes by hand stay as the characters they are. */
export class BoundedLexer extends Lexer {
  private depth = 0
  private work = 0

  constructor() {
    super({ gfm: true, tokenizer: new BoundedTokenizer() })
  }

  override blockTokens(src: string, tokens?: Token[], lastParagraphClipped?: boolean): Token[]
  override blockTokens(src: string, tokens?: TokensList, lastParagraphClipped?: boolean): TokensList
  override blockTokens(src: string, tokens: Token[] = [], lastParagraphClipped = false): Token[] {
    if (this.depth >= MOST_DEPTH) {
      tokens.push({ type: 'paragraph', raw: src, text: src, tokens: [verbatim(src)] })
      return tokens
    }
    this.depth++
    const read = super.blockTokens(src, tokens, lastParagraphClipped)
    this.depth--
    return read
  }

  override inlineTokens(src: string, tokens: Token[] = []): Token[] {
    this.work += estimate(src)
    if (this.work <= MOST_WORK) return super.inlineTokens(src, tokens)
    this.work -= estimate(src)
    tokens.push(verbatim(src))
    return tokens
  }
}

class BoundedTokenizer extends Tokenizer {
  override table(src: string): Tokens.Table | undefined {
    const [, head, line] = /^([^\n]*)\n([ \t|:-]*)(?:\n|$)/.exec(src) ?? []
    if (head === undefined || line === undefined || !line.includes('-')) return undefined
    const end = src.search(/\n[ \t]*\n/)
    const rows = src.slice(0, end === -1 ? src.length : end).split('\n').length
    return head.split('|').length * rows > MOST_CELLS ? undefined : super.table(src)
  }
}

const verbatim = (src: string): Token => ({ type: 'text', raw: src, text: src, escaped: false })

/** Every mark is looked for up to the text's end, every address up to the word's, the latter ten times as slowly. */
function estimate(src: string): number {
  const marks = src.match(markup)?.length ?? 0
  if (marks === 0) return 0
  let longest = 0
  for (const word of src.split(/\s+/)) longest = Math.max(longest, word.length)
  return marks * (src.length + 10 * longest)
}
