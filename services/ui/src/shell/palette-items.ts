import { text } from '../strings/text.ts'

export interface DagName {
  readonly dagId: string
  readonly isPaused: boolean
}

export interface PaletteItem {
  readonly id: string
  readonly label: string
  readonly kind: 'page' | 'dag' | 'trigger' | 'backfill' | 'pause' | 'unpause'
  readonly target: string
}

const most = 40

/**
 * How well `query` fits `name`, higher is better, null: not at all. Every word must be a part of the name; a start beats a middle, a short name a long
 * one. `scattered`: as a last resort the letters may also stand apart, in order.
 */
export const fit = (query: string, name: string, scattered: boolean): number | null => {
  const given = name.toLowerCase()
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const places = words.map((word) => given.indexOf(word))
  if (places.every((at) => at >= 0)) {
    const starts = places.filter((at) => at === 0 || /[^a-z0-9]/.test(given[at - 1] ?? '')).length
    return 1000 + starts * 100 - Math.min(0, ...places) - given.length / 10
  }
  if (!scattered) return null
  const wanted = words.join('')
  let from = 0
  let gaps = 0
  for (const letter of wanted) {
    const found = given.indexOf(letter, from)
    if (found < 0) return null
    gaps += found - from
    from = found + 1
  }
  return 200 - gaps - given.length / 10
}

/** What the palette offers for a query: pages and DAGs first, what can be done to a DAG once something is typed. */
export const paletteItems = (query: string, dags: readonly DagName[]): readonly PaletteItem[] => {
  const pages: PaletteItem[] = [
    { id: 'page:/dags', label: text.nav.dags, kind: 'page', target: '/dags' },
    { id: 'page:/runs', label: text.nav.runs, kind: 'page', target: '/runs' },
    { id: 'page:/datasets', label: text.nav.datasets, kind: 'page', target: '/datasets' },
    { id: 'page:/backfills', label: text.nav.backfills, kind: 'page', target: '/backfills' },
    { id: 'page:/workers', label: text.nav.workers, kind: 'page', target: '/workers' },
    { id: 'page:/workers/pools', label: text.nav.pools, kind: 'page', target: '/workers/pools' },
    { id: 'page:/workers/dead-letters', label: text.nav.deadLetters, kind: 'page', target: '/workers/dead-letters' },
  ]
  const goTo = dags.map(({ dagId }): PaletteItem => ({ id: `dag:${dagId}`, label: dagId, kind: 'dag', target: dagId }))
  if (query.trim() === '') return [...pages, ...goTo].slice(0, most)
  const actions = dags.flatMap(({ dagId, isPaused }): PaletteItem[] => [
    { id: `trigger:${dagId}`, label: text.palette.trigger(dagId), kind: 'trigger', target: dagId },
    { id: `backfill:${dagId}`, label: text.palette.backfill(dagId), kind: 'backfill', target: dagId },
    isPaused
      ? { id: `unpause:${dagId}`, label: text.palette.unpause(dagId), kind: 'unpause', target: dagId }
      : { id: `pause:${dagId}`, label: text.palette.pause(dagId), kind: 'pause', target: dagId },
  ])
  return [...pages, ...goTo, ...actions]
    .map((item) => ({ item, score: fit(query, item.label, item.kind === 'dag') }))
    .filter((one): one is { item: PaletteItem; score: number } => one.score !== null)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ item }) => item)
}
