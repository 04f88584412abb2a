import { Outlet } from '@tanstack/react-router'
import { Notices } from '../parts/notice-list.tsx'
import { text } from '../strings/text.ts'
import { AlertStrip } from './alert-strip.tsx'
import { Overlays } from './overlays.tsx'
import { Rail } from './rail.tsx'
import { TopBar } from './top-bar.tsx'

/** The frame around every page: rail, top bar, the page, and what opens over it. */
export const Shell = () => (
  <div className="grid h-full grid-cols-[auto_minmax(0,1fr)] grid-rows-[48px_minmax(0,1fr)] max-sm:grid-cols-1 max-sm:grid-rows-[48px_minmax(0,1fr)_52px]">
    <a href="#page" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:bg-raised focus:px-2">
      {text.nav.skip}
    </a>
    <Rail />
    <TopBar />
    <main id="page" className="flex min-h-0 min-w-0 flex-col overflow-hidden">
      <AlertStrip />
      <div className="min-h-0 flex-1">
        <Outlet />
      </div>
    </main>
    <Notices />
    <Overlays />
  </div>
)
