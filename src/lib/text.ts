const lonely = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g
const forbidden = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

/** Whether text holds what PostgreSQL or UTF-8 cannot: a NUL or half of a surrogate pair. */
export const hasForbidden = (text: string) => forbidden.test(text)

/** The text without NULs and lone surrogates; everything else is untouched. */
export const wellFormed = (text: string) => (hasForbidden(text) ? text.replaceAll('\0', '').replace(lonely, '') : text)

/** Runs of white space of any kind become one space, none is left at the ends. */
export const collapse = (text: string) => text.replace(/\s+/g, ' ').trim()
