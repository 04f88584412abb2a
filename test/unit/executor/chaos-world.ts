/**
 * Two executors (the pure part), three workers and one column in virtual time, with seeded faults: pauses while sends are in flight, crashes, read
 * lag, late copies of batches, an assignment that both believe in. A reaper beside each worker kills what it holds 3.5 s after its last acknowledged
 * word. Says what went wrong: a token that starts twice, two live attempts of an instance, a run that does not end.
 */
import type { AttemptStatus, Heartbeat, Report } from '../../../schemas/generated/records.ts'
import { emptyColumn, type Run } from '../../../services/core/column-state.ts'
import type { Event } from '../../../services/core/events.ts'
import { evolve, fold } from '../../../services/core/evolve.ts'
import { taskChange } from '../../../services/core/task-change.ts'
import type { Effect } from '../../../services/executor/effects.ts'
import { makeExecutor } from '../../../services/executor/executor.ts'
import { columnDriver } from '../../support/column-driver.ts'
import { type Child, type Claim, type ExecutorActor, type Flight, makeChance, type WorkerActor } from './chaos-actors.ts'
import type { Command } from './executor-driver.ts'

const stepMs = 50
const workerLeaseMs = 3500
const faultsUntilMs = 40_000
const patienceMs = 300_000

export interface Outcome {
  readonly violations: readonly string[]
  readonly attempts: number
  readonly losses: number
  readonly epochs: number
  readonly tookMs: number
}

export const runChaos = (seed: number): Outcome => {
  const random = makeChance(seed)
  const chance = (p: number): boolean => random() < p
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low))
  const violations: string[] = []
  const journal: Event[][] = []
  const heartbeats: Heartbeat[] = []
  const leadership: Claim[] = []
  const reports: Report[] = []
  const inbox: Command[] = []
  const flights: Flight[] = []
  const startedTokens = new Set<string>()
  const driver = columnDriver()
  const startedAt = driver.now
  let now = 0
  let losses = 0
  let reportsAt = 0
  let told = 0
  let ids = 0
  const faulty = (): boolean => now < faultsUntilMs

  const later = (land: () => void, lowMs = 0, highMs = 200): void => void flights.push({ at: now + between(lowMs, faulty() ? highMs : 100), land })
  /** Lands in order for one sender; a late copy may land once more. */
  const lines = new Map<string, number>()
  const send = (sender: string, land: () => void, acked: () => void = () => undefined): void => {
    const at = Math.max(now + between(0, faulty() && chance(0.1) ? 3000 : 100), lines.get(sender) ?? 0)
    lines.set(sender, at)
    flights.push({
      at,
      land: () => {
        land()
        acked()
      },
    })
    if (faulty() && chance(0.08)) flights.push({ at: at + between(0, 8000), land })
  }

  // The scheduler.
  const publish = (): void => {
    const events = driver.events.slice(told)
    told = driver.events.length
    if (events.length > 0) journal.push(structuredClone(events))
  }
  const schedule = (): void => {
    driver.now = startedAt + now
    driver.wait(0)
    for (const until = between(0, reports.length - reportsAt + 1) + reportsAt; reportsAt < until; reportsAt++)
      driver.give({ kind: 'report', report: reports[reportsAt] as Report })
    publish()
  }
  /** What clear will do: a new try beside a living one, if nobody prevents it. */
  const clear = (run: Run): void => {
    const running = [...run.tasks.values()].filter((t) => t.state === 'queued' || t.state === 'running')
    const task = running[between(0, running.length)]
    if (!task) return
    for (const change of [
      () => taskChange(run, task, 'none', driver.now, { reason: 'cleared' }),
      () => taskChange(run, task, 'queued', driver.now, { tryNumber: task.tryNumber + 1, token: `clear.${++ids}` }),
    ]) {
      const event = change()
      evolve(driver.column, event)
      driver.events.push(event)
    }
    publish()
  }

  // Workers.
  const workers: WorkerActor[] = []
  const beat = (w: WorkerActor): void => {
    const at = now
    w.beatAt = now
    const heartbeat: Heartbeat = {
      incarnation: w.incarnation,
      counter: ++w.counter,
      epoch: w.epoch,
      n: w.n,
      at: startedAt + now,
      body: {
        type: 'WorkerBeat',
        kind: 'worker',
        hostname: w.incarnation,
        pid: 1,
        release: 't',
        queues: ['default'],
        slots: 2,
        draining: false,
        base: null,
        gone: [],
        more: false,
        live: 0,
        startedAt: 0,
        attempts: [...w.attempts.values()],
      },
    }
    send(
      w.incarnation,
      () => void heartbeats.push(heartbeat),
      () => {
        w.ackedAt = Math.max(w.ackedAt, at)
        if (w.ready) return
        w.ready = true
        w.epoch = Math.max(w.epoch, leadership.length - 1)
      },
    )
  }
  const boot = (slot: number): void => {
    if (workers[slot]) kill(workers[slot])
    const w: WorkerActor = {
      incarnation: `w${slot}:${++ids}`,
      epoch: -1,
      n: 0,
      counter: 0,
      ready: false,
      ackedAt: now,
      beatAt: 0,
      inboxAt: inbox.length,
      pausedUntil: 0,
      dead: false,
      attempts: new Map(),
      children: new Map(),
    }
    workers[slot] = w
    beat(w)
  }
  const kill = (w: WorkerActor): void => {
    for (const child of w.children.values()) child.live = false
  }
  const report = (w: WorkerActor, listed: AttemptStatus, body: Report['body']): void => {
    const { state: _, outcome: __, ...names } = listed
    const it: Report = { ...names, at: startedAt + now, by: w.incarnation, body, start: null }
    send(w.incarnation, () => void reports.push(it))
  }
  const begin = (w: WorkerActor, body: AttemptStatus): void => {
    const instance = `${body.runId}/${body.taskId}`
    if (startedTokens.has(body.token)) violations.push(`@${now} ${body.token} of ${instance} started twice`)
    startedTokens.add(body.token)
    for (const other of everyChild)
      if (other.live && other.instance === instance) violations.push(`@${now} ${body.token} of ${instance} beside living ${other.token}`)
    const child: Child = { token: body.token, instance, endsAt: now + between(10, chance(0.2) ? 6000 : 400), live: true }
    everyChild.add(child)
    w.children.set(body.token, child)
    report(w, body, { type: 'AttemptStarted', hostname: 'h', pid: 1, rendered: null })
  }
  const everyChild = new Set<Child>()
  const obey = (w: WorkerActor, { incarnation, epoch, n, body }: Command): boolean => {
    if (incarnation !== w.incarnation || epoch < w.epoch) return true
    if (epoch > w.epoch) {
      if (body.type !== 'Sync') return true
      w.epoch = epoch
      w.n = 0
    }
    if (n <= w.n) return true
    w.n = n
    if (body.type === 'Sync') beat(w)
    else if (body.type === 'Retire') return false
    else if (body.type === 'RunAttempt') {
      if (w.attempts.has(body.token)) return true
      const { token, dagId, runId, taskId, mapIndex, tryNumber } = body
      const listed: AttemptStatus = { token, dagId, runId, taskId, mapIndex, tryNumber, state: 'running', outcome: null }
      w.attempts.set(token, listed)
      begin(w, listed)
    } else if (body.type !== 'Drain') {
      const listed = w.attempts.get(body.token)
      if (body.type === 'ForgetAttempt')
        for (const token of [body.token, ...body.others]) if (w.attempts.get(token)?.state === 'ended') w.attempts.delete(token)
      if (body.type === 'CancelAttempt' && listed?.state === 'running') {
        const child = w.children.get(body.token)
        if (child) child.live = false
        w.attempts.set(body.token, { ...listed, state: 'ended', outcome: 'cancelled' })
      }
    }
    return true
  }
  const work = (w: WorkerActor, slot: number): void => {
    for (const child of w.children.values()) if (child.live && child.endsAt <= now) child.live = false // it is done, whoever notices
    if (now > w.ackedAt + workerLeaseMs) kill(w) // M: the reaper does not wait for its worker
    if (w.dead || w.pausedUntil > now) return
    if (now > w.ackedAt + workerLeaseMs) return boot(slot)
    for (const child of w.children.values()) {
      const listed = w.attempts.get(child.token)
      if (child.live || listed?.state !== 'running') continue
      w.attempts.set(child.token, { ...listed, state: 'ended', outcome: 'succeeded' })
      report(
        w,
        listed,
        chance(0.1)
          ? { type: 'AttemptFailed', error: { type: 'E', message: '', stack: null }, retryable: true }
          : { type: 'AttemptSucceeded', xcoms: [], chosen: null, resultLength: null, outlets: [] },
      )
    }
    if (w.ready && !(faulty() && chance(0.3))) {
      while (w.inboxAt < inbox.length) {
        if (obey(w, inbox[w.inboxAt++] as Command)) continue
        kill(w)
        return boot(slot)
      }
    }
    if (now - w.beatAt >= 1000) beat(w)
  }

  // Executors.
  const restart = (e: ExecutorActor): void => {
    e.life++
    e.executor = makeExecutor({ columns: 1, leaseMs: 5000, resendMs: 2000, restMs: 1000, limit: Number.POSITIVE_INFINITY, newId: () => `${e.name}-${++ids}` })
    Object.assign(e, { column: emptyColumn(), journalAt: 0, heartbeatsAt: 0, leadershipAt: 0, leaseNow: 0, lastNow: now })
  }
  const executors = ['e0', 'e1'].map((name) => {
    const e = { name, pausedUntil: 0, life: 0 } as ExecutorActor
    restart(e)
    return e
  })
  let assigned = 0

  const carryOut = (e: ExecutorActor, effect: Effect): void => {
    const { executor, life } = e
    const reply = (tell: () => void): void => later(() => later(() => (e.life === life ? tell() : undefined)))
    switch (effect.type) {
      case 'claim':
        return send(e.name, () => void leadership.push({ owner: effect.owner }))
      case 'ask_heartbeats_end':
        return later(() => {
          const high = heartbeats.length
          reply(() => executor.heartbeatsEnd(effect.of, effect.epoch, { low: 0, high }))
        })
      case 'ask_journal_ends':
        return later(() => {
          const high = journal.length
          reply(() => executor.journalEnds(effect.epoch, [{ low: 0, high }]))
        })
      case 'inbox':
        return send(e.name, () => void inbox.push(effect.command))
      case 'report':
        losses++
        return send(e.name, () => void reports.push({ ...effect.report, at: startedAt + now, by: e.name, start: null }))
      case 'status':
      case 'drained':
        return
      default:
        effect satisfies never
    }
  }
  const execute = (e: ExecutorActor, i: number): void => {
    if (e.pausedUntil > now) return
    e.leaseNow += Math.min(now - e.lastNow, 1000)
    e.lastNow = now
    const { executor } = e
    executor.time(e.leaseNow)
    const lags = (): boolean => faulty() && chance(0.4)
    if (!lags()) executor.assigned(assigned === i)
    if (!lags())
      for (; e.leadershipAt < leadership.length; e.leadershipAt++)
        executor.claimed({ offset: e.leadershipAt, owner: (leadership[e.leadershipAt] as Claim).owner })
    for (let some = lags() ? 0 : between(1, 8); some > 0 && e.journalAt < journal.length; some--) {
      const events = structuredClone(journal[e.journalAt++] as Event[])
      fold(e.column, { at: 0, events })
      executor.decided(0, e.column, events)
      executor.journalRead(0, e.journalAt)
    }
    for (let some = lags() ? 0 : between(1, 12); some > 0 && e.heartbeatsAt < heartbeats.length; some--) {
      executor.heartbeat(heartbeats[e.heartbeatsAt++] as Heartbeat)
      executor.heartbeatsRead(e.heartbeatsAt)
    }
    for (const effect of executor.step()) carryOut(e, effect)
  }

  const fault = (run: Run): void => {
    const kind = random()
    if (kind < 0.25) (executors[between(0, 2)] as ExecutorActor).pausedUntil = now + between(100, 15_000)
    else if (kind < 0.4) restart(executors[between(0, 2)] as ExecutorActor)
    else if (kind < 0.6) assigned = 1 - assigned
    else if (kind < 0.75) (workers[between(0, 3)] as WorkerActor).pausedUntil = now + between(100, 10_000)
    else if (kind < 0.88) {
      const slot = between(0, 3)
      kill(workers[slot] as WorkerActor)
      ;(workers[slot] as WorkerActor).dead = true
      later(() => boot(slot), 500, 6000)
    } else clear(run)
  }

  for (let slot = 0; slot < 3; slot++) boot(slot)
  driver.adopt({
    dagId: 'd',
    maxActiveTasks: 100,
    defaultArgs: {},
    tasks: Array.from({ length: 24 }, (_, i) => ({
      taskId: `t${i}`,
      operator: 'bash',
      args: { command: 'true' },
      upstream: i >= 12 ? [`t${i - 12}`] : [],
      retries: 50,
      retryDelay: 0,
      maxInfraRetries: 1000,
    })),
  })
  driver.unpause('d')
  const run = driver.trigger('d')
  publish()
  for (; now < patienceMs; now += stepMs) {
    if (!faulty()) for (const actor of [...executors, ...workers]) actor.pausedUntil = Math.min(actor.pausedUntil, now)
    const due = flights.filter((flight) => flight.at <= now)
    flights.splice(0, flights.length, ...flights.filter((flight) => flight.at > now))
    for (const flight of due) flight.land()
    if (faulty() && chance(0.03)) fault(run)
    schedule()
    for (const [i, e] of executors.entries()) execute(e, i)
    for (const [slot, w] of workers.entries()) work(w, slot)
    if (run.state === 'success' || run.state === 'failed' || violations.length > 0) break
  }
  if (run.state !== 'success' && violations.length === 0) violations.push(`the run is ${run.state}: ${JSON.stringify(driver.states(run))}`)
  return { violations, attempts: startedTokens.size, losses, epochs: leadership.length, tookMs: now }
}
