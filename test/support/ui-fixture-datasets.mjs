// Datasets of the fixture: one that a task updates, one from outside that nobody takes yet, and a DAG that needs both.
const iso = (ms) => new Date(ms).toISOString()
const consumer = 'parallel_dag'
const producer = 'hourly_etl'

const reference = (dagId, now) => ({ dag_id: dagId, created_at: iso(now), updated_at: iso(now) })

const asset = (id, uri, now, more) => ({
  id,
  name: uri,
  uri,
  group: 'asset',
  extra: {},
  created_at: iso(now - 86_400_000),
  updated_at: iso(now),
  scheduled_dags: [],
  producing_tasks: [],
  consuming_tasks: [],
  aliases: [],
  last_asset_event: { id: 1, timestamp: iso(now - 120_000) },
  event_count: 42,
  ...more,
})

export const makeDatasets = (model, now) => {
  const runsOf = (dagId) => model.dags.find((one) => one.id === dagId).runs
  const assets = [
    asset(11, 'file:///data/warehouse/users.csv', now, {
      scheduled_dags: [reference(consumer, now), reference('warehouse', now)],
      producing_tasks: [{ ...reference(producer, now), task_id: 'load' }],
    }),
    asset(12, 'kafka://orders', now, { scheduled_dags: [reference(consumer, now)], event_count: 3 }),
    asset(13, 's3://lake/reports/daily', now, {
      producing_tasks: [{ ...reference(consumer, now), task_id: 'transform' }],
      last_asset_event: null,
      event_count: 0,
    }),
  ]
  const event = (n, id, source, took) => ({
    id: n,
    asset_id: id,
    uri: assets.find((one) => one.id === id).uri,
    name: '',
    group: 'asset',
    extra: n % 2 ? { rows: 300 + n, files: ['users.csv'] } : {},
    source_dag_id: source?.dag ?? null,
    source_run_id: source?.run ?? null,
    source_task_id: source?.task ?? null,
    source_map_index: -1,
    timestamp: iso(now - n * 120_000),
    event_id: source ? `${source.dag}/${source.run}/load/-1/1` : `orders-7-${4700 - n}`,
    producer: source ? null : 'orders-service',
    created_dagruns: took.map((run) => ({ run_id: run.id, dag_id: consumer, logical_date: null, start_date: null, end_date: null, state: run.state })),
  })
  const sources = runsOf(producer)
  const takers = runsOf(consumer)
  const events = [
    ...Array.from({ length: 12 }, (_, n) => event(n + 1, 11, { dag: producer, run: sources[n].id, task: 'load' }, n < 2 ? [] : [takers[n - 1]])),
    ...Array.from({ length: 3 }, (_, n) => event(n + 20, 12, null, n === 0 ? [] : [takers[n]])),
  ]
  return { assets, events }
}

const waitsOf = (datasets, dagId, now) => ({
  dag_id: dagId,
  is_paused: dagId === 'warehouse',
  asset_expression: { all: [] },
  condition: 'file:///data/warehouse/users.csv and kafka://orders',
  events_mode: 'batch',
  on_unpause: 'skip',
  sentence: 'file:///data/warehouse/users.csv: 2 events, kafka://orders: none; needs all',
  is_due: false,
  assets: [
    { asset_id: 11, uri: datasets.assets[0].uri, events: 2, oldest: iso(now - 240_000), newest: iso(now - 120_000) },
    { asset_id: 12, uri: datasets.assets[1].uri, events: 0, oldest: null, newest: null },
  ],
})

const waitsForNone = (dagId) => ({
  dag_id: dagId,
  is_paused: false,
  asset_expression: null,
  condition: '',
  events_mode: 'batch',
  on_unpause: 'skip',
  assets: [],
  sentence: 'It waits for no dataset.',
  is_due: false,
})

/** The answer to a request about datasets; undefined: it is none. */
export const answerDatasets = ({ method, path, query, body, datasets, send }) => {
  const { assets, events } = datasets
  const now = Date.now()
  if (path[0] === 'dags' && path[2] === 'waits') return path[1] === consumer ? waitsOf(datasets, consumer, now) : waitsForNone(path[1])
  if (path[4] === 'upstreamAssetEvents') return { asset_events: [events[4], events[13]], total_entries: 2 }
  if (path[0] !== 'assets') return undefined
  if (path[1] === 'events' && method === 'POST') {
    const one = assets.find(({ id }) => id === body.asset_id)
    const made = {
      ...events.at(-1),
      asset_id: one.id,
      uri: one.uri,
      extra: body.extra ?? {},
      event_id: body.event_id ?? `by-hand-${now}`,
      timestamp: iso(now),
      created_dagruns: [],
    }
    events.unshift(made)
    one.event_count++
    one.last_asset_event = { id: now, timestamp: iso(now) }
    send('dataset_event', made)
    return made
  }
  if (path[1] === 'events') {
    const wanted = events.filter((one) => String(one.asset_id) === query.get('asset_id'))
    return { asset_events: wanted, total_entries: wanted.length }
  }
  if (path[1] === undefined) {
    const [dagId] = query.getAll('dag_ids')
    const concerns = (one) => !dagId || [...one.scheduled_dags, ...one.producing_tasks].some((each) => each.dag_id === dagId)
    const wanted = assets.filter((one) => one.uri.includes(query.get('uri_pattern') ?? '')).filter(concerns)
    return { assets: wanted, total_entries: wanted.length }
  }
  const one = assets.find(({ id }) => String(id) === path[1])
  if (path[2] === 'waits') return { dags: one.scheduled_dags.map(({ dag_id }) => waitsOf(datasets, dag_id, now)) }
  return one
}
