/** The instances of a run and what they count: made for a new run, made again from their states, changed when a mapped task is expanded. */
import { instanceKey, instancesOf, type Run, type TaskInstance } from './column-state.ts'
import { type Gate, newGate, noGate, type Slot, slots } from './gate.ts'
import type { Graph, GraphTask } from './graph.ts'
import { isFinished, isWithWorker, type TaskState } from './states.ts'
import type { UpstreamCounts } from './trigger-rule.ts'

const newTask = (node: GraphTask, mapIndex: number, order: number, gate: Gate, inner: Gate | null): TaskInstance => ({
  key: instanceKey(node.definition.taskId, mapIndex),
  taskId: node.definition.taskId,
  mapIndex,
  order,
  priority: node.priority,
  state: 'none',
  tryNumber: 0,
  triesBefore: 0,
  infraTries: 0,
  token: null,
  dueAt: null,
  poking: false,
  note: null,
  queuedAt: null,
  startedAt: null,
  firstStartedAt: null,
  tryStartedAt: null,
  endedAt: null,
  worker: null,
  error: null,
  xcoms: [],
  chosen: null,
  resultLength: null,
  trigger: null,
  resume: null,
  gate,
  inner,
})

type Instances = Pick<Run, 'tasks' | 'mapped' | 'gates'>

/** The instances of a new run, one for each task, all in state none. */
export const newInstances = (graph: Graph): Instances => {
  const made: Instances = { tasks: new Map(), mapped: new Map(), gates: new Map() }
  for (const [taskId, node] of graph.tasks) addTask(made, graph, taskId, node)
  return made
}

const addTask = ({ tasks, gates }: Instances, graph: Graph, taskId: string, node: GraphTask): void => {
  const gate = newGate(node.counts)
  const inner = hasMates(graph, node) ? newGate(node.counts) : null
  for (const slot of slots)
    for (const id of node.counts[slot]) {
      const into = isMate(graph, node, id) ? inner : gate
      if (into) into[slot].total++
    }
  gates.set(taskId, gate)
  tasks.set(taskId, newTask(node, -1, tasks.size, gate, inner))
}

/** Whether `id` stands in the same mapped group: then its index i counts at index i alone. */
const isMate = (graph: Graph, node: GraphTask, id: string): boolean => node.unit?.isGroup === true && graph.tasks.get(id)?.unit === node.unit

const hasMates = (graph: Graph, node: GraphTask): boolean =>
  node.unit?.isGroup === true && slots.some((slot) => node.counts[slot].some((id) => isMate(graph, node, id)))

/** The instances of a mate that count for an instance: the one of its index, or all where one of the two is not expanded. */
const mates = (run: Instances, task: TaskInstance, id: string): readonly TaskInstance[] => {
  const mapped = run.mapped.get(id)
  if (!mapped) return [run.tasks.get(id) ?? []].flat()
  if (task.mapIndex < 0) return mapped
  const mate = mapped[task.mapIndex]
  return mate ? [mate] : []
}

const counterOf = {
  success: 'success',
  failed: 'failed',
  upstream_failed: 'upstreamFailed',
  skipped: 'skipped',
  removed: 'removed',
} as const satisfies Partial<Record<TaskState, keyof UpstreamCounts>>

const tally = (counts: UpstreamCounts, state: TaskState, by: 1 | -1): void => {
  if (isFinished(state)) counts[counterOf[state as keyof typeof counterOf]] += by
}

/** Counts a finished instance in (or out again) wherever it is counted. */
export const countEnd = (run: Run, task: TaskInstance, state: TaskState, by: 1 | -1): void => {
  const { graph } = run.version
  const node = graph.tasks.get(task.taskId)
  for (const { taskId, slot } of node?.countedBy ?? []) {
    const below = graph.tasks.get(taskId)
    if (!below || !isMate(graph, below, task.taskId)) {
      const gate = run.gates.get(taskId)
      if (gate) tally(gate[slot], state, by)
      continue
    }
    for (const counting of mates(run, task, taskId)) if (counting.inner) tally(counting.inner[slot], state, by)
  }
}

/** Counts of one instance inside its mapped group, made again. */
const innerOf = (run: Instances, graph: Graph, node: GraphTask, task: TaskInstance): Gate | null => {
  if (!hasMates(graph, node)) return null
  const inner = newGate(node.counts)
  for (const slot of slots) for (const id of node.counts[slot]) if (isMate(graph, node, id)) countInto(inner[slot], mates(run, task, id))
  return inner
}

const countInto = (counts: UpstreamCounts, tasks: readonly TaskInstance[]): void => {
  for (const task of tasks) {
    counts.total++
    tally(counts, task.state, 1)
  }
}

/** A task has instances 0..length-1: they take the place of the one that stood for it, or stand beside those that are there. */
export const expandTask = (run: Run, taskId: string, length: number): void => {
  const { graph } = run.version
  const node = graph.tasks.get(taskId)
  const gate = run.gates.get(taskId)
  if (!node || !gate) return
  const placeholder = run.tasks.get(taskId)
  const instances = run.mapped.get(taskId) ?? []
  const order = placeholder?.order ?? instances[0]?.order ?? run.tasks.size
  const before = run.mapped.has(taskId) ? instances.length : 1
  if (placeholder) {
    run.tasks.delete(taskId)
    run.unfinished--
  }
  run.mapped.set(taskId, instances)
  for (let index = instances.length; index < length; index++) {
    const task = newTask(node, index, order, gate, null)
    instances.push(task)
    run.tasks.set(task.key, task)
    run.unfinished++
  }
  remakeInner(run, node)
  for (const { taskId: below, slot } of node.countedBy) {
    const counting = graph.tasks.get(below)
    if (!counting) continue
    if (isMate(graph, counting, taskId)) remakeInner(run, counting)
    else addTotal(run.gates.get(below), slot, instances.length - before)
  }
}

const addTotal = (gate: Gate | undefined, slot: Slot, by: number): void => {
  if (gate) gate[slot].total += by
}

const remakeInner = (run: Run, node: GraphTask): void => {
  for (const task of instancesOf(run, node.definition.taskId)) Object.assign(task, { inner: innerOf(run, run.version.graph, node, task) })
}

/** Everything that follows from the states of a run's instances, made again: after a checkpoint, after another version. */
export const recount = (run: Run): void => {
  const { graph } = run.version
  Object.assign(run, { unfinished: 0, moving: 0, active: 0, xcoms: 0 })
  run.activeOf.clear()
  run.gates.clear()
  for (const [taskId, node] of graph.tasks) {
    const gate = newGate(node.counts)
    for (const slot of slots) for (const id of node.counts[slot]) if (!isMate(graph, node, id)) countInto(gate[slot], instancesOf(run, id))
    run.gates.set(taskId, gate)
  }
  for (const task of run.tasks.values()) {
    const node = graph.tasks.get(task.taskId)
    Object.assign(task, {
      gate: run.gates.get(task.taskId) ?? noGate,
      inner: node ? innerOf(run, graph, node, task) : null,
      priority: node?.priority ?? task.priority,
    })
    countState(run, task.state, 1)
    if (isWithWorker(task.state)) countActive(run.activeOf, node?.definition.maxActiveTisPerRun ?? null, task.taskId, 1)
    if (task.state === 'scheduled') run.ready.push(task)
    if (task.xcoms.length > 0) run.xcoms++
  }
}

/** The run's own counters, for one instance that came into (or leaves) a state. */
export const countState = (run: Run, state: TaskState, by: 1 | -1): void => {
  if (isFinished(state)) return
  run.unfinished += by
  if (state !== 'none') run.moving += by
  if (isWithWorker(state)) run.active += by
}

/** Active instances of a task that has a limit. */
export const countActive = (counts: Map<string, number>, limit: number | null, taskId: string, by: 1 | -1): void => {
  if (limit === null) return
  const count = (counts.get(taskId) ?? 0) + by
  if (count === 0) counts.delete(taskId)
  else counts.set(taskId, count)
}

/** Tasks of another version that the run has no instance of get one; those it no longer has keep theirs, which nothing counts. */
export const adoptGraph = (run: Run): void => {
  const fresh = newInstances(run.version.graph)
  for (const [taskId, task] of fresh.tasks) if (!run.tasks.has(taskId) && !run.mapped.has(taskId)) run.tasks.set(taskId, { ...task, order: run.tasks.size })
  for (const taskId of run.mapped.keys()) if (!(run.version.graph.tasks.get(taskId)?.unit ?? null)) dropMapping(run, taskId, fresh.tasks.get(taskId))
  recount(run)
}

/** It is not mapped any more: its instances stay in the history, one that is not mapped stands for it. */
const dropMapping = (run: Run, taskId: string, fresh: TaskInstance | undefined): void => {
  run.mapped.delete(taskId)
  if (fresh && !run.tasks.has(taskId)) run.tasks.set(taskId, { ...fresh, order: run.tasks.size })
}
