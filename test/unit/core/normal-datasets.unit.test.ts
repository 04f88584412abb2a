import { describe, expect, it } from 'vitest'
import type { DagDefinition } from '../../../services/core/dag.ts'
import { conditionText, eventsNeeded, holds, urisOf } from '../../../services/core/dataset-condition.ts'
import { compactDag } from '../../../services/core/normal-compact.ts'
import { normalDag } from '../../../services/core/normal-dag.ts'

const spec = (over: object): object => ({ dagId: 'd', tasks: [{ taskId: 'a', operator: 'bash', args: { command: 'true' } }], ...over })

const good = (over: object): DagDefinition => {
  const normal = normalDag(spec(over))
  if (!normal.ok) throw new Error(JSON.stringify(normal.problems))
  const again = normalDag(compactDag(normal.dag))
  expect(again.ok && again.dag).toEqual(normal.dag)
  return normal.dag
}

const problems = (over: object): readonly string[] => {
  const normal = normalDag(spec(over))
  return normal.ok ? [] : normal.problems.map(({ path, message }) => `${path}: ${message}`)
}

const a = { uri: 'file:///a' }
const b = { uri: 'file:///b' }
const c = { uri: 'users' }

describe('a schedule of datasets', () => {
  it.each([
    ['a URI', { schedule: 'file:///a' }, a, 'file:///a'],
    ['a dataset', { schedule: { uri: 'users', extra: {} } }, c, 'users'],
    ['a list: all of them', { schedule: ['file:///a', { uri: 'users' }] }, { all: [a, c] }, 'file:///a and users'],
    ['all', { schedule: { all: ['file:///a', 'file:///b'] } }, { all: [a, b] }, 'file:///a and file:///b'],
    ['nested', { schedule: { all: [c, { any: [a, b] }] } }, { all: [c, { any: [a, b] }] }, 'users and (file:///a or file:///b)'],
    ['one in a list', { schedule: { any: [['file:///a']] } }, a, 'file:///a'],
    ['the field datasets', { datasets: { any: [a, b] } }, { any: [a, b] }, 'file:///a or file:///b'],
  ])('%s', (_name, over, datasets, scheduleText) => {
    expect(good(over)).toMatchObject({ schedule: { kind: 'none' }, datasets, scheduleText, datasetEvents: { mode: 'batch' }, onUnpause: 'skip' })
  })

  it('or a timetable: either one', () => {
    const both = { schedule: { kind: 'cron' }, datasets: { all: [a, b] }, scheduleText: '@daily or (file:///a and file:///b)' }
    expect(good({ schedule: { datasets: ['file:///a', 'file:///b'], cron: '@daily' } })).toMatchObject(both)
    expect(good({ schedule: '@daily', datasets: { all: [a, b] } })).toMatchObject(both)
  })

  it.each([
    ['batch', { mode: 'batch' }],
    ['each', { mode: 'each' }],
    [{ mode: 'each' }, { mode: 'each' }],
    [{ max: 20 }, { max: 20 }],
    [{ within: '5m' }, { withinMs: 300_000 }],
    [{ withinMs: 1000 }, { withinMs: 1000 }],
  ])('events %j', (events, datasetEvents) => {
    expect(good({ schedule: 'file:///a', events })).toMatchObject({ datasetEvents })
    expect(good({ schedule: 'file:///a', datasetEvents: events })).toMatchObject({ datasetEvents })
  })

  it.each([
    [{ schedule: { all: [] } }, 'schedule: all is empty'],
    [{ schedule: { all: 'file:///a' } }, 'schedule: all must be a list of datasets'],
    [{ schedule: { all: [a], any: [b] } }, 'schedule: must be one of { uri }, { all } and { any }'],
    [{ schedule: { any: [a, { al: [b] } as object] } }, "schedule: has no field 'al'; did you mean 'all'?"],
    [{ schedule: ['file:///a', 7] }, "schedule: must be a dataset's URI"],
    [{ schedule: 'file:///a b' }, 'white space'],
    [{ schedule: 'postgres://me:secret@host/db' }, 'holds a password'],
    [{ schedule: { datasets: a, cron: '61 * * * *' } }, 'schedule: cron:'],
    [{ schedule: { datasets: a, crons: '@daily' } }, "schedule: with datasets has no field 'crons'; did you mean 'cron'?"],
    [{ schedule: 'file:///a', datasets: b }, 'datasets: stand in the schedule, too'],
    [{ schedule: 'file:///a', events: 'some' }, "events: must be 'batch', 'each'"],
    [{ schedule: 'file:///a', events: { max: 0 } }, "events: must be 'batch', 'each'"],
    [{ schedule: { all: [a, b] }, events: { max: 1 } }, 'events: max must be 2 or more, not 1'],
    [{ schedule: 'file:///a', onUnpause: 'keep' }, 'onUnpause: must be one of skip, consume'],
    [{ schedule: { all: Array.from({ length: 101 }, (_, i) => `file:///${i}`) } }, 'schedule: waits for 101 datasets, at most 100'],
    [{ tasks: [{ taskId: 'a', operator: 'bash', args: { command: 'x' }, outlets: ['a b'] }] }, 'outlets: must be a list of at most 100 dataset URIs'],
  ])('refuses %j', (over, says) => {
    expect(problems(over).join('\n')).toContain(says)
  })

  it('needs defaults for its params, as any schedule does', () => {
    expect(problems({ schedule: 'file:///a', params: { n: { type: 'integer' } } }).join()).toContain('params.n')
  })
})

it('a condition: its datasets, whether it holds, what it needs', () => {
  const condition = { all: [c, { any: [a, { all: [a, b] }] }] }
  expect(urisOf(condition)).toEqual(['users', 'file:///a', 'file:///b'])
  expect(eventsNeeded(condition)).toBe(3)
  expect(conditionText(condition)).toBe('users and (file:///a or (file:///a and file:///b))')
  const having = (...uris: string[]): boolean => holds(condition, (uri) => uris.includes(uri))
  expect([having('users'), having('users', 'file:///a'), having('file:///a', 'file:///b'), having('users', 'file:///b')]).toEqual([false, true, false, false])
})
