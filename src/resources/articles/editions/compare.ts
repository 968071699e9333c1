import { isDeepStrictEqual } from 'node:util'
import { blocksOf } from './blocks.ts'
import type { RevisionComparison, RevisionRecord } from './revision-schema.ts'

type Difference = RevisionComparison['blocks'][number]

const members = ['headline', 'kicker', 'standfirst', 'byline', 'seo', 'translation'] as const

/** What differs between two saved states: members by name, blocks by key, in the order of the later body, what is gone last. */
export function compareRevisions(from: RevisionRecord, to: RevisionRecord): RevisionComparison {
  const was = new Map(blocksOf(from).map((block, place) => [block._key, { block, place }]))
  const now = new Map(blocksOf(to).map((block, place) => [block._key, { block, place }]))
  const shared = [...now.keys()].filter(key => was.has(key))
  const standing = longestRising(shared.map(key => was.get(key)!.place))
  const inPlace = new Set(shared.filter((_, index) => standing.has(index)))
  const blocks = [...now].flatMap(([key, { block, place }]): Difference[] => {
    const old = was.get(key)
    if (!old) return [{ key, change: 'added', moved: false, from: null, to: { place, block } }]
    const change = isDeepStrictEqual(old.block, block) ? 'none' : 'changed'
    const moved = !inPlace.has(key)
    return change === 'none' && !moved ? [] : [{ key, change, moved, from: old, to: { place, block } }]
  })
  const gone = [...was].filter(([key]) => !now.has(key))
  return {
    from: from.number,
    to: to.number,
    members: members
      .filter(member => !isDeepStrictEqual(from[member], to[member]))
      .map(member => ({ member, from: from[member], to: to[member] })),
    blocks: [...blocks, ...gone.map(([key, old]) => ({ key, change: 'removed', moved: false, from: old, to: null }))]
  } as RevisionComparison
}

/** Indexes of one longest rising run of distinct numbers (patience sorting): what stays where it is while the rest moves. */
export function longestRising(numbers: readonly number[]): Set<number> {
  const ends: number[] = []
  const before: (number | undefined)[] = []
  numbers.forEach((number, index) => {
    let low = 0
    for (let high = ends.length; low < high; ) {
      const middle = (low + high) >> 1
      if (numbers[ends[middle]!]! < number) low = middle + 1
      else high = middle
    }
    before[index] = ends[low - 1]
    ends[low] = index
  })
  const run = new Set<number>()
  for (let index = ends.at(-1); index !== undefined; index = before[index]) run.add(index)
  return run
}
