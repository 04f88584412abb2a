import type { Json, JsonObject, Schedule } from '../core/dag.ts'
import { MillraceError } from '../core/errors.ts'
import { type Duration, durationMs } from '../core/normal-duration.ts'
import { kinds, orNull, shown } from '../core/normal-kinds.ts'
import { idProblem } from '../core/normal-names.ts'
import { type BuildScope, buildIn } from './build-scope.ts'
import { checkOptions, named, type OptionKinds } from './options.ts'
import { type AnyTask, taskParts } from './task.ts'
import { given, type TaskOptions, taskOptionKinds } from './task-options.ts'

export interface DagOptions {
  readonly description?: string
  /** Markdown, shown in the UI. */
  readonly doc?: string
  /** Cron text (`'0 9 * * *'`), a preset (`'@daily'`), a duration (`'10m'`), a list of crons or of dates, or null (only triggered). Default null. */
  readonly schedule?: string | null | readonly string[] | Schedule
  /** false: a run fires at its logical date, without an interval behind it. Default true: it covers an interval and fires at its end. */
  readonly dataIntervals?: boolean
  /** ISO date or time (`'2024-01-01'`, in the DAG's time zone), or a Date: no run before it. */
  readonly startDate?: string | Date
  /** Inclusive. */
  readonly endDate?: string | Date
  /** IANA name, e.g. `'Europe/Berlin'`. Default UTC. */
  readonly timezone?: string
  /** true: one run for each interval missed since startDate. Default false: only the latest. */
  readonly catchup?: boolean
  readonly maxActiveRuns?: number
  readonly maxActiveTasks?: number
  readonly dagrunTimeout?: Duration
  /** Whether the DAG waits to be unpaused when it is first seen. Default true. */
  readonly isPausedUponCreation?: boolean
  readonly tags?: readonly string[]
  /** So many failed runs in a row pause the DAG. Default 0: never. */
  readonly maxConsecutiveFailedRuns?: number
  /** true: the first task that fails stops the run: what runs fails, what has not begun is skipped. All tasks have the rule all_success then. */
  readonly failFast?: boolean
  /**
   * Values that a run's conf may replace: plain ones, or a JSON Schema for each, which the conf is checked against before the run exists:
   * `{ n: { type: 'integer', default: 3, minimum: 1 }, table: 'users' }`. One without a default must be given.
   */
  readonly params?: JsonObject
  /** Options for every task that does not say otherwise. */
  readonly defaultArgs?: TaskOptions
}

const date = {
  says: "an ISO date or time such as '2024-01-01' or '2024-01-01T06:00:00Z', or a Date",
  holds: (value: unknown) => typeof value === 'string' || value instanceof Date,
}

const dagOptionKinds: OptionKinds<DagOptions> = {
  description: kinds.text,
  doc: kinds.text,
  schedule: {
    says: "cron text, a preset such as '@daily', a duration such as '10m', a list of crons or dates, or null",
    holds: (value) => value === null || ['string', 'object'].includes(typeof value),
  },
  dataIntervals: kinds.flag,
  startDate: date,
  endDate: date,
  timezone: kinds.nonEmpty,
  catchup: kinds.flag,
  maxActiveRuns: kinds.positive,
  maxActiveTasks: kinds.positive,
  maxConsecutiveFailedRuns: kinds.count,
  failFast: kinds.flag,
  dagrunTimeout: kinds.timeout,
  isPausedUponCreation: kinds.flag,
  tags: kinds.texts,
  params: kinds.object,
  defaultArgs: kinds.object,
}
const scheduleKind = orNull(dagOptionKinds.schedule)

const dagMark = Symbol.for('millrace.dag')

/** A DAG as its file made it. */
export interface Dag {
  readonly dagId: string
  readonly taskIds: readonly string[]
  readonly groupIds: readonly string[]
  /** The DAG as JSON, for `normalDag`. */
  spec(): JsonObject
  task(taskId: string): AnyTask | undefined
  readonly [dagMark]: { readonly madeAt: Error }
}

export const isDag = (value: unknown): value is Dag => typeof value === 'object' && value !== null && dagMark in value

/** Where in its file the DAG, or one of its tasks, was made: an Error whose stack names the line. */
export const placeOf = (dag: Dag, taskId: string | null): Error => (taskId === null ? undefined : dag.task(taskId)?.[taskParts].madeAt) ?? dag[dagMark].madeAt

const madeKey = Symbol.for('millrace.madeDags')
const made = globalThis as { [madeKey]?: Dag[] | undefined }

/** From here on every DAG made is listed, exported or not: the parser warns of those that nobody exports. */
export const listMadeDags = (): readonly Dag[] => {
  made[madeKey] ??= []
  return made[madeKey]
}

/**
 * Makes a DAG. Export it, by default or by a name.
 * @example
 * export default dag('print_date', { schedule: '0 9 * * *', startDate: '2024-01-01' }, () => {
 *   chain(bash('print_date', 'date'), bash('list', 'ls'))
 * })
 */
export function dag(dagId: string, options: DagOptions, build: () => void): Dag
export function dag(dagId: string, build: () => void): Dag
export function dag(dagId: string, optionsOrBuild: DagOptions | (() => void), maybeBuild?: () => void): Dag {
  const build = typeof optionsOrBuild === 'function' ? optionsOrBuild : maybeBuild
  const options: DagOptions = typeof optionsOrBuild === 'function' ? {} : optionsOrBuild
  const where = named('dag', dagId)
  const problem = idProblem(dagId)
  if (problem !== null) throw new MillraceError('bad_dag', `dag id ${problem}`)
  if (typeof build !== 'function')
    throw new MillraceError('bad_option', `${where}: its last argument must be a function that makes the tasks, not ${shown(build)}`)
  checkOptions(where, options, { ...dagOptionKinds, schedule: scheduleKind })
  const defaultArgs = options.defaultArgs ?? {}
  checkOptions(`${where}, defaultArgs`, defaultArgs, taskOptionKinds)

  const scope: BuildScope = { dagId, defaultArgs, tasks: new Map(), groups: new Map(), open: [] }
  buildIn(scope, build)
  const tasks = [...scope.tasks.values()]
  const spec = serialise(dagId, options, scope)
  const self: Dag = Object.freeze({
    dagId,
    taskIds: tasks.map((task) => task.taskId),
    groupIds: [...scope.groups.keys()],
    spec: () => spec(),
    task: (taskId: string) => scope.tasks.get(taskId),
    [dagMark]: { madeAt: new Error(where) },
  })
  made[madeKey]?.push(self)
  return self
}

const serialise =
  (dagId: string, options: DagOptions, { tasks, groups }: BuildScope) =>
  (): JsonObject =>
    given({
      dagId,
      description: options.description,
      doc: options.doc,
      schedule: options.schedule,
      dataIntervals: options.dataIntervals,
      startDate: instant(options.startDate),
      endDate: instant(options.endDate),
      timezone: options.timezone,
      catchup: options.catchup,
      maxActiveRuns: options.maxActiveRuns,
      maxActiveTasks: options.maxActiveTasks,
      dagrunTimeoutMs: options.dagrunTimeout === undefined ? undefined : durationMs(options.dagrunTimeout),
      pausedUponCreation: options.isPausedUponCreation,
      tags: options.tags,
      owner: options.defaultArgs?.owner,
      params: options.params,
      maxConsecutiveFailedRuns: options.maxConsecutiveFailedRuns,
      failFast: options.failFast,
      tasks: [...tasks.values()].map(serialiseTask),
      groups: groups.size === 0 ? undefined : [...groups.values()].map(({ groupId, parent, tooltip, map }) => ({ groupId, parent, tooltip, map })),
    })

/** A Date that is none becomes NaN, which normal-dag refuses with the place. */
const instant = (given: string | Date | undefined): string | number | undefined => (given instanceof Date ? given.getTime() : given)

const serialiseTask = (task: AnyTask): Json => {
  const { operator, upstream, options, args, inputs, code, groupId, map, setup, teardown } = task[taskParts]
  // The rule of a teardown is its own, whatever the default arguments say.
  const { triggerRule, ...rest } = options
  return given({
    taskId: task.taskId,
    operator,
    upstream: upstream.size === 0 ? undefined : [...upstream],
    ...rest,
    triggerRule: teardown === null ? triggerRule : undefined,
    groupId: groupId ?? undefined,
    map: map ?? undefined,
    setup: setup || undefined,
    teardown: teardown ?? undefined,
    args: Object.keys(args).length === 0 ? undefined : args,
    inputs: Object.keys(inputs).length === 0 ? undefined : inputs,
    needsCode: Object.keys(code).length > 0,
  })
}
