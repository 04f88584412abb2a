import { useSyncExternalStore } from 'react'
import { BackfillDialog } from '../pages/backfills/backfill-dialog.tsx'
import { ClearDialog } from '../pages/change/clear-dialog.tsx'
import { MarkDialog } from '../pages/change/mark-dialog.tsx'
import { NextRunsDialog } from '../pages/dag/next-runs-dialog.tsx'
import { TriggerDialog } from '../pages/trigger/trigger-dialog.tsx'
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
  if ('clear' in open) return <ClearDialog subject={open.clear} onClose={overlay.close} />
  if ('mark' in open) return <MarkDialog subject={open.mark} onClose={overlay.close} />
  if ('backfill' in open) return <BackfillDialog dagId={open.backfill} onClose={overlay.close} />
  if ('nextRuns' in open) return <NextRunsDialog dagId={open.nextRuns} onClose={overlay.close} />
  return <TriggerDialog dagId={open.trigger} onClose={overlay.close} />
}
