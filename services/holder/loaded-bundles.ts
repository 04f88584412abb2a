/** Bundles that this child has loaded, the last few used: code is loaded once, not for each task. */
import { dirname } from 'node:path'
import { MillraceError } from '../core/errors.ts'
import type { Dag } from '../sdk/dag.ts'
import { loadBundle, prepareBundleFolder } from '../sdk/runtime/load-bundle.ts'

export interface LoadedBundles {
  dag(file: string, dagId: string): Promise<Dag>
  /** How many were loaded in all: an ES module never leaves memory, so a child that loaded very many is replaced. */
  loaded(): number
}

const keep = 32

export const makeLoadedBundles = (): LoadedBundles => {
  const dags = new Map<string, ReadonlyMap<string, Dag>>()
  const prepared = new Set<string>()
  let loaded = 0
  const load = async (file: string): Promise<ReadonlyMap<string, Dag>> => {
    const folder = dirname(file)
    if (!prepared.has(folder)) prepareBundleFolder(folder)
    prepared.add(folder)
    loaded++
    return new Map((await loadBundle(file)).map((dag) => [dag.dagId, dag]))
  }
  return {
    loaded: () => loaded,
    async dag(file, dagId) {
      const found = dags.get(file) ?? (await load(file))
      dags.delete(file)
      dags.set(file, found)
      const [leastRecent] = dags.keys()
      if (dags.size > keep && leastRecent !== undefined) dags.delete(leastRecent)
      const dag = found.get(dagId)
      if (dag === undefined)
        throw new MillraceError(
          'bad_dag',
          `the code bundle holds no DAG '${dagId}' (it holds ${[...found.keys()].join(', ') || 'none'}): a DAG must not depend on the machine it is read on`,
        )
      return dag
    },
  }
}
