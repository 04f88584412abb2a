import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js'
import type { Structure } from '../../../api/types.ts'

export interface PlacedNode {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface PlacedEdge {
  readonly id: string
  readonly source: string
  readonly target: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

export interface Layout {
  readonly tasks: readonly PlacedNode[]
  readonly groups: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
}

const heightPx = 44
const letterPx = 7.2
const groupPrefix = 'group:'

/** Width of a task's box: its name in 13 px beside the mark, within bounds. */
export const nodeWidth = (label: string, operator: string): number =>
  Math.round(Math.min(280, Math.max(120, 60 + Math.max(label.length * letterPx, operator.length * 6.4))))

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.layered.spacing.nodeNodeBetweenLayers': '56',
  'elk.spacing.nodeNode': '20',
  'elk.spacing.edgeNode': '16',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
}

/** A DAG's structure as elk reads it; groups hold their tasks. */
export const elkGraph = (structure: Structure): ElkNode => {
  const children = new Map<string | null, ElkNode[]>()
  const put = (parent: string | null, node: ElkNode): void => void children.set(parent, [...(children.get(parent) ?? []), node])
  for (const node of structure.nodes) put(node.group, { id: node.id, width: nodeWidth(node.label, node.operator), height: heightPx })
  const groupNodes = structure.groups.map((group) => ({
    group,
    node: { id: groupPrefix + group.id, layoutOptions: { 'elk.padding': '[top=34,left=14,bottom=14,right=14]' } } as ElkNode,
  }))
  for (const { group, node } of groupNodes) put(group.parent, node)
  for (const { group, node } of groupNodes) node.children = children.get(group.id) ?? []
  const edges: ElkExtendedEdge[] = structure.edges.map((edge) => ({ id: `${edge.source}->${edge.target}`, sources: [edge.source], targets: [edge.target] }))
  return { id: 'root', layoutOptions: options, children: children.get(null) ?? [], edges }
}

/** What elk made of it, flat and in the coordinates of the whole. */
export const layoutOf = (root: ElkNode): Layout => {
  const all: ElkNode[] = []
  const walk = (node: ElkNode): void => {
    for (const child of node.children ?? []) {
      all.push(child)
      walk(child)
    }
  }
  walk(root)
  const placed = all.map((node): PlacedNode => ({ id: node.id, x: node.x ?? 0, y: node.y ?? 0, width: node.width ?? 0, height: node.height ?? heightPx }))
  const edges = (root.edges ?? []).map((edge): PlacedEdge => {
    const section = edge.sections?.[0]
    const points = section ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] : []
    return { id: edge.id, source: edge.sources[0] ?? '', target: edge.targets[0] ?? '', points: points.map(({ x, y }) => ({ x, y })) }
  })
  return {
    tasks: placed.filter((node) => !node.id.startsWith(groupPrefix)),
    groups: placed.filter((node) => node.id.startsWith(groupPrefix)).map((node) => ({ ...node, id: node.id.slice(groupPrefix.length) })),
    edges,
  }
}
