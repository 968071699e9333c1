import type { Decorator, Style } from './model.ts'

/** Elements nobody reads: their content goes with them. */
export const UNREAD = new Set(
  (
    'script style noscript template title svg math select option optgroup datalist textarea button canvas ' +
    'noembed noframes rp progress meter'
  ).split(' ')
)

/** Elements that show something from elsewhere. */
export const PLAYERS = new Set(['iframe', 'video', 'audio', 'object', 'embed', 'applet'])

/** Elements that never have content, nor an end. */
export const VOID = new Set(
  'area base basefont br col embed frame hr img input link meta param source track wbr'.split(' ')
)

/** Elements that begin and end a line. */
export const BLOCKS = new Set(
  (
    'address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 head header hgroup html legend li listing main menu nav ol p plaintext pre search section ' +
    'summary ul xmp table caption thead tbody tfoot tr td th'
  ).split(' ')
)

export const HEADINGS = new Map<string, Style>([
  ['h1', 'h2'],
  ['h2', 'h2'],
  ['h3', 'h3'],
  ['h4', 'h4'],
  ['h5', 'h4'],
  ['h6', 'h4']
])

export const FORMATTING = new Map<string, Decorator>([
  ['strong', 'strong'],
  ['b', 'strong'],
  ['em', 'em'],
  ['i', 'em'],
  ['cite', 'em'],
  ['dfn', 'em'],
  ['var', 'em'],
  ['code', 'code'],
  ['kbd', 'code'],
  ['samp', 'code'],
  ['tt', 'code'],
  ['u', 'underline'],
  ['ins', 'underline'],
  ['s', 'strike-through'],
  ['strike', 'strike-through'],
  ['del', 'strike-through'],
  ['sub', 'sub'],
  ['sup', 'sup']
])
