import { all, any, dag, dataset, empty, task, watch } from 'millrace'
import { describe, expect, it } from 'vitest'
import { compactDag } from '../../../services/core/normal-compact.ts'
import { normalDag } from '../../../services/core/normal-dag.ts'
import { readDataFile } from '../../../services/parser/data-file.ts'
import { watchCodeOf } from '../../../services/sdk/dag.ts'

const orders = dataset('kafka://orders', watch<{ n: number }>({ topic: 'orders', filter: ({ value }) => value.n > 1, batch: { count: 10, within: '5m' } }))
const payments = dataset('kafka://payments', watch({ topic: 'payments', cluster: 'other', value: 'avro', filter: 'value.ok', extra: "{'id': value.id}" }))
const nothing = (): void => void empty('t')

const definitionOf = (made: ReturnType<typeof dag>) => {
  const normal = normalDag(made.spec())
  if (!normal.ok) throw new Error(JSON.stringify(normal.problems))
  return normal.dag
}

describe('watch', () => {
  it('goes with the datasets that a DAG waits for, each once, however they are joined', () => {
    const made = dag('d', { schedule: { datasets: all(orders, any(payments, orders, dataset('file:///a'))), cron: '@daily' } }, nothing)
    expect(definitionOf(made).watches).toEqual([
      {
        ...{ uri: 'kafka://orders', topic: 'orders', cluster: 'kafka_default', value: 'json' },
        ...{ batch: { count: 10, withinMs: 300_000 }, filter: null, extra: null, needsCode: true },
      },
      {
        ...{ uri: 'kafka://payments', topic: 'payments', cluster: 'other', value: 'avro' },
        ...{ batch: 'each', filter: 'value.ok', extra: "{'id': value.id}", needsCode: false },
      },
    ])
    expect(watchCodeOf(made, 'kafka://orders')?.filter?.({ value: { n: 2 } } as never)).toBe(true)
    expect(watchCodeOf(made, 'kafka://none')).toBeNull()
  })

  it('stays in the compact definition, and does not go with outlets', () => {
    const definition = definitionOf(dag('d', { schedule: payments }, nothing))
    const again = normalDag(compactDag(definition))
    expect(again.ok && again.dag).toEqual(definition)
    expect(definitionOf(dag('e', () => void task('t', { outlets: [orders] }, () => 1))).watches).toEqual([])
  })

  it.each([
    [() => watch({} as never), 'watch(): topic must be the name of a topic'],
    [() => watch({ topic: 'a b' }), 'watch(): topic must be the name of a topic'],
    [() => watch({ topic: 't', filtre: 'x' } as never), "there is no option 'filtre'; did you mean 'filter'?"],
    [() => watch({ topic: 't', value: 'xml' as never }), "option 'value' must be one of json, text, avro"],
    [() => watch({ topic: 't', filter: 3 as never }), "option 'filter' must be a function, or an expression"],
    [() => watch({ topic: 't', batch: { count: 0 } }), 'watch(): batch count must be a whole number from 1 to 10000, not 0'],
    [() => watch({ topic: 't', batch: { within: 'soon' } }), 'watch(): batch within must be a duration'],
    [() => watch({ topic: 't', batch: { max: 3 } as never }), "watch(): batch there is no field 'max'"],
  ])('refuses what cannot be: %#', (make, message) => {
    expect(make).toThrow(message)
  })
})

describe('watches as data', () => {
  const yaml = (watches: string): string =>
    `dagId: d\nschedule: { datasets: { uri: 'kafka://orders' } }\ntasks:\n  - { taskId: t, operator: empty }\nwatches:\n${watches}`

  it('stand in a YAML file', () => {
    const file = readDataFile(yaml('  - { uri: kafka://orders, topic: orders, filter: value.amount > 100, batch: { count: 5, within: 10s } }\n'))
    expect(file?.faults).toEqual([])
    expect(file?.dags[0]?.definition.watches).toMatchObject([
      { topic: 'orders', batch: { count: 5, withinMs: 10_000 }, filter: 'value.amount > 100', needsCode: false },
    ])
  })

  it.each([
    ['  - { uri: kafka://other, topic: orders }\n', 'watches[0].uri: dataset kafka://other is none that the DAG waits for'],
    ['  - { uri: kafka://orders }\n', 'watches[0].topic: must be the name of a topic'],
    ['  - { uri: kafka://orders, topic: orders, batch: often }\n', "watches[0].batch: must be 'each' or { count, within }"],
    ['  - { uri: kafka://orders, topic: orders, needsCode: true }\n', 'a watch with code needs a TypeScript file'],
    ['  - { uri: kafka://orders, topic: orders }\n  - { uri: kafka://orders, topic: more }\n', 'watches[1].uri: dataset kafka://orders is watched twice'],
  ])('are refused with their place: %s', (watches, message) => {
    const file = readDataFile(yaml(watches))
    expect(file?.faults.map((fault) => fault.message).join('\n')).toContain(message)
    expect(file?.faults[0]?.line).toBeGreaterThan(4)
  })
})
