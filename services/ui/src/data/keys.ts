/** Names of the query caches. The first word tells the shape; live/patch-caches.ts goes by it. */
export const keys = {
  dagRows: (filters: unknown) => ['dag-rows', filters] as const,
  dagNames: () => ['dag-names'] as const,
  dag: (dagId: string) => ['dag', dagId] as const,
  grid: (dagId: string, limit: number) => ['grid', dagId, limit] as const,
  structure: (dagId: string, version: string | null) => ['structure', dagId, version] as const,
  source: (dagId: string, version: number | null) => ['source', dagId, version] as const,
  runs: (filters: unknown) => ['runs', filters] as const,
  run: (dagId: string, runId: string) => ['run', dagId, runId] as const,
  taskInstances: (dagId: string, runId: string) => ['task-instances', dagId, runId] as const,
  taskInstance: (dagId: string, runId: string, taskId: string, mapIndex: number) => ['task-instance', dagId, runId, taskId, mapIndex] as const,
  tries: (dagId: string, runId: string, taskId: string, mapIndex: number) => ['tries', dagId, runId, taskId, mapIndex] as const,
  xcoms: (dagId: string, runId: string, taskId: string, mapIndex: number) => ['xcoms', dagId, runId, taskId, mapIndex] as const,
  importErrors: () => ['import-errors'] as const,
}
