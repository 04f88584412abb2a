import { Type } from 'typebox'
import {
  Asset,
  AssetCollection,
  AssetEvent,
  AssetEventCollection,
  AssetEventsQuery,
  AssetsQuery,
  CreateAssetEvent,
  DagAssetWaits,
  DagAssetWaitsCollection,
  QueuedEventCollection,
} from './assets.ts'
import { dagIdParam, ref, runIdParam } from './common.ts'
import { problem } from './route.ts'

const tags = ['Asset']
const assetParams = Type.Object({ asset_id: Type.Integer({ minimum: 0, description: 'The dataset.' }) })
const dagParams = Type.Object({ dag_id: dagIdParam })
const runParams = Type.Object({ dag_id: dagIdParam, dag_run_id: runIdParam })

export const assetRoutes = {
  getAssets: {
    method: 'GET',
    url: '/api/v2/assets',
    schema: { operationId: 'get_assets', tags, summary: 'List datasets', querystring: AssetsQuery, response: { 200: ref(AssetCollection), ...problem } },
  },
  getAsset: {
    method: 'GET',
    url: '/api/v2/assets/:asset_id',
    schema: { operationId: 'get_asset', tags, summary: 'Get a dataset', params: assetParams, response: { 200: ref(Asset), ...problem } },
  },
  getAssetEvents: {
    method: 'GET',
    url: '/api/v2/assets/events',
    schema: {
      operationId: 'get_asset_events',
      tags,
      summary: 'List dataset events, newest first, with the runs that took each',
      querystring: AssetEventsQuery,
      response: { 200: ref(AssetEventCollection), ...problem },
    },
  },
  createAssetEvent: {
    method: 'POST',
    url: '/api/v2/assets/events',
    schema: {
      operationId: 'create_asset_event',
      tags,
      summary: 'Publish a dataset event',
      description: 'It starts the DAGs that wait for the dataset, as if a task had updated it.',
      body: ref(CreateAssetEvent),
      response: { 200: ref(AssetEvent), ...problem },
    },
  },
  getAssetQueuedEvents: {
    method: 'GET',
    url: '/api/v2/assets/:asset_id/queuedEvents',
    schema: {
      operationId: 'get_asset_queued_events',
      tags,
      summary: 'DAGs for which events of a dataset wait',
      params: assetParams,
      response: { 200: ref(QueuedEventCollection), ...problem },
    },
  },
  getDagAssetQueuedEvents: {
    method: 'GET',
    url: '/api/v2/dags/:dag_id/assets/queuedEvents',
    schema: {
      operationId: 'get_dag_asset_queued_events',
      tags,
      summary: 'Datasets of which events wait for a DAG',
      params: dagParams,
      response: { 200: ref(QueuedEventCollection), ...problem },
    },
  },
  getUpstreamAssetEvents: {
    method: 'GET',
    url: '/api/v2/dags/:dag_id/dagRuns/:dag_run_id/upstreamAssetEvents',
    schema: {
      operationId: 'get_upstream_asset_events',
      tags: ['DagRun'],
      summary: 'The dataset events that a run took',
      params: runParams,
      response: { 200: ref(AssetEventCollection), ...problem },
    },
  },
  getDagAssetWaits: {
    method: 'GET',
    url: '/ui/dags/:dag_id/waits',
    schema: {
      operationId: 'ui_get_dag_asset_waits',
      tags: ['UI'],
      summary: 'What a DAG waits for, what of it is there and what is missing',
      params: dagParams,
      response: { 200: ref(DagAssetWaits), ...problem },
    },
  },
  getAssetWaits: {
    method: 'GET',
    url: '/ui/assets/:asset_id/waits',
    schema: {
      operationId: 'ui_get_asset_waits',
      tags: ['UI'],
      summary: 'The DAGs that wait for a dataset, and what each still needs',
      params: assetParams,
      response: { 200: ref(DagAssetWaitsCollection), ...problem },
    },
  },
} as const
