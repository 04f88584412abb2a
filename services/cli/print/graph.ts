/** The graph of a DAG for a terminal, and for Graphviz: pure. */
import type { Structure, StructureNode } from '../../../schemas/http/ui-structure.ts'
import type { Paint } from './paint.ts'

/** A tree below each root. A task with several upstreams is drawn whole once, and by name where it comes again. */
export const graphText = (graph: Structure, paint: Paint): string => {
  const below = new Map<string, string[]>()
  for (const { source, target } of graph.edges) below.set(source, [...(below.get(source) ?? []), target])
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  const targets = new Set(graph.edges.map(({ target }) => target))
  const drawn = new Set<string>()
  const lines: string[] = []
  const draw = (id: string, first: string, rest: string): void => {
    const children = below.get(id) ?? []
    const again = drawn.has(id) && children.length > 0
    lines.push(`${first}${labelOf(nodes.get(id), id, paint)}${again ? paint('grey', ' (as above)') : ''}`)
    if (again) return
    drawn.add(id)
    for (const [i, child] of children.entries()) {
      const isLast = i === children.length - 1
      draw(child, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`)
    }
  }
  for (const node of graph.nodes) if (!targets.has(node.id)) draw(node.id, '', '')
  return lines.join('\n')
}

const labelOf = (node: StructureNode | undefined, id: string, paint: Paint): string => {
  if (!node) return id
  const words = [
    node.operator,
    node.trigger_rule === 'all_success' ? null : node.trigger_rule,
    node.is_mapped ? 'mapped' : null,
    node.is_setup ? 'setup' : null,
    node.is_teardown ? 'teardown' : null,
  ].filter((word) => word !== null)
  return `${paint('bold', id)} ${paint('grey', words.join(', '))}`
}

/** Graphviz: groups are clusters. */
export const graphDot = (graph: Structure): string => {
  const groupLines = (parent: string | null, indent: string): string[] => [
    ...graph.nodes.filter(({ group }) => group === parent).map((node) => `${indent}${nodeDot(node)}`),
    ...graph.groups
      .filter((group) => group.parent === parent)
      .flatMap((group) => [
        `${indent}subgraph ${quoted(`cluster_${group.id}`)} {`,
        `${indent}  label=${quoted(group.label)}`,
        ...groupLines(group.id, `${indent}  `),
        `${indent}}`,
      ]),
  ]
  return [
    `digraph ${quoted(graph.dag_id)} {`,
    '  rankdir=LR',
    '  node [shape=box, style=rounded]',
    ...groupLines(null, '  '),
    ...graph.edges.map(({ source, target }) => `  ${quoted(source)} -> ${quoted(target)}`),
    '}',
  ].join('\n')
}

const nodeDot = ({ id, label, operator, is_mapped }: StructureNode): string =>
  `${quoted(id)} [label=${quoted(is_mapped ? `${label} []` : label)}, tooltip=${quoted(operator)}]`

const quoted = (text: string): string => JSON.stringify(text)
