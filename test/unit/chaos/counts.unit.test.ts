/** Each of the six counts finds what it is there to find, and nothing in a run where all is well. */
import { describe, expect, test } from 'vitest'
import { type Evidence, findAll } from '../../chaos/counts.ts'
import { emptyHistory, foldEvent } from '../../chaos/history.ts'
import { type LedgerLine, makeLedger } from '../../chaos/ledger.ts'
import { dagAdopted, runCreated, runState, taskState } from '../../support/journal-events.ts'

const line = (task: string, kind: LedgerLine['kind'], t: number, more: Partial<LedgerLine> = {}): LedgerLine => ({
  dag: 'd',
  run: 'r',
  task,
  mapIndex: -1,
  try: 1,
  pid: 7,
  worker: 5,
  kind,
  outcome: kind === 'end' ? 'ok' : null,
  beside: 0,
  t,
  ...more,
})

const goodLines = [line('a', 'start', 10), line('a', 'end', 20), line('b', 'start', 30), line('b', 'end', 40)]
const definition = JSON.stringify({ tasks: [{ taskId: 'a' }, { taskId: 'b', upstream: ['a'] }] })
const task = (taskId: string, n: number, state: string, more: object = {}) => taskState({ dagId: 'd', runId: 'r', taskId, n, state, ...more })
const goodEvents = [
  dagAdopted({ dagId: 'd', n: 1, definition }),
  runCreated({ dagId: 'd', runId: 'r' }),
  ...['a', 'b'].flatMap((taskId, i) => ['queued', 'running', 'success'].map((state, k) => task(taskId, 2 + 3 * i + k, state))),
  runState({ dagId: 'd', runId: 'r', n: 8, state: 'success' }),
]
const goodRows = {
  runs: new Map([['d/r', 'success n 8 version v1']]),
  instances: new Map([
    ['d/r/a/-1', 'success try 1 n 4'],
    ['d/r/b/-1', 'success try 1 n 7'],
  ]),
  tries: new Map([
    ['d/r/a/-1 try 1', 'success n 4'],
    ['d/r/b/-1 try 1', 'success n 7'],
  ]),
}

const evidence = (more: { lines?: LedgerLine[]; events?: typeof goodEvents; rows?: Evidence['projected']; accepted?: string[] }): Evidence => {
  const history = emptyHistory()
  for (const event of more.events ?? goodEvents) foldEvent(history, event)
  return { ledger: makeLedger(more.lines ?? goodLines), history, projected: more.rows ?? goodRows, accepted: more.accepted ?? ['d/r'] }
}

const found = (more: Parameters<typeof evidence>[0]): readonly string[] =>
  Object.entries(findAll(evidence(more))).flatMap(([name, findings]) => (findings.length > 0 ? [name] : []))

describe('the six counts', () => {
  test('find nothing where all is well', () => expect(found({})).toEqual([]))

  test('lost: accepted and not in the journal; queued and never ended', () => {
    expect(found({ accepted: ['d/r', 'd/gone'] })).toEqual(['lost'])
    expect(findAll(evidence({ events: goodEvents.filter((event) => !('n' in event && event.n === 8)) })).lost).toEqual(['run d/r is queued'])
  })

  test('duplicate: two starts of one try; two ends of one try', () => {
    expect(found({ lines: [...goodLines, line('a', 'start', 15, { pid: 8 })] })).toEqual(['duplicate'])
    expect(findAll(evidence({ events: [...goodEvents, task('b', 9, 'failed')] })).duplicate).toHaveLength(1)
  })

  test('overlap: a try that saw another, or started before the last line of another', () => {
    expect(found({ lines: goodLines.map((one) => (one.kind === 'start' && one.task === 'b' ? { ...one, beside: 2 } : one)) })).toEqual(['overlap'])
    const again = [line('a', 'start', 15, { try: 2 }), line('a', 'end', 18, { try: 2 })]
    expect(findAll(evidence({ lines: [...goodLines, ...again] })).overlap).toHaveLength(1)
  })

  test('phantom: a success that the task does not know of; a try that the journal does not know of', () => {
    expect(found({ lines: goodLines.filter((one) => !(one.task === 'b' && one.kind === 'end')) })).toEqual(['phantom'])
    expect(found({ lines: [...goodLines, line('b', 'start', 50, { try: 2 })] })).toEqual(['phantom'])
  })

  test('divergence: a row that differs, is missing, or is too many', () => {
    expect(found({ rows: { ...goodRows, runs: new Map([['d/r', 'running n 7 version v1']]) } })).toEqual(['divergence'])
    expect(found({ rows: { ...goodRows, instances: new Map() } })).toEqual(['divergence'])
    expect(found({ rows: { ...goodRows, tries: new Map([...goodRows.tries, ['d/r/b/-1 try 2', 'queued n 9']]) } })).toEqual(['divergence'])
  })

  test('order: a start before the end of an upstream', () => {
    expect(found({ lines: goodLines.map((one) => (one.kind === 'start' && one.task === 'b' ? { ...one, t: 19 } : one)) })).toEqual(['order'])
  })
})
