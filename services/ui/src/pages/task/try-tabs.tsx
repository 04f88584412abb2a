import type { TaskTry } from '../../api/types.ts'
import { classNames } from '../../parts/class-names.ts'
import { Duration } from '../../parts/duration.tsx'
import { StateIcon } from '../../states/state-icon.tsx'
import { stateName } from '../../states/state-order.ts'
import { text } from '../../strings/text.ts'

interface Props {
  readonly tries: readonly TaskTry[]
  readonly chosen: number
  readonly onChoose: (tryNumber: number) => void
}

/** The tries of a task instance, with how each ended. */
export const TryTabs = ({ tries, chosen, onChoose }: Props) => (
  <div role="tablist" aria-label={text.task.triesLabel} className="flex gap-1 overflow-x-auto">
    {tries.map((one) => (
      <button
        key={one.try_number}
        type="button"
        role="tab"
        aria-selected={one.try_number === chosen}
        aria-label={`${text.task.attempt(one.try_number)}: ${text.states[stateName(one.state)]}`}
        onClick={() => onChoose(one.try_number)}
        className={classNames(
          'flex h-7 shrink-0 items-center gap-1.5 rounded-md px-2',
          one.try_number === chosen ? 'bg-selected font-medium' : 'text-soft hover:bg-hover',
        )}
      >
        <StateIcon state={one.state} tryNumber={one.try_number} size={14} decorative />
        {text.task.attempt(one.try_number)}
        <span className="font-normal text-soft">
          <Duration start={one.start_date} end={one.end_date} />
        </span>
      </button>
    ))}
  </div>
)
