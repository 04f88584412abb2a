import type { Asset, Structure } from '../../api/types.ts'

type Node = Structure['nodes'][number]

const node = (id: string, label: string, operator: string): Node => ({
  id,
  label,
  operator,
  group: null,
  trigger_rule: 'all_success',
  queue: '',
  pool: '',
  retries: 0,
  owner: '',
  doc_md: null,
  is_mapped: false,
  is_setup: false,
  is_teardown: false,
  outlets: [],
  inlets: [],
})

export const dagNode = (dagId: string): string => `dag ${dagId}`
export const datasetNode = (id: number): string => `dataset ${id}`

/** Datasets between the DAGs that update and those that they start, as a graph of tasks is drawn. `version` changes with what is in it. */
export const lineageOf = (assets: readonly Asset[], words: { readonly dag: string; readonly dataset: string }): Structure => {
  const nodes = new Map<string, Node>()
  const edges = new Map<string, { source: string; target: string }>()
  const link = (source: string, target: string): void => void edges.set(`${source} > ${target}`, { source, target })
  for (const asset of assets) {
    const id = datasetNode(asset.id)
    nodes.set(id, node(id, asset.uri, words.dataset))
    for (const { dag_id } of asset.producing_tasks) {
      nodes.set(dagNode(dag_id), node(dagNode(dag_id), dag_id, words.dag))
      link(dagNode(dag_id), id)
    }
    for (const { dag_id } of asset.scheduled_dags) {
      nodes.set(dagNode(dag_id), node(dagNode(dag_id), dag_id, words.dag))
      link(id, dagNode(dag_id))
    }
  }
  const drawn = [...edges.values()]
  return {
    dag_id: '~datasets',
    version: [...nodes.keys(), ...edges.keys()].join('\n'),
    version_number: null,
    nodes: [...nodes.values()],
    edges: drawn,
    groups: [],
  }
}
