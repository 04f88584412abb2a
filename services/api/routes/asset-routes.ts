import { eventProblem } from '../../../schemas/dataset-event.ts'
import type { DatasetEvent } from '../../../schemas/generated/records.ts'
import { assetRoutes } from '../../../schemas/http/asset-routes.ts'
import { CreateAssetEvent } from '../../../schemas/http/assets.ts'
import { MillraceError } from '../../core/errors.ts'
import type { ApiDeps } from '../deps.ts'
import type { App } from '../http/make-app.ts'
import { strictBody } from '../http/strict-body.ts'
import { findDag } from '../queries/dags.ts'
import { eventAnswer, listAssetEvents, upstreamEvents, withRuns } from '../queries/dataset-events.ts'
import { consumersOf, dagWaits, queuedAnswer, waitsOf } from '../queries/dataset-waits.ts'
import { findAsset, getAsset, listAssets } from '../queries/datasets.ts'
import type { Db } from '../queries/tables.ts'

export const addAssetRoutes = (app: App, { db, clock, newId, publishDatasetEvent }: ApiDeps): void => {
  app.route({ ...assetRoutes.getAssets, handler: ({ query }) => listAssets(db, query) })
  app.route({ ...assetRoutes.getAsset, handler: ({ params }) => getAsset(db, params.asset_id) })
  app.route({ ...assetRoutes.getAssetEvents, handler: ({ query }) => listAssetEvents(db, query) })
  app.route({
    ...assetRoutes.createAssetEvent,
    preValidation: strictBody(CreateAssetEvent),
    handler: async ({ body }) => {
      const event = await eventOf(db, body, { at: clock.now(), id: `rest/${newId()}` })
      const { partition, offset } = await publishDatasetEvent(event)
      const shown = await db.selectFrom('dataset_event').selectAll().where('uri', '=', event.uri).where('event_id', '=', event.id).executeTakeFirst()
      const [answer] = shown ? await withRuns(db, [shown]) : []
      return answer ?? { ...eventAnswer(rowOf(event, partition, offset)), created_dagruns: [] }
    },
  })
  app.route({
    ...assetRoutes.getAssetQueuedEvents,
    handler: async ({ params }) => queuedAnswer(await waitsOf(db, { uri: (await findAsset(db, params.asset_id)).uri })),
  })
  app.route({
    ...assetRoutes.getDagAssetQueuedEvents,
    handler: async ({ params }) => queuedAnswer(await waitsOf(db, { dagIds: [(await findDag(db, params.dag_id)).dag_id] })),
  })
  app.route({ ...assetRoutes.getUpstreamAssetEvents, handler: ({ params }) => upstreamEvents(db, params.dag_id, params.dag_run_id) })
  app.route({ ...assetRoutes.getDagAssetWaits, handler: ({ params }) => dagWaits(db, params.dag_id) })
  app.route({
    ...assetRoutes.getAssetWaits,
    handler: async ({ params }) => ({ dags: await consumersOf(db, (await findAsset(db, params.asset_id)).uri) }),
  })
}

const eventOf = async (db: Db, body: CreateAssetEvent, otherwise: { readonly at: number; readonly id: string }): Promise<DatasetEvent> => {
  if ((body.uri === undefined) === (body.asset_id === undefined))
    throw new MillraceError('bad_request', 'Say which dataset was updated: by its uri, or by its asset_id.')
  const event: DatasetEvent = {
    uri: body.uri ?? (await findAsset(db, body.asset_id ?? 0)).uri,
    id: body.event_id ?? otherwise.id,
    at: body.timestamp === undefined ? otherwise.at : Date.parse(body.timestamp),
    extra: JSON.stringify(body.extra ?? {}),
    ...{ sourceDagId: null, sourceRunId: null, sourceTaskId: null, sourceMapIndex: null },
    producer: 'api',
  }
  const problem = eventProblem(event)
  if (problem) throw new MillraceError(problem.code === 'too_big' ? 'too_big' : 'bad_request', `The event cannot be published: ${problem.message}.`)
  return event
}

const rowOf = (event: DatasetEvent, partition: number, offset: number) => ({
  ...{ uri: event.uri, event_id: event.id, partition, record_offset: offset, at: new Date(event.at), extra: event.extra, producer: event.producer },
  ...{ source_dag_id: null, source_run_id: null, source_task_id: null, source_map_index: null },
})
