/**
 * The executor's pure part with a column that really decides: what a test triggers and reports becomes events, the events are told to the executor,
 * and each step's effects are kept.
 */
import type { AttemptStatus, InboxCommand, Report } from '../../../schemas/generated/records.ts'
import type { Run } from '../../../services/core/column-state.ts'
import type { Effect } from '../../../services/executor/effects.ts'
import { type Executor, type ExecutorOptions, makeExecutor } from '../../../services/executor/executor.ts'
import { type ColumnDriver, columnDriver, type TaskSpec } from '../../support/column-driver.ts'

export type Command = Omit<InboxCommand, 'at' | 'part' | 'more'>
export type RunCommand = Command & { readonly body: Extract<InboxCommand['body'], { type: 'RunAttempt' }> }

export interface FakeWorker {
  readonly kind: 'worker' | 'triggerer'
  readonly incarnation: string
  counter: number
  epoch: number
  n: number
  slots: number
  queues: readonly string[]
  draining: boolean
  /** token -> state, as it would list them. */
  readonly attempts: Map<string, AttemptStatus>
}

export interface ExecutorDriver {
  readonly executor: Executor
  readonly column: ColumnDriver
  now: number
  readonly effects: Effect[]
  /** Takes what was asked since the last call. */
  take(): Effect[]
  step(): Effect[]
  wait(ms: number): Effect[]
  /** The whole take-over with the workers that are known; they answer. Returns the epoch. */
  lead(workers?: readonly FakeWorker[]): number
  claim(offset: number): string
  /** The world answers: heartbeats and journals are read to their ends. */
  answerEnds(): void
  worker(incarnation: string, more?: Partial<FakeWorker>): FakeWorker
  beat(worker: FakeWorker, counter?: number): void
  leave(worker: FakeWorker): void
  /** The worker handles what was sent to it, as a real one would, and beats. */
  obey(worker: FakeWorker): void
  /** Adopts a DAG, unpauses, triggers, and tells all of it. */
  run(dagId: string, tasks: readonly TaskSpec[], options?: Record<string, unknown>): Run
  report(run: Run, taskId: string, body: Report['body']): void
  succeed(run: Run, taskId: string): void
  /** Tells the executor events that the column decided since. */
  tell(): void
}

export const runs = (effects: readonly Effect[]): RunCommand[] =>
  effects.flatMap((e) => (e.type === 'inbox' && e.command.body.type === 'RunAttempt' ? [e.command as RunCommand] : []))
export const taskIds = (effects: readonly Effect[]): string[] => runs(effects).map((c) => c.body.taskId)
export const commands = (effects: readonly Effect[], type: InboxCommand['body']['type']): Command[] =>
  effects.flatMap((e) => (e.type === 'inbox' && e.command.body.type === type ? [e.command] : []))
export const lostTasks = (effects: readonly Effect[]): string[] => effects.flatMap((e) => (e.type === 'report' ? [e.report.taskId] : []))

export const leaseMs = 5000

export const executorDriver = (options: Partial<ExecutorOptions> = {}): ExecutorDriver => {
  let ids = 0
  let claims = 0
  let told = 0
  let heartbeats = 0
  let journal = 0
  const executor = makeExecutor({
    columns: 1,
    leaseMs,
    resendMs: 3000,
    restMs: 1000,
    limit: Number.POSITIVE_INFINITY,
    newId: () => `owner-${++ids}`,
    ...options,
  })
  const column = columnDriver()
  const effects: Effect[] = []
  let taken = 0
  const inboxes: Command[] = []
  const asks: Effect[] = []
  const driver: ExecutorDriver = {
    executor,
    column,
    now: 0,
    effects,
    take: () => {
      const fresh = effects.slice(taken)
      taken = effects.length
      return fresh
    },
    step() {
      executor.time(driver.now)
      const made = executor.step()
      effects.push(...made)
      for (const effect of made) {
        if (effect.type === 'inbox') inboxes.push(effect.command)
        else if (effect.type.startsWith('ask')) asks.push(effect)
      }
      return made
    },
    wait(ms) {
      driver.now += ms
      const made = driver.step()
      return made
    },
    claim(offset) {
      executor.time(driver.now)
      if (executor.phase.kind !== 'claiming') {
        executor.assigned(false)
        executor.assigned(true)
      }
      driver.step()
      const claim = effects.findLast((e) => e.type === 'claim')
      if (claim?.type !== 'claim') throw new Error('no claim')
      executor.claimed({ offset, owner: claim.owner })
      return claim.owner
    },
    answerEnds() {
      driver.step()
      for (const effect of asks.splice(0)) {
        if (effect.type === 'ask_heartbeats_end') executor.heartbeatsEnd(effect.of, effect.epoch, { low: 0, high: heartbeats })
        if (effect.type === 'ask_journal_ends') executor.journalEnds(effect.epoch, [{ low: 0, high: journal }])
      }
    },
    lead(workers = []) {
      const epoch = ++claims * 10
      driver.claim(epoch)
      driver.answerEnds()
      driver.step()
      for (const worker of workers) driver.obey(worker)
      driver.answerEnds()
      driver.step()
      if (executor.phase.kind !== 'leading') throw new Error(`still ${executor.phase.kind}`)
      return epoch
    },
    worker: (incarnation, more = {}) => {
      const worker: FakeWorker = {
        kind: 'worker',
        incarnation,
        counter: 0,
        epoch: -1,
        n: 0,
        slots: 2,
        queues: ['default'],
        draining: false,
        attempts: new Map(),
        ...more,
      }
      driver.beat(worker)
      return worker
    },
    beat(worker, counter = ++worker.counter) {
      executor.time(driver.now)
      executor.heartbeat({
        incarnation: worker.incarnation,
        counter,
        epoch: worker.epoch,
        n: worker.n,
        at: column.now,
        body: {
          type: 'WorkerBeat',
          kind: worker.kind,
          hostname: 'host',
          pid: 1,
          release: 'test',
          queues: worker.queues,
          slots: worker.slots,
          draining: worker.draining,
          base: null,
          gone: [],
          more: false,
          live: 0,
          startedAt: 0,
          attempts: [...worker.attempts.values()],
        },
      })
      executor.heartbeatsRead(++heartbeats)
    },
    leave(worker) {
      executor.time(driver.now)
      executor.heartbeat({
        incarnation: worker.incarnation,
        counter: ++worker.counter,
        epoch: worker.epoch,
        n: worker.n,
        at: column.now,
        body: { type: 'WorkerLeft', reason: 'test' },
      })
      executor.heartbeatsRead(++heartbeats)
    },
    obey(worker) {
      for (const { incarnation, epoch, n, body } of inboxes) {
        if (incarnation !== worker.incarnation || epoch < worker.epoch) continue
        if (epoch > worker.epoch) {
          if (body.type !== 'Sync') continue
          worker.epoch = epoch
          worker.n = 0
        }
        if (n <= worker.n) continue
        worker.n = n
        if (body.type === 'RunAttempt' || body.type === 'RunTrigger') worker.attempts.set(body.token, { ...body, state: 'running', outcome: null })
        if (body.type === 'ForgetAttempt')
          for (const token of [body.token, ...body.others]) if (worker.attempts.get(token)?.state === 'ended') worker.attempts.delete(token)
        const listed = body.type === 'CancelAttempt' ? worker.attempts.get(body.token) : undefined
        if (listed) worker.attempts.set(listed.token, { ...listed, state: 'ended', outcome: 'cancelled' })
      }
      driver.beat(worker)
    },
    tell() {
      executor.time(driver.now)
      executor.decided(0, column.column, column.events.slice(told))
      told = column.events.length
      executor.journalRead(0, ++journal)
    },
    run(dagId, tasks, more = {}) {
      column.adopt({ dagId, tasks: tasks.map((task) => ({ operator: 'bash', args: { command: 'true' }, ...task })), ...more })
      column.unpause(dagId)
      const run = column.trigger(dagId)
      driver.tell()
      return run
    },
    report(run, taskId, body) {
      column.report(run, taskId, body)
      driver.tell()
    },
    succeed: (run, taskId) => driver.report(run, taskId, { type: 'AttemptSucceeded', xcoms: [], chosen: null, resultLength: null, outlets: [] }),
  }
  return driver
}

export const ended = (worker: FakeWorker, taskId: string): void => {
  for (const listed of worker.attempts.values())
    if (listed.taskId === taskId) worker.attempts.set(listed.token, { ...listed, state: 'ended', outcome: 'succeeded' })
}
export const tasks = (...ids: readonly string[]): TaskSpec[] => ids.map((taskId) => ({ taskId }))
