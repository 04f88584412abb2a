import { expect, it } from 'vitest'
import type { Asset } from '../../../services/ui/src/api/types.ts'
import { datasetsSearch } from '../../../services/ui/src/pages/datasets/datasets-search.ts'
import { dagNode, datasetNode, lineageOf } from '../../../services/ui/src/pages/datasets/lineage.ts'

const words = { dag: 'DAG', dataset: 'Dataset' }
const one = (id: number, uri: string, producers: readonly string[], consumers: readonly string[]) =>
  ({
    id,
    uri,
    producing_tasks: producers.flatMap((dag_id) => ['a', 'b'].map((task_id) => ({ dag_id, task_id }))),
    scheduled_dags: consumers.map((dag_id) => ({ dag_id })),
  }) as unknown as Asset

it('draws each DAG and each way once, however many tasks update a dataset', () => {
  const graph = lineageOf([one(1, 'file:///a', ['make'], ['take', 'both']), one(2, 'file:///b', ['take'], ['both'])], words)
  expect(graph.nodes.map(({ id, label, operator }) => [id, label, operator])).toEqual([
    [datasetNode(1), 'file:///a', 'Dataset'],
    [dagNode('make'), 'make', 'DAG'],
    [dagNode('take'), 'take', 'DAG'],
    [dagNode('both'), 'both', 'DAG'],
    [datasetNode(2), 'file:///b', 'Dataset'],
  ])
  expect(graph.edges).toEqual([
    { source: dagNode('make'), target: datasetNode(1) },
    { source: datasetNode(1), target: dagNode('take') },
    { source: datasetNode(1), target: dagNode('both') },
    { source: dagNode('take'), target: datasetNode(2) },
    { source: datasetNode(2), target: dagNode('both') },
  ])
})

it('is another version when anything in it changes, so that it is laid out anew', () => {
  const version = (assets: readonly Asset[]): string => lineageOf(assets, words).version
  expect(version([one(1, 'a', ['x'], [])])).toBe(version([one(1, 'a', ['x'], [])]))
  expect(version([one(1, 'a', ['x'], [])])).not.toBe(version([one(1, 'a', ['x'], ['y'])]))
})

it('the address keeps filter and view', () => {
  expect(datasetsSearch({ q: 'file', view: 'graph' })).toEqual({ q: 'file', view: 'graph' })
  expect(datasetsSearch({ q: '', view: 'tree' })).toEqual({})
})
