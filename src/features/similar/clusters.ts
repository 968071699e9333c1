import type { Copy } from './copy-queries.ts'

/** What becomes one story. Pure decisions. */

/**
 * Groups of articles that are one story: the nearest copies come together first, and two groups become one only where everybody in the one is kin of
 * everybody in the other. So a text that quotes two stories joins one of them, and a chain of copies ends where nothing is left of its beginning.
 */
export function groupCopies(
  copies: readonly Copy[],
  areKin: (one: string, other: string) => boolean
): (readonly string[])[] {
  const joined = new Set(copies.map(({ article, other }) => pairOf(article, other)))
  const mayJoin = (one: string, other: string) => joined.has(pairOf(one, other)) || areKin(one, other)
  const groups = new Map<string, string[]>()
  const groupOf = (article: string) => groups.get(article) ?? [article]
  const nearest = [...copies].sort(
    (a, b) => b.share - a.share || compareText(a.article, b.article) || compareText(a.other, b.other)
  )
  for (const { article, other } of nearest) {
    const [one, two] = [groupOf(article), groupOf(other)]
    if (one === two || !one.every(mine => two.every(theirs => mayJoin(mine, theirs)))) continue
    const both = [...one, ...two]
    for (const member of both) groups.set(member, both)
  }
  return [...new Set(groups.values())]
}

/** Those who hang together with others by copies without being a copy of each: of them it must be known whether they are kin. */
export function unknownKin(copies: readonly Copy[]): string[] {
  const everybody = groupCopies(copies, () => true)
  const pairs = new Set(copies.map(({ article, other }) => pairOf(article, other)))
  return everybody
    .filter(group => group.some((one, n) => group.slice(n + 1).some(other => !pairs.has(pairOf(one, other)))))
    .flat()
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const pairOf = (one: string, other: string) => (one < other ? `${one} ${other}` : `${other} ${one}`)
