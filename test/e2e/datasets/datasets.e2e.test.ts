/** Datasets under a whole Millrace: the example pair, what waits, lineage, other programs' events, what cannot be read. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Asset, AssetEvent, DagAssetWaits } from '../../../schemas/http/assets.ts'
import { datasetEventRecord } from '../../../services/platform/bus/dataset-event-record.ts'
import { makeLog } from '../../../services/platform/log.ts'
import { type OpenPlatform, openPlatform } from '../../../services/platform/open-platform.ts'
import { type ApiClient, apiClient } from '../../support/api-client.ts'
import { millraceCli } from '../../support/cli.ts'
import { datasetEvent, jsonEvent } from '../../support/dataset-scheduler-cases.ts'
import { stackEnv } from '../../support/stack-env.ts'
import { until } from '../../support/until.ts'

const users = 'file:///tmp/millrace/users.txt'
const orders = 'file:///tmp/millrace/orders.txt'

const url = inject('millraceUrl')
let api: ApiClient
let outside: OpenPlatform
beforeAll(async () => {
  api = apiClient(url)
  const servers = { brokers: stackEnv('KAFKA_BROKERS').split(','), registryUrl: stackEnv('SCHEMA_REGISTRY_URL') }
  outside = await openPlatform(
    { ...servers, topicPrefix: inject('millraceTopicPrefix'), columns: 12, logLevel: 'silent' },
    'outside',
    makeLog('test', 'silent'),
  )
  await until(
    'the examples are published',
    async () => (await api.get<{ total_entries: number }>('/api/v2/dags?dag_id_pattern=dataset')).total_entries === 2,
    60_000,
  )
})
afterAll(() => outside?.close())

const waits = (): Promise<DagAssetWaits> => api.get<DagAssetWaits>('/ui/dags/dataset_consumer/waits')
const consumerRuns = async () => (await api.runs('dataset_consumer')).filter((run) => run.run_type === 'dataset_triggered')
const upstream = (runId: string) =>
  api.get<{ asset_events: AssetEvent[] }>(`/api/v2/dags/dataset_consumer/dagRuns/${encodeURIComponent(runId)}/upstreamAssetEvents`)

describe('datasets', () => {
  test('two tasks update two datasets; the DAG that needs both runs when both were updated, and its tasks see what did it', async () => {
    await api.unpause('dataset_consumer')
    await api.unpause('dataset_producer') // its newest day is made up for
    await until('a run of the consumer', async () => (await consumerRuns()).some((run) => run.state === 'success'), 60_000)
    const [run] = await consumerRuns()
    const { asset_events: events } = await upstream(run?.dag_run_id ?? '')
    expect(events.map((event) => [event.uri, event.source_dag_id, event.source_task_id, event.extra])).toEqual([
      [users, 'dataset_producer', 'update_users', { rows: 1 }],
      [orders, 'dataset_producer', 'update_orders', { rows: 2 }],
    ])
    expect(events.map((event) => event.created_dagruns.map(({ dag_id, run_id }) => `${dag_id}/${run_id}`))).toEqual(
      Array(2).fill([`dataset_consumer/${run?.dag_run_id}`]),
    )
    expect(await api.log('dataset_consumer', run?.dag_run_id ?? '', 'read')).toContain(`${users} was updated by dataset_producer: {"rows":1}`)
    expect(await api.log('dataset_consumer', run?.dag_run_id ?? '', 'count')).toContain('2 datasets, 2 files')
    const { assets } = await api.get<{ assets: Asset[] }>('/api/v2/assets?uri_pattern=millrace')
    expect(assets.find(({ uri }) => uri === users)).toMatchObject({
      scheduled_dags: [{ dag_id: 'dataset_consumer' }],
      producing_tasks: [{ dag_id: 'dataset_producer', task_id: 'update_users' }],
      consuming_tasks: [{ dag_id: 'dataset_consumer', task_id: 'read' }],
    })
  })

  test('events of other programs, as Avro, as JSON, by REST and by CLI: what waits is shown, and goes to one run', async () => {
    const before = (await consumerRuns()).length
    const cli = (...args: string[]) => millraceCli(['datasets', ...args], { MILLRACE_URL: url })
    await outside.bus.send([datasetEventRecord(outside, datasetEvent(users, 'avro-1'))])
    await outside.bus.send([jsonEvent(outside, { uri: users, extra: { by: 'json' } }, { 'event-id': 'json-1' })])
    const published = await cli('publish', users, '--extra', '{"by":"cli"}', '--id', 'cli-1')
    expect(published.out).toContain('cli-1')
    await until('three wait', async () => (await waits()).assets[0]?.events === 3)
    expect((await waits()).sentence).toBe(`${users}: 3 events, ${orders}: none; needs all`)
    expect((await cli('waits', 'dataset_consumer')).out).toContain('3 events')
    const posted = await api.post<AssetEvent>('/api/v2/assets/events', { uri: orders, extra: { by: 'rest' }, event_id: 'rest-1' })
    expect(posted).toMatchObject({ uri: orders, event_id: 'rest-1', extra: { by: 'rest' }, source_dag_id: null })
    await until('its run', async () => (await consumerRuns()).length === before + 1)
    const newest = (await consumerRuns()).toSorted((a, b) => String(b.run_after).localeCompare(String(a.run_after)))[0]
    await until('the lineage', async () => (await upstream(newest?.dag_run_id ?? '')).asset_events.length === 4)
    expect((await upstream(newest?.dag_run_id ?? '')).asset_events.map(({ event_id }) => event_id).sort()).toEqual(['avro-1', 'cli-1', 'json-1', 'rest-1'])
    expect((await waits()).assets.map(({ events }) => events)).toEqual([0, 0])
    expect((await cli('events', orders)).out).toContain('dataset_consumer/')
  })

  test('a dataset that nobody knew is listed; what cannot be read is not, and changes nothing', async () => {
    const runs = (await consumerRuns()).length
    await outside.bus.send([
      jsonEvent(outside, '{"uri": '),
      { topic: outside.topic('dataset-events'), key: users, value: Buffer.from([0, 0x7f, 0xff, 0xff, 0x02, 1, 2, 3]) },
      jsonEvent(outside, { uri: users, extra: { text: 'x'.repeat(300_000) } }),
      jsonEvent(outside, { uri: 'file:///tmp/nobody', id: 'n' }),
    ])
    await until('it is listed', async () => (await api.get<{ assets: Asset[] }>('/api/v2/assets?uri_pattern=nobody')).assets[0]?.event_count === 1)
    expect((await waits()).assets.map(({ events }) => events)).toEqual([0, 0])
    expect((await consumerRuns()).length).toBe(runs)
  })
})
