/**
 * The semantics again, naively: it looks at every instance of every run each time, with nothing kept but states. Each event the core decided must be
 * what it would have done there, and after each decision nothing may be left that it would do. So the order in which the core settles is free, no more.
 */
import type { DagDefinition, TaskDefinition } from '../../services/core/dag.ts'
import type { Event, EventOf } from '../../services/core/events.ts'
import { mapLength } from '../../services/core/mapping.ts'

type Inst = { taskId: string; index: number; state: string; goesOn: boolean; chosen: readonly string[] | null; length: number | null; result: boolean }
type ModelRun = { date: number | null; state: string; lane: string | null; tasks: Inst[] }

const finished = ['success', 'failed', 'skipped', 'upstream_failed', 'removed']
/** all_success: the state it takes, `wait`, or null when all of them succeeded. */
const strict = (states: string[], index: number): string | null => {
  const ok = states.filter((s) => s === 'success').length
  if (states.some((s) => s === 'failed' || s === 'upstream_failed')) return 'upstream_failed'
  if (states.includes('skipped')) return 'skipped'
  if (states.includes('removed') && ok > 0 && index >= ok) return 'removed'
  return states.every((s) => s === 'success' || s === 'removed') ? null : 'wait'
}

const byRule = (rule: string, s: string[], index: number): string => {
  const all = s.every((one) => finished.includes(one))
  const has = (...states: string[]) => s.some((one) => states.includes(one))
  const only = (...states: string[]) => s.every((one) => states.includes(one))
  const bad = has('failed', 'upstream_failed')
  if (rule === 'all_success') return strict(s, index) ?? 'run'
  if (rule === 'all_failed') return has('success', 'skipped') ? 'skipped' : only('failed', 'upstream_failed', 'removed') ? 'run' : 'wait'
  if (rule === 'all_done') return all ? 'run' : 'wait'
  if (rule === 'all_done_min_one_success') return has('skipped') ? 'skipped' : !all ? 'wait' : has('success') ? 'run' : 'upstream_failed'
  if (rule === 'all_skipped') return has('success') || bad ? 'skipped' : only('skipped') ? 'run' : 'wait'
  if (rule === 'one_success') return has('success') ? 'run' : !all ? 'wait' : only('skipped') ? 'skipped' : 'upstream_failed'
  if (rule === 'one_failed') return bad ? 'run' : all ? 'skipped' : 'wait'
  if (rule === 'one_done') return has('success', 'failed') ? 'run' : all ? 'skipped' : 'wait'
  if (rule === 'none_skipped') return has('skipped') ? 'skipped' : all ? 'run' : 'wait'
  if (bad || !only('success', 'skipped', 'removed')) return bad ? 'upstream_failed' : 'wait'
  return rule === 'none_failed' || has('success') ? 'run' : only('skipped') ? 'skipped' : 'upstream_failed'
}
export const forced = /^(marked|cleared|dagrun_timeout|worker_lost)$|fail fast|^deadlock/ // not for what the tasks did

export const referenceModel = (dag: DagDefinition, paused: () => boolean) => {
  const runs = new Map<string, ModelRun>()
  const limits = new Map<string | null, number>([[null, dag.maxActiveRuns]])
  const byId = new Map(dag.tasks.map((t) => [t.taskId, t]))
  const def = (id: string): TaskDefinition => byId.get(id) as TaskDefinition
  const down = (id: string): string[] => dag.tasks.filter((t) => t.upstream.includes(id)).map((t) => t.taskId)
  const closure = (id: string, next: (id: string) => readonly string[]) => {
    const seen = new Set<string>(next(id))
    for (const one of seen) for (const more of next(one)) seen.add(more)
    return seen
  }
  const below = (id: string) => closure(id, down)
  const above = (id: string) => closure(id, (one) => def(one).upstream)
  const teardowns = (setup: string) => dag.tasks.filter((t) => t.teardown?.setups.includes(setup)).map((t) => t.taskId)
  const between = (setup: string, teardown: string) => [...below(setup)].filter((id) => above(teardown).has(id))
  const isIn = (id: string, s: string) => teardowns(s).length === 0 || teardowns(s).some((t) => t !== id && between(s, t).includes(id))
  const setupsOf = (id: string) => dag.tasks.flatMap((s) => (s.setup && below(s.taskId).has(id) && isIn(id, s.taskId) ? [s.taskId] : []))
  const groupsOf = (id: string): string[] => {
    const found: string[] = []
    for (let g = def(id).groupId; g; g = dag.groups.find((one) => one.groupId === g)?.parent ?? null) found.push(g)
    return found
  }
  const mappedGroup = (id: string) => groupsOf(id).find((g) => dag.groups.find((one) => one.groupId === g)?.map) ?? null
  const mapOf = (id: string) => def(id).map ?? dag.groups.find((g) => g.groupId === mappedGroup(id))?.map ?? null
  const of = (run: ModelRun, id: string) => run.tasks.filter((t) => t.taskId === id)
  /** The instances of task `id` that count for `inst`. */
  const relevant = (run: ModelRun, inst: Inst, id: string): Inst[] => {
    const all = of(run, id)
    const inside = mappedGroup(id) !== null && mappedGroup(id) === mappedGroup(inst.taskId)
    return inside && inst.index >= 0 && all[0] && all[0].index >= 0 ? all.filter((t) => t.index === inst.index) : all
  }
  const lengthOf = (run: ModelRun, id: string): number | string | null => {
    const map = mapOf(id)
    if (!map) return null
    const lengths: Record<string, number> = {}
    for (const source of map.kind === 'each' ? [map.records] : Object.values(map.inputs)) {
      if (!('task' in source)) continue
      const [one, ...others] = of(run, source.task)
      if (one && (one.index >= 0 || others.length > 0)) {
        const all = [one, ...others]
        if (all.every((t) => finished.includes(t.state))) lengths[source.task] = all.filter((t) => t.result).length
      } else if (one?.state === 'success') {
        if (one.length === null) return 'upstream_failed'
        lengths[source.task] = one.length
      } else if (one && finished.includes(one.state)) return one.state === 'failed' || one.state === 'upstream_failed' ? 'upstream_failed' : 'skipped'
    }
    return mapLength(map, lengths)
  }
  const isRoot = (task: TaskDefinition, group: string) => groupsOf(task.taskId).includes(group) && !task.upstream.some((up) => groupsOf(up).includes(group))
  const spared = (chosen: readonly string[]): Set<string> => {
    const roots = chosen.flatMap((id) => (byId.has(id) ? [id] : dag.tasks.filter((t) => isRoot(t, id)).map((t) => t.taskId)))
    return new Set(roots.flatMap((id) => [id, ...below(id)]))
  }
  const isSkipped = (run: ModelRun, inst: Inst): boolean =>
    dag.tasks.some((task) => {
      const { operator, args, taskId } = task
      if (operator !== 'branch' && operator !== 'short_circuit') return false
      const wide = operator === 'short_circuit' && args.ignoreDownstreamTriggerRules !== false
      if (!(wide ? below(taskId).has(inst.taskId) : def(inst.taskId).upstream.includes(taskId))) return false
      if (operator === 'short_circuit' && def(inst.taskId).teardown) return false
      if (mapOf(taskId) && (def(taskId).map || mappedGroup(taskId) !== mappedGroup(inst.taskId))) return false
      const deciding = relevant(run, inst, taskId).filter((t) => t.state === 'success' && (t.index < 0 || t.index === inst.index))
      return deciding.some(({ chosen }) => chosen !== null && !spared(chosen).has(inst.taskId))
    })
  const pastHolds = (run: ModelRun, task: TaskDefinition): boolean => {
    if ((!task.dependsOnPast && !task.waitForDownstream) || run.date === null) return true
    const dates = [...runs.values()].flatMap((r) => (r.date !== null && r.date < (run.date ?? 0) ? [r.date] : []))
    const before = [...runs.values()].find((r) => dates.length > 0 && r.date === Math.max(...dates))
    const watched = task.waitForDownstream ? [task.taskId, ...down(task.taskId)] : [task.taskId]
    return !before || watched.every((id) => of(before, id).every((t) => t.state === 'success' || t.state === 'skipped'))
  }
  const teardownRule = (task: TaskDefinition, all: (ids: readonly string[]) => string[]): string => {
    const direct = all(task.upstream.filter((id) => def(id).setup))
    const before = [...task.upstream, ...(task.teardown?.setups ?? []).flatMap((s) => between(s, task.taskId))]
    if (all(before).some((s) => !finished.includes(s))) return 'wait'
    return direct.length === 0 || direct.includes('success') ? 'run' : direct.every((s) => s === 'skipped') ? 'skipped' : 'upstream_failed'
  }
  /** run, wait, expand, past (it would run but for the run before), or the state it takes. */
  const verdict = (run: ModelRun, inst: Inst): string => {
    const task = def(inst.taskId)
    if (isSkipped(run, inst)) return 'skipped'
    const length = lengthOf(run, inst.taskId)
    if (typeof length === 'string') return length
    if (length !== null && inst.index < 0) return length === 0 ? 'skipped' : 'expand'
    if (length !== null && inst.index >= length) return 'removed'
    const all = (ids: readonly string[]) => ids.flatMap((id) => relevant(run, inst, id).map((t) => t.state))
    let found = 'run'
    if (task.upstream.length > 0 && task.triggerRule !== 'always') {
      const setups = strict(all(setupsOf(inst.taskId).filter((id) => !task.upstream.includes(id))), inst.index)
      if (setups !== null && setups !== 'wait') return setups
      found = task.teardown ? teardownRule(task, all) : byRule(task.triggerRule, all(task.upstream), inst.index)
      if (found === 'run' && setups === 'wait') found = 'wait'
    }
    if (found === 'run' && mapOf(inst.taskId) && length === null) found = 'wait'
    return found === 'run' && !pastHolds(run, task) ? 'past' : found
  }
  const count = (tasks: Inst[], id?: string) => tasks.filter((t) => ['queued', 'running'].includes(t.state) && (id === undefined || t.taskId === id)).length
  const isFull = (run: ModelRun, { taskId, maxActiveTis, maxActiveTisPerRun }: TaskDefinition): boolean =>
    count(run.tasks) >= dag.maxActiveTasks ||
    (maxActiveTisPerRun !== null && count(run.tasks, taskId) >= maxActiveTisPerRun) ||
    (maxActiveTis !== null && [...runs.values()].reduce((sum, one) => sum + count(one.tasks, taskId), 0) >= maxActiveTis)
  const leafVerdict = (run: ModelRun): string => {
    const quiet = (id: string) => def(id).teardown !== null && def(id).teardown?.onFailureFailDagrun !== true
    const leaves = dag.tasks.filter((t) => !quiet(t.taskId) && down(t.taskId).every(quiet))
    const ids = (leaves.length > 0 ? leaves : dag.tasks).map((t) => t.taskId)
    return run.tasks.some((t) => ids.includes(t.taskId) && (t.state === 'failed' || t.state === 'upstream_failed')) ? 'failed' : 'success'
  }
  const goesOn = (run: ModelRun) => run.tasks.some((t) => (t.state === 'none' ? verdict(run, t) === 'past' : !finished.includes(t.state)))
  const fresh = (taskId: string, index: number): Inst => ({ taskId, index, state: 'none', goesOn: false, chosen: null, length: null, result: false })
  const wrong = (what: string): never => {
    throw new Error(`the reference model disagrees: ${what}`)
  }
  const change = (run: ModelRun, event: EventOf<'TaskStateChanged'>): void => {
    const name = `${event.taskId}[${event.mapIndex}]`
    const inst = run.tasks.find((t) => t.taskId === event.taskId && t.index === event.mapIndex) ?? wrong(`no instance ${name}`)
    const to = event.state
    const isForced = forced.test(event.reason ?? '')
    if (inst.state === 'none' && !isForced) {
      const mine = verdict(run, inst)
      const theirs = ['scheduled', 'queued', 'success'].includes(to) ? 'run' : to
      if (mine !== theirs) wrong(`${name} ${to}, it should ${mine}`)
    } else if (finished.includes(inst.state) && !isForced && !(to === 'skipped' && isSkipped(run, inst))) wrong(`finished ${event.taskId} became ${to}`)
    if (to === 'queued' && !inst.goesOn && verdict(run, inst) === 'wait') wrong(`${name} queued before its upstreams`)
    if (to === 'queued' && (paused() || isFull(run, def(event.taskId)))) wrong(`${name} queued over a limit`)
    const result = event.xcoms.some(({ key }) => key === 'return_value')
    const goesOn = to === 'up_for_reschedule' || to === 'deferred' || (inst.goesOn && to === 'scheduled') // with the try that began
    Object.assign(inst, { state: to, goesOn, chosen: event.chosen, length: event.resultLength, result })
  }
  return {
    take(event: Event): void {
      if (event.type === 'BackfillCreated') limits.set(event.backfillId, event.maxActiveRuns)
      if (event.type === 'RunCreated')
        runs.set(event.runId, { date: event.logicalDate, state: 'queued', lane: event.backfillId, tasks: dag.tasks.map((t) => fresh(t.taskId, -1)) })
      if (!('runId' in event) || event.runId === null) return
      const run = runs.get(event.runId) ?? wrong(`no run ${event.runId}`)
      if (event.type === 'TaskStateChanged') change(run, event)
      else if (event.type === 'TaskMapped') {
        if (lengthOf(run, event.taskId) !== event.length) wrong(`${event.taskId} mapped to ${event.length}`)
        run.tasks = run.tasks.filter((t) => t.taskId !== event.taskId || t.index >= 0)
        for (let i = of(run, event.taskId).length; i < event.length; i++) run.tasks.push(fresh(event.taskId, i))
      } else if (event.type === 'RunStateChanged') {
        if (run.state === 'running' && !forced.test(event.reason ?? '') && leafVerdict(run) !== event.state) wrong(`run ${event.state} by its leaves`)
        if (event.reason?.startsWith('deadlock') && goesOn(run)) wrong('a run that goes on was failed as stuck')
        run.state = event.state
        run.lane = event.backfillId ?? run.lane
      }
    },
    settled(): void {
      for (const [lane, limit] of limits)
        if ([...runs.values()].filter((r) => r.state === 'running' && r.lane === lane).length > limit) wrong(`too many runs of ${lane ?? 'the DAG'}`)
      for (const run of runs.values()) {
        if (run.state !== 'running') continue
        for (const inst of run.tasks) {
          const mine = inst.state === 'none' ? verdict(run, inst) : 'wait'
          if (mine !== 'wait' && mine !== 'past') wrong(`${inst.taskId}[${inst.index}] was left in none, it should ${mine}`)
          if (inst.state === 'scheduled' && !paused() && !isFull(run, def(inst.taskId))) wrong(`${inst.taskId}[${inst.index}] was left scheduled`)
        }
        if (!goesOn(run)) wrong('a run that is over, or stuck, was left running')
      }
    },
  }
}
