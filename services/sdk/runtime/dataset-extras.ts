import type { OutletEvent } from '../../../schemas/generated/records.ts'
import type { TaskDefinition } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import { kinds, shown } from '../../core/normal-kinds.ts'
import { didYouMean } from '../../core/normal-names.ts'
import type { TaskContext } from '../context.ts'
import { type Dataset, datasetUri } from '../datasets.ts'
import { maxInlineBytes, xcomJson } from './xcom-values.ts'

/** Over all datasets of the task: it has to fit a record. */
const maxTotalBytes = 192 * 1024

export interface DatasetExtras {
  readonly attach: TaskContext['datasetExtra']
  events(): readonly OutletEvent[]
}

/** What a task attaches to the datasets that it updates. */
export const makeDatasetExtras = (task: TaskDefinition): DatasetExtras => {
  const attached = new Map(Object.entries(task.outletExtras).map(([uri, extra]) => [uri, JSON.stringify(extra)]))
  const bytesBeside = (uri: string): number => [...attached].reduce((sum, [other, json]) => (other === uri ? sum : sum + Buffer.byteLength(json)), 0)
  return {
    attach(given: Dataset | string, extra) {
      const uri = datasetUri(given)
      const where = `task '${task.taskId}': datasetExtra(${JSON.stringify(uri)})`
      if (!task.outlets.includes(uri))
        throw new MillraceError('bad_request', `${where}: the dataset is not among the task's outlets${didYouMean(uri, task.outlets)}: add it there`)
      if (!kinds.object.holds(extra)) throw new MillraceError('bad_request', `${where}: extra must be an object, not ${shown(extra)}`)
      const json = xcomJson(`the extra of dataset ${uri}`, { ...JSON.parse(attached.get(uri) ?? '{}'), ...extra }) ?? '{}'
      if (Buffer.byteLength(json) > maxInlineBytes)
        throw new MillraceError(
          'too_big',
          `${where}: ${Buffer.byteLength(json)} bytes, at most ${maxInlineBytes} are allowed: attach where the data are, not the data`,
        )
      if (bytesBeside(uri) + Buffer.byteLength(json) > maxTotalBytes)
        throw new MillraceError(
          'too_big',
          `${where}: the task attaches more than ${maxTotalBytes} bytes to its datasets together: attach where the data are, not the data`,
        )
      attached.set(uri, json)
    },
    events: () => [...attached].map(([uri, extra]) => ({ uri, extra })),
  }
}
