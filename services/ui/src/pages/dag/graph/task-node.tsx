import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { memo } from 'react'
import { StateIcon } from '../../../states/state-icon.tsx'
import { stateName } from '../../../states/state-order.ts'
import { text } from '../../../strings/text.ts'
import type { NodeState } from './use-run-states.ts'

export type TaskNodeData = Node<{
  readonly label: string
  readonly operator: string
  readonly state: NodeState | undefined
  /** Stands back, because something else is looked for. */
  readonly faint: boolean
}>

const Box = ({ id, data, selected }: NodeProps<TaskNodeData>) => {
  const state = stateName(data.state?.state)
  return (
    <div
      data-state={state}
      role="button"
      aria-label={`${id}: ${text.states[state]}`}
      title={`${id}\n${text.states[state]}`}
      className={`flex h-full items-center gap-2.5 rounded-lg border bg-raised px-3 transition-[border-color,opacity] ${data.faint ? 'opacity-30' : ''}`}
      style={{ borderColor: state === 'none' ? 'var(--line-strong)' : 'var(--state)', boxShadow: selected ? '0 0 0 2px var(--accent)' : undefined }}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} className="invisible" />
      <StateIcon state={state} tryNumber={data.state?.tryNumber ?? 0} decorative />
      <span className="min-w-0 flex-1 leading-tight">
        <span className="block truncate text-sm font-medium">{data.label}</span>
        <span className="flex justify-between gap-2 text-xs text-soft">
          <span className="truncate">{data.operator}</span>
          {data.state?.mapped && (
            <span className="tabular">
              {data.state.mapped.done}/{data.state.mapped.total}
            </span>
          )}
        </span>
      </span>
      <Handle type="source" position={Position.Right} isConnectable={false} className="invisible" />
    </div>
  )
}

/** A task of the graph. */
export const TaskNode = memo(Box)
