/** Line icons on a 16 px grid, drawn here so that none is loaded that nobody sees. */
const paths = {
  dags: 'M2.5 4.5h4v3h-4zM9.5 2.5h4v3h-4zM9.5 9.5h4v3h-4zM6.5 6h1.2c.8 0 .8-2 1.8-2M6.5 6h1.2c.8 0 .8 5 1.8 5',
  runs: 'M3 13V7.5M6.3 13V4M9.7 13V9M13 13V2.5',
  backfills: 'M7 4 3 8l4 4M13 4 9 8l4 4',
  workers: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5v.1M5 11v.1',
  edit: 'M3 13l.6-2.6 7.2-7.2 2 2-7.2 7.2z',
  datasets:
    'M8 6.2c3 0 5-.8 5-1.8S11 2.6 8 2.6 3 3.400 3 4.400s2 1.800 5 1.800zM3 4.400v7.200c0 1 2 1.800 5 1.800s5-.8 5-1.800V4.400M3 8c0 1 2 1.800 5 1.800s5-.8 5-1.800',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.4 10.4l3.1 3.1',
  play: 'M5 3.2v9.6L12.6 8z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  sun: 'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.6v1.2M8 13.2v1.2M1.6 8h1.2M13.2 8h1.2M3.5 3.5l.8.8M11.7 11.7l.8.8M12.5 3.5l-.8.8M4.3 11.7l-.8.8',
  moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3a5.4 5.4 0 1 0 6.6 6.6z',
  system: 'M2.5 3.5h11v7.5h-11zM6 13.5h4M8 11v2.5',
  help: 'M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM6.2 6.4c0-2.4 3.7-2.3 3.7 0 0 1.4-1.9 1.5-1.9 2.9M8 11.4v.1',
  close: 'M4 4l8 8M12 4l-8 8',
  chevron: 'M6 3.5 10.5 8 6 12.5',
  down: 'M3.5 6 8 10.5 12.5 6',
  up: 'M3.5 10 8 5.5 12.5 10',
  copy: 'M5.5 5.5h7v8h-7zM3.5 10.5v-8h7',
  check: 'M3 8.5 6.5 12 13 4.5',
  warning: 'M8 2.5 14 13H2zM8 6.5v3M8 11.2v.1',
  download: 'M8 2.5v7.5M4.8 7.2 8 10.4l3.2-3.2M3 13.2h10',
  wrap: 'M2.5 4h11M2.5 8h8.7c2.8 0 2.8 4.2 0 4.2H8.5M10 10.4l-1.8 1.8L10 14M2.5 12h2.8',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.6',
  again: 'M13 3.2v3.3H9.7M12.6 6.3A5.3 5.3 0 1 0 13.3 9',
  tag: 'M2.5 2.5h5.2l5.8 5.8-5.2 5.2-5.8-5.8zM5.3 5.3v.1',
} as const

export type IconName = keyof typeof paths

interface Props {
  readonly name: IconName
  readonly size?: number
  readonly className?: string
}

/** A decorative icon; its button or link carries the words. */
export const Icon = ({ name, size = 16, className }: Props) => (
  <svg className={className ?? 'shrink-0'} width={size} height={size} viewBox="0 0 16 16" fill="none" aria-hidden="true">
    <path d={paths[name]} stroke="currentColor" strokeWidth={1.4} strokeLinecap="round" strokeLinejoin="round" />
  </svg>
)
