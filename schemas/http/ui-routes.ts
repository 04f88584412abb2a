/** Shaped for the screens of our own web app: may change with it. Live updates are server-sent events. */
import { Type } from 'typebox'
import { dagIdParam, ref, runIdParam, taskIdParam } from './common.ts'
import { DagsQuery } from './dags.ts'
import { LiveQuery } from './live-events.ts'
import { TaskLogStreamQuery } from './logs.ts'
import { eventStream, problem } from './route.ts'
import { DagRows } from './ui-dags.ts'
import { Grid, GridQuery } from './ui-grid.ts'
import { Structure, StructureQuery } from './ui-structure.ts'
import { WatcherCollection, WatchersQuery } from './watchers.ts'
import { Worker, WorkerCollection, workerParams } from './workers.ts'

const tags = ['UI']

export const uiRoutes = {
  getDagRows: {
    method: 'GET',
    url: '/ui/dags',
    schema: { operationId: 'ui_get_dags', tags, summary: 'DAGs with their last 14 runs', querystring: DagsQuery, response: { 200: ref(DagRows), ...problem } },
  },
  getGrid: {
    method: 'GET',
    url: '/ui/dags/:dag_id/grid',
    schema: {
      operationId: 'ui_get_grid',
      tags,
      summary: 'Runs by tasks',
      params: Type.Object({ dag_id: dagIdParam }),
      querystring: GridQuery,
      response: { 200: ref(Grid), ...problem },
    },
  },
  getStructure: {
    method: 'GET',
    url: '/ui/dags/:dag_id/structure',
    schema: {
      operationId: 'ui_get_structure',
      tags,
      summary: 'The graph of one version',
      params: Type.Object({ dag_id: dagIdParam }),
      querystring: StructureQuery,
      response: { 200: ref(Structure), ...problem },
    },
  },
  getWorkers: {
    method: 'GET',
    url: '/ui/workers',
    schema: { operationId: 'ui_get_workers', tags, summary: 'Workers and triggerers of the last day', response: { 200: ref(WorkerCollection), ...problem } },
  },
  getWatchers: {
    method: 'GET',
    url: '/ui/watchers',
    schema: {
      operationId: 'ui_get_watchers',
      tags,
      summary: 'Topics that are watched for assets, and how far',
      querystring: WatchersQuery,
      response: { 200: ref(WatcherCollection), ...problem },
    },
  },
  drainWorker: {
    method: 'POST',
    url: '/ui/workers/:incarnation/drain',
    schema: {
      operationId: 'ui_drain_worker',
      tags,
      summary: 'Let a worker finish what runs and leave',
      description: 'It takes nothing new, finishes within its grace time or hands back what runs, and its process ends.',
      params: workerParams,
      response: { 202: ref(Worker), ...problem },
    },
  },
  live: {
    method: 'GET',
    url: '/ui/live',
    schema: {
      operationId: 'ui_live',
      tags,
      summary: 'Live updates, one stream a tab',
      description: 'Resumes after `Last-Event-ID`; sends `reset` when it cannot.',
      querystring: LiveQuery,
      response: eventStream({
        task: 'LiveTask',
        run: 'LiveRun',
        dag: 'LiveDag',
        backfill: 'LiveBackfill',
        dataset_event: 'LiveAssetEvent',
        import_error: 'LiveImportError',
        monitor: 'LiveMonitor',
        lag: 'LiveLag',
        reset: 'LiveReset',
      }),
    },
  },
  streamLog: {
    method: 'GET',
    url: '/ui/logs/:dag_id/:dag_run_id/:task_id/:try_number/stream',
    schema: {
      operationId: 'ui_stream_log',
      tags,
      summary: 'The log of a try, as it is written',
      params: Type.Object({ dag_id: dagIdParam, dag_run_id: runIdParam, task_id: taskIdParam, try_number: Type.Integer({ minimum: 1, maximum: 1_000_000 }) }),
      querystring: TaskLogStreamQuery,
      response: eventStream({ lines: 'LogLines', end: 'LogEnd' }),
    },
  },
} as const
