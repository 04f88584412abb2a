import type { Node, NodeProps } from '@xyflow/react'

export type GroupNodeData = Node<{ readonly label: string }>

/** A task group: a box behind its tasks. */
export const GroupNode = ({ data }: NodeProps<GroupNodeData>) => (
  <div className="h-full rounded-xl border border-dashed border-line-strong bg-surface/70 px-3 py-1.5 text-xs font-medium text-soft">{data.label}</div>
)
