import { describe, expect, it } from 'vitest'
import { graphOf } from '../../../services/core/graph.ts'
import { normalDag } from '../../../services/core/normal-dag.ts'
import { type TaskSpec, work } from '../../support/column-driver.ts'

const graph = (tasks: readonly TaskSpec[]) => {
  const parsed = normalDag({ dagId: 'x', tasks })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return graphOf(parsed.dag)
}
const diamond = (weightRule: string) =>
  [work('a', []), work('b', ['a']), work('c', ['a']), work('d', ['b', 'c'])].map((task, i) => ({ ...task, weightRule, priorityWeight: [1, 10, 100, 1000][i] }))
const priorities = (tasks: readonly TaskSpec[]) => [...graph(tasks).tasks.values()].map(({ priority }) => priority)

describe('SEMANTICS 8: effective priority', () => {
  it("downstream (default): own plus all descendants', each once", () => expect(priorities(diamond('downstream'))).toEqual([1111, 1010, 1100, 1000]))
  it("upstream: own plus all ancestors'", () => expect(priorities(diamond('upstream'))).toEqual([1, 11, 101, 1111]))
  it('absolute: its own', () => expect(priorities(diamond('absolute'))).toEqual([1, 10, 100, 1000]))
})

describe('SEMANTICS 1: leaves', () => {
  const leaves = (tasks: readonly TaskSpec[]) => graph(tasks).leaves.map(({ definition }) => definition.taskId)
  const down = (onFailureFailDagrun: boolean) => [
    work('make', [], { setup: true }),
    work('use', ['make']),
    work('drop', ['use', 'make'], { teardown: { setups: ['make'], onFailureFailDagrun } }),
  ]
  it('a task with only such teardowns below it is a leaf', () => expect(leaves(down(false))).toEqual(['use']))
  it('a teardown with onFailureFailDagrun counts', () => expect(leaves(down(true))).toEqual(['drop']))
})
