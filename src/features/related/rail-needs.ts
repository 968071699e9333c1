/** What the rails of a page still need, so that nobody takes it from them. Pure decisions. */

interface Rail {
  name: string
  /** How many it lacks to be shown. */
  wanting: number
  listed: ReadonlySet<string>
  /** What of it stands nowhere yet, story by story. */
  free: Set<string>
}

export class RailNeeds {
  #rails: Rail[]

  constructor(rails: readonly { name: string; minimum: number; stories: ReadonlySet<string> }[]) {
    this.#rails = rails.map(({ name, minimum, stories }) => ({
      name,
      wanting: minimum,
      listed: stories,
      free: new Set(stories)
    }))
  }

  /** From here on the rails that can be filled together are kept safe, the first first; what the others have is anybody's. */
  settle(): void {
    const safe: Rail[] = []
    for (const rail of this.#rails) if (canBeFilled([...safe, rail])) safe.push(rail)
    this.#rails = safe
  }

  /** A list has taken a story. */
  take(list: string, story: string): void {
    for (const rail of this.#rails) {
      rail.free.delete(story)
      if (rail.name === list) rail.wanting--
    }
  }

  /** The stories of a list that has given up are free again. */
  giveBack(stories: readonly string[]): void {
    for (const { listed, free } of this.#rails) for (const story of stories) if (listed.has(story)) free.add(story)
  }

  /** Whether the rails could no longer be filled if this list took the story. */
  isReserved(list: string, story: string): boolean {
    const needy = this.#rails.filter(({ wanting }) => wanting > 0)
    const all = needy.reduce((sum, { wanting }) => sum + wanting, 0)
    // A rail with more than all lack together gets what it needs, whoever comes before it.
    if (!needy.some(({ name, free }) => name !== list && free.has(story) && free.size <= all)) return false
    const then = needy.map(rail => (rail.name === list ? { ...rail, wanting: rail.wanting - 1 } : rail))
    return !canBeFilled(then, story)
  }
}

/** Whether each rail can get what it lacks, no story twice: who wants one that is given away asks its holder to look for another. */
function canBeFilled(rails: readonly Rail[], without?: string): boolean {
  const holders = new Map<string, Rail>()
  const find = (rail: Rail, asked: Set<string>): boolean => {
    for (const story of rail.free) {
      if (story === without || asked.has(story)) continue
      asked.add(story)
      const holder = holders.get(story)
      if (holder && !find(holder, asked)) continue
      holders.set(story, rail)
      return true
    }
    return false
  }
  return rails.every(rail => {
    for (let lacks = rail.wanting; lacks > 0; lacks--) if (!find(rail, new Set())) return false
    return true
  })
}
