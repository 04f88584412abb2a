import { Dialog } from '../parts/dialog.tsx'
import { StateChip } from '../states/state-chip.tsx'
import { statesInOrder } from '../states/state-order.ts'
import { text } from '../strings/text.ts'

const shortcuts = [
  ['Ctrl K', text.keys.palette],
  ['?', text.keys.legend],
  ['← ↑ ↓ →', text.keys.move],
  ['Enter', text.keys.open],
  ['Esc', text.keys.clear],
  ['c', text.keys.clearTask],
  ['m', text.keys.mark],
] as const

interface Props {
  readonly onClose: () => void
}

/** What each mark means, and the keys. */
export const Legend = ({ onClose }: Props) => (
  <Dialog title={text.legend.title} onClose={onClose}>
    <ul className="grid grid-cols-2 gap-x-4 px-4 py-3">
      {statesInOrder
        .filter((state) => state !== 'none')
        .map((state) => (
          <li key={state} className="flex h-8 items-center">
            <StateChip state={state} tryNumber={2} />
          </li>
        ))}
    </ul>
    <div className="border-t px-4 py-3">
      <h3 className="mb-1 font-semibold">{text.legend.keys}</h3>
      <dl>
        {shortcuts.map(([keys, does]) => (
          <div key={keys} className="flex h-7 items-center justify-between gap-4">
            <dt className="text-soft">{does}</dt>
            <dd>
              <kbd className="rounded border bg-surface px-1.5 font-sans text-xs whitespace-nowrap">{keys}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  </Dialog>
)
