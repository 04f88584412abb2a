/** Schedules as their authors write them (SEMANTICS 4) -> core/dag.ts's Schedule. */
import type { DatasetCondition, Schedule } from './dag.ts'
import { conditionText } from './dataset-condition.ts'
import { normalCondition, speaksOfDatasets } from './normal-datasets.ts'
import { durationMs, durationText } from './normal-duration.ts'
import { normalInstant } from './normal-instant.ts'
import { shown } from './normal-kinds.ts'
import { didYouMean } from './normal-names.ts'
import { isRecord, type JsonRecord } from './normal-problems.ts'
import { checkCron } from './schedule/check.ts'
import { cronOf, cronPresets } from './schedule/presets.ts'

export interface NormalSchedule {
  readonly schedule: Schedule
  /** Datasets that make runs beside it. */
  readonly datasets: DatasetCondition | null
  /** For people. */
  readonly text: string | null
}

/** A schedule may be a timetable, datasets, or `{ datasets, cron }`: either one makes runs. Answers what is wrong with it as text. */
export const normalSchedule = (given: unknown, dataIntervals: boolean, zone: string): NormalSchedule | string => {
  if (!speaksOfDatasets(given)) {
    const timetable = normalTimetable(given, dataIntervals, zone)
    return typeof timetable === 'string' ? timetable : { ...timetable, datasets: null }
  }
  const both = isRecord(given) && 'datasets' in given ? given : { datasets: given }
  const wrong = Object.keys(both).find((name) => name !== 'datasets' && name !== 'cron')
  if (wrong !== undefined) return `with datasets has no field '${wrong}'${didYouMean(wrong, ['datasets', 'cron'])}`
  const datasets = normalCondition(both.datasets)
  if (typeof datasets === 'string') return datasets
  const timetable = normalTimetable(both.cron, dataIntervals, zone)
  return typeof timetable === 'string' ? `cron: ${timetable}` : { ...timetable, datasets, text: scheduleText(timetable.text, datasets) }
}

/** `@daily or (a and b)` */
export const scheduleText = (timetable: string | null, datasets: DatasetCondition): string =>
  timetable === null ? conditionText(datasets) : `${timetable} or ${conditionText(datasets, true)}`

type Timetable = Pick<NormalSchedule, 'schedule' | 'text'>

/** The timetable, or what is wrong with it. `dataIntervals` is what the DAG says outside of the schedule. */
const normalTimetable = (given: unknown, dataIntervals: boolean, zone: string): Timetable | string => {
  if (given === undefined || given === null || given === 'None') return { schedule: { kind: 'none' }, text: null }
  if (typeof given === 'string') return fromText(given.trim(), dataIntervals)
  if (typeof given === 'number') return fromDuration(given, given, dataIntervals)
  if (Array.isArray(given)) return fromList(given, dataIntervals, zone)
  if (isRecord(given)) return fromObject(given, dataIntervals, zone)
  return `must be cron text, a preset, a duration, a list, datasets, or null, not ${shown(given)}`
}

const shortestMs = 1000

const fromText = (text: string, dataIntervals: boolean): Timetable | string => {
  if (text === '@once') return { schedule: { kind: 'once' }, text }
  if (text === '@continuous') return { schedule: { kind: 'continuous' }, text }
  if (text.startsWith('@') && !Object.hasOwn(cronPresets, text))
    return `there is no preset '${text}'${didYouMean(text, [...Object.keys(cronPresets), '@once', '@continuous'])}`
  if (/^\d/.test(text) && !/\s\S+\s/.test(text) && /^[\d.\sa-z]+$/.test(text)) return fromDuration(text, durationMs(text), dataIntervals)
  const problem = checkCron(text)
  return problem ?? { schedule: { kind: 'cron', crons: [cronOf(text)], dataIntervals }, text }
}

const fromDuration = (given: unknown, everyMs: number | null, dataIntervals: boolean): Timetable | string => {
  if (everyMs === null || durationMs(everyMs) === null) return `${shown(given)} is neither a cron of five fields ('0 9 * * *') nor a duration ('10m', '1h30m')`
  if (everyMs < shortestMs) return `${shown(given)} is shorter than a second: write at least '1s', or '@continuous' for one run after the other`
  return { schedule: { kind: 'duration', everyMs, dataIntervals }, text: `every ${durationText(everyMs)}` }
}

const fromList = (given: readonly unknown[], dataIntervals: boolean, zone: string): Timetable | string => {
  if (given.length === 0) return 'is an empty list: write crons or dates into it, or null for no schedule'
  const isDate = (item: unknown): boolean => typeof item === 'number' || (typeof item === 'string' && /^\d{4}-\d\d/.test(item.trim()))
  return given.every(isDate) ? fromDates(given, zone) : fromCrons(given, dataIntervals)
}

const fromCrons = (given: readonly unknown[], dataIntervals: boolean): Timetable | string => {
  const crons: string[] = []
  for (const item of given) {
    if (typeof item !== 'string') return `has ${shown(item)} in its list: it takes crons, or dates`
    const problem = checkCron(item)
    if (problem !== null) return problem
    const cron = cronOf(item.trim())
    if (!crons.includes(cron)) crons.push(cron)
  }
  return { schedule: { kind: 'cron', crons, dataIntervals }, text: given.map((item) => String(item).trim()).join(' | ') }
}

const fromDates = (given: readonly unknown[], zone: string): Timetable | string => {
  const dates = new Set<number>()
  for (const item of given) {
    const date = normalInstant(item, zone)
    if (typeof date === 'string') return date
    dates.add(date)
  }
  return { schedule: { kind: 'dates', dates: [...dates].sort((a, b) => a - b) }, text: dates.size === 1 ? 'on 1 date' : `on ${dates.size} dates` }
}

const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  none: [],
  once: [],
  continuous: [],
  cron: ['crons', 'dataIntervals'],
  duration: ['everyMs', 'dataIntervals'],
  dates: ['dates'],
}

const fromObject = (given: JsonRecord, outside: boolean, zone: string): Timetable | string => {
  const { kind } = given
  const allowed = typeof kind === 'string' && Object.hasOwn(fieldsOf, kind) ? fieldsOf[kind] : undefined
  if (allowed === undefined) return `has the kind ${shown(kind)}; there are ${Object.keys(fieldsOf).join(', ')}`
  for (const name of Object.keys(given))
    if (name !== 'kind' && !allowed.includes(name)) return `of kind '${String(kind)}' has no field '${name}'${didYouMean(name, allowed)}`
  const dataIntervals = given.dataIntervals ?? outside
  if (typeof dataIntervals !== 'boolean') return `dataIntervals must be true or false, not ${shown(dataIntervals)}`
  if (kind === 'none') return { schedule: { kind }, text: null }
  if (kind === 'once' || kind === 'continuous') return { schedule: { kind }, text: `@${kind}` }
  if (kind === 'duration') return fromDuration(given.everyMs, typeof given.everyMs === 'number' ? given.everyMs : null, dataIntervals)
  const list = kind === 'cron' ? given.crons : given.dates
  if (!Array.isArray(list) || list.length === 0) return `of kind '${String(kind)}' needs a list that is not empty as '${kind === 'cron' ? 'crons' : 'dates'}'`
  return kind === 'cron' ? fromCrons(list, dataIntervals) : fromDates(list, zone)
}
