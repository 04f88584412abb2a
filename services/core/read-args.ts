/** The `args` of a command: JSON that any program may have sent, so each field is looked at. */
import { type Refusal, refused } from './answer.ts'
import { type Kind, kinds, shown } from './normal-kinds.ts'
import { didYouMean } from './normal-names.ts'
import { isRecord } from './normal-problems.ts'

const instances: Kind = {
  says: 'a list such as [{ "taskId": "load", "mapIndex": 2 }]',
  holds: (value) =>
    Array.isArray(value) &&
    value.every((one) => isRecord(one) && typeof one.taskId === 'string' && (one.mapIndex === undefined || Number.isSafeInteger(one.mapIndex))),
}
const tries: Kind = { says: 'an object of whole numbers', holds: (value) => isRecord(value) && Object.values(value).every(Number.isSafeInteger) }
/** As Airflow has it. */
const maxNote = 1000
const noteText: Kind = { says: `text of at most ${maxNote} characters`, holds: (value) => typeof value === 'string' && value.length <= maxNote }
const states: Kind = { says: 'one of success, failed, skipped', holds: (value) => value === 'success' || value === 'failed' || value === 'skipped' }
const reprocess: Kind = { says: 'one of none, failed, completed', holds: (value) => value === 'none' || value === 'failed' || value === 'completed' }

const selection = {
  runId: kinds.nonEmpty,
  from: kinds.whole,
  to: kinds.whole,
  tasks: instances,
  past: kinds.flag,
  future: kinds.flag,
  upstream: kinds.flag,
  downstream: kinds.flag,
  seenTries: tries,
  dryRun: kinds.flag,
}

const known: Readonly<Record<string, { readonly fields: Readonly<Record<string, Kind>>; readonly needed: readonly string[] }>> = {
  clear: { fields: { ...selection, onlyFailed: kinds.flag, onlyRunning: kinds.flag, latestVersion: kinds.flag }, needed: [] },
  mark: { fields: { ...selection, state: states, wholeRun: kinds.flag }, needed: ['state'] },
  set_note: { fields: { runId: kinds.nonEmpty, taskId: kinds.nonEmpty, mapIndex: kinds.whole, note: noteText }, needed: ['runId'] },
  create_backfill: {
    fields: {
      ...{ from: kinds.whole, to: kinds.whole, reprocess, maxActiveRuns: kinds.positive, newestFirst: kinds.flag },
      ...{ conf: kinds.text, dryRun: kinds.flag },
    },
    needed: ['from', 'to'],
  },
  pause_backfill: { fields: { backfillId: kinds.nonEmpty }, needed: ['backfillId'] },
  resume_backfill: { fields: { backfillId: kinds.nonEmpty }, needed: ['backfillId'] },
  cancel_backfill: { fields: { backfillId: kinds.nonEmpty }, needed: ['backfillId'] },
}

/** The arguments as core/command-args.ts has them for this kind of command, or what is wrong with them. */
export const readArgs = <T extends object>(kind: string, text: string | null): T | Refusal => {
  const bad = (message: string): Refusal => refused('bad_request', `${kind}: ${message}`)
  const shape = known[kind]
  if (!shape) return bad('takes no args')
  let args: unknown
  try {
    args = JSON.parse(text ?? '{}')
  } catch {
    return bad('args is no JSON')
  }
  if (!isRecord(args)) return bad(`args must be an object, not ${shown(args)}`)
  const read: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(args)) {
    const wanted = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined
    if (!wanted) return bad(`args has no field '${name}'${didYouMean(name, Object.keys(shape.fields))}`)
    if (value === null || value === undefined) continue
    if (!wanted.holds(value)) return bad(`args.${name} must be ${wanted.says}, not ${shown(value)}`)
    read[name] = value
  }
  for (const name of shape.needed) if (read[name] === undefined) return bad(`args.${name} is missing`)
  return read as T
}
