import { describe, expect, it } from 'vitest'
import type { Run } from '../../../services/core/column-state.ts'
import type { Event } from '../../../services/core/events.ts'
import { copyOf, partsOf } from '../../../services/core/snapshot.ts'
import { wantedFromArchive } from '../../../services/core/wanted-from-archive.ts'
import { at, type ColumnDriver, unpaused, work } from '../../support/column-driver.ts'

const chain = { dagId: 'x', tasks: [work('a'), work('b', ['a'])] }
const day = (n: number): number => at(`2026-01-0${n}T00:00:00Z`)
const doneRun = (d: ColumnDriver, more = {}): Run => {
  const run = d.trigger('x', more)
  for (const key of ['a', 'b']) d.succeed(run, key)
  return run
}
/** A driver with runs of the first days of January, all archived. */
const archived = (count = 1, dag: Parameters<typeof unpaused>[0] = chain) => {
  const d = unpaused(dag)
  const runs = Array.from({ length: count }, (_, i) => doneRun(d, { logicalDate: day(i + 1) }))
  for (const run of runs) d.archive(run)
  return { d, runs, first: runs[0] as Run }
}
const types = (events: readonly Event[]): string[] => events.map(({ type }) => type)
const clear = (d: ColumnDriver, args: object, id?: string) =>
  d.command({ dagId: 'x', kind: 'clear', args: JSON.stringify(args), ...(id === undefined ? {} : { id }) })
const answers = (events: readonly Event[]) => events.filter((event) => event.type === 'CommandAnswered')
const inMemory = (d: ColumnDriver, run: Run): Run => d.dag('x').runs.get(run.runId) as Run

describe('archived runs', () => {
  it('a clear is held, the run comes back as it was, and goes on', () => {
    const { d, first } = archived()
    expect(types(clear(d, { runId: first.runId, tasks: [{ taskId: 'b' }] }))).toEqual(['CommandHeld'])
    expect(wantedFromArchive(d.dag('x')).map((entry) => entry.runId)).toEqual([first.runId])
    expect(types(d.readBack('x'))).toEqual(['RunRevived', 'TaskStateChanged', 'RunStateChanged', 'CommandAnswered', 'RunStateChanged', 'TaskStateChanged'])
    const run = inMemory(d, first)
    expect(d.states(run)).toEqual({ a: 'success', b: 'queued' })
    expect(d.task(run, 'b').tryNumber).toBe(2)
    d.succeed(run, 'b')
    expect(run).toMatchObject({ state: 'success', queuedAt: expect.any(Number) })
    expect(d.dag('x').archived.size).toBe(0)
    expect(d.bothSnapshots().working).toEqual(d.bothSnapshots().folded)
  })
  it('event numbers go on where they ended', () => {
    const { d, first } = archived()
    const { n } = first
    clear(d, { runId: first.runId })
    const numbers = d
      .readBack('x')
      .flatMap((event) => ('runId' in event && event.runId === first.runId && 'n' in event && event.type !== 'CommandAnswered' ? [event.n] : []))
    expect(numbers).toEqual([n, n + 1, n + 2, n + 3, n + 4, n + 5])
  })
  it('the version it is pinned to comes back with it', () => {
    const { d, first } = archived()
    d.adopt({ dagId: 'x', tasks: [work('other')] }, 'v2')
    const newer = d.trigger('x', { logicalDate: day(2) })
    d.succeed(newer, 'other')
    d.archive(newer)
    expect([...d.dag('x').versions.keys()]).toEqual(['v2'])
    clear(d, { runId: first.runId })
    d.readBack('x')
    expect(inMemory(d, first).version.version).toBe('v1')
    expect(Object.keys(d.states(inMemory(d, first)))).toEqual(['a', 'b'])
    expect(d.bothSnapshots().working).toEqual(d.bothSnapshots().folded)
  })
  it('a dry run tells what it would touch and brings nothing back; so does a selection that finds nothing', () => {
    const { d, first } = archived()
    for (const args of [{ dryRun: true }, { onlyFailed: true }]) {
      clear(d, { runId: first.runId, ...args })
      const [answer] = answers(d.readBack('x'))
      expect(JSON.parse(answer?.result ?? '')).toMatchObject({ total: args.dryRun ? 2 : 0 })
    }
    expect(d.dag('x').runs.size).toBe(0)
    expect(d.dag('x').archived.size).toBe(1)
  })
  it('marks, and a selection over runs in memory and archived ones', () => {
    const { d, first, runs } = archived(3)
    const late = doneRun(d, { logicalDate: day(5) })
    d.command({ dagId: 'x', kind: 'mark', args: JSON.stringify({ runId: late.runId, past: true, tasks: [{ taskId: 'b' }], state: 'failed' }) })
    d.readBack('x')
    expect([...runs, late].map((run) => inMemory(d, run).state)).toEqual(['failed', 'failed', 'failed', 'failed'])
    expect(d.states(inMemory(d, first))).toEqual({ a: 'success', b: 'failed' })
  })
  it('commands behind it wait in their order; other DAGs go on', () => {
    const { d, first } = archived()
    clear(d, { runId: first.runId })
    expect(types(d.command({ dagId: 'x', kind: 'set_paused', paused: true }))).toEqual(['CommandHeld'])
    expect(types(d.command({ dagId: 'x', kind: 'trigger_run', runId: 'next' }))).toEqual(['CommandHeld'])
    d.adopt({ dagId: 'y', tasks: [work('a')] })
    expect(answers(d.command({ dagId: 'y', kind: 'set_paused', paused: false }))).toHaveLength(1)
    const told = d.readBack('x')
    expect(answers(told).map(({ accepted }) => accepted)).toEqual([true, true, true])
    // The clear was carried out before the pause.
    expect(inMemory(d, first).state).toBe('running')
    expect(d.dag('x').paused).toBe(true)
    expect(d.dag('x').runs.get('next')?.state).toBe('queued')
  })
  it('the same command twice is held once and answered once', () => {
    const { d, first } = archived()
    clear(d, { runId: first.runId }, 'same')
    expect(clear(d, { runId: first.runId }, 'same')).toEqual([])
    expect(answers(d.readBack('x'))).toHaveLength(1)
    expect(clear(d, { runId: first.runId }, 'same')).toEqual([])
    expect(d.readBack('x')).toEqual([])
  })
  it('a copy of the column goes on where it stood: nothing is lost, nothing done twice', () => {
    const { d, first } = archived()
    clear(d, { runId: first.runId })
    const copy = copyOf(d.column)
    expect([...partsOf(copy)].map(([name, part]) => [name, part()])).toEqual([...partsOf(d.column)].map(([name, part]) => [name, part()]))
    expect(copy.dags.get('x')?.held.map(({ command }) => command.kind)).toEqual(['clear'])
  })
  it('what cannot be read refuses that command with its reason, and the next goes on', () => {
    const { d, first } = archived()
    clear(d, { runId: first.runId })
    d.command({ dagId: 'x', kind: 'trigger_run', runId: 'next' })
    const told = answers(d.readBack('x', 'its record is gone'))
    expect(told).toMatchObject([{ accepted: false, code: 'run_archived', message: expect.stringContaining('its record is gone') }, { accepted: true }])
    expect(d.dag('x').held).toEqual([])
  })
  it('what was read is of no use once the run has lived on: it is read again', () => {
    const { d, first } = archived()
    clear(d, { runId: first.runId })
    expect(d.give({ kind: 'read_back', dagId: 'x', runs: new Map([[first.runId, { ok: false, n: first.n - 1, message: 'old' }]]) })).toEqual([])
    expect(answers(d.readBack('x'))).toMatchObject([{ accepted: true }])
  })
  it('a long state comes in pieces', () => {
    const d = unpaused({ dagId: 'x', tasks: [work('a'), work('b', ['a'])] })
    const run = d.trigger('x')
    d.succeed(run, 'a', 'v'.repeat(450_000))
    d.succeed(run, 'b')
    d.archive(run)
    clear(d, { runId: run.runId, tasks: [{ taskId: 'b' }] })
    expect(types(d.readBack('x')).filter((type) => type === 'RunRevived')).toHaveLength(3)
    expect(d.task(inMemory(d, run), 'a').xcoms[0]?.value).toHaveLength(450_002)
    expect(d.bothSnapshots().working).toEqual(d.bothSnapshots().folded)
  })
  it('too many at once are refused at once', () => {
    const d = unpaused({ dagId: 'x', tasks: [{ taskId: 'e', operator: 'empty' }] })
    for (let i = 0; i <= 1000; i++) d.archive(d.trigger('x'))
    expect(answers(clear(d, { from: 0 }))).toMatchObject([
      { accepted: false, code: 'too_big', message: expect.stringContaining('1001 of the runs are archived') },
    ])
  })
})

describe('a backfill that processes archived runs again', () => {
  const daily = { dagId: 'x', schedule: '@daily', startDate: '2026-01-01T00:00:00Z', endDate: '2026-01-05T00:00:00Z', tasks: [work('a')] }
  const fill = (d: ColumnDriver, more = {}) => d.ask('x', 'create_backfill', { from: day(1), to: day(4), ...more })
  const settle = (d: ColumnDriver): void => {
    for (const run of [...d.dag('x').runs.values()]) if (run.state === 'running') d.succeed(run, 'a')
  }
  const filled = () => {
    const d = unpaused(daily)
    fill(d)
    settle(d)
    const runs = [...d.dag('x').runs.values()].filter((run) => run.backfillId !== null)
    for (const run of runs) d.archive(run)
    return { d, runs }
  }

  it('reads back what fits its limit, then goes on', () => {
    const { d, runs } = filled()
    expect(fill(d, { reprocess: 'completed', maxActiveRuns: 2, dryRun: true }).dates).toHaveLength(4)
    fill(d, { reprocess: 'completed', maxActiveRuns: 2 })
    expect(wantedFromArchive(d.dag('x')).map(({ runId }) => runId)).toEqual(runs.slice(0, 2).map(({ runId }) => runId))
    for (let lot = 0; lot < 2; lot++) {
      d.readBack('x')
      expect(d.dag('x').archived.size).toBe(2 - 2 * lot)
      settle(d)
    }
    expect(runs.map((run) => d.task(inMemory(d, run), 'a').tryNumber)).toEqual([2, 2, 2, 2])
    expect([...d.dag('x').backfills.values()].at(-1)).toMatchObject({ state: 'finished', next: 4, skipped: 0 })
    expect(d.bothSnapshots().working).toEqual(d.bothSnapshots().folded)
  })
  it('leaves out a date whose run cannot be read', () => {
    const { d } = filled()
    fill(d, { reprocess: 'completed' })
    d.readBack('x', 'gone')
    expect([...d.dag('x').backfills.values()].at(-1)).toMatchObject({ state: 'finished', next: 4, skipped: 4 })
  })
})
