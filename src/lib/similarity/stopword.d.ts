/** The library has no types of its own: every export is a list of words, named by the language's ISO 639-2 code. */
declare module 'stopword' {
  const lists: Record<string, string[]>
  export = lists
}
