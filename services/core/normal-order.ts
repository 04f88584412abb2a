/** Topological order, near to the order given: each task behind its upstreams, and where there is no order, the cycle by name. */
export interface Ordered<T> {
  readonly tasks: readonly T[]
  /** `['a', 'b', 'a']`, or null. */
  readonly cycle: readonly string[] | null
}

export const topologicalOrder = <T extends { readonly taskId: string; readonly upstream: readonly string[] }>(tasks: readonly T[]): Ordered<T> => {
  const byId = new Map(tasks.map((task) => [task.taskId, task]))
  const done = new Set<string>()
  const ordered: T[] = []
  for (const first of tasks) {
    if (done.has(first.taskId)) continue
    // A walk upwards with a stack of its own: a chain of 5,000 tasks would overflow a recursive one.
    const path: { readonly task: T; next: number }[] = [{ task: first, next: 0 }]
    const onPath = new Set([first.taskId])
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const upstreamId = top.task.upstream[top.next++]
      if (upstreamId === undefined) {
        path.pop()
        onPath.delete(top.task.taskId)
        done.add(top.task.taskId)
        ordered.push(top.task)
        continue
      }
      if (onPath.has(upstreamId)) {
        const ids = path.map((step) => step.task.taskId)
        // The path leads upwards; arrows are read downwards.
        return { tasks: ordered, cycle: [upstreamId, ...ids.slice(ids.indexOf(upstreamId)).reverse()] }
      }
      const upstream = byId.get(upstreamId)
      if (upstream === undefined || done.has(upstreamId)) continue
      path.push({ task: upstream, next: 0 })
      onPath.add(upstreamId)
    }
  }
  return { tasks: ordered, cycle: null }
}
