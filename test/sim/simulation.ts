/**
 * One simulation: the real core and service loops, two schedulers, two executors, three workers and the feeds, on one broker in memory, in virtual
 * time, with faults by seed. For a while everything goes wrong; then nothing more does, and when all is quiet the judge has the word.
 */
import { type TopicName, type TopicSpec, topics } from '../../schemas/topics.ts'
import { MillraceError } from '../../services/core/errors.ts'
import { startExecutor } from '../../services/executor/service.ts'
import { readCheckpoints } from '../../services/platform/bus/checkpoint-reader.ts'
import type { Logger } from '../../services/platform/log.ts'
import type { Platform } from '../../services/platform/platform.ts'
import { startFeeds } from '../../services/projector/feeds/start-feeds.ts'
import { startScheduler } from '../../services/scheduler/service.ts'
import { type Audit, kinds, openAudit, type Violation } from './audit.ts'
import { type Crew, type Place, type Start, startCrew } from './crew.ts'
import { checkpointDifferences, feedDifferences } from './feeds-audit.ts'
import { lastRecord } from './last-record.ts'
import { makeLedger } from './ledger.ts'
import { watchTheLost } from './lost-audit.ts'
import { makeMachine } from './machine.ts'
import { makeNetwork, type SimBus } from './network.ts'
import { makeRandom } from './random.ts'
import type { FaultKind, Settings } from './settings.ts'
import { makeSimCodec } from './sim-codec.ts'
import { startSimWorker } from './sim-worker.ts'
import { makeTimeline, type Process } from './timeline.ts'
import { startWorkload } from './workload.ts'

export interface Outcome {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly attempts: number
  readonly runs: number
  readonly steps: number
  readonly faults: Readonly<Record<string, number>>
  readonly tookMs: number
}

export interface SimulationOptions {
  readonly seed: number
  readonly settings: Settings
  /** Says what happens, line by line. */
  readonly trace?: (line: string) => void
}

const startedAt = Date.UTC(2026, 0, 10, 12)
const columnCount = 2
const patienceMs = 180_000
/** Until the workload has said its last word. */
const lastWordMs = 8000

export const runSimulation = async ({ seed, settings, trace }: SimulationOptions): Promise<Outcome> => {
  const random = makeRandom(seed)
  const timeline = makeTimeline(random)
  const say = (text: string): void => trace?.(`${(timeline.now() / 1000).toFixed(3)} ${text}`)
  let faulty = true
  let crew: Crew | null = null
  const ledger = makeLedger()
  const codec = makeSimCodec(random.pick([1, 2, 4, 1000]))
  const topic = (name: TopicName): string => `sim.${name}`

  const onSending = (process: Process): void => {
    const place = crew?.places.find((one) => one.process === process)
    if (!crew || !place) return
    if (random.chance(settings.pauseInFlight)) crew.pause(place, random.between(500, 12_000))
    else if (random.chance(settings.crashInFlight)) crew.crash(place, 'while it sends')
  }
  const network = makeNetwork({ timeline, random, settings, startedAt, onSending })
  const { broker } = network
  broker.ensureTopics(
    (Object.entries(topics) as [TopicName, TopicSpec][]).map(([name, { partitions }]) => ({
      topic: topic(name),
      partitions: partitions === 'columns' ? columnCount : partitions,
      config: {},
    })),
  )
  const wallClock = (): number => Math.floor(startedAt + timeline.now())
  const audit = openAudit({
    broker,
    codec,
    journal: topic('journal'),
    columnCount,
    ledger,
    now: timeline.now,
    wallClock,
    onFound: ({ kind, what }) => say(`VIOLATION ${kind}: ${what}`),
  })
  if (settings.faults.jump === 0)
    watchTheLost({
      broker,
      codec,
      topics: { heartbeats: topic('heartbeats'), reports: topic('reports'), inbox: topic('inbox') },
      found: (what) => audit.found('order', what),
    })
  if (trace) broker.onAppended((name, partition) => say(describe(broker, name, partition, codec)))

  let ids = 0
  const newId = (): string => `${(++ids).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`
  const platformOf = (process: Process, bus: SimBus, log: Logger): Platform => ({
    bus,
    codec,
    log,
    columns: columnCount,
    topic,
    newId,
    clock: {
      now: () => Math.floor(startedAt + timeline.now() + process.skewMs),
      steady: timeline.now,
      after: (delayMs, callback) => timeline.post(process, delayMs, callback),
    },
  })
  const logOf = (process: Process): Logger => makeTraceLog(trace ? (text) => say(`${process.name}: ${text}`) : null)
  const isCalm = (): boolean => !faulty

  const scheduler: Start = {
    role: 'scheduler',
    start: (platform, _process, onFailed) =>
      startScheduler(platform, { group: 'scheduler', checkpointEvents: 25, checkpointMs: 3000, retainMs: settings.retainMs }, onFailed),
  }
  const executor: Start = {
    role: 'executor',
    start: (platform, _process, onFailed) =>
      startExecutor(platform, { kind: 'kafka', group: 'executor', leaseMs: 5000, resendMs: 3000, restMs: 1000, tickMs: 250 }, onFailed),
  }
  const worker = (slots: number): Start => ({
    role: 'worker',
    start(platform, process, onFailed, onDeath) {
      const machine = makeMachine({
        timeline,
        random,
        ledger,
        audit,
        codec,
        process,
        isCalm,
        long: settings.long,
        stall: () => (faulty ? onSending(process) : undefined),
      })
      onDeath(machine.pipeClosed)
      return startSimWorker(platform, machine, process.name.replace(/\.\d+$/, ''), slots, settings.beatMs, timeline.now, onFailed)
    },
  })
  const feeds: Start = { role: 'feeds', start: async (platform, _process, onFailed) => ({ name: 'feeds', ...(await startFeeds(platform, onFailed)) }) }

  const restore = useVirtualSoon(timeline, random)
  try {
    crew = startCrew({
      timeline,
      random,
      network,
      platformOf,
      logOf,
      settings,
      starts: [scheduler, scheduler, executor, executor, worker(1), worker(2), worker(3), feeds],
      onFailed(place, error) {
        // What it stands on was deleted while it read: here things grow old in seconds. It starts again, from a newer checkpoint.
        if (!(error instanceof MillraceError && error.code === 'position_lost')) audit.found('divergence', `${place.process.name} fails: ${error.message}`)
      },
      say,
    })
    const judge: Process = { name: 'judge', alive: true, pausedUntil: 0, skewMs: 0 }
    const own = platformOf(judge, network.open(judge), logOf(judge))
    const workload = startWorkload({ ...settings, platform: own, broker, timeline, random, startedAt, lastsMs: settings.faultsMs, columns: audit.columns })
    scheduleFaults(crew)

    await timeline.runUntil(() => audit.violations.length > 0, settings.faultsMs)
    faulty = false
    network.calm()
    crew.calm()
    say('calm')
    workload.finish()
    if (audit.violations.length === 0)
      await timeline.runUntil(
        () => audit.violations.length > 0 || (timeline.now() > settings.faultsMs + lastWordMs && unfinished(audit, workload.sent, broker, topic).length === 0),
        settings.faultsMs + patienceMs,
      )
    if (audit.violations.length === 0) {
      for (const what of unfinished(audit, workload.sent, broker, topic)) audit.found('lost', what)
      await timeline.runUntil(() => false, timeline.now() + 4000)
      for (const what of feedDifferences({ ...own, broker }, audit)) audit.found('divergence', what)
      let checked = false
      timeline.post(judge, 0, () => {
        const compare = (checkpoints: Awaited<ReturnType<typeof readCheckpoints>>): void => {
          checked = true
          for (const what of checkpointDifferences({ ...own, broker }, audit, checkpoints)) audit.found('divergence', what)
        }
        readCheckpoints(own, [0, 1], (error) => audit.found('divergence', error.message)).then(compare, (error: Error) =>
          audit.found('divergence', error.message),
        )
      })
      await timeline.runUntil(() => checked, timeline.now() + 5000)
      if (!checked) audit.found('divergence', 'the checkpoints cannot be read')
    }
  } finally {
    restore()
  }
  return {
    seed,
    violations: audit.violations,
    attempts: ledger.lines.length,
    runs: audit.columns.reduce((sum, { dags }) => [...dags.values()].reduce((n, dag) => n + dag.runs.size + dag.archived.size, sum), 0),
    steps: timeline.steps(),
    faults: crew.counts,
    tookMs: Math.round(timeline.now()),
  }

  function scheduleFaults(all: Crew): void {
    const next = (): void => timeline.at(timeline.now() + random.between(0, 2 * settings.faultEveryMs), happen)
    const happen = (): void => {
      if (!faulty) return
      const role = random.weighted(settings.roles)
      fault(all, random.weighted(settings.faults), random.pick(all.places.filter((place) => place.role === role)))
      next()
    }
    next()
  }

  function fault(all: Crew, kind: FaultKind, place: Place): void {
    switch (kind) {
      case 'pause':
        return all.pause(place, random.chance(0.6) ? random.between(3000, 12_000) : random.between(50, 3000))
      case 'crash':
        return all.crash(place, 'kill -9')
      case 'stop':
        return all.stop(place)
      case 'rebalance':
        return all.rebalance(place)
      case 'depose': {
        const leader = all.places.find(({ process }) => process.name === network.leader('executor'))
        return leader && all.rebalance(leader)
      }
      case 'jump':
        place.process.skewMs += random.between(-15_000, 15_000)
        return say(`${place.process.name}'s clock jumps to ${Math.round(place.process.skewMs)} ms off`)
      default:
        kind satisfies never
    }
  }
}

type Broker = ReturnType<typeof makeNetwork>['broker']

/** What is not at its end. */
const unfinished = (audit: Audit, sent: ReadonlySet<string>, broker: Broker, topic: (name: TopicName) => string): string[] => {
  const found: string[] = []
  for (const id of sent) if (!audit.answers.has(id)) found.push(`command ${id} is not answered`)
  for (const [number, { dags }] of audit.columns.entries()) {
    for (const dag of dags.values()) {
      if (dag.next) found.push(`${dag.dagId} has a run to come`)
      for (const run of dag.runs.values()) {
        if (run.state === 'success' || run.state === 'failed') continue
        const states = [...run.tasks.values()].map(({ taskId, state, token }) => `${taskId} ${state} ${token ?? ''}`).join(', ')
        found.push(`${dag.dagId}/${run.runId} is ${run.state}: ${states}`)
      }
    }
    for (const input of ['commands', 'reports'] as const) {
      const high = broker.topic(topic(input)).partitions[number]?.high ?? 0
      const at = audit.positions[number]?.[input] ?? 0
      if (at < high) found.push(`column ${number}: ${input} are decided to ${at} of ${high}`)
    }
  }
  return found
}

/** `setImmediate` of the loops becomes a step of the process that calls it. */
const useVirtualSoon = (timeline: ReturnType<typeof makeTimeline>, random: ReturnType<typeof makeRandom>): (() => void) => {
  const real = globalThis.setImmediate
  globalThis.setImmediate = ((callback: () => void) => {
    const process = timeline.current()
    if (!process) throw new Error('setImmediate outside of a step')
    timeline.post(process, random.between(0.01, 0.5), callback)
  }) as typeof setImmediate
  return () => {
    globalThis.setImmediate = real
  }
}

const makeTraceLog = (say: ((text: string) => void) | null): Logger => {
  const write = (...args: readonly unknown[]): void => say?.(args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' '))
  const log = { level: 'info', trace: () => undefined, debug: write, info: write, warn: write, error: write, fatal: write, child: () => log }
  return log as unknown as Logger
}

const describe = (broker: Broker, name: string, partition: number, codec: Platform['codec']): string => {
  const record = lastRecord(broker, name, partition)
  const headers = record && Object.keys(record.headers).length > 0 ? JSON.stringify(record.headers) : ''
  let value = ''
  try {
    if (record?.value) value = JSON.stringify(codec.decodeAny(record.value).value)
  } catch {
    value = 'no record'
  }
  return `  ${name}/${partition}@${record?.offset} ${headers} ${value.slice(0, 600)}`
}

export const countsOf = (violations: readonly Violation[]): string =>
  kinds.map((kind) => `${kind} ${violations.filter((one) => one.kind === kind).length}`).join(', ')
