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

/** Undefined while the supervisor has not started it again. */
const pidOf = async (name: string): Promise<number | undefined> => {
  const { processes } = JSON.parse(await readFile(join(millrace.dataDir, 'run.json'), 'utf8')) as { processes: { name: string; pid: number }[] }
  return processes.find((process) => process.name === name)?.pid
}

describe('kill -9 in the middle of a run', () => {
  for (const name of ['scheduler', 'executor', 'worker', 'triggerer', 'projector', 'parser', 'api'])
    test(name, async () => {
      const pid = await pidOf(name)
      if (pid === undefined) throw new Error(`no process ${name} runs`)
      const runId = await api.trigger('user_processing')
      process.kill(pid, 'SIGKILL')
      await until(
        `${name} was started again`,
        async () => {
          const next = await pidOf(name)
          return next !== undefined && next !== pid
        },
        30_000,
      )
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
      // Run and tasks are two feeds: behind a killed projector one may be shown a moment before the other.
      await until('its tasks are shown', async () => (await api.tasks('user_processing', runId)).every((task) => task.state === 'success'))
    })
})
