/** Sends finished runs to topic archive; the owner journals that they left memory once their place there is known. */
import { deflateSync } from 'node:zlib'
import { runsToArchive } from '../core/archive-run.ts'
import type { Column, Run } from '../core/column-state.ts'
import { ensureError } from '../core/errors.ts'
import type { Event, Input } from '../core/events.ts'
import { runSnapshot } from '../core/snapshot.ts'
import type { Platform } from '../platform/platform.ts'

export interface Archiver {
  /** Looks at the DAGs whose runs ended in these events. */
  after(events: readonly Event[], state: Column): void
}

/** JSON of a run, deflated and in base64 behind `z:` where that matters. */
export const archivedState = (run: Run): string => {
  const json = JSON.stringify(runSnapshot(run))
  return json.length < 20_000 ? json : `z:${deflateSync(json).toString('base64')}`
}

export const makeArchiver = (platform: Platform, column: number, give: (input: Input) => void): Archiver => {
  const underWay = new Set<string>()
  const send = async (run: Run): Promise<void> => {
    const { dagId, runId, n } = run
    const key = `${dagId}/${runId}`
    if (underWay.has(key)) return
    underWay.add(key)
    try {
      const value = platform.codec.encode('ArchivedRun', { dagId, runId, n, state: archivedState(run) })
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
      const forgotten = events.filter((e) => e.type === 'RunForgotten')
      if (forgotten.length > 0)
        platform.bus
          .send(forgotten.map((e) => ({ topic: platform.topic('archive'), partition: column, key: `${e.dagId}/${e.runId}`, value: null })))
          .catch((error) => platform.log.warn({ column, err: ensureError(error) }, 'archived runs could not be dropped'))
    },
  }
}
