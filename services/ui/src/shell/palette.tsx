import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useDagNames } from '../data/use-dag-names.ts'
import { usePauseDag } from '../data/use-pause-dag.ts'
import { classNames } from '../parts/class-names.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { text } from '../strings/text.ts'
import { overlay } from './overlay.ts'
import { type PaletteItem, paletteItems } from './palette-items.ts'

const icons: Record<PaletteItem['kind'], IconName> = { page: 'chevron', dag: 'dags', trigger: 'play', backfill: 'backfills', pause: 'pause', unpause: 'play' }

interface Props {
  readonly onClose: () => void
}

/** Go anywhere and do the common things without the mouse. */
export const Palette = ({ onClose }: Props) => {
  const [query, setQuery] = useState('')
  const [chosen, setChosen] = useState(0)
  const { data: dags } = useDagNames()
  const pause = usePauseDag()
  const navigate = useNavigate()
  const list = useRef<HTMLDivElement>(null)
  const items = useMemo(() => paletteItems(query, dags ?? []), [query, dags])
  const active = Math.min(chosen, items.length - 1)

  useEffect(() => {
    list.current?.querySelector(`#palette-${active}`)?.scrollIntoView({ block: 'nearest' })
  }, [active])

  const act = (item: PaletteItem): void => {
    onClose()
    if (item.kind === 'page') void navigate({ to: item.target })
    else if (item.kind === 'dag') void navigate({ to: '/dags/$dagId', params: { dagId: item.target } })
    else if (item.kind === 'trigger') overlay.open({ trigger: item.target })
    else if (item.kind === 'backfill') overlay.open({ backfill: item.target })
    else pause.mutate({ dagId: item.target, paused: item.kind === 'pause' })
  }

  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      setChosen((active + step + items.length) % Math.max(items.length, 1))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const item = items[active]
      if (item) act(item)
    }
  }

  return (
    <Dialog title={text.palette.title} onClose={onClose} bare wide>
      <div className="flex h-12 items-center gap-2.5 border-b px-4">
        <span className="text-faint">
          <Icon name="search" />
        </span>
        <input
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-items"
          aria-activedescendant={items[active] ? `palette-${active}` : undefined}
          aria-label={text.palette.title}
          placeholder={text.palette.placeholder}
          value={query}
          spellCheck={false}
          onChange={(event) => {
            setQuery(event.target.value)
            setChosen(0)
          }}
          onKeyDown={onKey}
          className="h-full min-w-0 flex-1 bg-transparent text-base outline-none"
        />
      </div>
      <div ref={list} id="palette-items" role="listbox" aria-label={text.palette.title} className="h-80 overflow-y-auto p-2">
        {items.map((item, at) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above holds the focus and the keys.
          <div
            key={item.id}
            id={`palette-${at}`}
            role="option"
            aria-selected={at === active}
            onMouseMove={() => setChosen(at)}
            onClick={() => act(item)}
            className={classNames('flex h-8 cursor-pointer items-center gap-2.5 rounded-md px-2', at === active && 'bg-selected')}
          >
            <span className="text-faint">
              <Icon name={icons[item.kind]} size={14} />
            </span>
            <span className="min-w-0 flex-1 truncate">{item.label}</span>
            {(item.kind === 'dag' || item.kind === 'page') && at === active && <span className="text-xs text-faint">{text.palette.goTo}</span>}
          </div>
        ))}
        {items.length === 0 && <p className="px-2 py-8 text-center text-soft">{text.palette.nothing(query)}</p>}
      </div>
      <p className="border-t px-4 py-2 text-xs text-faint max-sm:hidden">{text.palette.hint}</p>
    </Dialog>
  )
}
