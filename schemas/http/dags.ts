import { type Static, Type } from 'typebox'
import {
  anyObject,
  namePattern,
  nullableInstant,
  nullableInteger,
  nullableNumber,
  nullableRef,
  nullableText,
  oneOf,
  orderBy,
  pageQuery,
  ref,
  text,
} from './common.ts'
import { DagVersion } from './dag-versions.ts'
import { apiRunStates } from './states.ts'

export const DagTag = Type.Object({ name: text(), dag_id: text() }, { $id: 'DagTag' })

const dagFields = {
  dag_id: text(),
  dag_display_name: text(),
  is_paused: Type.Boolean(),
  is_stale: Type.Boolean({ description: 'Its file is gone: no new runs.' }),
  last_parsed_time: nullableInstant('When its newest version was published.'),
  bundle_name: nullableText('Who published it.'),
  bundle_version: nullableText('sha256 of its code.'),
  relative_fileloc: nullableText('File, relative to its DAG folder.'),
  fileloc: text('The same file; empty when it came from no file.'),
  description: nullableText(),
  timetable_summary: nullableText('The schedule as its author wrote it.'),
  timetable_description: nullableText('The schedule in words.'),
  timezone: text('IANA zone of the schedule.'),
  tags: Type.Array(ref(DagTag)),
  owners: Type.Array(text()),
  max_active_tasks: Type.Integer(),
  max_active_runs: Type.Integer(),
  max_consecutive_failed_dag_runs: Type.Integer(),
  has_task_concurrency_limits: Type.Boolean(),
  has_import_errors: Type.Boolean({ description: 'Its file does not parse at present; the last good version stays.' }),
  next_dagrun_logical_date: nullableInstant(),
  next_dagrun_data_interval_start: nullableInstant(),
  next_dagrun_data_interval_end: nullableInstant(),
  next_dagrun_run_after: nullableInstant(),
  file_token: text(),
}

export const Dag = Type.Object(dagFields, { $id: 'DAGResponse' })
export type Dag = Static<typeof Dag>

export const DagCollection = Type.Object({ dags: Type.Array(ref(Dag)), total_entries: Type.Integer() }, { $id: 'DAGCollectionResponse' })

export const DagDetails = Type.Object(
  {
    ...dagFields,
    catchup: Type.Boolean(),
    dag_run_timeout: nullableNumber('Seconds.'),
    doc_md: nullableText(),
    start_date: nullableInstant(),
    end_date: nullableInstant(),
    is_paused_upon_creation: Type.Boolean(),
    params: anyObject("The DAG's params with their defaults."),
    last_parsed: nullableInstant(),
    concurrency: Type.Integer(),
    latest_dag_version: nullableRef(DagVersion),
    task_count: Type.Integer(),
    event_number: nullableInteger('Number of the newest event of this DAG that is shown; newer ones come by /ui/live.'),
  },
  { $id: 'DAGDetailsResponse' },
)
export type DagDetails = Static<typeof DagDetails>

export const dagOrder = [
  'dag_id',
  'dag_display_name',
  'is_paused',
  'next_dagrun_run_after',
  'last_parsed_time',
  'last_run_state',
  'last_run_start_date',
] as const

export const DagsQuery = Type.Object({
  ...pageQuery,
  order_by: orderBy(dagOrder),
  dag_id_pattern: namePattern('the DAG id'),
  dag_display_name_pattern: namePattern('the display name'),
  tags: Type.Optional(Type.Array(Type.String())),
  tags_match_mode: Type.Optional(oneOf(['any', 'all'])),
  owners: Type.Optional(Type.Array(Type.String())),
  paused: Type.Optional(Type.Boolean()),
  exclude_stale: Type.Optional(Type.Boolean({ default: true })),
  has_import_errors: Type.Optional(Type.Boolean()),
  last_dag_run_state: Type.Optional(oneOf(apiRunStates)),
})
export type DagsQuery = Static<typeof DagsQuery>

export const DagPatch = Type.Object({ is_paused: Type.Boolean() }, { $id: 'DAGPatchBody', additionalProperties: false })

export const DagPatchQuery = Type.Object({
  update_mask: Type.Optional(Type.Array(Type.String(), { description: 'Fields of the body to take; `is_paused` is the only one.' })),
})

export const DagSource = Type.Object(
  { content: nullableText('Text of the file.'), dag_id: text(), dag_display_name: text(), version_number: nullableInteger() },
  { $id: 'DAGSourceResponse' },
)

export const DagSourceQuery = Type.Object({ version_number: Type.Optional(Type.Integer({ minimum: 1 })) })
