/** Deferral (SEMANTICS 7) as data: what a task waits for in the triggerer, and what it goes on with. Plain JSON, as it stands in reports and journal. */
import type { AttemptDeferred } from '../../schemas/generated/records.ts'
import type { Json, JsonObject } from './dag.ts'

/** The triggers that need no code of the DAG. `look`: a sensor's own look, which needs it; `custom`: the author's own trigger. */
export const triggerKinds = ['time', 'http', 'file', 'sql', 'kafka_message', 'external_task', 'dag_run', 'dataset', 'look', 'custom'] as const
export type TriggerKind = (typeof triggerKinds)[number]

export interface Trigger {
  readonly kind: TriggerKind
  /** Kind custom: under which name the DAG's code has it. */
  readonly name: string | null
  readonly args: JsonObject
  /** It can run only with the DAG's code: in a process beside the triggerer. */
  readonly needsCode: boolean
  /** What becomes of the task when nothing came in time: its try fails, it fails whatever retries remain, it is skipped. */
  readonly onTimeout: 'retry' | 'fail' | 'skip'
}

/** A trigger, and what the task goes on with when it fired. */
export interface Deferral extends Trigger {
  readonly method: string | null
  readonly state: Json
}

/** What a task gets that goes on after a deferral. */
export interface Resume {
  readonly event: Json
  readonly method: string | null
  readonly state: Json
}

/** Trigger and state go through the journal and several topics: big things belong into an XCom or another system. */
export const maxDeferralChars = 64_000

/** The deferral that a report asks for, or what is wrong with it. */
export const readDeferral = (asked: AttemptDeferred): Deferral | string => {
  const chars = asked.trigger.length + (asked.state?.length ?? 0)
  if (chars > maxDeferralChars)
    return `the trigger's arguments and the state have ${chars} characters, at most ${maxDeferralChars} fit: leave big values as an XCom`
  const trigger = parsed(asked.trigger)
  if (!isTrigger(trigger)) return `${asked.trigger.slice(0, 200)} is no trigger: it needs a kind (${triggerKinds.join(', ')}) and args`
  const { kind, name, args, needsCode, onTimeout } = trigger
  return { kind, name: name ?? null, args, needsCode: needsCode === true, onTimeout: onTimeout ?? 'retry', method: asked.method, state: parsed(asked.state) }
}

const parsed = (text: string | null): Json => {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}

const isTrigger = (value: Json): value is Json & Pick<Trigger, 'kind' | 'args'> & Partial<Trigger> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { kind, name, args, onTimeout } = value as JsonObject
  if (!triggerKinds.includes(kind as TriggerKind) || typeof args !== 'object' || args === null || Array.isArray(args)) return false
  if (kind === 'custom' ? typeof name !== 'string' : typeof name === 'string') return false
  return onTimeout === undefined || onTimeout === 'retry' || onTimeout === 'fail' || onTimeout === 'skip'
}

/** What it waits for in a word, for people. */
export const triggerWord = ({ kind, name }: Pick<Trigger, 'kind' | 'name'>): string => (kind === 'custom' && name !== null ? name : kind)
