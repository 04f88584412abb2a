import '@xyflow/react/dist/base.css'
import './graph.css'
import { Background, MarkerType, MiniMap, type Node, type NodeMouseHandler, ReactFlow, ReactFlowProvider } from '@xyflow/react'
import { useMemo } from 'react'
import type { Structure } from '../../../api/types.ts'
import { edgePath } from './edge-path.ts'
import { GraphControls } from './graph-controls.tsx'
import type { Layout } from './graph-layout.ts'
import { GroupNode, type GroupNodeData } from './group-node.tsx'
import { RoutedEdge, type RoutedEdgeData } from './routed-edge.tsx'
import { TaskNode, type TaskNodeData } from './task-node.tsx'
import type { NodeState } from './use-run-states.ts'

interface Props {
  readonly structure: Structure
  readonly layout: Layout
  readonly states: ReadonlyMap<string, NodeState>
  readonly selected: string | undefined
  /** Part of a task's name; the others stand back. */
  readonly find: string
  readonly onSelect: (taskId: string | undefined) => void
}

const nodeTypes = { task: TaskNode, group: GroupNode }
const edgeTypes = { routed: RoutedEdge }
const minimapFrom = 60
const mapColour = (node: Node): string => (node.type === 'group' ? 'transparent' : 'var(--line-strong)')

/** Tasks from left to right. */
export const GraphView = ({ structure, layout, states, selected, find, onSelect }: Props) => {
  const byId = useMemo(() => new Map(structure.nodes.map((node) => [node.id, node])), [structure])
  const wanted = find.trim().toLowerCase()
  const nodes = useMemo(() => {
    const groups = layout.groups.map(
      (place): GroupNodeData => ({
        id: `group:${place.id}`,
        type: 'group',
        position: { x: place.x, y: place.y },
        width: place.width,
        height: place.height,
        data: { label: structure.groups.find((group) => group.id === place.id)?.label ?? place.id },
        selectable: false,
        zIndex: -1,
      }),
    )
    const tasks = layout.tasks.map(
      (place): TaskNodeData => ({
        id: place.id,
        type: 'task',
        position: { x: place.x, y: place.y },
        width: place.width,
        height: place.height,
        selected: place.id === selected,
        data: {
          label: byId.get(place.id)?.label ?? place.id,
          operator: byId.get(place.id)?.operator ?? '',
          state: states.get(place.id),
          faint: wanted !== '' && !place.id.toLowerCase().includes(wanted),
        },
      }),
    )
    return [...groups, ...tasks]
  }, [layout, structure, byId, states, selected, wanted])
  const edges = useMemo(
    () =>
      layout.edges.map(
        (edge): RoutedEdgeData => ({
          id: edge.id,
          type: 'routed',
          source: edge.source,
          target: edge.target,
          data: { path: edgePath(edge.points), faint: wanted !== '' },
          markerEnd: { type: MarkerType.ArrowClosed, color: 'var(--line-strong)', width: 14, height: 14 },
          focusable: false,
        }),
      ),
    [layout, wanted],
  )
  const onNodeClick: NodeMouseHandler = (_, node) => node.type === 'task' && onSelect(node.id)
  return (
    <ReactFlowProvider>
      <ReactFlow
        key={`${structure.dag_id}/${structure.version}`}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        onNodeClick={onNodeClick}
        onPaneClick={() => onSelect(undefined)}
        fitView
        fitViewOptions={{ maxZoom: 1, padding: 0.15 }}
        minZoom={0.05}
        maxZoom={1.6}
        onlyRenderVisibleElements={nodes.length > 200}
        proOptions={{ hideAttribution: true }}
      >
        <Background gap={20} size={1} color="var(--line)" />
        <GraphControls />
        {nodes.length > minimapFrom && (
          <MiniMap pannable zoomable className="graph-map" nodeColor={mapColour} maskColor="color-mix(in srgb, var(--line) 60%, transparent)" />
        )}
      </ReactFlow>
    </ReactFlowProvider>
  )
}
