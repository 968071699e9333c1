import { type List, toGroups } from './groups.ts'
import { type BodyNode, plain } from './model.ts'

/** The words of a body as plain text: paragraphs apart, list items with their marker. */
export function toText(nodes: BodyNode[]): string {
  const texts = toGroups(nodes).map(group => {
    if (group._type === 'list') return listText(group, '').join('\n')
    return group._type === 'quote' ? group.blocks.map(plain).join('\n\n') : plain(group)
  })
  return texts.filter(text => text !== '').join('\n\n')
}

function listText(list: List, indent: string): string[] {
  return list.items.flatMap(({ block, lists }, index) => {
    const marker = list.listItem === 'number' ? `${index + 1}. ` : '• '
    const inner = `${indent}${' '.repeat(marker.length)}`
    const own = indent + marker + plain(block).replaceAll('\n', `\n${inner}`)
    return [own, ...lists.flatMap(each => listText(each, inner))]
  })
}
