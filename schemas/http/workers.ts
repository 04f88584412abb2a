import { type Static, Type } from 'typebox'
import { instant, nullableText, oneOf, ref, text } from './common.ts'

export const workerStates = ['alive', 'draining', 'silent', 'left'] as const

export const Worker = Type.Object(
  {
    incarnation: text('One life of a worker process.'),
    state: oneOf(workerStates, 'silent: no heartbeat for 20 s.'),
    kind: text(),
    hostname: text(),
    pid: Type.Integer(),
    release: text('Version of Millrace.'),
    queues: Type.Array(text()),
    slots: Type.Integer(),
    running: Type.Integer({ description: 'Attempts that run now; of a triggerer: triggers that it holds.' }),
    started_at: instant(),
    seen_at: instant('Newest heartbeat.'),
    left_reason: nullableText(),
  },
  { $id: 'Worker' },
)
export type Worker = Static<typeof Worker>

export const WorkerCollection = Type.Object(
  {
    workers: Type.Array(ref(Worker)),
    triggerers: Type.Array(ref(Worker), { description: 'Processes that hold the triggers of deferred tasks.' }),
    total_entries: Type.Integer({ description: 'Of the workers.' }),
  },
  { $id: 'WorkerCollection' },
)
export type WorkerCollection = Static<typeof WorkerCollection>

export const workerParams = Type.Object({ incarnation: Type.String({ minLength: 1, maxLength: 250, description: 'The incarnation, as the list has it.' }) })
