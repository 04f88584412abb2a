import { memo } from 'react'
import { classNames } from '../../../parts/class-names.ts'
import { gridSizes } from './grid-sizes.ts'

interface Props {
  readonly namePx: number
  readonly height: number
  readonly taskIds: readonly string[]
  /** The rows in sight. */
  readonly first: number
  readonly last: number
  readonly selected: number
  readonly onSelect: (runId: string | undefined, taskId: string) => void
}

const { rowPx } = gridSizes

const Names = ({ namePx, height, taskIds, first, last, selected, onSelect }: Props) => (
  <div className="sticky left-0 z-10 bg-canvas" style={{ width: namePx, height }}>
    {taskIds.slice(first, last + 1).map((taskId, at) => (
      <button
        key={taskId}
        type="button"
        tabIndex={-1}
        title={taskId}
        onClick={() => onSelect(undefined, taskId)}
        className={classNames(
          'absolute left-0 flex w-full items-center truncate pr-2 pl-4 text-left hover:text-accent',
          first + at === selected && 'bg-selected font-medium',
        )}
        style={{ top: (first + at) * rowPx, height: rowPx }}
      >
        <span className="truncate">{taskId}</span>
      </button>
    ))}
  </div>
)

/** The tasks' names, which stay in sight while the runs scroll: one sticky block, for one in each row would cost a layer each. */
export const GridNames = memo(Names)
