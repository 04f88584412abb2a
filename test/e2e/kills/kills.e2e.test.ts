/** kill -9 of any one service, or of the worker, in the middle of user_processing: the supervisor starts it again and the run ends in success. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiClient, apiClient } from '../../support/api-client.ts'
import { type E2eMillrace, startE2eMillrace } from '../../support/e2e-millrace.ts'
import { until } from '../../support/until.ts'

let millrace: E2eMillrace
let api: ApiClient
beforeAll(async () => {
  millrace = await startE2eMillrace(['--separate'])
  api = apiClient(millrace.url)
  await until(
    'the example is published',
    async () => (await api.get<{ dags: { dag_id: string }[] }>('/api/v2/dags')).dags.some((dag) => dag.dag_id === 'user_processing'),
    60_000,
  )
  await api.unpause('user_processing')
  await api.ended('user_processing', (await api.runs('user_processing'))[0]?.dag_run_id ?? '')
})
afterAll(() => millrace?.stop())

const pidOf = async (name: string): Promise<number> => {
  const { processes } = JSON.parse(await readFile(join(millrace.dataDir, 'run.json'), 'utf8')) as { processes: { name: string; pid: number }[] }
  const found = processes.find((process) => process.name === name)
  if (!found) throw new Error(`no process ${name} among ${processes.map((process) => process.name).join(', ')}`)
  return found.pid
}

describe('kill -9 in the middle of a run', () => {
  for (const name of ['scheduler', 'executor', 'worker', 'projector', 'parser', 'api'])
    test(name, async () => {
      const pid = await pidOf(name)
      const runId = await api.trigger('user_processing')
      process.kill(pid, 'SIGKILL')
      await until(`${name} was started again`, async () => (await pidOf(name)) !== pid, 30_000)
      await until(
        'the API answers',
        async () =>
          api.run('user_processing', runId).then(
            () => true,
            () => false,
          ),
        60_000,
      )
      const run = await api.ended('user_processing', runId)
      expect(run.state).toBe('success')
      expect((await api.tasks('user_processing', runId)).map((task) => task.state)).toEqual(Array.from({ length: 5 }, () => 'success'))
    })
})
