/** What stands on topics `dags` and `bundles`: the parser compares with it, so that it publishes only what changed. */
import type { DagVersion, ImportError } from '../../schemas/generated/records.ts'
import { MillraceError } from '../core/errors.ts'
import type { Incoming } from '../platform/bus/port.ts'
import { subscribeAndCatchUp } from '../platform/bus/read-to-end.ts'
import type { OnFailed, Platform } from '../platform/platform.ts'

export interface Published {
  /** The newest version of each DAG, whoever published it. */
  readonly dags: Map<string, DagVersion>
  /** Import errors by file. */
  readonly errors: Map<string, ImportError>
  /** Keys of bundle pieces. */
  readonly pieces: Set<string>
}

export interface PublishedTable {
  readonly published: Published
  close(): Promise<void>
}

const errorPrefix = 'file:'

/** Key on topic `dags` of a file's import error. */
export const errorKey = (fileloc: string): string => `${errorPrefix}${fileloc}`

/** Reads both topics to their ends, and follows what others publish on `dags`. `ours` is not taken from the topic any more after that: memory is ahead of it. */
export const openPublished = async (platform: Platform, ours: string, onFailed: OnFailed): Promise<PublishedTable> => {
  const published: Published = { dags: new Map(), errors: new Map(), pieces: new Set() }
  let following = false
  const onDag = (record: Incoming): void => {
    if (record.key === null) return
    if (record.key.startsWith(errorPrefix)) {
      if (!following) applyError(platform, published, record.key.slice(errorPrefix.length), record)
    } else if (!record.key.includes('@')) applyDag(platform, published, record.key, record, following ? ours : null)
  }
  const table = await subscribeAndCatchUp(platform.bus, {
    topics: [platform.topic('dags')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onRecords: (records) => {
      for (const record of records) guarded(platform, record, () => onDag(record))
    },
    onFailed,
  })
  const bundles = await subscribeAndCatchUp(platform.bus, {
    topics: [platform.topic('bundles')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onRecords: (records) => {
      for (const { key, value } of records)
        if (key !== null) {
          if (value === null) published.pieces.delete(key)
          else published.pieces.add(key)
        }
    },
    onFailed,
  })
  await Promise.all([table.caughtUp, bundles.caughtUp])
  following = true
  await bundles.subscription.close()
  return { published, close: () => table.subscription.close() }
}

/** Another program's record that cannot be read is its own trouble (DESIGN invariant 10): it stands in the log, and our DAGs go on. */
const guarded = (platform: Platform, record: Incoming, apply: () => void): void => {
  try {
    apply()
  } catch (error) {
    if (!(error instanceof MillraceError) || (error.code !== 'undecodable' && error.code !== 'unknown_schema')) throw error
    platform.log.warn({ key: record.key, offset: record.offset, reason: error.message }, 'a record on topic dags is not readable')
  }
}

const applyDag = (platform: Platform, published: Published, dagId: string, record: Incoming, except: string | null): void => {
  const held = published.dags.get(dagId)
  if (record.value === null) {
    if (held !== undefined && held.publishedBy !== except) published.dags.delete(dagId)
    return
  }
  const version = platform.codec.decode('DagVersion', record.value)
  if (version.publishedBy !== except || except === null) published.dags.set(dagId, version)
}

const applyError = (platform: Platform, published: Published, fileloc: string, record: Incoming): void => {
  if (record.value === null) published.errors.delete(fileloc)
  else published.errors.set(fileloc, platform.codec.decode('ImportError', record.value))
}
