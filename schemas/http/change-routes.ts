/** What changes runs and task instances. Each answers when the scheduler has decided, and a dry run with what it would touch. */
import { Type } from 'typebox'
import { ClearDagRun, ClearTaskInstances, MarkTaskInstances, PatchDagRun, PatchQuery, PatchTaskInstance } from './changes.ts'
import { dagIdParam, ref, runIdParam, taskIdParam } from './common.ts'
import { DagRun } from './dag-runs.ts'
import { problem } from './route.ts'
import { MapIndexQuery, TaskInstanceCollection } from './task-instances.ts'
import { WaitReasons } from './waits.ts'

const runParams = Type.Object({ dag_id: dagIdParam, dag_run_id: runIdParam })
const instanceParams = Type.Object({ ...runParams.properties, task_id: taskIdParam })
const mappedParams = Type.Object({ ...instanceParams.properties, map_index: Type.Integer({ minimum: -1 }) })

const dags = '/api/v2/dags/:dag_id'
const run = `${dags}/dagRuns/:dag_run_id`
const instances = `${run}/taskInstances`
const touched = { response: { 200: ref(TaskInstanceCollection), ...problem } }
const instanceTags = { tags: ['Task Instance'] }
const runTags = { tags: ['DagRun'] }

export const changeRoutes = {
  clearTaskInstances: {
    method: 'POST',
    url: `${dags}/clearTaskInstances`,
    schema: {
      operationId: 'post_clear_task_instances',
      ...instanceTags,
      summary: 'Clear task instances: they run again',
      params: Type.Object({ dag_id: dagIdParam }),
      body: ref(ClearTaskInstances),
      ...touched,
    },
  },
  clearDagRun: {
    method: 'POST',
    url: `${run}/clear`,
    schema: {
      operationId: 'clear_dag_run',
      ...runTags,
      summary: 'Clear a run, or its failed tasks',
      description: 'A dry run answers the task instances that would be cleared, else the run.',
      params: runParams,
      body: ref(ClearDagRun),
      response: { 200: Type.Union([ref(TaskInstanceCollection), ref(DagRun)]), ...problem },
    },
  },
  patchDagRun: {
    method: 'PATCH',
    url: run,
    schema: {
      operationId: 'patch_dag_run',
      ...runTags,
      summary: 'Mark a run success or failed, or queue it again',
      params: runParams,
      querystring: PatchQuery,
      body: ref(PatchDagRun),
      response: { 200: ref(DagRun), ...problem },
    },
  },
  dryRunPatchDagRun: {
    method: 'PATCH',
    url: `${run}/dry_run`,
    schema: {
      operationId: 'patch_dag_run_dry_run',
      ...runTags,
      summary: 'List the task instances that marking a run, or queueing it again, would touch',
      params: runParams,
      querystring: PatchQuery,
      body: ref(PatchDagRun),
      ...touched,
    },
  },
  patchTaskInstance: {
    method: 'PATCH',
    url: `${instances}/:task_id`,
    schema: {
      operationId: 'patch_task_instance',
      ...instanceTags,
      summary: 'Mark a task success, failed or skipped; all its instances when it is mapped',
      params: instanceParams,
      querystring: PatchQuery,
      body: ref(PatchTaskInstance),
      ...touched,
    },
  },
  patchMappedTaskInstance: {
    method: 'PATCH',
    url: `${instances}/:task_id/:map_index`,
    schema: {
      operationId: 'patch_mapped_task_instance',
      ...instanceTags,
      summary: 'Mark one instance of a mapped task',
      params: mappedParams,
      querystring: PatchQuery,
      body: ref(PatchTaskInstance),
      ...touched,
    },
  },
  dryRunPatchTaskInstance: {
    method: 'PATCH',
    url: `${instances}/:task_id/dry_run`,
    schema: {
      operationId: 'patch_task_instance_dry_run',
      ...instanceTags,
      summary: 'List what marking a task would touch',
      params: instanceParams,
      querystring: PatchQuery,
      body: ref(PatchTaskInstance),
      ...touched,
    },
  },
  dryRunPatchMappedTaskInstance: {
    method: 'PATCH',
    url: `${instances}/:task_id/:map_index/dry_run`,
    schema: {
      operationId: 'patch_mapped_task_instance_dry_run',
      ...instanceTags,
      summary: 'List what marking one instance of a mapped task would touch',
      params: mappedParams,
      querystring: PatchQuery,
      body: ref(PatchTaskInstance),
      ...touched,
    },
  },
  markTaskInstances: {
    method: 'POST',
    url: '/ui/dags/:dag_id/markTaskInstances',
    schema: {
      operationId: 'ui_mark_task_instances',
      tags: ['UI'],
      summary: 'Mark several tasks of a run success, failed or skipped, in one decision',
      params: Type.Object({ dag_id: dagIdParam }),
      body: ref(MarkTaskInstances),
      ...touched,
    },
  },
  getWaitReasons: {
    method: 'GET',
    url: '/ui/dags/:dag_id/dagRuns/:dag_run_id/taskInstances/:task_id/why',
    schema: {
      operationId: 'ui_get_wait_reasons',
      tags: ['UI'],
      summary: 'Why a task instance waits',
      params: instanceParams,
      querystring: MapIndexQuery,
      response: { 200: ref(WaitReasons), ...problem },
    },
  },
} as const
