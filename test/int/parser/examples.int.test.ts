/** The examples in dags/, read as the parser reads them and loaded as a worker's child loads them. Needs dist/, no servers. */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundleFile, stopBundling } from '../../../services/parser/bundle-file.ts'
import { type ParsedFile, parseFile } from '../../../services/parser/parse-file.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const examples = join(root, 'dags')
let workFolder: string

beforeAll(async () => {
  workFolder = await realpath(await mkdtemp(join(tmpdir(), 'millrace-examples-')))
})
afterAll(async () => {
  await stopBundling()
  await rm(workFolder, { recursive: true, force: true })
})

const parse = (folder: string, path: string): Promise<ParsedFile> =>
  parseFile({ folder, path, workFolder, signal: new AbortController().signal, importLimitMs: 30_000, importMemoryMb: 256 })

it.each<[string, string, Record<string, string[]>]>([
  ['10_dataset_producer.ts', 'dataset_producer', { update_users: [], update_orders: ['update_users'] }],
  ['10_dataset_consumer.ts', 'dataset_consumer', { read: [], count: ['read'] }],
  ['01_print_date.ts', 'print_date', { start: [], print_date: ['start'], sleep: ['print_date'], list: ['print_date'], end: ['sleep', 'list'] }],
  [
    '02_user_processing.ts',
    'user_processing',
    { create_table: [], is_api_available: ['create_table'], extract_user: ['is_api_available'], process_user: ['extract_user'], store_user: ['process_user'] },
  ],
  ['03_parallel_dag.ts', 'parallel_dag', { extract_a: [], load_a: ['extract_a'], extract_b: [], load_b: ['extract_b'], transform: ['load_a', 'load_b'] }],
  ['04_hourly_etl.ts', 'hourly_etl', { create_table: [], extract: [], load: ['extract', 'create_table'] }],
  [
    '05_branching.ts',
    'branching',
    {
      count: [],
      any: ['count'],
      choose: ['count', 'any'],
      load_small: ['choose'],
      load_large: ['choose'],
      report: ['load_small', 'load_large'],
      latest_only: ['report'],
      announce: ['latest_only'],
    },
  ],
  [
    '06_mapping.ts',
    'mapping',
    {
      list_files: [],
      size: ['list_files'],
      total: ['size'],
      greet: [],
      regions: [],
      'region.extract': ['regions'],
      'region.load': ['region.extract'],
      summary: ['region.load'],
    },
  ],
  [
    '07_groups_setup_teardown.ts',
    'groups_setup_teardown',
    {
      make_folder: [],
      'prepare.users': ['make_folder'],
      'prepare.orders': ['make_folder'],
      'analyse.checks.counts': ['prepare.users', 'prepare.orders'],
      'analyse.checks.sums': ['prepare.users', 'prepare.orders'],
      'analyse.report': ['analyse.checks.counts', 'analyse.checks.sums'],
      remove_folder: ['make_folder', 'analyse.report'],
    },
  ],
  ['09_from_data.yaml', 'from_data', { folders: [], backup: ['folders'], verify: ['backup'], done: ['verify'] }],
])('%s is %s', async (file, dagId, upstreams) => {
  const parsed = await parse(examples, file)
  expect(parsed.faults).toEqual([])
  expect(parsed.dags.map(({ definition }) => definition.dagId)).toEqual([dagId])
  expect(Object.fromEntries(parsed.dags[0]?.definition.tasks.map(({ taskId, upstream }) => [taskId, [...upstream]]) ?? [])).toEqual(upstreams)
})

it('there are no others', async () => {
  expect((await readdir(examples)).filter((name) => /\.(ts|yaml)$/.test(name))).toHaveLength(13)
})

it('12 sends orders, and watches their topic', async () => {
  const { dags, faults } = await parse(examples, '12_kafka.ts')
  expect(faults).toEqual([])
  expect(dags.map(({ definition }) => [definition.dagId, definition.tasks.map(({ taskId, operator }) => `${taskId} ${operator}`), definition.watches])).toEqual(
    [
      ['kafka_big_orders', ['handle function'], [expect.objectContaining({ uri: 'kafka://example_orders/big', topic: 'example_orders', needsCode: true })]],
      ['kafka_sell', ['order_placed kafka_produce', 'sum kafka_consume'], []],
    ],
  )
  expect(dags.every(({ bundle }) => bundle !== null)).toBe(true)
})

it('08 makes a DAG for each entry of its configuration, which is no DAG file', async () => {
  const { dags, faults, inputs } = await parse(examples, '08_generated.ts')
  expect(faults).toEqual([])
  expect(dags.map(({ definition }) => [definition.dagId, definition.tasks.length])).toEqual([
    ['ingest_customers', 3],
    ['ingest_shop', 4],
  ])
  // A change of it makes new versions.
  expect(inputs?.map((input) => input.split('/').at(-1))).toContain('08_sources.json')
  expect(await parse(examples, '08_sources.json')).toMatchObject({ dags: [], faults: [] })
})

it('the hourly one covers six hours', async () => {
  const { dags } = await parse(examples, '04_hourly_etl.ts')
  expect(dags[0]?.definition).toMatchObject({
    catchup: true,
    startDate: Date.UTC(2024, 0, 1),
    endDate: Date.UTC(2024, 0, 1, 5),
    schedule: { crons: ['0 * * * *'], dataIntervals: true },
  })
})

it('a bundle gets the very SDK that loads it', async () => {
  const bundled = await bundleFile(await realpath(examples), '02_user_processing.ts')
  if (!bundled.ok) throw new Error('no bundle')
  const file = join(workFolder, 'loaded.mjs')
  await writeFile(file, bundled.bundle.code)
  const script = `
    const { loadBundle, prepareBundleFolder } = await import(${JSON.stringify(join(root, 'dist/services/sdk/runtime/load-bundle.js'))})
    prepareBundleFolder(${JSON.stringify(workFolder)})
    prepareBundleFolder(${JSON.stringify(workFolder)})
    const [dag] = await loadBundle(${JSON.stringify(file)})
    const { createRequire } = await import('node:module')
    const sdk = createRequire(${JSON.stringify(file)}).resolve('millrace')
    console.log(JSON.stringify([dag.dagId, dag.taskIds.length, sdk]))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  expect(JSON.parse(stdout)).toEqual(['user_processing', 5, join(await realpath(root), 'dist/services/sdk/index.js')])
})

it('a file with a DAG of 5,000 tasks is read, and stays small', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'millrace-large-')))
  await writeFile(
    join(folder, 'large.ts'),
    `import { chain, dag, task } from 'millrace'
export default dag('large', { defaultArgs: { retries: 3, owner: 'data' } }, () => {
  chain(...Array.from({ length: 5000 }, (_, i) => task(\`task_number_\${i}\`, () => i)))
})`,
  )
  const { dags, faults } = await parse(folder, 'large.ts')
  await rm(folder, { recursive: true })
  expect(faults).toEqual([])
  expect(dags[0]?.definition.tasks).toHaveLength(5000)
  expect(JSON.stringify(dags[0]?.compact).length).toBeLessThan(700_000)
})

it('11 is two DAGs: one that waits in every way, and one that triggers it', async () => {
  const { dags, faults } = await parse(examples, '11_sensors.ts')
  expect(faults).toEqual([])
  expect(dags.map(({ definition }) => [definition.dagId, definition.tasks.map(({ operator }) => operator)]).sort()).toEqual([
    ['sensors', ['function', 'time_sensor', 'file_sensor', 'function', 'function', 'sensor']],
    ['sensors_controller', ['trigger_dag_run', 'external_task_sensor', 'time_delta_sensor', 'empty']],
  ])
})
