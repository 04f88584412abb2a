/**
 * Reads archived runs back for the commands and backfills that ask for them (decisions/0004 of the core). The column goes on meanwhile: what was read
 * comes in as an input like any other. Who waits for what stands in the state, so a new owner begins anew and nothing is lost or done twice.
 */
import type { Column } from '../core/column-state.ts'
import { ensureError } from '../core/errors.ts'
import type { Event, Input, ReadBack } from '../core/events.ts'
import { wantedFromArchive } from '../core/wanted-from-archive.ts'
import type { Platform } from '../platform/platform.ts'
import { type ArchivedRunName, readArchive } from './archive-reader.ts'

export interface Reviver {
  /** Looks at every DAG: after a take-over. */
  all(state: Column): void
  /** Looks at the DAGs that these events are about, and at those whose last reading may not have sufficed. */
  after(events: readonly Event[], state: Column): void
  stop(): void
}

const attempts = 3
const pauseMs = 1000

export const makeReviver = (platform: Platform, column: number, give: (input: Input) => void): Reviver => {
  const underWay = new Set<string>()
  const given = new Set<string>()
  const stopping = new AbortController()

  const read = async (wanted: readonly ArchivedRunName[]): Promise<ReadonlyMap<string, ReadBack>> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await readArchive(platform, column, wanted, stopping.signal)
      } catch (thrown) {
        const { message } = ensureError(thrown)
        platform.log.warn({ column, attempt, error: message }, 'archived runs could not be read back')
        if (attempt === attempts) return new Map(wanted.map(({ runId, n }) => [runId, { ok: false, n, message: `topic archive cannot be read (${message})` }]))
        await new Promise<void>((resolve) => platform.clock.after(pauseMs, resolve))
      }
    }
  }
  const look = (dagId: string, state: Column): void => {
    const dag = state.dags.get(dagId)
    if (!dag || underWay.has(dagId) || stopping.signal.aborted) return
    const wanted = wantedFromArchive(dag).map((entry) => ({ ...entry, dagId }))
    if (wanted.length === 0) return
    underWay.add(dagId)
    void read(wanted).then((runs) => {
      underWay.delete(dagId)
      if (stopping.signal.aborted) return
      for (const [runId, one] of runs) if (!one.ok) platform.log.warn({ column, dagId, runId }, `an archived run cannot be had: ${one.message}`)
      given.add(dagId)
      give({ kind: 'read_back', dagId, runs })
    })
  }

  return {
    all(state) {
      for (const dagId of state.dags.keys()) look(dagId, state)
    },
    after(events, state) {
      const dagIds = new Set(given)
      given.clear()
      for (const event of events) if (event.type !== 'TaskStateChanged' && 'dagId' in event) dagIds.add(event.dagId)
      for (const dagId of dagIds) look(dagId, state)
    },
    stop: () => stopping.abort(),
  }
}
