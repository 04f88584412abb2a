import { text } from '../../strings/text.ts'

const views = ['log', 'facts'] as const

interface Props {
  readonly view: (typeof views)[number]
  readonly onView: (view: (typeof views)[number]) => void
}

/** Log or facts, where both do not fit side by side. */
export const PanelTabs = ({ view, onView }: Props) => (
  <div role="tablist" className="flex gap-4">
    {views.map((one) => (
      <button
        key={one}
        type="button"
        role="tab"
        aria-selected={one === view}
        onClick={() => onView(one)}
        className="h-8 border-b-2 border-transparent text-soft aria-selected:border-ink aria-selected:font-medium aria-selected:text-ink"
      >
        {one === 'log' ? text.task.logs : text.task.facts}
      </button>
    ))}
  </div>
)
