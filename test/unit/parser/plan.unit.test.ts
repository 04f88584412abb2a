import { expect, it } from 'vitest'
import type { DagVersion, ImportError } from '../../../schemas/generated/records.ts'
import { compactDag } from '../../../services/core/normal-compact.ts'
import { normalDag } from '../../../services/core/normal-dag.ts'
import type { ImportFault } from '../../../services/parser/import-fault.ts'
import { type ParsedDag, type ParsedFile, versionOf } from '../../../services/parser/parse-file.ts'
import { type Publication, planPublication, planSweep } from '../../../services/parser/plan-publication.ts'
import type { Published } from '../../../services/parser/published.ts'

const parsedDag = (dagId: string, command = 'true'): ParsedDag => {
  const normal = normalDag({ dagId, tasks: [{ taskId: 'a', operator: 'bash', args: { command } }] })
  if (!normal.ok) throw new Error('bad')
  const compact = compactDag(normal.dag)
  return { definition: normal.dag, compact, version: versionOf(compact, null), bundle: null }
}
const parsed = (dags: readonly ParsedDag[], faults: readonly ImportFault[] = [], source = 'text'): ParsedFile => ({
  dags,
  faults,
  source,
  bundle: null,
  inputs: [],
})
const fault: ImportFault = { line: 3, column: 1, message: 'oh', stack: null }

const world = (...present: string[]) => {
  const published: Published = { dags: new Map(), errors: new Map(), pieces: new Set() }
  const context = (fileloc: string) => ({ fileloc, publishedBy: 'parser', at: 5, isPresent: (other: string) => present.includes(other) })
  const plan = (fileloc: string, file: ParsedFile): Publication => {
    const publication = planPublication(published, file, context(fileloc))
    for (const { record } of publication.versions) published.dags.set(record.dagId, record)
    for (const dagId of publication.removed) published.dags.delete(dagId)
    if (publication.error === null) published.errors.delete(fileloc)
    else if (publication.error !== undefined) published.errors.set(fileloc, publication.error)
    return publication
  }
  return { published, plan, sweep: () => planSweep(published, context('')) }
}

it('publishes what is new or changed, and nothing else', () => {
  const { plan } = world('a.ts')
  expect(plan('a.ts', parsed([parsedDag('x')])).versions.map(({ record }) => record.dagId)).toEqual(['x'])
  expect(plan('a.ts', parsed([parsedDag('x')]))).toEqual({ versions: [], removed: [], taken: [], error: undefined })
  expect(plan('a.ts', parsed([parsedDag('x', 'false')])).versions).toHaveLength(1)
  // The same DAG in a text with another comment: the code view shows it.
  expect(plan('a.ts', parsed([parsedDag('x', 'false')], [], 'other')).versions).toHaveLength(1)
})

it('removes a DAG that its file defines no more, but not while the file has a fault', () => {
  const { plan } = world('a.ts')
  plan('a.ts', parsed([parsedDag('x'), parsedDag('y')]))
  expect(plan('a.ts', parsed([parsedDag('x')], [fault]))).toMatchObject({
    removed: [],
    error: { line: 3, message: 'oh', fileloc: 'a.ts', publishedBy: 'parser' },
  })
  expect(plan('a.ts', parsed([parsedDag('x')], [fault])).error).toBeUndefined()
  expect(plan('a.ts', parsed([parsedDag('x')]))).toMatchObject({ removed: ['y'], error: null })
})

it('leaves a DAG with the file that was first, until that one is gone', () => {
  const { plan, published } = world('a.ts', 'b.ts')
  plan('a.ts', parsed([parsedDag('x')]))
  expect(plan('b.ts', parsed([parsedDag('x'), parsedDag('z')]))).toMatchObject({
    taken: ['x'],
    versions: [{ record: { dagId: 'z' } }],
    error: { message: "dag 'x' is defined by a.ts already: give one of them another id" },
  })
  const later = planPublication(published, parsed([parsedDag('x')]), { fileloc: 'b.ts', publishedBy: 'parser', at: 6, isPresent: (other) => other === 'b.ts' })
  expect(later.versions).toMatchObject([{ record: { fileloc: 'b.ts' } }])
})

it('never takes over what another program publishes', () => {
  const { plan, published, sweep } = world('a.ts')
  published.dags.set('x', { ...({} as DagVersion), dagId: 'x', publishedBy: 'crm', fileloc: null })
  expect(plan('a.ts', parsed([parsedDag('x')])).error?.message).toContain("another publisher, 'crm'")
  expect(sweep()).toEqual({ removed: [], mended: [] })
})

it('sweeps away what belongs to files that are gone', () => {
  const { plan, published, sweep } = world('a.ts')
  plan('a.ts', parsed([parsedDag('x')]))
  plan('gone.ts', parsed([parsedDag('y')], [fault]))
  published.errors.set('theirs.ts', { ...({} as ImportError), fileloc: 'theirs.ts', publishedBy: 'another-parser' })
  expect(sweep()).toEqual({ removed: ['y'], mended: ['gone.ts'] })
})

it('gives one version to one meaning', () => {
  expect(versionOf({ a: 1, b: { c: 2, d: 3 } }, null)).toBe(versionOf({ b: { d: 3, c: 2 }, a: 1 }, null))
  expect(versionOf({ a: 1 }, null)).not.toBe(versionOf({ a: 1 }, 'code'))
})
