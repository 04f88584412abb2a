/** Sends finished runs to topic archive; the owner journals that they left memory once their place there is known. */
import { deflateSync } from 'node:zlib'
import { runsToArchive } from '../core/archive-run.ts'
import { archivedText } from '../core/archived-state.ts'
import type { Column, Dag, Run } from '../core/column-state.ts'
import { ensureError } from '../core/errors.ts'
import type { Event, EventOf, Input } from '../core/events.ts'
import type { Platform } from '../platform/platform.ts'
import { archiveKey } from './archive-reader.ts'

export interface Archiver {
  /** Looks at the DAGs whose runs ended in these events. */
  after(events: readonly Event[], state: Column): void
  /** These were read back from the journal: before a checkpoint covers them, the archive has to be rid of runs that they forget. */
  readBack(events: readonly Event[], working: Column | null): void
}

/** JSON of a run and its version, deflated and in base64 behind `z:` where that matters. */
const packed = (run: Run): string => {
  const json = archivedText(run)
  return json.length < 20_000 ? json : `z:${deflateSync(json).toString('base64')}`
}

const isKnown = (dag: Dag | undefined, runId: string): boolean => dag !== undefined && (dag.runs.has(runId) || dag.archived.has(runId))

export const makeArchiver = (platform: Platform, column: number, give: (input: Input) => void): Archiver => {
  const underWay = new Set<string>()
  const forgotten = new Map<string, EventOf<'RunForgotten'>>()
  const send = async (run: Run): Promise<void> => {
    const { dagId, runId, n } = run
    const key = archiveKey(dagId, runId)
    if (underWay.has(key)) return
    underWay.add(key)
    try {
      const value = platform.codec.encode('ArchivedRun', { dagId, runId, n, state: packed(run) })
      const [ack] = await platform.bus.send([{ topic: platform.topic('archive'), partition: column, key, value }])
      if (ack) give({ kind: 'archived', dagId, runId, n, offset: ack.offset })
    } catch (thrown) {
      platform.log.warn({ column, runId, err: ensureError(thrown) }, 'a finished run could not be archived: it stays in memory')
    } finally {
      underWay.delete(key)
    }
  }
  return {
    after(events, state) {
      const ended = new Set(events.flatMap((e) => (e.type === 'RunStateChanged' && (e.state === 'success' || e.state === 'failed') ? [e.dagId] : [])))
      for (const dagId of ended) {
        const dag = state.dags.get(dagId)
        if (dag) for (const run of runsToArchive(dag)) void send(run)
      }
    },
    readBack(events, working) {
      for (const event of events) if (event.type === 'RunForgotten') forgotten.set(archiveKey(event.dagId, event.runId), event)
      if (!working || forgotten.size === 0) return
      // A run of the same id may have been made since: its record is its own.
      const gone = [...forgotten].filter(([, { dagId, runId }]) => !isKnown(working.dags.get(dagId), runId)).map(([key]) => key)
      forgotten.clear()
      if (gone.length === 0) return
      platform.bus
        .send(gone.map((key) => ({ topic: platform.topic('archive'), partition: column, key, value: null })))
        .catch((error) => platform.log.warn({ column, err: ensureError(error) }, 'archived runs could not be dropped'))
    },
  }
}
