import { Link, Outlet } from '@tanstack/react-router'
import { text } from '../../strings/text.ts'
import { tabLook } from '../tab-look.ts'

const { system } = text

/** The installation: who works, what the pools hold, what could not be taken. */
export const SystemPage = () => {
  const common = { className: tabLook, activeOptions: { exact: true, includeSearch: false } } as const
  return (
    <div className="flex h-full flex-col">
      <nav aria-label={system.tabsLabel} className="flex gap-5 border-b px-4 pt-2">
        <Link to="/workers" {...common}>
          {system.tabs.workers}
        </Link>
        <Link to="/workers/pools" {...common}>
          {system.tabs.pools}
        </Link>
        <Link to="/workers/dead-letters" {...common}>
          {system.tabs.deadLetters}
        </Link>
      </nav>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Outlet />
      </div>
    </div>
  )
}
