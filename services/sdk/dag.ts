import type { Json, JsonObject, Schedule } from '../core/dag.ts'
import { MillraceError } from '../core/errors.ts'
import { type Duration, durationMs } from '../core/normal-duration.ts'
import { kinds, oneOf, orNull, shown } from '../core/normal-kinds.ts'
import { idProblem } from '../core/normal-names.ts'
import { isRecord } from '../core/normal-problems.ts'
import { type BuildScope, buildIn } from './build-scope.ts'
import { type DatasetExpression, serialiseDatasets, watchedDatasets } from './datasets.ts'
import { checkOptions, named, type OptionKinds } from './options.ts'
import { type AnyTask, taskParts } from './task.ts'
import { given, type TaskOptions, taskOptionKinds } from './task-options.ts'
import { type TopicWatch, type WatchCode, watchCode, watchData } from './watch.ts'

export interface DagOptions {
  readonly description?: string
  /** Markdown, shown in the UI. */
  readonly doc?: string
  /**
   * Cron text (`'0 9 * * *'`), a preset (`'@daily'`), a duration (`'10m'`), a list of crons or of dates, or null (only triggered). Default null.
   * Or datasets: the DAG runs when they were updated: `users`, `all(users, orders)`, `any(...)`; or both: `{ datasets: users, cron: '@daily' }`.
   */
  readonly schedule?: DagSchedule
  /**
   * With datasets: what a run takes of the updates that wait. `'batch'` (default): all; `'each'`: one run for each; `{ max: 100 }`: at most so many;
   * `{ within: '5m' }`: all that came within so long of the first.
   */
  readonly events?: 'batch' | 'each' | { readonly max: number } | { readonly within: Duration }
  /** With datasets: what becomes of updates that came while the DAG was paused. Default `skip`. */
  readonly onUnpause?: 'skip' | 'consume'
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
   * Finished runs that are kept with their history: so many (`1000`), or those that ended so long ago at most (`'7d'`, and never more than 100,000).
   * Older ones go: their rows, their archive, and their run ids and logical dates, which are free again. Default 10,000.
   */
  readonly keepRuns?: number | string
  /**
   * Values that a run's conf may replace: plain ones, or a JSON Schema for each, which the conf is checked against before the run exists:
   * `{ n: { type: 'integer', default: 3, minimum: 1 }, table: 'users' }`. One without a default must be given.
   */
  readonly params?: JsonObject
  /** Options for every task that does not say otherwise. */
  readonly defaultArgs?: TaskOptions
}

type Timetable = string | null | readonly string[] | Schedule

/** What makes a DAG's runs. */
export type DagSchedule = Timetable | Exclude<DatasetExpression, string> | { readonly datasets: DatasetExpression; readonly cron?: Timetable }

const date = {
  says: "an ISO date or time such as '2024-01-01' or '2024-01-01T06:00:00Z', or a Date",
  holds: (value: unknown) => typeof value === 'string' || value instanceof Date,
}

const dagOptionKinds: OptionKinds<DagOptions> = {
  description: kinds.text,
  doc: kinds.text,
  schedule: {
    says: "cron text, a preset such as '@daily', a duration such as '10m', a list of crons or dates, datasets, or null",
    holds: (value) => value === null || ['string', 'object'].includes(typeof value),
  },
  events: { says: "'batch', 'each', { max: 100 } or { within: '5m' }", holds: (value) => ['string', 'object'].includes(typeof value) },
  onUnpause: oneOf('skip', 'consume'),
  dataIntervals: kinds.flag,
  startDate: date,
  endDate: date,
  timezone: kinds.nonEmpty,
  catchup: kinds.flag,
  maxActiveRuns: kinds.positive,
  maxActiveTasks: kinds.positive,
  maxConsecutiveFailedRuns: kinds.count,
  failFast: kinds.flag,
  keepRuns: kinds.keepRuns,
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
  readonly [dagMark]: { readonly madeAt: Error; readonly watches: ReadonlyMap<string, TopicWatch> }
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
  const watches = watchesIn(options.schedule)
  const spec = serialise(dagId, options, scope, watches)
  const self: Dag = Object.freeze({
    dagId,
    taskIds: tasks.map((task) => task.taskId),
    groupIds: [...scope.groups.keys()],
    spec: () => spec(),
    task: (taskId: string) => scope.tasks.get(taskId),
    [dagMark]: { madeAt: new Error(where), watches },
  })
  made[madeKey]?.push(self)
  return self
}

const serialise =
  (dagId: string, options: DagOptions, { tasks, groups }: BuildScope, watches: ReadonlyMap<string, TopicWatch>) =>
  (): JsonObject =>
    given({
      dagId,
      description: options.description,
      doc: options.doc,
      schedule: serialiseSchedule(options.schedule),
      events: options.events,
      onUnpause: options.onUnpause,
      watches: watches.size === 0 ? undefined : [...watches].map(([uri, watch]) => ({ uri, ...watchData(watch) })),
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
      keepRuns: options.keepRuns,
      tasks: [...tasks.values()].map(serialiseTask),
      groups: groups.size === 0 ? undefined : [...groups.values()].map(({ groupId, parent, tooltip, map }) => ({ groupId, parent, tooltip, map })),
    })

const watchesIn = (schedule: DagSchedule | undefined): ReadonlyMap<string, TopicWatch> => {
  if (isDatasets(schedule)) return watchedDatasets(schedule)
  return isRecord(schedule) && 'datasets' in schedule ? watchedDatasets(schedule.datasets as DatasetExpression) : new Map()
}

/** The functions of a dataset's watch; null: the DAG watches no such dataset. */
export const watchCodeOf = (dag: Dag, uri: string): WatchCode | null => {
  const watch = dag[dagMark].watches.get(uri)
  return watch === undefined ? null : watchCode(watch)
}

/** Datasets as data; what else there is goes as it is. */
const serialiseSchedule = (schedule: DagSchedule | undefined): unknown => {
  if (isDatasets(schedule)) return serialiseDatasets(schedule)
  if (!isRecord(schedule) || !('datasets' in schedule)) return schedule
  return { ...schedule, datasets: serialiseDatasets(schedule.datasets as DatasetExpression) }
}

const isDatasets = (schedule: DagSchedule | undefined): schedule is Exclude<DatasetExpression, string> =>
  Array.isArray(schedule) ? schedule.some(isRecord) : isRecord(schedule) && ('uri' in schedule || 'all' in schedule || 'any' in schedule)

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
