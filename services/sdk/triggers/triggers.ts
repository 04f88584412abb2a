/** The triggers that come with Millrace, for `defer`. */
import type { Json, JsonObject } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import { type Duration, durationMs } from '../../core/normal-duration.ts'
import { type Kind, kinds } from '../../core/normal-kinds.ts'
import { type Dataset, datasetUri } from '../datasets.ts'
import type { HttpMethod } from '../operators/http.ts'
import { checkOptions } from '../options.ts'
import { given } from '../task-options.ts'
import { type TriggerSpec, triggerSpec } from './trigger-spec.ts'

interface Poll {
  /** Between two looks. Default 60 s. */
  readonly pokeInterval?: Duration
}

export interface HttpTriggerArgs extends Poll {
  readonly httpConnId?: string
  /** Path on the connection's server, or a whole URL. */
  readonly endpoint?: string
  readonly method?: HttpMethod
  readonly headers?: Readonly<Record<string, string>>
  readonly requestParams?: Json
  /** Statuses that mean "not yet". Default [404]. */
  readonly responseErrorCodesAllowlist?: readonly number[]
}

export interface SqlTriggerArgs extends Poll {
  readonly postgresConnId?: string
  /** It holds when the first column of its first row is there and not 0, '0', '' or false. */
  readonly sql: string
  readonly parameters?: readonly Json[]
}

export interface KafkaMessageTriggerArgs {
  readonly topic: string
  /** Key of the message. */
  readonly key?: string
  /** What must stand in a JSON value, by path: `{ 'order.state': 'paid' }`. */
  readonly where?: Readonly<Record<string, Json>>
  /** How the value comes back. Default `json`. */
  readonly value?: 'json' | 'text'
  /** Only messages from then on; default: from now. */
  readonly since?: Date
}

export interface ExternalTaskTriggerArgs {
  readonly dagId: string
  /** Default: the run itself. */
  readonly taskIds?: readonly string[]
  readonly runId?: string
  readonly logicalDate?: Date
  /** Default success. */
  readonly allowedStates?: readonly string[]
  /** States that fire, too: the task then sees which. Default failed, upstream_failed. */
  readonly failedStates?: readonly string[]
}

const ms = (duration: Duration | undefined): number | undefined => (duration === undefined ? undefined : (durationMs(duration) ?? undefined))

const checked = (where: string, args: object, argKinds: Readonly<Record<string, Kind>>, required: readonly string[]): void => {
  checkOptions(where, args, argKinds)
  for (const name of required) if ((args as JsonObject)[name] === undefined) throw new MillraceError('bad_option', `${where} needs '${name}'`)
}

const date: Kind = { says: 'a Date', holds: (value) => value instanceof Date && !Number.isNaN(value.getTime()) }
const list: Kind = { says: 'a list', holds: Array.isArray }
const poll = { pokeInterval: kinds.timeout }

/**
 * What `defer` can wait for.
 * @example defer(triggers.http({ httpConnId: 'user_api', endpoint: 'ready', pokeInterval: '10s' }), { timeout: '1h' })
 */
export const triggers = Object.freeze({
  /** At that time. */
  time: (args: { readonly at: Date }): TriggerSpec => {
    checked('triggers.time', args, { at: date }, ['at'])
    return triggerSpec('time', { at: args.at.getTime() })
  },
  /** A request that is answered well. Event: `{ status, text }`. */
  http: ({ pokeInterval, ...args }: HttpTriggerArgs): TriggerSpec => {
    checked(
      'triggers.http',
      { ...args, pokeInterval },
      {
        ...{ ...poll, httpConnId: kinds.nonEmpty, endpoint: kinds.text, method: kinds.nonEmpty, headers: kinds.textMap },
        ...{ requestParams: kinds.any, responseErrorCodesAllowlist: list },
      },
      [],
    )
    return triggerSpec('http', given({ ...args, pokeIntervalMs: ms(pokeInterval) }))
  },
  /** A file (or one that matches `*` and `?` in its name) that is there. Event: `{ path }`. */
  file: ({ pokeInterval, ...args }: Poll & { readonly path: string }): TriggerSpec => {
    checked('triggers.file', { ...args, pokeInterval }, { ...poll, path: kinds.nonEmpty }, ['path'])
    return triggerSpec('file', given({ ...args, pokeIntervalMs: ms(pokeInterval) }))
  },
  /** A query that holds. Event: `{ row }`. */
  sql: ({ pokeInterval, ...args }: SqlTriggerArgs): TriggerSpec => {
    checked('triggers.sql', { ...args, pokeInterval }, { ...poll, postgresConnId: kinds.nonEmpty, sql: kinds.nonEmpty, parameters: list }, ['sql'])
    return triggerSpec('sql', given({ ...args, pokeIntervalMs: ms(pokeInterval) }))
  },
  /** A message of a topic. Event: `{ topic, partition, offset, timestamp, key, value, headers }`. */
  kafkaMessage: ({ since, ...args }: KafkaMessageTriggerArgs): TriggerSpec => {
    checked(
      'triggers.kafkaMessage',
      { ...args, since },
      { topic: kinds.nonEmpty, key: kinds.text, where: kinds.object, value: { says: 'json or text', holds: (v) => v === 'json' || v === 'text' }, since: date },
      ['topic'],
    )
    return triggerSpec('kafka_message', given({ ...args, since: since?.getTime() ?? Date.now() }))
  },
  /** A task of another DAG, or a run of it, that came into a state. Event: `{ dagId, runId, states }`. */
  externalTask: ({ logicalDate, ...args }: ExternalTaskTriggerArgs): TriggerSpec => {
    checked(
      'triggers.externalTask',
      { ...args, logicalDate },
      { dagId: kinds.nonEmpty, taskIds: kinds.texts, runId: kinds.nonEmpty, logicalDate: date, allowedStates: kinds.texts, failedStates: kinds.texts },
      ['dagId'],
    )
    if ((args.runId === undefined) === (logicalDate === undefined))
      throw new MillraceError('bad_option', "triggers.externalTask needs either 'runId' or 'logicalDate'")
    return triggerSpec('external_task', given({ ...args, logicalDate: logicalDate?.getTime() }))
  },
  /** A run that is over. Event: `{ dagId, runId, states }`. */
  dagRun: (args: { readonly dagId: string; readonly runId: string }): TriggerSpec => {
    checked('triggers.dagRun', args, { dagId: kinds.nonEmpty, runId: kinds.nonEmpty }, ['dagId', 'runId'])
    return triggerSpec('dag_run', { ...args })
  },
  /** An event of a dataset. Event: `{ id, uri, extra, at }`. */
  dataset: ({ dataset, since }: { readonly dataset: Dataset | string; readonly since?: Date }): TriggerSpec => {
    checked('triggers.dataset', { dataset, since }, { dataset: kinds.any, since: date }, ['dataset'])
    return triggerSpec('dataset', { uri: datasetUri(dataset), since: since?.getTime() ?? Date.now() })
  },
})
