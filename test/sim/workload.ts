/** What the installation is asked to do: a handful of DAGs, and commands at odd times, some of them sent twice or to the wrong column. */
import type { Command } from '../../schemas/generated/records.ts'
import { columnOf } from '../../services/core/column.ts'
import type { Column } from '../../services/core/column-state.ts'
import type { MemoryBroker } from '../../services/platform/bus/memory/memory-broker.ts'
import type { Platform } from '../../services/platform/platform.ts'
import { commandOf } from '../support/command-of.ts'
import type { Random } from './random.ts'
import type { Timeline } from './timeline.ts'

type Task = { readonly taskId: string; readonly upstream?: readonly string[]; readonly [option: string]: unknown }

const bash = { operator: 'bash', args: { command: 'true' }, retries: 1, retryDelayMs: 300, maxInfraRetries: 20 }
const task = (taskId: string, upstream: readonly string[] = [], more: object = {}): Task => ({ ...bash, taskId, upstream, ...more })

const chain = ['a', 'b', 'c', 'd'].map((id, i, all) => task(id, i === 0 ? [] : [all[i - 1] as string], { retries: 3 }))
const fan = [task('root'), ...[1, 2, 3, 4].map((i) => task(`w${i}`, ['root'])), task('join', ['w1', 'w2', 'w3', 'w4'], { triggerRule: 'all_done' })]
const diamond = [
  task('top'),
  task('left', ['top'], { executionTimeoutMs: 3000 }),
  task('gap', ['top'], { operator: 'empty', args: {} }),
  task('end', ['left', 'gap']),
]
const quick = [task('only', [], { operator: 'empty', args: {} })]
const single = [task('t', [], { retries: 0 })]

/** The scheduled DAG makes its runs in this time. */
const scheduledMs = 16_000

const againMs = 6000

export interface Workload {
  /** Ids of all commands sent: each is answered once. */
  readonly sent: ReadonlySet<string>
  /** Unpauses everything. */
  finish(): void
}

export interface WorkloadOptions {
  readonly platform: Platform
  readonly broker: MemoryBroker
  readonly timeline: Timeline
  readonly random: Random
  readonly startedAt: number
  readonly lastsMs: number
  readonly actEveryMs: number
  readonly meddling: number
  /** As the journal has them. */
  readonly columns: readonly Column[]
}

export const startWorkload = ({
  platform,
  broker,
  timeline,
  random,
  startedAt,
  lastsMs,
  actEveryMs,
  meddling,
  columns: journal,
}: WorkloadOptions): Workload => {
  const { codec, topic, columns } = platform
  const sent = new Set<string>()
  const dags = ['chain', 'fan', 'diamond', 'quick', 'tick']
  let ids = 0

  const publish = (dagId: string, tasks: readonly Task[], more: object = {}, version = 'v1'): void => {
    const definition = { dagId, tasks, pausedUponCreation: false, maxActiveTasks: 3, ...more }
    const row = { dagId, version, definition: JSON.stringify(definition), bundle: null, fileloc: null, source: null, publishedBy: 'sim', publishedAt: 0 }
    broker.append({ topic: topic('dags'), key: dagId, value: codec.encode('DagVersion', row) }, 0)
  }
  const command = (dagId: string, kind: string, more: Partial<Command> = {}): void => {
    const id = `command-${++ids}`
    sent.add(id)
    const at = Math.floor(startedAt + timeline.now())
    const value = codec.encode('Command', commandOf({ id, dagId, kind, at, principal: 'sim', withoutLogicalDate: random.chance(0.3), ...more }))
    const column = columnOf(dagId, columns)
    const send = (partition: number): void => void broker.append({ topic: topic('commands'), key: dagId, value }, partition)
    send(random.chance(0.05) ? random.whole(columns) : column)
    if (random.chance(0.3)) timeline.at(timeline.now() + random.between(0, 8000), () => send(column))
  }
  /** Runs of a time that may be archived run again, and what follows for that DAG waits for them. */
  const again = (): void => {
    const kind = random.pick(['clear', 'clear', 'mark'])
    // The oldest runs: those that are archived first.
    const args = {
      to: Math.floor(startedAt + random.between(0, timeline.now())),
      ...(kind === 'mark' ? { state: random.pick(['success', 'failed']), wholeRun: true } : {}),
    }
    command('quick', kind, { args: JSON.stringify(args) })
    command('quick', 'trigger_run')
  }
  /** Somebody clears or marks what runs. */
  const meddle = (): void => {
    const running = journal.flatMap(({ dags: all }) =>
      [...all.values()].flatMap((dag) =>
        [...dag.runs.values()].flatMap((run) => [...run.tasks.values()].filter(({ state }) => state === 'running').map((task) => ({ run, task }))),
      ),
    )
    if (running.length === 0) return
    const { run, task } = random.pick(running)
    const seenTries = random.chance(0.5) ? { [`${run.runId}/${task.key}`]: task.tryNumber } : {}
    const what = { runId: run.runId, tasks: [{ taskId: task.taskId }], seenTries }
    if (random.chance(0.75)) command(run.dagId, 'clear', { args: JSON.stringify({ ...what, downstream: true }) })
    else command(run.dagId, 'mark', { args: JSON.stringify({ ...what, state: random.pick(['success', 'failed', 'skipped']) }) })
  }
  const something = (): void => {
    const luck = random.next()
    if (random.chance(meddling)) meddle()
    const dagId = random.pick(dags)
    if (luck < 0.12) command(dagId, 'set_paused', { paused: random.chance(0.4) })
    else if (luck < 0.16) command('nobody', 'trigger_run')
    else if (luck < 0.18) broker.append({ topic: topic('commands'), key: 'chain', value: Buffer.from('no record') }, random.whole(columns))
    else if (luck < 0.24) publish('single', single, {}, `v${2 + ids}`)
    else if (luck < 0.3) for (let n = 0; n < 12; n++) command('quick', 'trigger_run')
    else if (luck < 0.34) again()
    else if (luck < 0.4) command(dagId, 'trigger_run', { runAfter: Math.floor(startedAt + timeline.now() + random.between(0, 3000)) })
    else command(random.pick(['chain', 'fan', 'diamond', 'single']), 'trigger_run')
    if (timeline.now() < lastsMs) timeline.at(timeline.now() + random.between(100, actEveryMs), something)
  }

  publish('chain', chain)
  publish('fan', fan, { maxActiveTasks: 10 })
  publish('diamond', diamond, { maxActiveRuns: 2 })
  publish('quick', quick)
  publish('single', single)
  const schedule = { kind: 'duration', everyMs: 4000, dataIntervals: true }
  publish('tick', [task('t')], { schedule, startDate: startedAt, endDate: startedAt + scheduledMs, catchup: true })
  for (const dagId of ['chain', 'fan', 'diamond']) command(dagId, 'trigger_run')
  for (let n = 0; n < 30; n++) command('quick', 'trigger_run') // some leave memory for the archive
  timeline.at(random.between(100, 2000), something)
  for (const part of [0.2, 0.5, 0.8]) timeline.at(lastsMs * part, again)

  return {
    sent,
    finish() {
      const unpause = (): void => {
        for (const dagId of [...dags, 'single']) command(dagId, 'set_paused', { paused: false })
      }
      unpause()
      // A command that lay in the wrong column may pause one later, when somebody owns that column again.
      for (const times of [1, 5, 10]) timeline.at(timeline.now() + times * againMs, unpause)
    },
  }
}
