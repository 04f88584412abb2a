import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { text } from '../strings/text.ts'
import { LiveIndicator } from './live-indicator.tsx'
import { overlay } from './overlay.ts'
import { ThemeSwitch } from './theme-switch.tsx'
import { ZoneSwitch } from './zone-switch.tsx'

const isMac = navigator.platform.startsWith('Mac')

/** Search, what is live, and how it is shown. */
export const TopBar = () => (
  <header className="flex min-w-0 items-center gap-1.5 border-b px-4 max-sm:px-3">
    <button
      type="button"
      onClick={() => overlay.open('palette')}
      aria-label={text.palette.title}
      aria-keyshortcuts="Control+K Meta+K"
      className="flex h-7 w-72 min-w-0 items-center gap-2 rounded-md border bg-surface px-2 text-faint hover:bg-hover max-sm:w-auto max-sm:flex-1"
    >
      <Icon name="search" size={14} />
      <span className="flex-1 truncate text-left">{text.palette.open}</span>
      <kbd className="rounded border bg-canvas px-1 font-sans text-xs max-sm:hidden">{isMac ? '⌘K' : 'Ctrl K'}</kbd>
    </button>
    <span className="flex-1 max-sm:hidden" />
    <LiveIndicator />
    <ZoneSwitch />
    <ThemeSwitch />
    <Button look="quiet" square aria-label={text.legend.open} title={`${text.legend.open} (?)`} onClick={() => overlay.open('legend')}>
      <Icon name="help" />
    </Button>
  </header>
)
