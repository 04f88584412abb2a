/** Commands to the scheduler, and their answers: a record on `commands`, answered by a run event of kind `answer` with the same command id. */
import type { Command, RunEvent } from '../../../schemas/generated/records.ts'
import { columnOf } from '../../core/column.ts'
import { checkCommandSize } from '../../core/command-limits.ts'
import { type ErrorCode, isErrorCode, MillraceError } from '../../core/errors.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Committed } from '../live/committed.ts'
import type { Place } from '../live/hub.ts'

export interface Answer {
  /** trigger_run: the run as it was made. */
  readonly run: RunEvent | null
  /** JSON: what it touches (core/command-args.ts). */
  readonly result: string | null
  /** Newest events of backfills that were heard of lately, by `dag_id/backfill_id`. */
  readonly backfills: ReadonlyMap<string, RunEvent>
}

export type WishedCommand = Pick<Command, 'dagId' | 'kind'> & Partial<Omit<Command, 'id' | 'at'>>

export interface Commander {
  /** Resolves when the scheduler took it and the projection shows it (or 2 s have passed since); rejects with the refusal, or `no_answer` after 10 s. */
  send(command: WishedCommand): Promise<Answer>
  onRunEvent(event: RunEvent, place: Place): void
}

const answerMs = 10_000
const shownMs = 2_000
const maxRecent = 2_000

const changesInstances: ReadonlySet<string> = new Set(['clear', 'mark', 'set_note'])

interface Waiting {
  readonly resolve: (answered: { readonly event: RunEvent; readonly place: Place }) => void
}

const nothing = {
  principal: null,
  runId: null,
  logicalDate: null,
  withoutLogicalDate: false,
  dataIntervalStart: null,
  dataIntervalEnd: null,
  runAfter: null,
  conf: null,
  note: null,
  paused: null,
  args: null,
}

export const makeCommander = (platform: Platform, committed: Committed): Commander => {
  const { bus, codec, clock, columns, topic, newId } = platform
  const waiting = new Map<string, Waiting>()
  /** Runs that were just made: an answer names its run, which stands before it in the same partition. */
  const recentRuns = new Map<string, RunEvent>()
  const backfills = new Map<string, RunEvent>()

  const ask = async (command: Command): Promise<{ readonly event: RunEvent; readonly place: Place }> => {
    const value = codec.encode('Command', command)
    checkCommandSize(value.length)
    return new Promise((resolve, reject) => {
      const cancel = clock.after(answerMs, () => {
        waiting.delete(command.id)
        reject(
          new MillraceError(
            'no_answer',
            `No answer from the scheduler within ${answerMs / 1000} s. The command is kept and will be carried out: check that a scheduler and a projector run (GET /api/v2/monitor/health) before you send it again.`,
          ),
        )
      })
      waiting.set(command.id, {
        resolve: (answered) => {
          cancel()
          waiting.delete(command.id)
          resolve(answered)
        },
      })
      const record = { topic: topic('commands'), partition: columnOf(command.dagId, columns), key: command.dagId, value }
      bus.send([record]).catch((error: unknown) => {
        cancel()
        waiting.delete(command.id)
        reject(error)
      })
    })
  }

  /** Instances are told in another topic than the answer: what stands there now is waited for, too. */
  const instancesShown = async (partition: number): Promise<void> => {
    const { partitions } = await bus.offsets(topic('task-events'))
    const high = partitions.find((one) => one.partition === partition)?.high ?? 0
    if (high > 0) await committed.wait('task-events', partition, high - 1, shownMs)
  }

  return {
    async send(wished) {
      const command: Command = { ...nothing, ...wished, id: newId(), at: clock.now() }
      const { event, place } = await ask(command)
      if (!event.accepted) throw new MillraceError(refusalCode(event.code), event.message ?? 'the scheduler refused the command and did not say why')
      await committed.wait(place.topic, place.partition, place.offset, shownMs)
      if (changesInstances.has(command.kind)) await instancesShown(place.partition)
      const run = event.runId === null ? null : (recentRuns.get(`${event.dagId}/${event.runId}`) ?? null)
      return { run, result: event.result, backfills }
    },
    onRunEvent(event, place) {
      if (event.kind === 'run') {
        recentRuns.set(`${event.dagId}/${event.runId}`, event)
        if (recentRuns.size > maxRecent) recentRuns.delete(recentRuns.keys().next().value ?? '')
      } else if (event.kind === 'backfill') {
        backfills.set(`${event.dagId}/${event.backfillId}`, event)
        if (backfills.size > maxRecent) backfills.delete(backfills.keys().next().value ?? '')
      } else if (event.kind === 'answer' && event.commandId !== null) waiting.get(event.commandId)?.resolve({ event, place })
    },
  }
}

/** A newer scheduler may know codes that we do not. */
const refusalCode = (code: string | null): ErrorCode => (code !== null && isErrorCode(code) ? code : 'bad_request')
