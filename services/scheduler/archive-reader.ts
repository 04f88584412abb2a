/** Reads archived runs back from their kept offsets in the column's archive. */
import { inflateSync } from 'node:zlib'
import { parseArchived } from '../core/archived-state.ts'
import { type ArchivedRunEntry, versionState } from '../core/column-state.ts'
import { ensureError } from '../core/errors.ts'
import type { ReadBack } from '../core/events.ts'
import { runFrom } from '../core/snapshot.ts'

import type { Incoming, Subscription } from '../platform/bus/port.ts'
import type { Platform } from '../platform/platform.ts'

export interface ArchivedRunName extends ArchivedRunEntry {
  readonly dagId: string
}

export const archiveKey = (dagId: string, runId: string): string => `${dagId}/${runId}`

/** Records between two that are wanted: up to so many are cheaper to read over than another consumer is to open. */
const nearby = 2000
/** Characters of state that are held at once. */
const maxLength = 64_000_000

/**
 * By run id. A record that is not at its place (another copy of it was written, and compaction took the first) is looked for behind it. Rejects when the
 * topic cannot be read; what is not there, or is no good, is answered as such.
 */
export const readArchive = async (
  platform: Platform,
  column: number,
  wanted: readonly ArchivedRunName[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ReadBack>> => {
  const { partitions } = await platform.bus.offsets(platform.topic('archive'))
  const { low, high } = partitions[column] ?? { low: 0, high: 0 }
  const records = new Map<string, Incoming[]>()
  for (const cluster of clustersOf(wanted)) {
    const start = Math.max(low, cluster[0]?.offset ?? low)
    if (start < high && !signal.aborted) await readCluster(platform, column, { start, high }, cluster, records, signal)
  }
  const found = new Map<string, ReadBack>()
  let length = 0
  for (const entry of wanted) {
    const read = readBackOf(platform, entry, records.get(archiveKey(entry.dagId, entry.runId)) ?? [])
    if (read.ok) length += read.text.length
    const tooMuch = {
      ok: false,
      n: entry.n,
      message: `the archived runs that are asked for hold more than ${maxLength} characters: ask for fewer at once`,
    } as const
    found.set(entry.runId, read.ok && length > maxLength ? tooMuch : read)
  }
  return found
}

const clustersOf = (wanted: readonly ArchivedRunName[]): readonly (readonly ArchivedRunName[])[] => {
  const clusters: ArchivedRunName[][] = []
  let last = Number.NEGATIVE_INFINITY
  for (const entry of [...wanted].sort((a, b) => a.offset - b.offset)) {
    if (entry.offset - last > nearby) clusters.push([])
    clusters.at(-1)?.push(entry)
    last = entry.offset
  }
  return clusters
}

/** From the first to the last that is wanted, and on to the end for those that are not at their places. */
const readCluster = (
  { bus, topic }: Platform,
  column: number,
  { start, high }: { readonly start: number; readonly high: number },
  wanted: readonly ArchivedRunName[],
  records: Map<string, Incoming[]>,
  signal: AbortSignal,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const keys = new Set(wanted.map(({ dagId, runId }) => archiveKey(dagId, runId)))
    const places = new Map(wanted.map(({ dagId, runId, offset }) => [offset, archiveKey(dagId, runId)]))
    let missing = wanted.length
    let subscription: Promise<Subscription> | null = null
    const close = (): void => void subscription?.then((open) => open.close()).then(resolve, reject)
    const done = (): void => {
      signal.removeEventListener('abort', done)
      close()
    }
    signal.addEventListener('abort', done)
    subscription = bus.subscribe({
      topics: [topic('archive')],
      assignment: { kind: 'only', partitions: { [topic('archive')]: [column] } },
      start: () => start,
      onRecords(incoming) {
        for (const record of incoming) {
          if (record.key === null || record.value === null || !keys.has(record.key)) continue
          if (places.get(record.offset) === record.key) missing--
          records.set(record.key, [...(records.get(record.key) ?? []), record])
        }
        if (missing === 0) done()
      },
      onProgress(_topic, _partition, next) {
        if (next >= high) done()
      },
      onFailed: reject,
      pace: 'fast',
    })
    subscription.catch(reject)
  })

const readBackOf = ({ codec }: Platform, { dagId, runId, n, offset }: ArchivedRunName, records: readonly Incoming[]): ReadBack => {
  let problem = `its record is not at offset ${offset} of topic archive nor behind it`
  for (const { value, offset: at } of records) {
    try {
      const archived = codec.decode('ArchivedRun', value ?? Buffer.alloc(0))
      if (archived.n !== n) continue
      const text = archived.state.startsWith('z:') ? inflateSync(Buffer.from(archived.state.slice(2), 'base64')).toString() : archived.state
      const state = parseArchived(text)
      if (state && state.run.dagId === dagId && state.run.runId === runId) {
        runFrom(state.run, versionState(state.run.version, state.definition, state.bundle)) // throws here rather than when it is decided
        return { ok: true, n, state, text }
      }
      problem = `its record at offset ${at} of topic archive holds no run as this release writes it`
    } catch (thrown) {
      problem = `its record at offset ${at} of topic archive cannot be read (${ensureError(thrown).message})`
    }
  }
  return { ok: false, n, message: `${problem}. Trigger a run for that time anew` }
}
