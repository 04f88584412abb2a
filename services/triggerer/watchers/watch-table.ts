/** Topic `dags` as the watchers see it: the watches of the newest version of each DAG, joined by (cluster, topic). */
import { ensureError, MillraceError } from '../../core/errors.ts'
import { normalWatch, type Watch } from '../../core/watch.ts'
import type { Codec } from '../../platform/bus/codec-port.ts'
import type { Incoming } from '../../platform/bus/port.ts'

/** A watch with the DAG whose code it runs. */
export interface ActiveWatch extends Watch {
  readonly dagId: string
  /** sha256 of the code; null: it needs none. */
  readonly bundle: string | null
  /** Another DAG defines the same dataset in another way; what is wrong with that. */
  readonly conflict: string | null
}

export interface WatchTable {
  /** Takes a record in; answers whether watches changed. Throws for one that cannot be used. */
  take(record: Incoming): boolean
  /** By `<cluster>/<topic>`, in the order of their URIs. */
  byTopic(): ReadonlyMap<string, readonly ActiveWatch[]>
}

export const topicKey = ({ cluster, topic }: Pick<Watch, 'cluster' | 'topic'>): string => `${cluster}/${topic}`

export const makeWatchTable = (codec: Codec): WatchTable => {
  /** Only DAGs that watch something. */
  const rows = new Map<string, readonly ActiveWatch[]>()
  return {
    take({ key, value }) {
      if (key === null || key.includes('@') || key.startsWith('file:')) return false
      if (value === null) return rows.delete(key)
      const watches = readWatches(codec, key, value)
      if (watches.length === 0) return rows.delete(key)
      const isSame = JSON.stringify(rows.get(key)) === JSON.stringify(watches)
      rows.set(key, watches)
      return !isSame
    },
    byTopic() {
      const chosen = new Map<string, ActiveWatch>()
      for (const watches of [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row))
        for (const watch of watches) {
          const place = `${topicKey(watch)}\n${watch.uri}`
          const first = chosen.get(place)
          if (first === undefined) chosen.set(place, watch)
          else if (!isSameWatch(first, watch) && first.conflict === null) chosen.set(place, { ...first, conflict: conflictOf(first, watch) })
        }
      const topics = new Map<string, ActiveWatch[]>()
      for (const watch of [...chosen.values()].sort((a, b) => (a.uri < b.uri ? -1 : 1)))
        topics.set(topicKey(watch), [...(topics.get(topicKey(watch)) ?? []), watch])
      return topics
    },
  }
}

/** Functions of two files cannot be compared: they are taken for the same, as they are where both import them from one place. */
const isSameWatch = (a: Watch, b: Watch): boolean =>
  JSON.stringify([a.value, a.batch, a.filter, a.extra, a.needsCode]) === JSON.stringify([b.value, b.batch, b.filter, b.extra, b.needsCode])

const conflictOf = (first: ActiveWatch, other: ActiveWatch): string =>
  `DAGs '${first.dagId}' and '${other.dagId}' define dataset ${first.uri} in two ways: the first one's counts. Give them one definition, or two URIs`

const readWatches = (codec: Codec, dagId: string, value: Buffer): readonly ActiveWatch[] => {
  const row = codec.decode('DagVersion', value)
  // Most DAGs watch nothing: theirs are not even parsed.
  if (!row.definition.includes('"watches"')) return []
  let given: unknown
  try {
    given = (JSON.parse(row.definition) as { watches?: unknown }).watches ?? []
  } catch (cause) {
    throw new MillraceError('bad_dag', `DAG ${dagId}: its definition is no JSON (${ensureError(cause).message})`, { cause })
  }
  if (!Array.isArray(given)) throw new MillraceError('bad_dag', `DAG ${dagId}: watches must be a list`)
  return given.map((one, index) => {
    const watch = normalWatch(one)
    if ('says' in watch) throw new MillraceError('bad_dag', `DAG ${dagId}: watches[${index}]${watch.at}: ${watch.says}`)
    if (watch.needsCode && row.bundle === null)
      throw new MillraceError('bad_dag', `DAG ${dagId}: watches[${index}] runs code of its DAG file, but the DAG was published without its bundle`)
    return { ...watch, dagId, bundle: watch.needsCode ? row.bundle : null, conflict: null }
  })
}
