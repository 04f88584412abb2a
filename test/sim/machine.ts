/**
 * The machine that a worker runs on, as far as it goes on without the worker: task processes, and the reaper beside it (rule M), which kills them
 * when the worker's pipe closes or its lease is over. Both go by real virtual time, whether the worker is paused, dead or alive.
 */
import type { AttemptContext } from '../../services/core/attempt-context.ts'
import type { Reaper } from '../../services/holder/reaper.ts'
import type { ChildResult } from '../../services/worker/child-messages.ts'
import type { ChildPool } from '../../services/worker/child-pool.ts'
import type { ChildUser, Exit, TaskChild } from '../../services/worker/task-child.ts'
import type { Audit } from './audit.ts'
import type { Ledger, LedgerLine, Outcome } from './ledger.ts'
import type { Random } from './random.ts'
import type { SimCodec } from './sim-codec.ts'
import type { Process, Timeline } from './timeline.ts'

export interface Machine {
  readonly pool: ChildPool
  /** Each life of the worker has its own. */
  openReaper(): Reaper
  /** The worker's process is gone, and with it its end of the pipe. */
  pipeClosed(): void
}

export interface MachineOptions {
  readonly timeline: Timeline
  readonly random: Random
  readonly ledger: Ledger
  readonly audit: Audit
  readonly codec: SimCodec
  readonly process: Process
  readonly isCalm: () => boolean
  readonly long: number
  /** The worker may stop or die here. */
  readonly stall: () => void
}

interface Guard {
  readonly children: Set<{ reap(): void }>
  deadline: number
  over: boolean
}

/** The reaper looks four times a second, and killing takes a moment. */
const reapWithinMs = 400

interface Behaviour {
  readonly ms: number
  readonly outcome: Exclude<Outcome, 'killed'>
}

export const makeMachine = ({ timeline, random, ledger, audit, codec, process, isCalm, long, stall }: MachineOptions): Machine => {
  const guards: Guard[] = []

  const reapAll = (guard: Guard): void => {
    guard.over = true
    for (const child of guard.children) child.reap()
  }
  const behaviour = (): Behaviour => {
    const ms = random.chance(isCalm() ? 0.02 : long) ? random.between(1000, 7000) : random.between(2, 500)
    const luck = random.next()
    const outcome = luck < 0.84 ? 'succeeded' : luck < 0.9 ? 'failed' : luck < 0.92 ? 'skipped' : luck < 0.97 ? 'rescheduled' : 'died'
    return { ms, outcome }
  }

  const openChild = (): TaskChild => {
    const guard = guards.at(-1) as Guard
    let user: ChildUser | null = null
    let line: LedgerLine | null = null
    let over = false
    let told = false
    let resolveGone: (exit: Exit) => void = () => undefined
    const gone = new Promise<Exit>((resolve) => {
      resolveGone = resolve
    })
    const end = (outcome: Outcome): void => {
      if (over) return
      over = true
      guard.children.delete(self)
      if (line) ledger.end(line, outcome, timeline.now())
    }
    const ended = (exit: Exit): void =>
      void timeline.post(process, random.between(0.2, 10), () => {
        resolveGone(exit)
        if (!told) user?.onGone(exit)
        told = true
      })
    const die = (): void => {
      if (over) return resolveGone({ code: 0, signal: null })
      end('killed')
      ended({ code: null, signal: 'SIGKILL' })
    }
    const killWithin = (ms: number): void => timeline.at(timeline.now() + random.between(0, ms), die)
    const self = { reap: die }
    guard.children.add(self)

    const begin = (message: Parameters<TaskChild['run']>[1], to: ChildUser): void => {
      if (over) return
      if (guard.over) return die()
      const context: AttemptContext = JSON.parse(message.context)
      line = {
        token: codec.tokenOf(message.xcoms),
        instance: `${context.dagId}/${context.runId}/${context.taskId}`,
        tryNumber: context.tryNumber,
        worker: process.name,
        startedAt: timeline.now(),
        endedAt: null,
        outcome: null,
      }
      audit.started(line)
      ledger.add(line)
      const { ms, outcome } = behaviour()
      if (random.chance(0.7)) timeline.post(process, random.between(0.2, 5), () => (told ? undefined : to.onStarted('{}')))
      timeline.at(timeline.now() + ms, () => {
        if (over) return
        end(outcome)
        if (outcome === 'died') return ended({ code: 1, signal: null })
        const result = resultOf(outcome as Exclude<typeof outcome, 'died'>, audit.wallClock() + random.between(50, 1500))
        timeline.post(process, random.between(0.2, 5), () => {
          told = true
          to.onDone(result, null, random.chance(0.1))
        })
      })
    }
    return {
      pid: 1,
      used: () => 0,
      usable: () => !over,
      run(to, message) {
        user = to
        timeline.at(timeline.now() + random.between(0.2, 3), () => begin(message, to))
      },
      hold: () => undefined,
      terminate: () => killWithin(random.chance(0.2) ? 5000 : 100),
      kill: () => killWithin(20),
      gone,
    }
  }

  return {
    pool: {
      acquire(_isolation, take) {
        return timeline.post(process, random.between(0.2, 30), () => take(openChild()))
      },
      release: (child) => child.kill(),
      warmUp: () => undefined,
      close: async () => undefined,
    },
    openReaper() {
      const guard: Guard = { children: new Set(), deadline: Number.POSITIVE_INFINITY, over: false }
      guards.push(guard)
      let tellOver: () => void = () => undefined
      const toWorker = (tell: () => void): void => void timeline.post(process, random.between(0.1, 10), tell)
      return {
        pid: 1,
        register: () => undefined,
        release: () => undefined,
        over: new Promise((resolve) => {
          tellOver = resolve
        }),
        isOver: () => new Promise((resolve) => toWorker(() => resolve(guard.over))),
        renew(until) {
          timeline.post(process, random.between(0.01, 0.2), () => {
            guard.deadline = until
            const look = until + random.between(10, reapWithinMs)
            timeline.at(look, () => {
              if (guard.deadline >= look || guard.over) return
              toWorker(tellOver)
              reapAll(guard)
            })
          })
          stall()
        },
        close: async () => undefined,
      }
    },
    pipeClosed: () =>
      timeline.at(timeline.now() + random.between(1, reapWithinMs), () => {
        for (const guard of guards) reapAll(guard)
      }),
  }
}

const resultOf = (outcome: Exclude<Outcome, 'killed' | 'died'>, nextPokeAt: number): ChildResult => {
  switch (outcome) {
    case 'succeeded':
      return { type: 'AttemptSucceeded', xcoms: [{ key: 'return_value', value: '1' }], chosen: null, resultLength: null, outlets: [] }
    case 'failed':
      return { type: 'AttemptFailed', error: { type: 'Error', message: 'no', stack: null }, retryable: true }
    case 'skipped':
      return { type: 'AttemptSkipped', message: 'not today' }
    case 'rescheduled':
      return { type: 'AttemptRescheduled', nextPokeAt: Math.floor(nextPokeAt) }
    default:
      return outcome satisfies never
  }
}
