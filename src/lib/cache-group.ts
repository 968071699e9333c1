/**
 * The name a cache keeps an answer's thing under (RFC 9875): `article-8002-8488795bf977`, `language-fr`. Caches need not keep more than 32
 * characters, and proxies refuse long headers, so an id is named by its random end; two things that ever shared one would be refreshed together.
 */
export const cacheGroup = (noun: string, id: string) => `${noun}-${id.length === 36 ? id.slice(19) : id}`

/** The group every answer belongs to: dropped when something changes that any answer may show, such as a language. */
export const groupOfAll = 'everything'
