/**
 * 11 · Waiting without a place on a worker.
 *
 *   sensors:           in_a_second ─┬─> file_is_there ─> ask_twice ─> wait_for_signal ─> all_there
 *                      write_file ──┘
 *   sensors_controller: trigger_sensors ─> sensors_are_done
 *
 * A deferred task is nowhere but in the triggerer, which waits for thousands of them in one process. When what it waits for has happened, the task goes on
 * in a fresh process of a worker.
 */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chain, dag, defer, empty, externalTaskSensor, fileSensor, sensor, task, timeDeltaSensor, timeSensor, trigger, triggerDagRun, triggers } from 'millrace'

/** A trigger of your own: it runs beside the triggerer, where it shares an event loop with others. Await what takes time. */
const countsTo = trigger('counts_to', async ({ end }: { end: number }, { log, sleep }) => {
  for (let n = 1; n <= end; n++) {
    log.info(`${n} of ${end}`)
    await sleep(50)
  }
  return { counted: end }
})

export const sensors = dag(
  'sensors',
  { description: 'Sensors and deferral', isPausedUponCreation: false, tags: ['example', 'sensors'], defaultArgs: { owner: 'examples' } },
  () => {
    const writeFileTask = task('write_file', async () => {
      const path = join(await mkdtemp(join(tmpdir(), 'millrace-sensors-')), 'ready.txt')
      await writeFile(path, 'it is here')
      return path
    })
    // Time sensors wait in the triggerer unless they are told otherwise.
    const inASecond = timeSensor('in_a_second', { at: '{{ dag_run.run_after }}', timeout: '1m' })
    const fileIsThere = fileSensor('file_is_there', {
      path: "{{ ti.xcom_pull(task_ids='write_file') }}",
      mode: 'deferrable',
      pokeInterval: '1s',
      timeout: '1m',
    })

    // Any task can defer itself; its function is called again with what it waited for.
    const askTwice = task('ask_twice', async ({ resume, log }) => {
      if (resume === null) defer(triggers.time({ at: new Date(Date.now() + 500) }), { method: 'second', state: { asked: 1 }, timeout: '1m' })
      log.info('goes on with', resume.method, resume.state)
      return resume.state
    })
    const waitForSignal = task('wait_for_signal', async ({ resume }) => {
      if (resume === null) defer(countsTo({ end: 3 }), { timeout: '1m' })
      return resume.event
    })
    // A look of your own; its truthy answer is the task's result.
    const allThere = sensor(
      'all_there',
      { mode: 'reschedule', pokeInterval: '1s', timeout: '1m' },
      async ({ xcom }) => (await xcom.pull(waitForSignal)) ?? false,
    )
    chain([inASecond, writeFileTask], fileIsThere, askTwice, waitForSignal, allThere)
  },
)

export default dag(
  'sensors_controller',
  { description: 'Triggers a DAG and waits for it', tags: ['example', 'sensors'], defaultArgs: { owner: 'examples' } },
  () => {
    const triggerSensors = triggerDagRun('trigger_sensors', {
      dagId: 'sensors',
      logicalDate: '{{ ts }}',
      conf: { by: '{{ dag_run.run_id }}' },
      wait: 'deferrable',
    })
    // By the other DAG's own events, what has happened already included.
    const sensorsAreDone = externalTaskSensor('sensors_are_done', { dagId: 'sensors', taskId: 'all_there', timeout: '2m' })
    chain(triggerSensors, sensorsAreDone, timeDeltaSensor('no_hurry', { delta: '0s' }), empty('end'))
  },
)
