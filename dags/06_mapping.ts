/**
 * 06 · As many tasks as there is work.
 *
 *   list_files ─> size [0..n] ─────────────────> total
 *   greet [0..3]
 *   regions ─> region [0..m] (extract ─> load) ─> summary
 *
 * How often a mapped task runs is known when what it is mapped over is: here, when `list_files` has returned. Each item gets an instance with a log, a
 * state and retries of its own. What is behind a mapped task gets the results as a list, in order.
 */
import { bash, dag, group, task } from 'millrace'

const files = { 'users.csv': 1200, 'orders.csv': 5300, 'items.csv': 800 }

export default dag(
  'mapping',
  {
    description: 'Tasks and groups mapped over lists, combinations, and what other tasks return',
    schedule: null,
    tags: ['example'],
    defaultArgs: { owner: 'examples', retries: 1, retryDelay: '10s' },
  },
  () => {
    // Over the result of another task. The template names each instance in the UI.
    const listFiles = task('list_files', () => Object.keys(files))
    const size = task.map('size', { file: listFiles }, { mapIndexTemplate: '{{ inputs.file }}' }, ({ inputs }) => files[inputs.file as keyof typeof files])
    task('total', { inputs: { sizes: size } }, ({ inputs }) => inputs.sizes.reduce((sum, each) => sum + each, 0))

    // Every combination: four instances. Operators have their items in templates.
    bash('greet', 'echo "{{ inputs.greeting }}, {{ inputs.name }}!"').map({ greeting: ['Hello', 'Good morning'], name: ['Ada', 'Grace'] })

    // A whole group, once for each record. A region that is quick does not wait for one that is slow.
    const regions = task('regions', () => [
      { name: 'north', shops: 3 },
      { name: 'south', shops: 5 },
    ])
    const region = group.mapEach('region', regions, ({ name, shops }) => {
      const extract = task('extract', { inputs: { name, shops } }, ({ inputs }) => Array.from({ length: inputs.shops }, (_, i) => `${inputs.name}-${i + 1}`))
      return task('load', { inputs: { rows: extract } }, ({ inputs, log }) => {
        log.info('loading', inputs.rows)
        return inputs.rows.length
      })
    })
    task('summary', { inputs: { loaded: region.made } }, ({ inputs }) => `${inputs.loaded.length} regions, ${inputs.loaded.join(' + ')} shops`)
  },
)
