import { Parser } from 'htmlparser2'

const elements =
  /^(?:p|h[234]|blockquote|[ou]l|li|a|strong|em|code|u|s|del|sub|sup|br|hr|pre|figure|img|figcaption|table|thead|tbody|t[rdh])$/

/** Whether an address leads to the web, to this site, or to who can be written or called, and does nothing else. */
export const isInert = (address: string) =>
  /^(?:https?:|mailto:|tel:|\/(?![/\\])|#|\.{1,2}\/)/.test(address.replace(/[\0- ]/g, '').toLowerCase())

/** Everything in HTML that is not of the few elements, attributes and addresses a body is written with. */
export function activeParts(html: string): string[] {
  const found: string[] = []
  const parser = new Parser({
    onopentag(name, attributes) {
      if (!elements.test(name)) found.push(name)
      for (const [attribute, value] of Object.entries(attributes)) {
        if (!/^(?:href|src|alt|class|start|data-image|data-embed)$/.test(attribute)) found.push(`${name} ${attribute}`)
        if (attribute === 'class' && !/^language-[\w+#-]+$/.test(value)) found.push(`class ${value}`)
        if ((attribute === 'href' || attribute === 'src') && !isInert(value)) found.push(value)
      }
    },
    oncomment: data => found.push(`<!--${data}`),
    onprocessinginstruction: name => found.push(name)
  })
  parser.end(html)
  return found
}

/** Addresses among blocks that would do something. */
export function activeAddresses(blocks: unknown): string[] {
  const found: string[] = []
  JSON.stringify(blocks, (name, value) => {
    if (['href', 'src', 'url'].includes(name) && typeof value === 'string' && !isInert(value)) found.push(value)
    return value
  })
  return found
}
