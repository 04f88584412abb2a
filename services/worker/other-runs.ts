/** What a task may do with runs of other DAGs: trigger one by topic `commands`, and wait for the answer or the run's end by topic `run-events`. */
import { columnOf } from '../core/column.ts'
import { MillraceError } from '../core/errors.ts'
import { awaitRunEvent, isEndOf, makeRunFeed } from '../holder/run-feed.ts'
import type { Platform } from '../platform/platform.ts'
import type { RunAnswer, RunCommand } from '../sdk/runtime/attempt.ts'

export interface OtherRuns {
  triggerRun(command: RunCommand): Promise<RunAnswer>
  runEnd(run: { readonly dagId: string; readonly runId: string; readonly since: number }): Promise<string>
  close(): Promise<void>
}

const answerMs = 60_000

export const openOtherRuns = (platform: Platform, onFailed: (error: Error) => void): OtherRuns => {
  const { bus, clock, codec, columns, topic } = platform
  const feed = makeRunFeed(platform, onFailed)
  return {
    async triggerRun({ id, dagId, since, conf, ...asked }) {
      const late = new AbortController()
      const cancel = clock.after(answerMs, () =>
        late.abort(new MillraceError('no_answer', `no scheduler has answered within ${answerMs / 1000} s: a retry asks again, and triggers once`)),
      )
      try {
        const answer = awaitRunEvent(platform, feed, { dagId, since, isIt: (event) => event.kind === 'answer' && event.commandId === id }, late.signal)
        const command = { ...nothing, ...asked, id, dagId, kind: 'trigger_run', at: clock.now(), principal: 'task', conf: JSON.stringify(conf) }
        const sent = bus.send([{ topic: topic('commands'), partition: columnOf(dagId, columns), key: dagId, value: codec.encode('Command', command) }])
        const [{ accepted, code, message, runId }] = await Promise.all([answer, sent])
        return { accepted: accepted === true, code, message, runId }
      } finally {
        cancel()
      }
    },
    async runEnd({ dagId, runId, since }) {
      const { state } = await awaitRunEvent(platform, feed, { dagId, since, isIt: isEndOf(runId) })
      return state ?? 'unknown'
    },
    close: () => feed.close(),
  }
}

const nothing = {
  runId: null,
  logicalDate: null,
  withoutLogicalDate: false,
  dataIntervalStart: null,
  dataIntervalEnd: null,
  runAfter: null,
  note: null,
  paused: null,
  args: null,
}
