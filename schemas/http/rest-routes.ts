/** The public API: paths, names and shapes of Apache Airflow 3's REST API, version 2. `~` stands for all DAGs, or all runs, in lists. */
import { Type } from 'typebox'
import { dagIdOrAllParam, dagIdParam, ref, runIdParam, taskIdParam } from './common.ts'
import { DagRun, DagRunCollection, DagRunsQuery, TriggerDagRun } from './dag-runs.ts'
import { DagVersion, DagVersionCollection, DagVersionsQuery } from './dag-versions.ts'
import { Dag, DagCollection, DagDetails, DagPatch, DagPatchQuery, DagSource, DagSourceQuery, DagsQuery } from './dags.ts'
import { ImportError, ImportErrorCollection, ImportErrorsQuery } from './import-errors.ts'
import { Alive, Health, Version } from './monitor.ts'
import { problem } from './route.ts'
import { Task, TaskCollection, TasksQuery } from './tasks.ts'

const dagParams = Type.Object({ dag_id: dagIdParam })
const runParams = Type.Object({ dag_id: dagIdParam, dag_run_id: runIdParam })

const dag = { tags: ['DAG'] }
const run = { tags: ['DagRun'] }

const base = '/api/v2'

export const restRoutes = {
  getDags: {
    method: 'GET',
    url: `${base}/dags`,
    schema: { operationId: 'get_dags', ...dag, summary: 'List DAGs', querystring: DagsQuery, response: { 200: ref(DagCollection), ...problem } },
  },
  getDag: {
    method: 'GET',
    url: `${base}/dags/:dag_id`,
    schema: { operationId: 'get_dag', ...dag, summary: 'Get a DAG', params: dagParams, response: { 200: ref(Dag), ...problem } },
  },
  getDagDetails: {
    method: 'GET',
    url: `${base}/dags/:dag_id/details`,
    schema: {
      operationId: 'get_dag_details',
      ...dag,
      summary: 'Get a DAG with everything its definition says',
      params: dagParams,
      response: { 200: ref(DagDetails), ...problem },
    },
  },
  patchDag: {
    method: 'PATCH',
    url: `${base}/dags/:dag_id`,
    schema: {
      operationId: 'patch_dag',
      ...dag,
      summary: 'Pause or unpause a DAG',
      params: dagParams,
      querystring: DagPatchQuery,
      body: ref(DagPatch),
      response: { 200: ref(Dag), ...problem },
    },
  },
  getDagSource: {
    method: 'GET',
    url: `${base}/dagSources/:dag_id`,
    schema: {
      operationId: 'get_dag_source',
      tags: ['DagSource'],
      summary: "Get the text of a DAG's file",
      params: dagParams,
      querystring: DagSourceQuery,
      response: { 200: ref(DagSource), ...problem },
    },
  },
  getDagVersions: {
    method: 'GET',
    url: `${base}/dags/:dag_id/dagVersions`,
    schema: {
      operationId: 'get_dag_versions',
      tags: ['DagVersion'],
      summary: "List a DAG's versions",
      params: Type.Object({ dag_id: dagIdOrAllParam }),
      querystring: DagVersionsQuery,
      response: { 200: ref(DagVersionCollection), ...problem },
    },
  },
  getDagVersion: {
    method: 'GET',
    url: `${base}/dags/:dag_id/dagVersions/:version_number`,
    schema: {
      operationId: 'get_dag_version',
      tags: ['DagVersion'],
      summary: 'Get one version of a DAG',
      params: Type.Object({ dag_id: dagIdParam, version_number: Type.Integer({ minimum: 1 }) }),
      response: { 200: ref(DagVersion), ...problem },
    },
  },
  getTasks: {
    method: 'GET',
    url: `${base}/dags/:dag_id/tasks`,
    schema: {
      operationId: 'get_tasks',
      tags: ['Task'],
      summary: "List the tasks of a DAG's newest version, in graph order",
      params: dagParams,
      querystring: TasksQuery,
      response: { 200: ref(TaskCollection), ...problem },
    },
  },
  getTask: {
    method: 'GET',
    url: `${base}/dags/:dag_id/tasks/:task_id`,
    schema: {
      operationId: 'get_task',
      tags: ['Task'],
      summary: 'Get a task',
      params: Type.Object({ dag_id: dagIdParam, task_id: taskIdParam }),
      response: { 200: ref(Task), ...problem },
    },
  },
  getDagRuns: {
    method: 'GET',
    url: `${base}/dags/:dag_id/dagRuns`,
    schema: {
      operationId: 'get_dag_runs',
      ...run,
      summary: 'List DAG runs',
      params: Type.Object({ dag_id: dagIdOrAllParam }),
      querystring: DagRunsQuery,
      response: { 200: ref(DagRunCollection), ...problem },
    },
  },
  getDagRun: {
    method: 'GET',
    url: `${base}/dags/:dag_id/dagRuns/:dag_run_id`,
    schema: { operationId: 'get_dag_run', ...run, summary: 'Get a DAG run', params: runParams, response: { 200: ref(DagRun), ...problem } },
  },
  triggerDagRun: {
    method: 'POST',
    url: `${base}/dags/:dag_id/dagRuns`,
    schema: {
      operationId: 'trigger_dag_run',
      ...run,
      summary: 'Trigger a DAG run',
      description: 'Answers when the scheduler has decided: 409 when the run id or the logical date is taken.',
      params: dagParams,
      body: ref(TriggerDagRun),
      response: { 200: ref(DagRun), ...problem },
    },
  },
  getImportErrors: {
    method: 'GET',
    url: `${base}/importErrors`,
    schema: {
      operationId: 'get_import_errors',
      tags: ['Import Error'],
      summary: 'List DAG files that do not parse',
      querystring: ImportErrorsQuery,
      response: { 200: ref(ImportErrorCollection), ...problem },
    },
  },
  getImportError: {
    method: 'GET',
    url: `${base}/importErrors/:import_error_id`,
    schema: {
      operationId: 'get_import_error',
      tags: ['Import Error'],
      summary: 'Get an import error',
      params: Type.Object({ import_error_id: Type.Integer({ minimum: 1 }) }),
      response: { 200: ref(ImportError), ...problem },
    },
  },
  getMonitorHealth: {
    method: 'GET',
    url: `${base}/monitor/health`,
    schema: { operationId: 'get_health', tags: ['Monitor'], summary: 'How each part is', response: { 200: ref(Health), ...problem } },
  },
  getVersion: {
    method: 'GET',
    url: `${base}/version`,
    schema: { operationId: 'get_version', tags: ['Version'], summary: 'Version of Millrace', response: { 200: ref(Version), ...problem } },
  },
  getAlive: {
    method: 'GET',
    url: '/health',
    schema: {
      operationId: 'get_alive',
      tags: ['Monitor'],
      summary: 'For load balancers and start-up scripts: 200 when ready, 503 otherwise',
      response: { 200: ref(Alive), 503: ref(Alive) },
    },
  },
} as const
