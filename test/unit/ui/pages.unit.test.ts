import { describe, expect, it } from 'vitest'
import type { GridRun } from '../../../services/ui/src/api/types.ts'
import { codePieces } from '../../../services/ui/src/pages/dag/code-pieces.ts'
import { edgePath } from '../../../services/ui/src/pages/dag/graph/edge-path.ts'
import { elkGraph, layoutOf, nodeWidth } from '../../../services/ui/src/pages/dag/graph/graph-layout.ts'
import { rangeBetween, subjectOf } from '../../../services/ui/src/pages/dag/grid/cell-range.ts'
import { nextCell } from '../../../services/ui/src/pages/dag/grid/grid-moves.ts'
import { selectionSearch } from '../../../services/ui/src/pages/dag/selection-search.ts'
import { dagsSearch } from '../../../services/ui/src/pages/dags/dags-search.ts'
import { shownTries } from '../../../services/ui/src/pages/task/shown-tries.ts'
import { parseConf, triggerCommand } from '../../../services/ui/src/pages/trigger/parse-conf.ts'
import { fit, paletteItems } from '../../../services/ui/src/shell/palette-items.ts'
import { structureBody } from '../../support/ui-fixture-data.mjs'
import { makeModel } from '../../support/ui-fixture-model.mjs'

describe('addresses', () => {
  it('keep what is known and drop what is not', () => {
    expect(dagsSearch({ q: 'etl', state: 'failed', paused: true, errors: true, tag: 7 })).toEqual({
      q: 'etl',
      state: 'failed',
      paused: true,
      errors: true,
      tag: '7',
    })
    expect(dagsSearch({ q: '', state: 'burning', paused: 'yes', errors: 'no' })).toEqual({})
    expect(selectionSearch({ run: 'r', task: 't', show: 9 })).toEqual({ run: 'r', task: 't' })
  })
})

describe('nextCell', () => {
  it('moves by one and stops at the edges; above the first task lies the run', () => {
    expect(nextCell('ArrowLeft', { column: 0, row: 2 }, 3, 4)).toEqual({ column: 0, row: 2 })
    expect(nextCell('ArrowUp', { column: 1, row: 0 }, 3, 4)).toEqual({ column: 1, row: -1 })
    expect(nextCell('ArrowDown', { column: 1, row: 3 }, 3, 4)).toEqual({ column: 1, row: 3 })
    expect(nextCell('End', { column: 0, row: 1 }, 3, 4)).toEqual({ column: 2, row: 1 })
    expect(nextCell('x', { column: 0, row: 0 }, 3, 4)).toBeNull()
    expect(nextCell('ArrowUp', { column: -1, row: -1 }, 0, 0)).toBeNull()
  })
})

describe('a range of the grid', () => {
  it('lies between two cells of tasks, wherever it was drawn to', () => {
    const range = { firstColumn: 1, lastColumn: 3, firstRow: 0, lastRow: 2 }
    expect(rangeBetween({ column: 3, row: 0 }, { column: 1, row: 2 })).toEqual(range)
    expect(rangeBetween({ column: 1, row: 2 }, { column: 3, row: 0 })).toEqual(range)
    expect(rangeBetween({ column: 1, row: 2 }, { column: 1, row: 2 })).toBeNull()
    expect(rangeBetween({ column: 1, row: -1 }, { column: 1, row: 2 })).toBeNull()
  })
  it('names the tasks of each run, but for those that its version does not have', () => {
    const run = (dag_run_id: string, event_numbers: number[]) => ({ dag_run_id, event_numbers }) as unknown as GridRun
    const runs = [run('old', [1, -1, -1]), run('mid', [1, -1, 4]), run('new', [1, 2, 3])]
    expect(subjectOf('etl', ['a', 'b', 'c'], runs, { firstColumn: 0, lastColumn: 2, firstRow: 1, lastRow: 2 })).toEqual({
      what: 'range',
      dagId: 'etl',
      runs: [
        { runId: 'mid', taskIds: ['c'] },
        { runId: 'new', taskIds: ['b', 'c'] },
      ],
    })
  })
})

describe('the trigger dialog', () => {
  it('takes an object and says what is wrong with anything else', () => {
    expect(parseConf('')).toEqual({ conf: {} })
    expect(parseConf('{"day": "2026-01-31"}')).toEqual({ conf: { day: '2026-01-31' } })
    expect(parseConf('{day}')).toMatchObject({ problem: expect.stringContaining('not JSON') })
    for (const other of ['[1]', '3', 'null']) expect(parseConf(other)).toMatchObject({ problem: expect.stringContaining('JSON object') })
  })
  it('shows a command that a shell reads back', () => {
    expect(triggerCommand('a', {})).toBe('millrace dags trigger a')
    expect(triggerCommand('a', { who: "it's" })).toBe(`millrace dags trigger a --conf '{"who":"it'\\''s"}'`)
  })
})

describe('the palette', () => {
  const dags = [
    { dagId: 'user_processing', isPaused: true },
    { dagId: 'hourly_etl', isPaused: false },
  ]
  it('offers pages and DAGs first, and what can be done once something is typed', () => {
    const kinds = paletteItems('', dags).map((item) => item.kind)
    expect(kinds.join(' ')).toMatch(/^(page )+dag dag$/)
    expect(paletteItems('user', dags).map((item) => item.id)).toEqual([
      'dag:user_processing',
      'trigger:user_processing',
      'unpause:user_processing',
      'backfill:user_processing',
    ])
    expect(paletteItems('trig etl', dags)[0]).toMatchObject({ kind: 'trigger', target: 'hourly_etl' })
    expect(paletteItems('zzz', dags)).toEqual([])
  })
  it('finds scattered letters in names only', () => {
    expect(fit('hetl', 'hourly_etl', true)).not.toBeNull()
    expect(fit('hetl', 'hourly_etl', false)).toBeNull()
  })
})

describe('the graph', () => {
  const dag = makeModel(0).dags.find((one: { id: string }) => one.id === 'warehouse')
  if (!dag) throw new Error('the fixture has no warehouse')
  const structure = structureBody(dag) as Parameters<typeof elkGraph>[0]
  it('gives elk every task once, inside its group', () => {
    const graph = elkGraph(structure)
    expect(graph.children?.map((child) => child.id).sort()).toEqual(['group:load', 'publish', 'start'])
    expect(graph.children?.find((child) => child.id === 'group:load')?.children).toHaveLength(80)
    expect(graph.edges).toHaveLength(structure.edges.length)
  })
  it('reads places back flat, groups apart', () => {
    const edge = { id: 'a->b', sources: ['a'], targets: ['b'], sections: [{ id: 's', startPoint: { x: 1, y: 2 }, endPoint: { x: 5, y: 6 } }] }
    const layout = layoutOf({
      id: 'root',
      edges: [edge],
      children: [{ id: 'group:g', x: 0, y: 0, width: 9, height: 9, children: [{ id: 'g.a', x: 3, y: 4, width: 5, height: 6 }] }],
    })
    expect(layout.groups).toEqual([{ id: 'g', x: 0, y: 0, width: 9, height: 9 }])
    expect(layout.tasks).toEqual([{ id: 'g.a', x: 3, y: 4, width: 5, height: 6 }])
    expect(layout.edges[0]?.points).toEqual([
      { x: 1, y: 2 },
      { x: 5, y: 6 },
    ])
  })
  it('keeps boxes within bounds', () => {
    expect(nodeWidth('a', 'b')).toBe(120)
    expect(nodeWidth('a'.repeat(200), 'b')).toBe(280)
  })
  it('rounds the corners of an edge by at most half of the shorter side', () => {
    expect(
      edgePath([
        { x: 0, y: 0 },
        { x: 20, y: 0 },
        { x: 20, y: 8 },
      ]),
    ).toBe('M0 0L16 0Q20 0 20 4L20 8')
    expect(edgePath([])).toBe('')
  })
})

describe('code', () => {
  it('is coloured without losing a letter', () => {
    const line = `const url = 'http://x' // "why" const`
    expect(codePieces(line).map((piece) => piece.kind)).toEqual(['keyword', 'plain', 'string', 'plain', 'comment'])
    for (const any of [line, '', '   ', 'a ? "b\\"c" : `d`', ' * a doc line'])
      expect(
        codePieces(any)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(any)
  })
})

describe('shownTries', () => {
  const one = (try_number: number, state: string) => ({ try_number, state }) as never
  it('takes the newest from the live row', () => {
    expect(shownTries([one(1, 'failed'), one(2, 'running')], one(2, 'success'))).toEqual([one(1, 'failed'), one(2, 'success')])
    expect(shownTries([one(1, 'failed')], one(2, 'queued'))).toHaveLength(2)
    expect(shownTries([], one(0, 'scheduled'))).toEqual([])
  })
})
