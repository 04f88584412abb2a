import { useQuery } from '@tanstack/react-query'
import ELK from 'elkjs/lib/elk-api.js'
import workerUrl from 'elkjs/lib/elk-worker.min.js?url'
import type { Structure } from '../../../api/types.ts'
import { elkGraph, layoutOf } from './graph-layout.ts'

// As a file of its own: it is minified already, and building it anew would take longer than all the rest.
const elk = new ELK({ workerFactory: () => new Worker(workerUrl) })

/** Places of tasks and edges, worked out in a web worker; once for each version. */
export const useLayout = (structure: Structure | undefined) =>
  useQuery({
    queryKey: ['layout', structure?.dag_id, structure?.version],
    enabled: structure !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: async () => layoutOf(await elk.layout(elkGraph(structure as Structure))),
  })
