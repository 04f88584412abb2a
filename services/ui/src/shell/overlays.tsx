import { useSyncExternalStore } from 'react'
import { TriggerDialog } from '../pages/trigger-dialog.tsx'
import { Legend } from './legend.tsx'
import { overlay } from './overlay.ts'
import { Palette } from './palette.tsx'
import { useShortcuts } from './use-shortcuts.ts'

/** Whatever is open over the page, and the keys that open it. */
export const Overlays = () => {
  useShortcuts()
  const open = useSyncExternalStore(overlay.subscribe, overlay.get)
  if (open === 'none') return null
  if (open === 'palette') return <Palette onClose={overlay.close} />
  if (open === 'legend') return <Legend onClose={overlay.close} />
  return <TriggerDialog dagId={open.trigger} onClose={overlay.close} />
}
