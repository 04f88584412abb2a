/** SEMANTICS 7 on the executor's side: triggers of deferred instances are held by triggerers, under the rules of PROTOCOL for attempts. */
import { describe, expect, test } from 'vitest'
import type { AttemptStatus, InboxCommand, WorkerBeat } from '../../../schemas/generated/records.ts'
import type { Run } from '../../../services/core/column-state.ts'
import { type Command, commands, type ExecutorDriver, executorDriver, type FakeWorker, leaseMs, taskIds, tasks } from './executor-driver.ts'

const asked = { type: 'AttemptDeferred', trigger: '{"kind":"time","args":{"at":5},"needsCode":false}', method: 'm', state: '{"s":1}', timeoutAt: null } as const

const triggerTasks = (effects: Parameters<typeof commands>[0], type: 'RunTrigger' | 'CancelAttempt' | 'ForgetAttempt' = 'RunTrigger') =>
  commands(effects, type).map(({ incarnation, body }) => [incarnation, 'taskId' in body ? body.taskId : 'token' in body ? body.token : ''])

/** What a triggerer is told. */
const bodyOf = (command: Command | undefined): Extract<InboxCommand['body'], { type: 'RunTrigger' }> & { readonly context: string; readonly task: string } => {
  if (command?.body.type !== 'RunTrigger') throw new Error('no trigger was dispatched')
  return command.body as never
}

const started = (d: ExecutorDriver, run: Run, taskId: string): void => d.report(run, taskId, { type: 'AttemptStarted', hostname: 'h', pid: 1, rendered: null })

/** A worker, triggerers, and a run whose tasks are deferred; nobody was told yet. */
const scene = (ids: readonly string[] = ['a'], triggerers: readonly string[] = ['t1'], options: Record<string, unknown> = {}) => {
  const d = executorDriver()
  const w = d.worker('w1', { slots: ids.length })
  const ts = triggerers.map((name) => d.worker(name, { kind: 'triggerer', slots: 100, queues: [] }))
  d.lead([w, ...ts])
  const run = d.run('d', tasks(...ids), options)
  d.step()
  d.obey(w)
  for (const id of ids) {
    started(d, run, id)
    d.report(run, id, asked)
  }
  return { d, w, run, ts, t: ts[0] as FakeWorker }
}

describe('dispatch', () => {
  test('a deferred instance frees its worker, and its trigger goes to a triggerer', () => {
    const { d, run, t } = scene()
    const effects = d.step()
    expect(triggerTasks(effects)).toEqual([['t1', 'a']])
    const [command] = commands(effects, 'RunTrigger')
    expect(command?.body).toMatchObject({ token: d.column.task(run, 'a').token, task: null, context: null })
    expect(JSON.parse(bodyOf(command).trigger)).toEqual({
      kind: 'time',
      name: null,
      args: { at: 5 },
      needsCode: false,
      onTimeout: 'retry',
    })
    d.obey(t)
    expect(triggerTasks(d.wait(10_000))).toEqual([])
  })
  test('a trigger with code gets task and context', () => {
    const d = executorDriver()
    d.lead([d.worker('w1'), d.worker('t1', { kind: 'triggerer' })])
    const run = d.run('d', tasks('a'))
    d.step()
    d.report(run, 'a', { ...asked, trigger: '{"kind":"custom","name":"mine","args":{},"needsCode":true}' })
    const [command] = commands(d.step(), 'RunTrigger')
    expect(JSON.parse(bodyOf(command).context)).toMatchObject({ taskId: 'a' })
    expect(JSON.parse(bodyOf(command).task)).toMatchObject({ taskId: 'a' })
  })
  test('workers get no triggers, triggerers no attempts', () => {
    const d = executorDriver()
    d.lead([d.worker('t1', { kind: 'triggerer', queues: ['default'] })])
    const run = d.run('d', tasks('a'))
    expect(taskIds(d.step())).toEqual([])
    d.worker('w1')
    expect(taskIds(d.step())).toEqual(['a'])
    d.report(run, 'a', asked)
    expect(triggerTasks(d.step())).toEqual([['t1', 'a']])
  })
  test('they are shared among triggerers, within their slots; none is free: they wait', () => {
    const ids = ['a', 'b', 'c', 'd', 'e']
    const { d, ts } = scene(ids, ['t1', 't2'])
    for (const t of ts) {
      t.slots = 2
      d.beat(t)
    }
    expect(triggerTasks(d.step()).map(([name]) => name)).toEqual(['t1', 't2', 't1', 't2'])
    d.worker('t3', { kind: 'triggerer' })
    expect(triggerTasks(d.step())).toEqual([['t3', 'e']])
  })
  test('a sequential executor runs another attempt while a trigger waits', () => {
    const d = executorDriver({ limit: 1 })
    d.lead([d.worker('w1'), d.worker('t1', { kind: 'triggerer' })])
    const run = d.run('d', tasks('a', 'b'))
    expect(taskIds(d.step())).toEqual(['a'])
    d.report(run, 'a', asked)
    expect(taskIds(d.step())).toEqual(['b'])
  })
  test('a command that is too big fails the task instead of coming again and again', () => {
    const { d, run } = scene()
    const [command] = commands(d.step(), 'RunTrigger')
    d.executor.tooBig(bodyOf(command).token, 'too big')
    const report = d.step().find((e) => e.type === 'report')
    expect(report).toMatchObject({ report: { body: { type: 'AttemptFailed', retryable: false } } })
    d.report(run, 'a', { type: 'AttemptFailed', error: { type: 'too_big', message: 'x', stack: null }, retryable: false })
    expect(d.column.task(run, 'a').state).toBe('failed')
  })
})

describe('how it ends', () => {
  test('it fired: the triggerer forgets it, the instance goes to a worker again', () => {
    const { d, run, t } = scene()
    d.step()
    d.obey(t)
    const token = d.column.task(run, 'a').token ?? ''
    t.attempts.set(token, { ...(t.attempts.get(token) as AttemptStatus), state: 'ended', outcome: 'fired' })
    d.report(run, 'a', { type: 'TriggerFired', event: '1' })
    const effects = d.wait(300)
    expect(taskIds(effects)).toEqual(['a'])
    expect(triggerTasks([...effects, ...d.wait(300)], 'ForgetAttempt')).toContainEqual(['t1', token])
  })
  test('clear, mark and time-outs cancel it', () => {
    for (const how of ['clear', 'mark', 'timeout'] as const) {
      const d = executorDriver()
      const t = d.worker('t1', { kind: 'triggerer' })
      d.lead([d.worker('w1'), t])
      const run = d.run('d', tasks('a'))
      d.step()
      d.report(run, 'a', { ...asked, timeoutAt: d.column.now + 1000 })
      d.step()
      d.obey(t)
      const token = d.column.task(run, 'a').token ?? ''
      if (how === 'timeout') d.column.wait(1000)
      else d.column.ask('d', how, { runId: run.runId, tasks: [{ taskId: 'a' }], ...(how === 'mark' ? { state: 'failed' } : {}) })
      d.tell()
      const cancel = commands(d.step(), 'CancelAttempt')
      expect(cancel).toMatchObject([{ incarnation: 't1', body: { token, reason: how === 'clear' ? 'cleared' : how === 'mark' ? 'marked' : 'timeout' } }])
    }
  })
  test('I: the next attempt of a cleared instance waits until the trigger is gone', () => {
    const { d, w, run, t } = scene()
    d.obey(w)
    d.step()
    d.obey(t)
    d.column.ask('d', 'clear', { runId: run.runId, tasks: [{ taskId: 'a' }] })
    d.tell()
    expect(taskIds(d.step())).toEqual([])
    d.obey(t)
    expect(taskIds(d.step())).toEqual(['a'])
  })
})

describe('a triggerer dies', () => {
  test('its triggers are reported lost and go to another under new tokens', () => {
    const { d, w, run, t } = scene(['a', 'b'])
    d.step()
    d.obey(t)
    const before = d.column.task(run, 'a').token
    const t2 = d.worker('t2', { kind: 'triggerer', slots: 100 })
    d.wait(leaseMs)
    d.beat(w)
    d.beat(t2)
    d.wait(100)
    d.answerEnds()
    const reports = d.wait(100).flatMap((e) => (e.type === 'report' ? [e.report] : []))
    expect(reports.map(({ taskId, body }) => [taskId, body.type])).toEqual([
      ['a', 'AttemptLost'],
      ['b', 'AttemptLost'],
    ])
    for (const { taskId, body } of reports) d.report(run, taskId, body)
    expect(triggerTasks(d.step())).toEqual([
      ['t2', 'a'],
      ['t2', 'b'],
    ])
    expect(d.column.task(run, 'a')).toMatchObject({ state: 'deferred', infraTries: 0 })
    expect(d.column.task(run, 'a').token).not.toBe(before)
  })
  test('one that leaves hands them over at once', () => {
    const { d, run, t } = scene()
    d.step()
    d.obey(t)
    d.worker('t2', { kind: 'triggerer' })
    d.leave(t)
    d.report(run, 'a', { type: 'AttemptLost', reason: 'worker_stopped' })
    expect(triggerTasks(d.step())).toEqual([['t2', 'a']])
  })
})

describe('take-over', () => {
  test('a trigger that a triggerer lists stays where it is', () => {
    const { d, w, t } = scene()
    d.step()
    d.obey(t)
    d.lead([w, t])
    expect(triggerTasks(d.wait(10))).toEqual([])
  })
  test('Q: one that a triggerer which fell silent may have is not given away: it is reported lost', () => {
    const { d, w, run } = scene()
    d.step() // to t1, which never says a word again
    d.claim(20)
    d.answerEnds()
    d.step()
    d.obey(w)
    d.wait(leaseMs - 100)
    d.beat(w)
    d.wait(200)
    d.answerEnds()
    d.wait(100)
    d.answerEnds()
    const effects = d.wait(100)
    expect(d.executor.phase.kind).toBe('leading')
    expect(triggerTasks(d.effects.slice(-effects.length))).toEqual([])
    expect(d.effects.filter((e) => e.type === 'report')).toMatchObject([{ report: { taskId: 'a', body: { type: 'AttemptLost' } } }])
    expect(d.column.task(run, 'a').state).toBe('deferred')
  })
})

describe('lists that tell changes', () => {
  const beat = (d: ExecutorDriver, worker: FakeWorker, list: Partial<WorkerBeat>, counter = ++worker.counter): void => {
    d.executor.time(d.now)
    d.executor.heartbeat({
      ...{ incarnation: worker.incarnation, counter, epoch: worker.epoch, n: worker.n, at: 0 },
      body: {
        ...{ type: 'WorkerBeat', kind: worker.kind, hostname: 'h', pid: 1, release: 't', queues: [], slots: 100, draining: false, startedAt: 0 },
        ...{ attempts: [], base: null, gone: [], more: false, live: 0 },
        ...list,
      },
    })
  }
  const listed = (d: ExecutorDriver, name = 't1'): string[] => [...(d.executor.fleet.members.get(name)?.attempts.keys() ?? [])]
  const status = (token: string): AttemptStatus => ({
    token,
    dagId: 'd',
    runId: 'r',
    taskId: token,
    mapIndex: -1,
    tryNumber: 1,
    state: 'running',
    outcome: null,
  })

  test('changes build upon the heartbeat before', () => {
    const { d, t } = scene([])
    beat(d, t, { attempts: [status('x'), status('y')] })
    beat(d, t, { base: t.counter, attempts: [status('z')], gone: ['x'] })
    expect(listed(d)).toEqual(['y', 'z'])
  })
  test('where one is missing the whole is asked for, and until then absence means nothing', () => {
    const { d, t } = scene()
    d.step()
    d.obey(t)
    const [command] = [...t.attempts.values()]
    t.counter += 5
    d.step()
    beat(d, t, { base: t.counter })
    expect(commands(d.step(), 'Sync')).toMatchObject([{ incarnation: 't1' }])
    expect(d.effects.filter((e) => e.type === 'report')).toEqual([])
    beat(d, t, { base: t.counter })
    expect(commands(d.wait(100), 'Sync')).toEqual([]) // once is enough for a while
    beat(d, t, { attempts: command ? [command] : [] })
    expect(d.wait(3100).filter((e) => e.type === 'report')).toEqual([])
    beat(d, t, { attempts: [] })
    expect(d.step().filter((e) => e.type === 'report')).toMatchObject([{ report: { body: { type: 'AttemptLost' } } }])
  })
  test('a list in several heartbeats counts when it is complete', () => {
    const { d, t } = scene()
    d.step()
    d.obey(t)
    const [command] = [...t.attempts.values()]
    beat(d, t, { attempts: [status('x')], more: true })
    expect(d.step().filter((e) => e.type === 'report')).toEqual([])
    beat(d, t, { base: t.counter, attempts: command ? [command] : [] })
    expect(d.step().filter((e) => e.type === 'report')).toEqual([])
    expect(listed(d)).toEqual(['x', command?.token])
  })
  test('E: what is gone from a complete list is given up', () => {
    const { d, t } = scene()
    d.step()
    d.obey(t)
    beat(d, t, { base: t.counter, gone: [...t.attempts.keys()] })
    expect(d.step().filter((e) => e.type === 'report')).toMatchObject([{ report: { body: { type: 'AttemptLost' } } }])
  })
})
