import { type Block, type BodyNode, type ListType, MAX_LEVEL } from './model.ts'

/** Consecutive items of one list. */
export interface List {
  _type: 'list'
  listItem: ListType
  items: Item[]
}

/** One item and the lists inside it. */
export interface Item {
  block: Block
  lists: List[]
}

/** Consecutive paragraphs of one quote. */
export interface Quote {
  _type: 'quote'
  blocks: Block[]
}

/** A node, or a run of blocks that belong together. */
export type Group = BodyNode | List | Quote

/** Body nodes as a reader sees them: items in nested lists, paragraphs of a quote together. */
export function toGroups(nodes: BodyNode[]): Group[] {
  const groups: Group[] = []
  let open: List[] = []
  for (const node of nodes) {
    if (node._type === 'block' && node.listItem) {
      open = addItem(groups, open, node, node.listItem)
      continue
    }
    open = []
    const last = groups.at(-1)
    if (node._type !== 'block' || node.style !== 'blockquote') groups.push(node)
    else if (last?._type === 'quote') last.blocks.push(node)
    else groups.push({ _type: 'quote', blocks: [node] })
  }
  return groups
}

function addItem(groups: Group[], before: List[], block: Block, listItem: ListType): List[] {
  const level = Math.max(1, Math.min(block.level ?? 1, before.length + 1, MAX_LEVEL))
  const same = before[level - 1]?.listItem === listItem
  const open = before.slice(0, same ? level : level - 1)
  if (!same) {
    const list: List = { _type: 'list', listItem, items: [] }
    const parent = open.at(-1)?.items.at(-1)
    if (parent) parent.lists.push(list)
    else groups.push(list)
    open.push(list)
  }
  open.at(-1)!.items.push({ block, lists: [] })
  return open
}
