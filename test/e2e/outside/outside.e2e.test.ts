/**
 * Other systems, in their own languages, on a whole Millrace: the programs of schemas/examples publish a DAG as data, start a run of it by command
 * and follow it to its end; and the commands of its README do the same by REST.
 */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { columnOf } from '../../../services/core/column.ts'
import { apiClient } from '../../support/api-client.ts'
import { type ExamplePrograms, findPython, javaExamples, pythonExamples } from '../../support/example-programs.ts'
import { until } from '../../support/until.ts'

const columns = 12
const pythonVersion = await findPython()
const hasCurl = await promisify(execFile)('curl', ['--version']).then(
  () => true,
  () => false,
)

const api = apiClient(inject('millraceUrl'))
const env = { MILLRACE_TOPIC_PREFIX: inject('millraceTopicPrefix') }

interface Language {
  readonly name: string
  readonly open: () => Promise<ExamplePrograms>
  readonly program: (words: string) => string
  /** Producer settings that a foreign system may well have. */
  readonly foreign: Readonly<Record<string, string>>
}

const capitals = (words: string): string => words.replace(/(^| )(\w)/g, (_, _space, letter: string) => letter.toUpperCase())
const languages: readonly Language[] = [
  {
    name: 'Java',
    open: javaExamples,
    program: capitals,
    foreign: { KAFKA_PRODUCER: 'partitioner.class=org.apache.kafka.clients.producer.RoundRobinPartitioner\ncompression.type=zstd' },
  },
  ...(pythonVersion === undefined
    ? []
    : [{ name: 'Python', open: () => pythonExamples(pythonVersion), program: (words: string) => `${words.replaceAll(' ', '_')}.py`, foreign: {} }]),
]
if (pythonVersion === undefined) console.warn('NOT TESTED: schemas/examples/python, as this machine has no Python 3.9 or newer')
if (!hasCurl) console.warn('NOT TESTED: the commands of schemas/examples/README.md, as this machine has no curl')

describe.each(languages)('$name', ({ name, open, program, foreign }) => {
  const dagId = `${name.toLowerCase()}_copy`
  let programs: ExamplePrograms
  beforeAll(async () => {
    programs = await open()
  })
  afterAll(() => programs?.close())

  const ran = async (words: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<string> => {
    const { code, out, err } = await programs.start(program(words), args, { ...env, ...more }).ended
    expect(code, `${words}: ${err}`).toBe(0)
    return out
  }

  test('publishes a DAG, and a second version of it', async () => {
    const definition = JSON.parse(await readFile('schemas/examples/nightly_copy.json', 'utf8'))
    const file = join(inject('millraceDataDir'), `${dagId}.json`)
    const publish = async (description: string): Promise<void> => {
      await writeFile(file, JSON.stringify({ ...definition, dagId, description }))
      expect(await ran('publish dag', [file])).toBe(`published ${dagId}\n`)
      const shown = async () => (await api.get<{ dags: { dag_id: string; description: string; is_paused: boolean }[] }>('/api/v2/dags')).dags
      await until(`the page has it: ${description}`, async () =>
        (await shown()).some((dag) => dag.dag_id === dagId && dag.description === description && !dag.is_paused),
      )
    }
    await publish('the first')
    await publish('the second')
    expect((await api.get<{ total_entries: number }>(`/api/v2/dags/${dagId}/dagVersions`)).total_entries).toBe(2)
  })

  test('asks for a run in a partition that is not its column, and follows it to its end', async () => {
    const follower = programs.start(program('follow dag'), [dagId], env)
    await follower.untilLine(/^following /)
    const asked = await ran('trigger run', [dagId, '{"folder":"2026-01"}'], foreign)
    expect(Number(asked.match(/in partition (\d+)/)?.[1]), 'the test wants a partitioner that is not ours').not.toBe(columnOf(dagId, columns))
    const { code, out, err } = await follower.ended
    const lines = out.trim().split('\n')
    expect(code, `${out}${err}`).toBe(0)
    const states = (of: string) => lines.filter((line) => line.startsWith(`${of} `)).map((line) => line.split(' ').at(-1))
    for (const task of ['task copy', 'task check']) expect(states(task)).toEqual(expect.arrayContaining(['queued', 'running', 'success']))
    expect(states('run')).toEqual(['queued', 'running', 'success'])
    const runId = lines.find((line) => line.startsWith('run '))?.split(' ')[1] ?? ''
    expect(await api.log(dagId, runId, 'check')).toContain('copying 2026-01: checked')
  })

  test('tells that a dataset was updated, as Avro and as JSON: each starts a run', async () => {
    const consumer = `${dagId}_consumer`
    const file = join(inject('millraceDataDir'), `${consumer}.json`)
    const command = "echo {{ triggering_dataset_events['warehouse://orders'][0].extra.rows }} rows"
    const tasks = [{ taskId: 'take', operator: 'bash', args: { command } }]
    await writeFile(file, JSON.stringify({ dagId: consumer, schedule: { uri: 'warehouse://orders' }, events: 'each', pausedUponCreation: false, tasks }))
    await ran('publish dag', [file])
    await until('the scheduler has it', () =>
      api.get<{ event_number: number }>(`/api/v2/dags/${consumer}/details`).then(
        ({ event_number: n }) => n > 0,
        () => false,
      ),
    )
    await ran('publish dataset event', ['warehouse://orders', '{"rows": 1}'])
    await ran('publish dataset event', ['warehouse://orders', '{"rows": 2}', '--json'])
    await until('two runs', async () => (await api.runs(consumer)).filter(({ state }) => state === 'success').length === 2)
    const runs = [...(await api.runs(consumer))].sort((a, b) => String(a.queued_at).localeCompare(String(b.queued_at)))
    const logs = await Promise.all(runs.map(({ dag_run_id: runId }) => api.log(consumer, runId, 'take')))
    expect(runs.map(({ run_type }) => run_type)).toEqual(['dataset_triggered', 'dataset_triggered'])
    expect(logs).toEqual([expect.stringContaining('1 rows'), expect.stringContaining('2 rows')])
  })
})

describe.runIf(hasCurl)('curl, by REST', () => {
  const shell = async (script: string): Promise<string> =>
    (await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { env: { ...process.env, MILLRACE_URL: inject('millraceUrl') } })).stdout

  test('the commands of the README, one after the other', async () => {
    const programs = await javaExamples()
    const { code, err } = await programs.start('PublishDag', ['schemas/examples/nightly_copy.json'], env).ended
    expect(code, err).toBe(0)
    await programs.close()
    await until('the page has nightly_copy', () =>
      api.get('/api/v2/dags/nightly_copy').then(
        () => true,
        () => false,
      ),
    )
    const readme = await readFile('schemas/examples/README.md', 'utf8')
    const answers: string[] = []
    for (const [, script = ''] of readme.matchAll(/^```sh\n(.*?)^```$/gms)) {
      answers.push(await shell(script))
      if (answers.length === 1) await api.ended('nightly_copy', 'by_rest')
    }
    const [triggered = '', live, looked = '', told = '', paused = ''] = answers
    expect(JSON.parse(told)).toMatchObject({ uri: 'postgres://warehouse/users', extra: { rows: 4711 } })
    expect(JSON.parse(triggered)).toMatchObject({ dag_run_id: 'by_rest', conf: { folder: '2026-01' } })
    expect(live).toContain('event: ')
    expect(looked).toMatch(/"state":"success".*"task_id":"check"/s)
    expect(JSON.parse(paused)).toMatchObject({ dag_id: 'nightly_copy', is_paused: true })
  })
})
