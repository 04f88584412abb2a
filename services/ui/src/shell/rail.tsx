import { Link } from '@tanstack/react-router'
import { Icon } from '../parts/icon.tsx'
import { text } from '../strings/text.ts'

const item =
  'flex items-center gap-2.5 rounded-md px-2.5 h-8 text-soft hover:bg-hover hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:text-ink aria-[current=page]:font-medium max-lg:justify-center max-lg:px-0 max-lg:w-9 max-sm:h-11 max-sm:w-auto max-sm:flex-1 max-sm:flex-col max-sm:gap-0.5 max-sm:text-xs'

/** The pages there are. On a phone it lies at the foot. */
export const Rail = () => (
  <nav
    aria-label={text.nav.main}
    className="row-span-2 flex w-44 flex-col gap-0.5 border-r bg-surface px-2 max-lg:w-[52px] max-sm:order-last max-sm:row-span-1 max-sm:w-auto max-sm:flex-row max-sm:items-center max-sm:border-t max-sm:border-r-0"
  >
    <Link to="/dags" className="mb-2 flex h-12 items-center gap-2 px-1.5 text-base font-semibold tracking-tight max-lg:justify-center max-sm:hidden">
      <img src="/favicon.svg" alt="" width={22} height={22} />
      <span className="max-lg:sr-only">{text.product}</span>
    </Link>
    <Link to="/dags" className={item} activeOptions={{ includeSearch: false }}>
      <Icon name="dags" />
      <span className="max-lg:sr-only max-sm:not-sr-only">{text.nav.dags}</span>
    </Link>
    <Link to="/runs" className={item} activeOptions={{ includeSearch: false }}>
      <Icon name="runs" />
      <span className="max-lg:sr-only max-sm:not-sr-only">{text.nav.runs}</span>
    </Link>
    <Link to="/datasets" className={item} activeOptions={{ includeSearch: false }}>
      <Icon name="datasets" />
      <span className="max-lg:sr-only max-sm:not-sr-only">{text.nav.datasets}</span>
    </Link>
    <Link to="/backfills" className={item} activeOptions={{ includeSearch: false }}>
      <Icon name="backfills" />
      <span className="max-lg:sr-only max-sm:not-sr-only">{text.nav.backfills}</span>
    </Link>
    <Link to="/workers" className={item} activeOptions={{ includeSearch: false }}>
      <Icon name="workers" />
      <span className="max-lg:sr-only max-sm:not-sr-only">{text.nav.workers}</span>
    </Link>
  </nav>
)
