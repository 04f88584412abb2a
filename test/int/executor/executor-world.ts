/** All that surrounds an executor, small: a scheduler of one column that really decides, workers that do as they are told, and what they saw. */
import type { AttemptStatus, Heartbeat, InboxCommand, Report, RunAttempt } from '../../../schemas/generated/records.ts'
import { inboxPartition } from '../../../schemas/topics.ts'
import { columnOf } from '../../../services/core/column.ts'
import type { Run } from '../../../services/core/column-state.ts'
import { acquisitionRecord, decisionRecords } from '../../../services/platform/bus/journal.ts'
import type { Platform } from '../../../services/platform/platform.ts'
import { type Collector, makeCollector } from '../../support/collect.ts'
import { type ColumnDriver, columnDriver, type TaskSpec } from '../../support/column-driver.ts'

const fail = (error: Error): never => {
  throw error
}

export interface FakeScheduler {
  readonly driver: ColumnDriver
  readonly reports: Collector<Report>
  run(tasks: readonly TaskSpec[], options?: Record<string, unknown>): Promise<Run>
  states(run: Run): Record<string, string>
  untilState(run: Run, state: string): Promise<void>
  close(): Promise<void>
}

export const openScheduler = async (platform: Platform, dagId: string): Promise<FakeScheduler> => {
  const { bus, codec, topic } = platform
  const driver = columnDriver(new Date().toISOString())
  const column = columnOf(dagId, platform.columns)
  const target = { topic: topic('journal'), column, owner: platform.newId() }
  const [ack] = await bus.send([acquisitionRecord(codec, target, Date.now(), {})])
  const epoch = ack?.offset ?? 0
  let seq = 1
  let written = 0
  const publish = async (): Promise<void> => {
    const events = driver.events.slice(written)
    written = driver.events.length
    if (events.length === 0) return
    const records = decisionRecords(codec, target, { epoch, seq, at: driver.now, positions: {}, events })
    seq += records.length
    await bus.send(records)
  }
  const reports = makeCollector<Report>((r) => [r.taskId, r.token, r.body.type])
  const subscription = await bus.subscribe({
    topics: [topic('reports')],
    assignment: { kind: 'only', partitions: { [topic('reports')]: [column] } },
    start: () => 'beginning',
    onFailed: fail,
    onRecords(records) {
      for (const { value } of records) {
        if (!value) continue
        const report = codec.decode('Report', value)
        driver.now = Math.max(driver.now, Date.now())
        driver.give({ kind: 'report', report })
        void publish()
        reports.note(report)
      }
    },
  })
  let version = 0
  return {
    driver,
    reports,
    async run(tasks, options = {}) {
      driver.now = Date.now()
      driver.adopt({ dagId, tasks: tasks.map((task) => ({ operator: 'bash', args: { command: 'true' }, ...task })), ...options }, `v${++version}`)
      driver.unpause(dagId)
      const run = driver.trigger(dagId)
      await publish()
      return run
    },
    states: (run) => driver.states(run),
    untilState: (run, state) => reports.until(`run is ${state}`, () => run.state === state),
    close: () => subscription.close(),
  }
}

export interface FakeWorker {
  readonly incarnation: string
  /** Every RunAttempt in order of arrival. */
  readonly started: Collector<RunAttempt>
  /** Most attempts alive at one time. */
  readonly most: () => number
  readonly retired: Collector<string>
  /** Ends what is alive, and everything that comes, at once. */
  finishAll(): Promise<void>
  finish(taskId: string): Promise<void>
  /** Says nothing and hears nothing any more, as a dead machine. */
  die(): Promise<void>
  /** Goes on beating after `die`. */
  beat(): Promise<void>
  leave(): Promise<void>
}

const beatMs = 150

export const openWorker = async (
  platform: Platform,
  incarnation: string,
  options: { readonly slots?: number; readonly queues?: readonly string[] } = {},
): Promise<FakeWorker> => {
  const { bus, codec, topic, clock } = platform
  const attempts = new Map<string, AttemptStatus>()
  const started = makeCollector<RunAttempt>((c) => [c.taskId, c.token])
  const retired = makeCollector<string>()
  let [counter, epoch, n, most, dead, eager] = [0, -1, 0, 0, false, false]
  let cancelBeat: () => void = () => undefined

  const live = (): number => [...attempts.values()].filter((a) => a.state !== 'ended').length
  const heartbeat = (body: Heartbeat['body']) =>
    bus.send([
      {
        topic: topic('heartbeats'),
        partition: 0,
        key: incarnation,
        value: codec.encode('Heartbeat', { incarnation, counter: ++counter, epoch, n, at: clock.now(), body }),
      },
    ])
  const beat = async (): Promise<void> => {
    await heartbeat({
      type: 'WorkerBeat',
      kind: 'worker',
      hostname: 'test',
      pid: 1,
      release: 'test',
      queues: options.queues ?? ['default'],
      slots: options.slots ?? 2,
      draining: false,
      base: null,
      gone: [],
      more: false,
      live: 0,
      startedAt: 0,
      attempts: [...attempts.values()],
    })
  }
  const beats = (): void => {
    cancelBeat = clock.after(beatMs, () => {
      if (dead) return
      void beat()
      beats()
    })
  }
  const report = (c: AttemptStatus, body: Report['body']) => ({
    topic: topic('reports'),
    partition: columnOf(c.dagId, platform.columns),
    key: c.dagId,
    value: codec.encode('Report', {
      dagId: c.dagId,
      runId: c.runId,
      taskId: c.taskId,
      mapIndex: c.mapIndex,
      tryNumber: c.tryNumber,
      token: c.token,
      at: clock.now(),
      by: incarnation,
      body,
      start: null,
    }),
  })
  const end = async (token: string): Promise<void> => {
    const attempt = attempts.get(token)
    if (!attempt || attempt.state === 'ended' || dead) return
    attempts.set(token, { ...attempt, state: 'ended', outcome: 'succeeded' })
    await bus.send([
      report(attempt, { type: 'AttemptStarted', hostname: 'test', pid: 1, rendered: null }),
      report(attempt, { type: 'AttemptSucceeded', xcoms: [], chosen: null, resultLength: null, outlets: [] }),
    ])
  }
  const obey = (command: InboxCommand): void => {
    const { body } = command
    if (dead || command.incarnation !== incarnation || command.epoch < epoch) return
    if (command.epoch > epoch) {
      if (body.type !== 'Sync') return
      epoch = command.epoch
      n = 0
    }
    if (command.n <= n) return
    n = command.n
    if (body.type === 'Sync') void beat()
    else if (body.type === 'ForgetAttempt') for (const token of [body.token, ...body.others]) attempts.delete(token)
    else if (body.type === 'Retire') retired.note(body.reason)
    else if (body.type === 'CancelAttempt') {
      const attempt = attempts.get(body.token)
      if (attempt) attempts.set(body.token, { ...attempt, state: 'ended', outcome: 'cancelled' })
    } else if (body.type === 'RunAttempt') {
      attempts.set(body.token, {
        token: body.token,
        dagId: body.dagId,
        runId: body.runId,
        taskId: body.taskId,
        mapIndex: body.mapIndex,
        tryNumber: body.tryNumber,
        state: 'running',
        outcome: null,
      })
      most = Math.max(most, live())
      started.note(body)
      if (eager) void end(body.token)
    }
  }
  const partition = inboxPartition(incarnation)
  const subscription = await bus.subscribe({
    topics: [topic('inbox')],
    assignment: { kind: 'only', partitions: { [topic('inbox')]: [partition] } },
    start: () => 'end',
    onFailed: fail,
    onRecords: (records) => {
      for (const { value } of records) if (value) obey(codec.decode('InboxCommand', value))
    },
  })
  await beat()
  beats()
  const stop = async (): Promise<void> => {
    dead = true
    cancelBeat()
    await subscription.close()
  }
  return {
    incarnation,
    started,
    most: () => most,
    retired,
    async finishAll() {
      eager = true
      for (const token of [...attempts.keys()]) await end(token)
    },
    async finish(taskId) {
      for (const attempt of [...attempts.values()]) if (attempt.taskId === taskId) await end(attempt.token)
    },
    die: async () => {
      dead = true
      cancelBeat()
    },
    beat: async () => {
      dead = false
      await beat()
    },
    async leave() {
      if (!dead) await heartbeat({ type: 'WorkerLeft', reason: 'test is over' })
      await stop()
    },
  }
}

/** What the executors say about themselves, and dead letters. */
export const openStatuses = async (platform: Platform) => {
  const statuses = makeCollector<Extract<Heartbeat['body'], { type: 'ExecutorStatus' }> & { readonly by: string }>()
  const letters = makeCollector<string>()
  const subscription = await platform.bus.subscribe({
    topics: [platform.topic('heartbeats'), platform.topic('dead-letters')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onFailed: fail,
    onRecords: (records) => {
      for (const { topic, value } of records) {
        if (!value) continue
        if (topic === platform.topic('dead-letters')) letters.note(platform.codec.decode('DeadLetter', value).reason)
        else if (value[0] === 0) {
          const { body, incarnation } = platform.codec.decode('Heartbeat', value)
          if (body.type === 'ExecutorStatus') statuses.note({ ...body, by: incarnation })
        }
      }
    },
  })
  return { statuses, letters, close: () => subscription.close() }
}
